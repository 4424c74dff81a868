"""Scans and photographs: the pages of an image file, read as pictures."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageOps

from extract.document import Document, Source
from extract.errors import CorruptDocument, EmptyDocument, OcrNeeded, TooLarge
from extract.ocr import NEEDED, is_installed, read_picture
from extract.ocr.picture import Picture, picture_of
from extract.tables.pages import join_pages

MAX_PAGES = 500
MAX_PIXELS = 100_000_000  # of one page: A4 in 900 dpi
_FORMATS = ("BMP", "JPEG", "PNG", "TIFF")


def read(data: bytes, source: Source) -> Document:
    """The paragraphs and tables on the pages of an image, tables whole over page breaks.

    Cells are located as `p3/t1/r5c2`, paragraphs as `p3/b2`, as in a PDF. Each cell has the confidence of
    its recognition; what is doubtful is left as it was recognised.

    Raises EmptyDocument where there is no text, CorruptDocument, TooLarge, or OcrNeeded without the extra.
    """
    if not data.strip():
        raise EmptyDocument("文件为空；请确认上传或转换是否成功")
    if not is_installed():
        raise OcrNeeded(f"图片中的文字{NEEDED}")
    pages = [read_picture(picture) for picture in _pictures(data)]
    joined = join_pages(pages)
    if not joined.blocks:
        raise EmptyDocument("图片中识别不出文字；请确认扫描清晰、方向正确")
    return Document(source, "scan", joined.blocks, pages=len(pages), ocr=True, issues=joined.issues)


def _pictures(data: bytes) -> Iterator[Picture]:
    """The pages of an image file, decoded one at a time."""
    try:
        with _quietly():
            image = Image.open(BytesIO(data), formats=_FORMATS)
        with image:
            count = getattr(image, "n_frames", 1)
            if count > MAX_PAGES:
                raise TooLarge(f"图片有 {count} 页，超过上限 {MAX_PAGES} 页；请拆分后重试")
            for number in range(1, count + 1):
                yield _picture(image, number)
    except Image.DecompressionBombError as error:
        raise TooLarge("图片过大；请降低分辨率后重试") from error
    except (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, EOFError) as error:
        # Pillow lets all of these through on damaged files.
        raise CorruptDocument("图片不完整或已损坏；请重新扫描或上传") from error


def _picture(image: Image.Image, number: int) -> Picture:
    """One page, turned as the camera says it was taken."""
    with _quietly():
        image.seek(number - 1)
        if image.width * image.height > MAX_PIXELS:
            raise TooLarge(f"第 {number} 页图片过大（{image.width}×{image.height}）；请降低分辨率后重试")
        return picture_of(ImageOps.exif_transpose(image), number)


@contextmanager
def _quietly() -> Iterator[None]:
    """Without Pillow's warnings, of a size that our own limit sees to, and of odd metadata."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
