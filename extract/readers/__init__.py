"""Bytes to a Document: the register of readers, one module for each format."""

from __future__ import annotations

import importlib
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Protocol, cast

from extract import office
from extract.detect import DOCX, PPT, PPTX
from extract.document import Document, Source
from extract.errors import (
    CorruptDocument,
    DocumentError,
    EmptyDocument,
    EncryptedDocument,
    UnsupportedDocument,
)

# Media type → module. A module is imported when a document of its type comes, not before.
READERS = {
    "application/pdf": "extract.readers.pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "extract.readers.docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "extract.readers.workbook",
    "application/vnd.ms-excel": "extract.readers.workbook",
    "application/x-xml-spreadsheet": "extract.readers.workbook",
    "image/bmp": "extract.readers.scan",
    "image/jpeg": "extract.readers.scan",
    "image/png": "extract.readers.scan",
    "image/tiff": "extract.readers.scan",
    "text/html": "extract.readers.html",
    "text/plain": "extract.readers.text",
    "text/csv": "extract.readers.text",
    "text/markdown": "extract.readers.text",
    "text/tab-separated-values": "extract.readers.text",
}


def _refusal(data: bytes, media_type: str) -> DocumentError:
    if media_type == "application/x-encrypted-office":
        return EncryptedDocument("文件有密码保护；请去掉密码后重新提交")
    if media_type == "application/x-empty":
        return EmptyDocument("文件为空或只有空白；请确认上传或转换是否成功")
    if media_type == "application/octet-stream":
        return UnsupportedDocument("既不是文本，也不是认识的文档格式；请确认文件没有损坏或改名")
    if media_type == "application/zip" and not zipfile.is_zipfile(BytesIO(data)):
        return CorruptDocument("文件不完整（docx、xlsx 等压缩格式的结尾缺失）；请重新下载或上传")
    if media_type in (PPT, PPTX):
        return UnsupportedDocument("演示文稿（ppt、pptx）不读取；请把其中的绩效表另存为 docx 或 xlsx 后提交")
    return UnsupportedDocument(f"暂不支持的格式 {media_type}；请另存为 docx 或文本后重试")


class Reader(Protocol):
    """What every reader module offers: the same bytes give the same Document, or a DocumentError."""

    def read(self, data: bytes, source: Source) -> Document: ...


def read(data: bytes, source: Source, converted: bytes | DocumentError | None = None) -> Document:
    """The Document in `data`, by the reader for the media type of `source`.

    An old office document is converted to docx before it is read. That costs a second for one and a
    tenth for one of many, so whoever reads many hands over what `extract.office.convert` said of it.

    Raises a DocumentError: EmptyDocument, UnsupportedDocument where no reader is registered, or what
    the conversion or the reader has to say.
    """
    if not data:
        raise EmptyDocument("文件为空（0 字节）；请确认上传或转换是否成功")
    if source.media_type in office.MEDIA_TYPES:
        return _read_converted(converted or office.convert([(data, source)])[source.sha256], source)
    module = READERS.get(source.media_type)
    if module is None:
        raise _refusal(data, source.media_type)
    return _reader(module).read(data, source)


def _read_converted(converted: bytes | DocumentError, source: Source) -> Document:
    if isinstance(converted, DocumentError):
        raise converted
    return replace(_reader(READERS[DOCX]).read(converted, source), reader="office")


def _reader(module: str) -> Reader:
    return cast(Reader, importlib.import_module(module))
