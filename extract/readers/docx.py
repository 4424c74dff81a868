"""Word documents (.docx, .docm, .dotx): exact tables, text as printed.

Names of parts and elements are python-docx's; the tree is walked here, because its own grid of cells
loses content controls, insertions and gaps, and costs twenty times as much.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from lxml import etree

from extract.document import Block, Cell, Document, Issue, Locator, Paragraph, Source, Table
from extract.errors import CorruptDocument, DocumentError, EmptyDocument, TooLarge, UnsupportedDocument
from extract.readers.names import BODY, DOCUMENT, TBL, TC, TR, VAL, P, T, w
from extract.readers.numbering import Counter, Styles, read_lists, read_styles
from extract.readers.package import Package, main_part, open_package, parse_part
from extract.readers.wordprocessing import number_paragraphs, resolve, text_of
from extract.readers.wordtable import MAX_SPAN, Merge, PlacedCell, StoredCell, StoredRow, Tiling, tile
from extract.text import repair

_MAIN = "/word/document.xml"
_SPAN, _V_MERGE, _H_MERGE = w("gridSpan"), w("vMerge"), w("hMerge")
_BEFORE, _AFTER = w("gridBefore"), w("gridAfter")
_TABLE_PARTS = (T, P, TC, TR, _SPAN, _V_MERGE, _H_MERGE, _BEFORE, _AFTER)
_GRID_COLUMNS = f"{w('tblGrid')}/{w('gridCol')}"
_STYLE_REFERENCES = (w("pStyle"), w("rStyle"))
_NUMBERS = w("numPr")
_NOTES = (
    ("footnotes", w("footnoteReference"), w("footnote")),
    ("endnotes", w("endnoteReference"), w("endnote")),
)
_EMBEDDED = w("altChunk")
_PICTURES = (
    "{http://schemas.openxmlformats.org/drawingml/2006/main}blip",
    "{urn:schemas-microsoft-com:vml}imagedata",
)
_MESSAGES = {
    "embedded_not_read": "文档嵌入了另一份文件的内容（altChunk），未读取",
    "field_not_read": "文档含有 EQ 域（如带圈字符），其中的文字未读取",
    "pictures_not_read": "文档没有表格而有图片，图片中的文字未读取",
    "symbol_unknown": "文档含有无法辨认的符号字体字符，以 \ufffd 代替",
}


def read(data: bytes, source: Source) -> Document:
    """The paragraphs and exact tables of a Word document, in reading order.

    Paragraphs are located as `b1`, `b2` … among those that print anything, cells as `t1/r5c2` by row
    and grid column. A table within a cell follows the table that it stands in, as `t1/r5c2>t1`; a table
    of one cell that only frames other tables is looked through. Footnotes and endnotes come last,
    headers and footers are left out. A cell's text is repaired, a paragraph keeps its tabs and breaks.

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
    body = _body(root)
    codes = ["embedded_not_read"] if _has(root, _EMBEDDED) else []
    has_pictures = _has(root, *_PICTURES)
    styles = _styles(package, main, root)
    codes += resolve(root, styles)
    _write_numbers(package, main, root, styles)
    walk = _Walk()
    for container in (body, *_notes(package, main, root, styles)):
        walk.read_blocks(container)
    if not walk.blocks:
        raise _nothing_to_read(has_pictures)
    if has_pictures and not walk.tables:
        codes.append("pictures_not_read")
    issues = (*(Issue(code, _MESSAGES[code]) for code in codes), *walk.issues)
    return Document(source, "docx", tuple(walk.blocks), issues=issues)


def _has(root: etree._Element, *tags: str) -> bool:
    return next(root.iter(*tags), None) is not None


def _body(root: etree._Element) -> etree._Element:
    if root.tag != DOCUMENT:
        raise UnsupportedDocument("压缩包的主体不是 Word 文档；请按实际格式（如 xlsx、pptx）读取")
    body = root.find(BODY)
    if body is None:
        raise CorruptDocument("文档没有正文（w:body）；请用 Word 或 WPS 打开后另存再试")
    return body


def _nothing_to_read(has_pictures: bool) -> DocumentError:
    if has_pictures:
        return UnsupportedDocument("文档只有图片，没有文字；请导出为 PDF 或图片后用文字识别读取")
    return EmptyDocument("文档没有任何文字或表格；请确认上传或转换是否成功")


def _styles(package: Package, main: str, root: etree._Element) -> Styles:
    """What the styles of a document add to its text. Seldom anything, so look before parsing."""
    part = package.related(main, "styles") if _has(root, *_STYLE_REFERENCES) else None
    data = package.blob(part) if part is not None else b""
    if part is None or not (b"numPr" in data or b"vanish" in data):
        return Styles()
    return read_styles(parse_part(data, part))


def _write_numbers(package: Package, main: str, root: etree._Element, styles: Styles) -> None:
    if not styles.numbered and not _has(root, _NUMBERS):
        return
    part = package.related(main, "numbering")
    if part is not None:
        number_paragraphs(root, styles, Counter(read_lists(package.root(part))))


def _notes(package: Package, main: str, root: etree._Element, styles: Styles) -> list[etree._Element]:
    """The footnotes, then the endnotes, that the text refers to, in order of reference."""
    notes = []
    for kind, reference, tag in _NOTES:
        ids = dict.fromkeys(element.get(w("id"), "") for element in root.iter(reference))
        part = package.related(main, kind) if ids else None
        if part is not None:
            part_root = package.root(part)
            resolve(part_root, styles)
            by_id = {note.get(w("id"), ""): note for note in part_root.iterchildren(tag)}
            notes += [by_id[number] for number in ids if number in by_id]
    return notes


@dataclass(slots=True)
class _Walk:
    """What has been read so far, walking through resolved parts in reading order."""

    blocks: list[Block] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    paragraphs: int = 0
    tables: int = 0

    def read_blocks(self, container: etree._Element) -> None:
        for element in container.iterchildren(P, TBL):
            if element.tag == P:
                text = text_of(element).strip()
                if repair(text):
                    self.paragraphs += 1
                    self.blocks.append(Paragraph(text, Locator(block=self.paragraphs)))
            elif (framed := _framed(element)) is not None:
                self.read_blocks(framed)
            else:
                self.read_table(element, Locator(table=self.tables + 1))

    def read_table(self, element: etree._Element, place: Locator) -> None:
        """Append a table and, behind it, the tables in its cells; one without cells leaves no trace."""
        rows = _stored_rows(element, _taken_out(element))
        if not rows:
            return
        if place.outer is None:
            self.tables += 1
        tiling = tile(rows, len(element.findall(_GRID_COLUMNS)))
        cells = tuple([_cell(placed, place) for placed in tiling.cells])
        self.blocks.append(Table(tiling.rows, tiling.columns, cells, place))
        self.issues += _issues(tiling, place)
        for placed, cell in zip(tiling.cells, cells, strict=True):
            inner = placed.stored.inner if placed.stored is not None else ()
            for number, table in enumerate(inner, 1):
                self.read_table(table, Locator(table=number, outer=cell.locator))


def _framed(table: etree._Element) -> etree._Element | None:
    """The only cell of a table that is nothing but a frame around other tables."""
    rows = list(islice(table.iterchildren(TR), 2))
    cells = list(islice(rows[0].iterchildren(TC), 2)) if len(rows) == 1 else []
    return cells[0] if len(cells) == 1 and cells[0].find(TBL) is not None else None


def _taken_out(table: etree._Element) -> dict[etree._Element, list[etree._Element]]:
    """The tables that stand in the cells of a table, by cell, taken out of its tree."""
    inner: dict[etree._Element, list[etree._Element]] = {}
    for nested in [nested for nested in table.iter(TBL) if nested is not table]:
        cell = next(nested.iterancestors(TC), None)
        parent = nested.getparent()
        # Deeper tables have left the tree together with the table that they stand in.
        if cell is not None and parent is not None and next(nested.iterancestors(TBL), None) is table:
            parent.remove(nested)
            inner.setdefault(cell, []).append(nested)
    return inner


def _stored_rows(table: etree._Element, inner: dict[etree._Element, list[etree._Element]]) -> list[StoredRow]:
    """The rows of a table that has no other table inside, in one pass; rows without cells are none."""
    rows: list[StoredRow] = []
    row, cell = StoredRow(), StoredCell()
    parts: list[str] = []
    for element in table.iter(*_TABLE_PARTS):
        tag = element.tag
        if tag == T:
            parts.append(element.text or "")
        elif tag == P:
            parts.append("\n")
        elif tag == TC:
            cell.text = _printed(parts)
            parts = []
            cell = StoredCell()
            row.cells.append(cell)
            if inner:
                cell.inner = tuple(inner.get(element, ()))
        elif tag == TR:
            row = StoredRow()
            rows.append(row)
        else:
            _note_geometry(element, row, cell)
    cell.text = _printed(parts)
    return [row for row in rows if row.cells]


def _printed(parts: list[str]) -> str:
    text = "".join(parts)
    return repair(text) if text and not text.isspace() else ""


def _note_geometry(element: etree._Element, row: StoredRow, cell: StoredCell) -> None:
    tag, value = element.tag, element.get(VAL)
    if tag == _SPAN:
        cell.span = max(1, _columns(value))
    elif tag == _V_MERGE:
        cell.merge = Merge.BEGINS if value == "restart" else Merge.GOES_ON
    elif tag == _H_MERGE:
        cell.joins_left = value != "restart"
    elif tag == _BEFORE:
        row.before = _columns(value)
    elif tag == _AFTER:
        row.after = _columns(value)


def _columns(value: str | None) -> int:
    is_number = value is not None and value.isascii() and value.isdigit()
    return min(int(value[:9]), MAX_SPAN) if value is not None and is_number else 0


def _cell(placed: PlacedCell, table: Locator) -> Cell:
    place = Locator(table=table.table, row=placed.row + 1, column=placed.column + 1, outer=table.outer)
    return Cell(placed.row, placed.column, placed.text, place, placed.row_span, placed.column_span)


def _issues(tiling: Tiling, table: Locator) -> Iterator[Issue]:
    """One issue for each kind of trouble with a table, at its first place."""
    for code, places, message in (
        ("merge_repaired", tiling.repaired, "表格的合并标记自相矛盾，已按网格修正"),
        ("merged_text", tiling.covered, "被合并遮住的单元格内有不显示的文字，未读取"),
    ):
        if places:
            first = replace(table, row=places[0].row + 1, column=places[0].column + 1)
            yield Issue(code, f"{message}（{len(places)} 处）", first)
