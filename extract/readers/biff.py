"""The sheets of an .xls or .et file (BIFF in a compound file), cells as they show, read by xlrd."""

from __future__ import annotations

from io import StringIO
from typing import Any

import xlrd  # type: ignore[import-untyped]

from extract.errors import CorruptDocument, EncryptedDocument, UnsupportedDocument
from extract.readers.numberformat import GENERAL, render, render_text
from extract.readers.sheets import Merge, StoredSheet


def read_sheets(data: bytes) -> list[StoredSheet]:
    """All work sheets of the file in order.

    Raises CorruptDocument, EncryptedDocument or UnsupportedDocument.
    """
    book = _open(data)
    formats = [_code(book, style.format_key) for style in book.xf_list]
    try:
        return [_sheet(book, sheet, formats) for sheet in book.sheets()]
    except (LookupError, ValueError, TypeError) as error:
        raise _damaged(error) from error


def _open(data: bytes) -> Any:
    try:
        return xlrd.open_workbook(
            file_contents=data,
            formatting_info=True,  # without it there are no merges either
            ragged_rows=True,  # a cell in the last corner must not allot the whole grid
            ignore_workbook_corruption=True,  # of the compound file: sectors that no one reads
            logfile=StringIO(),
        )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise EncryptedDocument("工作簿有打开密码；请在 Excel 或 WPS 中取消密码后另存再试") from error
        if "not supported" in str(error).lower():
            raise UnsupportedDocument(
                f"工作簿的版本太旧或不支持（{error}）；请用 Excel 或 WPS 另存为 xlsx"
            ) from error
        raise _damaged(error) from error
    except Exception as error:  # damaged records come out as AssertionError, struct.error, IndexError …
        raise _damaged(error) from error


def _damaged(error: Exception) -> CorruptDocument:
    return CorruptDocument(
        f"工作簿已损坏或不完整（{type(error).__name__}: {error}）；请用 Excel 或 WPS 打开后另存再试"
    )


def _code(book: Any, key: int) -> str:
    found = book.format_map.get(key)
    code: str = found.format_str if found is not None else GENERAL
    return code


def _sheet(book: Any, source: Any, formats: list[str]) -> StoredSheet:
    sheet = StoredSheet(source.name.replace(">", "＞"), hidden=source.visibility != 0)
    for row in range(source.nrows):
        types, values = source.row_types(row), source.row_values(row)
        stored = [column for column, kind in enumerate(types) if kind != xlrd.XL_CELL_EMPTY]
        if stored:
            sheet.stored[row] = (stored[0], stored[-1])
        for column in stored:
            kind, value = types[column], values[column]
            if kind == xlrd.XL_CELL_BLANK:
                continue
            if kind == xlrd.XL_CELL_ERROR:
                sheet.errors.append((row, column))
                continue
            code = formats[source.cell_xf_index(row, column)]
            text = _shown(kind, value, code, since_1904=bool(book.datemode))
            if text and not text.isspace():
                sheet.texts[row, column] = text
    # xlrd gives ends that are not included.
    sheet.merges = [Merge(top, left, end - 1, right - 1) for top, end, left, right in source.merged_cells]
    sheet.hidden_rows = {row for row, info in source.rowinfo_map.items() if info.hidden}
    sheet.hidden_columns = [(column, column) for column, info in source.colinfo_map.items() if info.hidden]
    return sheet


def _shown(kind: int, value: Any, code: str, *, since_1904: bool) -> str:
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return render(value, code, since_1904=since_1904)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if value else "FALSE"
    return render_text(str(value), code)
