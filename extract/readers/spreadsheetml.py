"""The sheets of an .xlsx or .xlsm package, cells as they show.

One pass over the XML gives what is needed at once: values, number formats, merges, what is hidden, what
is an error. Cells are kept where they stand, however far apart; a library that allots the whole grid
between the first and the last cell can be made to take all memory by a file of five kilobytes.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from extract.errors import CorruptDocument, TooLarge, UnsupportedDocument
from extract.readers.numberformat import BUILT_IN, GENERAL, render, render_text
from extract.readers.package import Package, open_package, parse_part
from extract.readers.sheets import Merge, StoredSheet

MAX_SHEET_BYTES = 64_000_000
MAX_TOTAL_BYTES = 4 * MAX_SHEET_BYTES
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Files saved as "strict" name the same vocabulary otherwise.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,13})")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_TRUE = ("1", "true")


def _x(name: str) -> str:
    return _NAMESPACE + name


_SI, _T, _R, _ROW, _C, _V, _F, _IS, _COL, _MERGE = map(
    _x, ("si", "t", "r", "row", "c", "v", "f", "is", "col", "mergeCell")
)


@dataclass(frozen=True, slots=True)
class _Book:
    """What the sheets of a workbook share: strings by number, format codes by style, the calendar."""

    strings: list[str]
    formats: list[str]
    since_1904: bool

    def format(self, cell: etree._Element) -> str:
        style = cell.get("s")
        if style is None or not style.isdigit() or int(style) >= len(self.formats):
            return GENERAL
        return self.formats[int(style)]


def read_sheets(data: bytes) -> tuple[list[StoredSheet], bool]:
    """All work sheets of the package in order, and whether it holds pictures.

    Raises CorruptDocument, EncryptedDocument, UnsupportedDocument or TooLarge.
    """
    package = open_package(data)
    main = _main_part(package)
    root = _root(package, main)
    if root.tag != _x("workbook"):
        raise UnsupportedDocument("压缩包的主体不是工作簿；请按实际格式（如 docx、pptx）读取")
    targets = dict(_relations(package, main))
    properties = root.find(_x("workbookPr"))
    book = _Book(
        _strings(package, _target(targets, "sharedStrings")),
        _formats(package, _target(targets, "styles")),
        properties is not None and properties.get("date1904") in _TRUE,
    )
    sheets = []
    total = 0
    for entry in root.iterfind(f"{_x('sheets')}/{_x('sheet')}"):
        kind, part = targets.get(entry.get(_RELATION, ""), ("", ""))
        if kind == "worksheet":
            sheet = StoredSheet(
                _name(entry.get("name", "")), hidden=entry.get("state", "visible") != "visible"
            )
            sheet_root = _root(package, part)
            total += package.members[part.lower()].file_size
            if total > MAX_TOTAL_BYTES:
                raise TooLarge(f"工作簿解压后超过上限 {MAX_TOTAL_BYTES} 字节；请拆分文件后重试")
            _read_sheet(sheet_root, book, sheet)
            sheets.append(sheet)
    return sheets, any(name.startswith("/xl/media/") for name in package.members)


def _main_part(package: Package) -> str:
    usual = "/xl/workbook.xml"
    if package.has(usual):
        return usual
    if not package.has("/_rels/.rels"):
        raise CorruptDocument("压缩包里缺少工作簿（xl/workbook.xml）；请用 Excel 或 WPS 打开后另存再试")
    for kind, part in dict(_relations(package, "/")).values():
        if kind == "officeDocument" and part.lower().endswith(".xml"):
            return part
    raise UnsupportedDocument("压缩包里没有工作簿正文；如果是普通压缩包，请解压后再处理")


def _root(package: Package, part: str) -> etree._Element:
    if not package.has(part):
        raise CorruptDocument(f"工作簿缺少 {part}；请用 Excel 或 WPS 打开后另存再试")
    size = package.members[part.lower()].file_size
    if size > MAX_SHEET_BYTES:
        raise TooLarge(f"{part} 解压后有 {size} 字节，超过上限 {MAX_SHEET_BYTES}；请只保留绩效表后重试")
    data = package.blob(part)
    if _STRICT[0][0] in data[:4096]:
        for strict, transitional in _STRICT:
            data = data.replace(strict, transitional)
    return parse_part(data, part)


def _relations(package: Package, part: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """The relationships of a part within the package: id → (kind, part)."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if not package.has(rels):
        return
    for relation in package.root(rels):
        if isinstance(relation.tag, str) and relation.get("TargetMode", "Internal") == "Internal":
            target = posixpath.normpath(posixpath.join(folder, relation.get("Target", "").replace("\\", "/")))
            yield relation.get("Id", ""), (relation.get("Type", "").rpartition("/")[2], target)


def _target(targets: dict[str, tuple[str, str]], kind: str) -> str | None:
    return next((part for found, part in targets.values() if found == kind), None)


def _name(name: str) -> str:
    """A sheet's name as a locator can hold it; `>` divides the steps of a locator."""
    return unescape(name).replace(">", "＞")


def unescape(text: str) -> str:
    r"""Characters that XML cannot hold, written `_x000D_`; those that print nothing go.

    >>> unescape("甲_x000D_乙_x005F_x000D_")
    '甲\r乙_x000D_'
    """
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: _character(int(match[1], 16)), text)


def _character(code: int) -> str:
    is_printed = (code >= 0x20 and not 0xD800 <= code <= 0xDFFF) or code in (9, 10, 13)
    return chr(code) if is_printed else ""


def _strings(package: Package, part: str | None) -> list[str]:
    if part is None or not package.has(part):
        return []
    return [_text(entry) for entry in _root(package, part).iterchildren(_SI)]


def _text(entry: etree._Element) -> str:
    """The text of a string, its runs joined, the pronunciation (rPh) left out."""
    parts = []
    for child in entry:
        if child.tag == _T:
            parts.append(child.text or "")
        elif child.tag == _R:
            parts += [run.text or "" for run in child.iterchildren(_T)]
    return unescape("".join(parts))


def _formats(package: Package, part: str | None) -> list[str]:
    """The format code of each cell style."""
    if part is None or not package.has(part):
        return []
    root = _root(package, part)
    codes = dict(BUILT_IN)
    for entry in root.iterfind(f"{_x('numFmts')}/{_x('numFmt')}"):
        codes[_integer(entry.get("numFmtId"), -1)] = entry.get("formatCode", GENERAL)
    styles = root.iterfind(f"{_x('cellXfs')}/{_x('xf')}")
    return [codes.get(_integer(style.get("numFmtId"), 0), GENERAL) for style in styles]


def _integer(text: str | None, otherwise: int) -> int:
    return int(text[:9]) if text is not None and text.isascii() and text.isdigit() else otherwise


def _read_sheet(root: etree._Element, book: _Book, sheet: StoredSheet) -> None:
    """Fill a sheet from the root of its part."""
    number = -1
    for row in root.iter(_ROW):
        number = _integer(row.get("r"), number + 2) - 1
        if row.get("hidden") in _TRUE:
            sheet.hidden_rows.add(number)
        column = first = -1
        for cell in row:
            if cell.tag != _C:
                continue
            reference = cell.get("r")
            column = _column(reference.rstrip("0123456789")) if reference else column + 1
            first = column if first < 0 else first
            if not len(cell):
                continue
            text = _shown(cell, book, sheet, (number, column))
            if text and not text.isspace():
                sheet.texts[number, column] = text
        if first >= 0:
            sheet.stored[number] = (first, column)
    for entry in root.iter(_COL):
        if entry.get("hidden") in _TRUE:
            low = _integer(entry.get("min"), 1) - 1
            sheet.hidden_columns.append((low, _integer(entry.get("max"), low + 1) - 1))
    for entry in root.iter(_MERGE):
        merge = _merge(entry.get("ref", ""))
        if merge is not None:
            sheet.merges.append(merge)


def _shown(cell: etree._Element, book: _Book, sheet: StoredSheet, at: tuple[int, int]) -> str:
    """The text that a cell shows; trouble with it is noted on the sheet."""
    value: str | None = None
    is_formula = False
    for child in cell:
        if child.tag == _V:
            value = child.text
        elif child.tag == _IS:
            return _text(child)
        elif child.tag == _F:
            is_formula = True
    kind = cell.get("t", "n")
    if value is None:
        if is_formula and kind != "str":
            sheet.uncomputed.append(at)
        return ""
    if kind == "s":
        return render_text(_string(book, value), book.format(cell))
    if kind == "n":
        return _number(value, book.format(cell), book.since_1904)
    if kind == "b":
        return "TRUE" if value in _TRUE else "FALSE"
    if kind == "e":
        sheet.errors.append(at)
        return ""
    if kind == "d":
        return value.removesuffix("Z").removesuffix("T00:00:00")
    return render_text(unescape(value), book.format(cell))


def _string(book: _Book, value: str) -> str:
    at = _integer(value.strip(), -1)
    if not 0 <= at < len(book.strings):
        raise CorruptDocument("单元格引用了不存在的文字（sharedStrings）；请用 Excel 或 WPS 打开后另存再试")
    return book.strings[at]


@lru_cache(maxsize=8192)
def _number(value: str, code: str, since_1904: bool) -> str:
    if code == GENERAL and _PLAIN_NUMBER.fullmatch(value):
        return value
    try:
        return render(value, code, since_1904=since_1904)
    except ValueError:
        return value


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    """The column with this name, from 0; CorruptDocument for what names none.

    >>> _column("A"), _column("XFD")
    (0, 16383)
    """
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise CorruptDocument("单元格的位置标记无效；请用 Excel 或 WPS 打开后另存再试")
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _merge(reference: str) -> Merge | None:
    match = _RANGE.fullmatch(reference)
    if match is None or match[3] is None:
        return None
    rows, columns = sorted((int(match[2]), int(match[4]))), sorted((_column(match[1]), _column(match[3])))
    return Merge(rows[0] - 1, columns[0], rows[1] - 1, columns[1])
