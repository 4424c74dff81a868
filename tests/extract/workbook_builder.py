"""Makes workbooks: sheets of placed values with merges and number formats, as xlsx and as xls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO

import openpyxl
import xlwt  # type: ignore[import-untyped]

from tests.forms import printer


@dataclass(frozen=True)
class Formula:
    """A formula without its equals sign; no writer here stores a result."""

    text: str


Value = str | int | float | bool | Formula | None
_NUMBER = re.compile(r"(-?(?:0|[1-9]\d*)(?:\.(\d+))?)(%?)")


@dataclass
class Placed:
    """A value at (row, column), counted from 0, over its spans, with its number format."""

    row: int
    column: int
    value: Value
    code: str = "General"
    down: int = 1
    across: int = 1


@dataclass
class Drawn:
    """A sheet to be written."""

    name: str = "表1"
    cells: list[Placed] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()


def number(text: str) -> tuple[Value, str]:
    """What a person types to see this text: 98.26% is 0.9826 under the format 0.00%."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text, "General"
    figures, decimals, percent = match.groups()
    code = ("0" if decimals is None else "0." + "0" * len(decimals)) + percent
    value = float(figures)
    if percent:
        return round(value / 100, 8), code
    return (value, code) if decimals is not None else (int(figures), "General")


def form(truth: printer.Truth, sheet: printer.Sheet, *, row: int = 0, column: int = 0) -> list[Placed]:
    """A printed form with its title and year above, its corner at (row, column)."""
    lines = [truth.title, f"（{truth.year}年度）"]
    cells = [Placed(row + at, column, text, across=sheet.columns) for at, text in enumerate(lines)]
    for r, c, down, across, text in sorted(sheet.cells):
        value, code = number(text)
        cells.append(Placed(row + 2 + r, column + c, value, code, down, across))
    return cells


def as_xlsx(*sheets: Drawn) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for drawn in sheets:
        sheet = book.create_sheet(drawn.name)
        for one in drawn.cells:
            cell = sheet.cell(one.row + 1, one.column + 1)
            if isinstance(one.value, Formula):
                cell.value = f"={one.value.text}"
            elif one.value is not None and one.value != "":
                cell.value = one.value
                if isinstance(one.value, str):
                    cell.data_type = "e" if one.value.startswith("#") else "s"  # "=100%" is a text here
            cell.number_format = one.code
            if one.down * one.across > 1:
                sheet.merge_cells(
                    start_row=one.row + 1,
                    start_column=one.column + 1,
                    end_row=one.row + one.down,
                    end_column=one.column + one.across,
                )
        for row in drawn.hidden_rows:
            sheet.row_dimensions[row + 1].hidden = True
        for column in drawn.hidden_columns:
            sheet.column_dimensions[chr(ord("A") + column)].hidden = True
        if drawn.hidden:
            sheet.sheet_state = "hidden"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def as_xls(*sheets: Drawn) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    styles: dict[str, object] = {}
    for drawn in sheets:
        sheet = book.add_sheet(drawn.name)
        for one in drawn.cells:
            style = styles.setdefault(one.code, xlwt.easyxf(num_format_str=one.code))
            value = xlwt.Formula(one.value.text) if isinstance(one.value, Formula) else one.value
            if one.down * one.across > 1:
                last_row, last_column = one.row + one.down - 1, one.column + one.across - 1
                sheet.write_merge(one.row, last_row, one.column, last_column, value, style)
            else:
                sheet.write(one.row, one.column, value, style)
        for row in drawn.hidden_rows:
            sheet.row(row).hidden = True
        for column in drawn.hidden_columns:
            sheet.col(column).hidden = True
        sheet.visibility = int(drawn.hidden)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


WRITERS = {"xlsx": as_xlsx, "xls": as_xls}
