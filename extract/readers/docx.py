"""Word documents (.docx, .docm, .dotx): exact tables, text as printed.

python-docx opens the package; the tree is walked here, because its own grid of cells loses content
controls, insertions and gaps, and costs a hundred times as much.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from extract.document import Block, Cell, Document, Issue, Locator, Paragraph, Source, Table
from extract.errors import CorruptDocument, EmptyDocument, TooLarge, UnsupportedDocument
from extract.readers.names import DOCUMENT, TBL, TC, TR, VAL, P, T, w
from extract.readers.numbering import Counter, Styles, read_lists, read_styles
from extract.readers.package import Package, main_part, open_package
from extract.readers.wordprocessing import body_of, number_paragraphs, picked, resolve, text_of
from extract.readers.wordtable import MAX_SPAN, Merge, PlacedCell, StoredCell, StoredRow, Tiling, tile
from extract.text import repair

_MAIN = "/word/document.xml"
_SPAN, _V_MERGE, _H_MERGE = w("gridSpan"), w("vMerge"), w("hMerge")
_BEFORE, _AFTER = w("gridBefore"), w("gridAfter")
_TABLE_PARTS = (T, P, TC, TR, _SPAN, _V_MERGE, _H_MERGE, _BEFORE, _AFTER)
_NOTES = (("footnotes", w("footnoteReference"), w("footnote")), ("endnotes", w("endnoteReference"), w("endnote")))
_PICTURES = (w("drawing"), w("pict"), w("object"))
_EMBEDDED = w("altChunk")
_MESSAGES = {
    "field_not_read": "文档含有公式域（如带圈字符），其中的文字未读取",
    "symbol_unknown": "文档含有无法辨认的符号字体字符，已用 \ufffd 代替",
    "embedded_not_read": "文档嵌入了另一份文件的内容（altChunk），未读取",
    "pictures_not_read": "文档含有图片，图片中的文字未读取",
}


def read(data: bytes, source: Source) -> Document:
    """The paragraphs and exact tables of a Word document, in reading order.

    Paragraphs are located as `b1`, `b2` … in order of those that print anything, cells as `t1/r5c2` by
    row and grid column. A table within a cell follows the table it stands in, as `t1/r5c2>t1`; a table
    of one cell that only frames another table is looked through. Footnotes and endnotes come last;
    headers and footers are left out.

    Raises EmptyDocument, CorruptDocument, EncryptedDocument, UnsupportedDocument or TooLarge.
    """
    try:
        return _read(data, source)
    except RecursionError as error:
        raise TooLarge("表格嵌套层数过多；请展开嵌套表格后重试") from error


def _read(data: bytes, source: Source) -> Document:
    package = open_package(data)
    main = main_part(package, _MAIN)
    root = package.root(main)
    body = body_of(root) if root.tag == DOCUMENT else None
    if body is None:
        if root.tag == DOCUMENT:
            raise CorruptDocument("文档没有正文（w:body）；请用 Word 或 WPS 打开后另存再试")
        raise UnsupportedDocument("压缩包的主体不是 Word 文档；请按实际格式（如 xlsx、pptx）读取")
    codes: list[str] = []
    if next(body.iter(_EMBEDDED), None) is not None:
        codes.append("embedded_not_read")
    has_pictures = next(body.iter(*_PICTURES), None) is not None
    styles, counter = _numbering(package, main, root, codes)
    codes += resolve(root, styles)
    if styles.numbered or counter.lists:
        number_paragraphs(root, styles, counter)
    walk = _Walk()
    walk.blocks_of(body)
    for note in _notes(package, main, root, codes):
        walk.blocks_of(note)
    if not walk.blocks:
        raise _nothing_to_read(has_pictures)
    issues = [Issue(code, _MESSAGES.get(code, code)) for code in dict.fromkeys(codes)]
    return Document(source, "docx", tuple(walk.blocks), issues=(*issues, *walk.issues))
