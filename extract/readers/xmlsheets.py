"""The sheets of an "XML Spreadsheet 2003", which many report engines write and call .xls."""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from extract.errors import CorruptDocument, UnsupportedDocument
from extract.readers.numberformat import GENERAL, render, render_text
from extract.readers.package import parse_part
from extract.readers.sheets import Merge, StoredSheet

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"
_MAX_PLACE = 1_048_576
# The formats that have a name instead of a code.
_NAMED = {
    "General": GENERAL, "General Number": GENERAL, "Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%",
    "Scientific": "0.00E+00", "Currency": '"¥"#,##0.00', "Short Date": "yyyy/m/d", "Long Date": 'yyyy"年"m"月"d"日"',
    "Medium Date": "d-mmm-yy", "General Date": "yyyy/m/d h:mm", "Short Time": "h:mm", "Long Time": "h:mm:ss",
}  # fmt: skip


def read_sheets(data: bytes) -> list[StoredSheet]:
    """All work sheets of the file in order.

    Raises CorruptDocument or UnsupportedDocument.
    """
    root = parse_part(data, "工作簿")
    if root.tag != f"{_SS}Workbook":
        raise UnsupportedDocument("XML 文件不是工作簿；请用 Excel 或 WPS 另存为 xlsx")
    formats = _formats(root)
    return [_sheet(element, formats) for element in root.iterchildren(f"{_SS}Worksheet")]


def _formats(root: etree._Element) -> dict[str, str]:
    """The format code of each style, those of its parents too."""
    parents: dict[str, str] = {}
    codes: dict[str, str] = {}
    for style in root.iterfind(f"{_SS}Styles/{_SS}Style"):
        name = style.get(f"{_SS}ID", "")
        parents[name] = style.get(f"{_SS}Parent", "")
        number = style.find(f"{_SS}NumberFormat")
        code = number.get(f"{_SS}Format") if number is not None else None
        if code is not None:
            codes[name] = _NAMED.get(code, code)
    return {name: codes.get(name, codes.get(parent, GENERAL)) for name, parent in parents.items()}


def _sheet(element: etree._Element, formats: dict[str, str]) -> StoredSheet:
    visible = element.findtext(f"{_EXCEL}WorksheetOptions/{_EXCEL}Visible", "")
    name = element.get(f"{_SS}Name", "").replace(">", "＞")
    sheet = StoredSheet(name, hidden=visible.startswith("Sheet"))
    table = element.find(f"{_SS}Table")
    if table is None:
        return sheet
    column = -1
    for entry in table.iterchildren(f"{_SS}Column"):
        column = _place(entry, column)
        last = column + _count(entry, "Span")
        if entry.get(f"{_SS}Hidden") == "1":
            sheet.hidden_columns.append((column, last))
        column = last
    row = -1
    for entry in table.iterchildren(f"{_SS}Row"):
        row = _place(entry, row)
        if entry.get(f"{_SS}Hidden") == "1":
            sheet.hidden_rows.add(row)
        _read_row(entry, row, sheet, formats)
        row += _count(entry, "Span")
    return sheet


def _read_row(element: etree._Element, row: int, sheet: StoredSheet, formats: dict[str, str]) -> None:
    column = -1
    row_style = element.get(f"{_SS}StyleID", "")
    for cell in element.iterchildren(f"{_SS}Cell"):
        column = _place(cell, column)
        sheet.stored[row] = (sheet.stored.get(row, (column, column))[0], column)
        code = formats.get(cell.get(f"{_SS}StyleID", row_style), GENERAL)
        text = _shown(cell, code, sheet, (row, column))
        if text and not text.isspace():
            sheet.texts[row, column] = text
        down, across = _count(cell, "MergeDown"), _count(cell, "MergeAcross")
        if down or across:
            sheet.merges.append(Merge(row, column, row + down, column + across))
        column += across


def _place(element: etree._Element, before: int) -> int:
    """Where a row, column or cell stands: behind the one before, unless it says otherwise."""
    index = _count(element, "Index")
    return index - 1 if index else before + 1


def _count(element: etree._Element, name: str) -> int:
    text = element.get(_SS + name, "0")
    if not (text.isascii() and text.isdigit()):
        raise CorruptDocument(f"工作簿的位置标记无效（{name}={text[:20]}）；请用 Excel 或 WPS 打开后另存再试")
    return min(int(text[:9]), _MAX_PLACE)


def _shown(cell: etree._Element, code: str, sheet: StoredSheet, at: tuple[int, int]) -> str:
    data = cell.find(f"{_SS}Data")
    if data is None:
        if cell.get(f"{_SS}Formula") is not None:
            sheet.uncomputed.append(at)
        return ""
    value = "".join(str(part) for part in data.itertext())
    kind = data.get(f"{_SS}Type", "String")
    if kind == "Error":
        sheet.errors.append(at)
        return ""
    if kind == "Boolean":
        return "TRUE" if value.strip() == "1" else "FALSE"
    try:
        if kind == "Number":
            return render(value, code)
        if kind == "DateTime":
            return render(_serial(value), code if code != GENERAL else "yyyy/m/d")
    except ValueError:
        return value
    return render_text(value, code)


def _serial(moment: str) -> float:
    """The number by which sheets store a date and time.

    >>> _serial("2023-12-31T18:00:00.000")
    45291.75
    """
    since = datetime.fromisoformat(moment) - datetime(1899, 12, 30)
    return since.days + since.seconds / 86_400
