"""Pictures of pages to the same `Page` that drawn pages give: for scans, photographs, scanned PDFs.

Needs the extra `ocr`. Nothing of it is imported before a picture comes, and nothing is ever downloaded.
"""

from __future__ import annotations

import importlib
from functools import cache
from importlib.util import find_spec
from typing import cast

from extract.errors import OcrNeeded
from extract.ocr.picture import Picture, PictureReader
from extract.tables.page import Page

NEEDED = "需要文字识别；请运行 pip install 'jixiao[ocr]' 后重试"
_MODULES = ("cv2", "numpy", "onnxruntime", "rapidocr")


@cache
def is_installed() -> bool:
    """Is the extra `ocr` there?"""
    return all(find_spec(name) is not None for name in _MODULES)


def read_picture(picture: Picture) -> Page:
    """The tables and paragraphs on a picture of a page. Raises OcrNeeded without the extra."""
    if not is_installed():
        raise OcrNeeded(f"图片中的文字{NEEDED}")
    module = importlib.import_module("extract.ocr.page")
    return cast(PictureReader, module.read_picture)(picture)


def picture_reader() -> PictureReader | None:
    """The reader for pages that are pictures; None without the extra."""
    return read_picture if is_installed() else None
