"""A picture of a page to its tables and paragraphs: upright, ruled into cells, and read cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np

from extract.document import Issue, Locator
from extract.ocr.engine import Box, find_text, stands_upside_down
from extract.ocr.marks import Grey, bytes_of, grids_of, ink_of, skew_of, turned, without_specks
from extract.ocr.picture import Picture
from extract.ocr.runs import OUTSIDE, Run, Sheet, read_runs
from extract.readers.pdfcolumns import Guess, guess_tables
from extract.readers.pdftext import Line, cell_text, is_full, paragraphs, seam
from extract.tables.page import Page, PageBlock, PageCell, PageTable, PageText
from extract.tables.rulings import Grid
from extract.text import fold, repair

_LONG = 2.5  # a box of text is long if one side is longer than the other by more
_FEW = 4  # fewer long boxes than this say nothing of how a page stands
_SAMPLE = 12  # lines that are asked whether they stand on their heads
_TALLEST = 1.5  # the size of type, to the height of its figures
_STROKES = frozenset("—-一_")
_ASCENT = 0.38  # from the middle of a line to where it is written, in ems
_DOUBTFUL = 0.6  # the confidence of a value that a scan may have made out of another one, at most
# ≥ and ≤ become figures and letters, or lose their lower stroke: hardly a form says "more than". In a
# column of their own they become any letter, = becomes 二 or 三.
_LOST_SIGN = re.compile(r"[248](?:[1-9]\d|100)(?:\.\d+)?%|[<>二三工A-Za-z]\d.*|[<>二三工A-Za-z]")
_EXPECTED = re.compile(r"绩效.*表|项目名称|指标值|[一二三]级指标")
_LOST_PERCENT = re.compile(r"[≥≤=]?(?:[89]\d|100)8")  # % becomes 8
_MESSAGES = {
    "columns_guessed": "表格没有框线，列由文字对齐推定",
    "ink_not_read": "单元格内有笔迹而识别不出文字",
    "no_table": "图片上像是绩效表，但没有找到表格",
    "table_uncertain": "表格线不完整，单元格划分可能有误",
}


def read_picture(picture: Picture) -> Page:
    """The tables and paragraphs on a picture of a page, each cell with the confidence of its reading.

    A page that lies on its side or stands on its head is turned, and one that is askew straightened. Text
    without ruling lines becomes a table by alignment, which is then not exact.
    """
    sheet, boxes = _upright(bytes_of(picture.image), picture.dpi)
    height = sheet.grey.shape[0] * 72 / sheet.dpi
    return _page(sheet, read_runs(sheet, boxes), picture.number, height)


def _upright(grey: Grey, dpi: int) -> tuple[Sheet, list[Box]]:
    """The page as a sheet that stands upright, and where its text stands."""
    sheet, boxes = _straight(grey, dpi)
    shapes = [(box.x1 - box.x0, box.bottom - box.top) for box in boxes]
    wide = sum(width > _LONG * height for width, height in shapes)
    high = sum(height > _LONG * width for width, height in shapes)
    lies = high >= _FEW and high > 2 * wide
    if lies:
        grey = bytes_of(np.rot90(grey))
        sheet, boxes = _straight(grey, dpi)
    longest = sorted(boxes, key=lambda box: box.x0 - box.x1)[:_SAMPLE]
    if len(longest) >= _FEW and stands_upside_down([sheet.cut(box) for box in longest]):
        return _straight(bytes_of(np.rot90(grey, 2)), dpi)
    return sheet, boxes


def _straight(grey: Grey, dpi: int) -> tuple[Sheet, list[Box]]:
    grey = turned(grey, skew_of(ink_of(grey, dpi), dpi))
    ink = ink_of(grey, dpi)
    return Sheet(grey, without_specks(ink, dpi), dpi, grids_of(ink, dpi)), find_text(grey, dpi)


def _page(sheet: Sheet, runs: Sequence[Run], number: int, height: float) -> Page:
    """The blocks of a page from top to bottom, tables and paragraphs numbered in that order."""
    lines = {run: _line(run, sheet.dpi) for run in runs if run.text}
    found: list[tuple[float, float, PageBlock, str]] = []
    for index, grid in enumerate(sheet.grids):
        cells = _cells(grid, index, runs, lines)
        if any(cell.text for cell in cells):
            table = PageTable(0, grid.xs, grid.ys, cells, True, grid.open_top, grid.open_bottom)
            found.append((grid.ys[0], grid.xs[0], table, "" if grid.regular else "table_uncertain"))
    found += _loose([line for run, line in lines.items() if run.cell == OUTSIDE])
    found.sort(key=lambda item: item[:2])
    blocks: list[PageBlock] = []
    issues: list[Issue] = []
    tables = texts = 0
    for _, _, block, doubt in found:
        if isinstance(block, PageText):
            texts += 1
            blocks.append(replace(block, number=texts))
            continue
        tables += 1
        place = Locator(page=number, table=tables)
        blocks.append(replace(block, number=tables))
        issues += [_issue(doubt, place)] if doubt else []
        issues += _unread(block, place)
    if not tables and any(_EXPECTED.search(fold(line.text)) for line in lines.values()):
        issues.append(_issue("no_table", Locator(page=number)))
    size = median([line.em for line in lines.values()]) if lines else 0.0
    return Page(number, height, tuple(blocks), size, tuple(issues))


def _issue(code: str, place: Locator) -> Issue:
    return Issue(code, _MESSAGES[code], place)


def _unread(table: PageTable, place: Locator) -> Iterator[Issue]:
    """An issue where cells of a table hold ink that says nothing."""
    unread = [cell for cell in table.cells if not cell.text and cell.confidence < 1]
    if unread:
        first = replace(place, row=unread[0].row + 1, column=unread[0].column + 1)
        yield Issue("ink_not_read", f"{_MESSAGES['ink_not_read']}（{len(unread)} 处）", first)


def _line(run: Run, dpi: int) -> Line:
    """A run as a line of text, in points."""
    x0, top, x1, bottom = (place * 72 / dpi for place in run.box)
    widths = sum(1.0 if char >= "\u2000" else 0.5 for char in run.text)
    em = (x1 - x0) / widths
    # The width tells the size of type best, but for a sign or two, and where spaces were not recognised.
    if run.text not in _STROKES:
        em = min(max(em, bottom - top), _TALLEST * (bottom - top))
    return Line(run.text, x0, x1, (top + bottom) / 2 + _ASCENT * em, em, em)


def _cells(grid: Grid, index: int, runs: Sequence[Run], lines: dict[Run, Line]) -> tuple[PageCell, ...]:
    """The cells of a table with their text and how sure it is."""
    by_cell: dict[int, list[Run]] = {}
    for run in runs:
        if run.cell[0] == index:
            by_cell.setdefault(run.cell[1], []).append(run)
    cells = []
    for at, cell in enumerate(grid.cells):
        own = by_cell.get(at, [])
        left, right = grid.xs[cell.column], grid.xs[cell.column + cell.column_span]
        rows = [_joined(row) for row in _rows([lines[run] for run in own if run.text])]
        text = repair(cell_text(rows, right - left, left))
        confidence = min([run.confidence for run in own], default=1.0)
        folded = fold(text)
        if _LOST_SIGN.fullmatch(folded) or _LOST_PERCENT.fullmatch(folded):
            confidence = min(confidence, _DOUBTFUL)
        full = is_full(rows, right - left, left)
        cells.append(
            PageCell(cell.row, cell.column, text, cell.row_span, cell.column_span, full, round(confidence, 3))
        )
    return tuple(cells)


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Pieces of lines by line, from top to bottom, each from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.y):
        if rows and line.y - rows[-1][0].y < 0.5 * min(line.em, rows[-1][0].em):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def _joined(row: Sequence[Line]) -> Line:
    """The pieces of a line in one cell as one."""
    first, last = row[0], row[-1]
    text = first.text
    for before, piece in pairwise(row):
        text += (" " if piece.x0 - before.x1 > 0.5 * piece.em else "") + piece.text
    return Line(text, first.x0, last.x1, first.y, max(line.em for line in row), first.em)


def _loose(lines: Sequence[Line]) -> Iterator[tuple[float, float, PageBlock, str]]:
    """What stands outside ruled tables: tables guessed from alignment, and paragraphs."""
    rows = _rows(lines)
    guesses = {guess.first: guess for guess in guess_tables(rows)}
    free: list[Line] = []
    at = 0
    while at < len(rows):
        if at in guesses:
            yield from _paragraphs(free)
            free = []
            guess = guesses[at]
            yield guess.ys[0], guess.xs[0], _guessed(guess), "columns_guessed"
            at = guess.last
        else:
            free += rows[at]
            at += 1
    yield from _paragraphs(free)


def _paragraphs(lines: Sequence[Line]) -> Iterator[tuple[float, float, PageBlock, str]]:
    for paragraph in paragraphs(lines):
        text = paragraph[0].text
        for above, below in pairwise(paragraph):
            text += seam(above.text, below.text, fits=False) + below.text
        first = paragraph[0]
        block = PageText(0, repair(text), first.top, paragraph[-1].bottom, first.em)
        yield first.top, first.x0, block, ""


def _guessed(guess: Guess) -> PageTable:
    """A guessed table as one that tiles: free positions become blank cells."""
    cells: list[PageCell] = []
    columns = len(guess.xs) - 1
    for number, row in enumerate(guess.rows):
        at = 0
        for column, span, text in row:
            cells += [PageCell(number, free, "") for free in range(at, column)]
            cells.append(PageCell(number, column, repair(text), 1, span))
            at = column + span
        cells += [PageCell(number, free, "") for free in range(at, columns)]
    return PageTable(0, guess.xs, guess.ys, tuple(cells), exact=False)
