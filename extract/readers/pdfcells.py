"""Characters to the cells of grids, each by where it is written; and what only lies over them, told apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from extract.readers.pdfium import Paint
from extract.readers.pdfpage import Drawing, Glyph
from extract.readers.pdftext import Line, cell_text, em_of, is_full, lines_of
from extract.tables.pages import PageCell
from extract.tables.rulings import Grid
from extract.text import repair

_OVERLAP = 0.3  # a character that stands out of its cell by more of its size belongs to no cell
_LARGE = 1.8
_HANGING = "）】》」』”’、。，；：！？)]},.;:!?%"


@dataclass(frozen=True, slots=True)
class Placement:
    """The characters of each cell of each grid, and those outside all grids."""

    cells: tuple[tuple[list[Glyph], ...], ...]
    rest: list[Glyph]


def place(glyphs: Iterable[Glyph], grids: Sequence[Grid]) -> Placement:
    """Each character in the cell that it is written in; of grids within one another, in the innermost."""
    cells: tuple[tuple[list[Glyph], ...], ...] = tuple([tuple([[] for _ in grid.cells]) for grid in grids])
    rest: list[Glyph] = []
    order = sorted(range(len(grids)), key=lambda index: _area(grids[index]))
    covering = [grid.positions() for grid in grids]
    left = right = top = bottom = 0.0
    last: list[Glyph] = rest
    holds_others = [any(_holds(grid, other) for other in grids) for grid in grids]
    for glyph in glyphs:
        text, x0, high, x1, low, _, y, _, turn = glyph
        x = (x0 + x1) / 2
        # Just above the base line, where the character has ink whatever its box says.
        y = (high + low) / 2 if turn else y - 1
        is_near = left <= x < right and top <= y < bottom
        if is_near or (text[0] in _HANGING and _hangs(glyph, last)):
            last.append(glyph)
            continue
        for index in order:
            xs, ys = grids[index].xs, grids[index].ys
            if xs[0] <= x < xs[-1] and ys[0] <= y < ys[-1]:
                number = covering[index][bisect_right(ys, y) - 1][bisect_right(xs, x) - 1]
                last = cells[index][number]
                last.append(glyph)
                left, top, right, bottom = grids[index].box(grids[index].cells[number])
                if holds_others[index]:  # the next character may be in one of them
                    right = left
                break
        else:
            rest.append(glyph)
    return Placement(cells, rest)


def _hangs(glyph: Glyph, written: Sequence[Glyph]) -> bool:
    """Does a mark stand right behind the last character? Marks may hang over the edge of their cell."""
    if not written or glyph.turn:
        return False
    before = written[-1]
    return abs(glyph.x0 - before.x1) < 0.1 * (glyph.x1 - glyph.x0) and abs(glyph.y - before.y) < 0.5


def _holds(grid: Grid, other: Grid) -> bool:
    is_within = grid.xs[0] <= other.xs[0] and other.xs[-1] <= grid.xs[-1]
    return other is not grid and is_within and grid.ys[0] <= other.ys[0] and other.ys[-1] <= grid.ys[-1]


def _area(grid: Grid) -> float:
    return (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0])


def cell_lines(placement: Placement, *, may_turn: bool) -> list[list[list[Line]]]:
    """The lines of each cell of each grid; faster where no character of the page is turned."""
    return [
        [lines_of(glyphs, may_turn=may_turn) if glyphs else [] for glyphs in cells]
        for cells in placement.cells
    ]


def overlay(
    drawing: Drawing,
    grids: Sequence[Grid],
    placement: Placement,
    lines: Sequence[Sequence[Sequence[Line]]],
    paint: Callable[[int], Paint],
) -> set[int]:
    """The characters, by PDFium's number, that lie over the page: watermarks and the text of seals.

    They run obliquely; or they lie across the lines of a table, and are faint or much larger than the
    rest. With one character goes what was drawn together with it, and what has its size and its colour,
    unless that is black.
    """
    glyphs = drawing.glyphs
    suspects = [glyph for glyph in glyphs if glyph.turn < 0] if drawing.has_turned else []
    across = [
        glyph
        for grid, cells, texts in zip(grids, placement.cells, lines, strict=True)
        for cell, own, text in zip(grid.cells, cells, texts, strict=True)
        if text and _stands_out(text, grid.box(cell))
        for glyph in _across(own, grid.box(cell))
    ]
    if across:
        usual = median([em_of(glyph) for glyph in glyphs])
        suspects += [
            glyph for glyph in across if em_of(glyph) > _LARGE * usual or paint(glyph.number).is_faint
        ]
    if not suspects:
        return set()
    looks = [paint(glyph.number) for glyph in suspects]
    objects = {look.text_object for look in looks}
    styles = {look.style for look in looks if look.is_coloured}
    found = {glyph.number for glyph in suspects}
    for glyph in glyphs:
        if glyph.number >= 0:
            look = paint(glyph.number)
            if look.text_object in objects or look.style in styles:
                found.add(glyph.number)
    return found


def _stands_out(lines: Sequence[Line], box: tuple[float, float, float, float]) -> bool:
    """May there be a character that is not within its cell?"""
    left, top, right, _ = box
    for _, x0, x1, y, em, first in lines:
        if x0 < left - _OVERLAP * first or x1 > right + _OVERLAP * 0.5 * em or y - 0.4 * em < top:
            return True
    return False


def _across(glyphs: Sequence[Glyph], box: tuple[float, float, float, float]) -> Iterable[Glyph]:
    """The characters that are not within their cell."""
    left, top, right, _ = box
    for glyph in glyphs:
        slack = _OVERLAP * (glyph.x1 - glyph.x0)
        is_out = glyph.x0 < left - slack or glyph.x1 > right + slack
        if (is_out or glyph.y - 0.4 * em_of(glyph) < top) and glyph.number >= 0 and not glyph.turn:
            yield glyph


def _is_plain(text: str) -> bool:
    """Is there surely nothing to repair? Most cells are such, and repairing takes longer than finding out."""
    return text.isalnum() or (text.isascii() and " " not in text and "[" not in text)


def page_cells(grid: Grid, lines: Sequence[Sequence[Line]]) -> tuple[PageCell, ...]:
    """The cells of a grid with the text of their lines."""
    filled = []
    rows = len(grid.ys) - 1
    for cell, own in zip(grid.cells, lines, strict=True):
        text, full = "", False
        if own:
            left, right = grid.xs[cell.column], grid.xs[cell.column + cell.column_span]
            text = cell_text(own, right - left, left)
            text = text if _is_plain(text) else repair(text)
            # Only what stands in the last row may go on on the next page.
            full = cell.row + cell.row_span == rows and is_full(own, right - left, left)
        filled.append(PageCell(cell.row, cell.column, text, cell.row_span, cell.column_span, full))
    return tuple(filled)
