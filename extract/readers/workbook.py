"""Workbooks (.xlsx, .xlsm, .xls, .et, Excel 2003 XML): numbers as shown, exact tables, places as the sheet names them."""

from __future__ import annotations

from extract.detect import EMPTY, ENCRYPTED_OFFICE, XML_WORKBOOK, media_type
from extract.document import Block, Document, Issue, Source, Table
from extract.errors import (
    CorruptDocument,
    DocumentError,
    EmptyDocument,
    EncryptedDocument,
    TooLarge,
    UnsupportedDocument,
)
from extract.readers.biff import read_sheets as read_biff
from extract.readers.sheets import StoredSheet, blocks
from extract.readers.spreadsheetml import read_sheets as read_spreadsheetml
from extract.readers.xmlsheets import read_sheets as read_xml

MAX_POSITIONS = 1_000_000  # some three thousand forms
MAX_SHEETS = 4_000
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")  # before Excel 5 there was no compound file


def read(data: bytes, source: Source) -> Document:
    """The paragraphs and exact tables of all sheets, in the order of the workbook.

    A number comes as its cell shows it (0.95 as `95%`), a formula as its stored value, an error as
    blank. Places are the sheet's own, `表1!C7`; a table is `表1!3-28`. Hidden sheets, rows and columns
    are read like others, and an issue says so; charts, comments and pictures are not read.

    Raises EmptyDocument, CorruptDocument, EncryptedDocument, UnsupportedDocument or TooLarge.
    """
    sheets, has_pictures = _sheets(data)
    if len(sheets) > MAX_SHEETS:
        raise TooLarge(f"工作簿有 {len(sheets)} 张工作表，超过上限 {MAX_SHEETS}；请拆分文件后重试")
    found: list[Block] = []
    issues: list[Issue] = []
    positions = 0
    for sheet in sheets:
        sheet_blocks, sheet_issues = blocks(sheet)
        positions += sum(block.rows * block.columns for block in sheet_blocks if isinstance(block, Table))
        if positions > MAX_POSITIONS:
            raise TooLarge(f"工作簿的表格超过 {MAX_POSITIONS} 个单元格；请拆分文件后重试")
        found += sheet_blocks
        issues += sheet_issues
    if not found:
        if has_pictures:
            raise UnsupportedDocument("工作簿只有图片，没有文字；请导出为 PDF 或图片后用文字识别读取")
        raise EmptyDocument("工作簿没有任何内容；请确认导出或转换是否成功")
    return Document(source, "workbook", tuple(found), issues=tuple(issues))


def _sheets(data: bytes) -> tuple[list[StoredSheet], bool]:
    if data.startswith(_ZIP):
        return read_spreadsheetml(data)
    if data.startswith((_OLE, *_BIFF)):
        if media_type(data, "") == ENCRYPTED_OFFICE:
            raise EncryptedDocument("工作簿有打开密码；请在 Excel 或 WPS 中取消密码后另存再试")
        return read_biff(data), False
    kind = media_type(data, "")
    if kind == XML_WORKBOOK:
        return read_xml(data), False
    raise _refusal(kind)


def _refusal(kind: str) -> DocumentError:
    if kind == EMPTY:
        return EmptyDocument("文件为空；请确认上传或转换是否成功")
    if kind == "application/octet-stream":
        return CorruptDocument("内容不是工作簿，文件可能已损坏；请重新获取")
    return UnsupportedDocument(f"内容不是工作簿，而是 {kind}；请按实际格式读取，或另存为 xlsx")
