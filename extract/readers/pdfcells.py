"""Characters to the cells of grids, each by its middle; and what only lies over them, told apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from extract.readers.pdfpage import Glyph, Paint
from extract.readers.pdftext import cell_text, is_full, lines_of
from extract.tables.pages import PageCell
from extract.tables.rulings import Grid
from extract.text import repair

_OVERLAP = 0.3  # a character that stands out of its cell by more of its size belongs to no cell
_LARGE = 1.8


@dataclass(frozen=True, slots=True)
class Placement:
    """The characters of each cell of each grid, and those outside all grids."""

    cells: tuple[tuple[list[Glyph], ...], ...]
    rest: list[Glyph]


def place(glyphs: Iterable[Glyph], grids: Sequence[Grid]) -> Placement:
    """Each character in the cell that its middle lies in; of grids within one another, in the innermost."""
    cells = tuple([tuple([[] for _ in grid.cells]) for grid in grids])
    rest: list[Glyph] = []
    order = sorted(range(len(grids)), key=lambda index: _area(grids[index]))
    covering = [grid.positions() for grid in grids]
    left = right = top = bottom = 0.0
    last: list[Glyph] = rest
    is_nested = len(grids) > 1
    for glyph in glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        if left <= x < right and top <= y < bottom:
            last.append(glyph)
            continue
        for index in order:
            xs, ys = grids[index].xs, grids[index].ys
            if xs[0] <= x < xs[-1] and ys[0] <= y < ys[-1]:
                number = covering[index][bisect_right(ys, y) - 1][bisect_right(xs, x) - 1]
                last = cells[index][number]
                last.append(glyph)
                if not is_nested or index == order[0]:
                    left, top, right, bottom = grids[index].box(grids[index].cells[number])
                break
        else:
            rest.append(glyph)
    return Placement(cells, rest)


def _area(grid: Grid) -> float:
    return (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0])


def overlay(
    glyphs: Sequence[Glyph], grids: Sequence[Grid], placement: Placement, paint: Callable[[int], Paint]
) -> set[int]:
    """The characters, by PDFium's number, that lie over the page: watermarks and the text of seals.

    They run obliquely; or they lie across the lines of a table, and are faint or much larger than the
    rest. With one character goes all that was drawn together with it, and what is as faint and as large.
    """
    found = {glyph.index for glyph in glyphs if glyph.turn < 0}
    across = list(_across(grids, placement))
    if not across:
        return found
    usual = median([_size(glyph) for glyph in glyphs])
    objects: set[int] = set()
    sizes: set[float] = set()
    for glyph in across:
        painted = paint(glyph.index)
        if painted.faint or _size(glyph) > _LARGE * usual:
            objects.add(painted.text_object)
            if painted.faint:
                sizes.add(round(_size(glyph), 1))
    if objects:
        for glyph in glyphs:
            painted = paint(glyph.index)
            is_like = painted.faint and round(_size(glyph), 1) in sizes
            if painted.text_object in objects or is_like:
                found.add(glyph.index)
    return found


def _size(glyph: Glyph) -> float:
    return max(glyph.bottom - glyph.top, glyph.x1 - glyph.x0)


def _across(grids: Sequence[Grid], placement: Placement) -> Iterable[Glyph]:
    """The characters that stand out of their cells."""
    for grid, cells in zip(grids, placement.cells, strict=True):
        for cell, glyphs in zip(grid.cells, cells, strict=True):
            left, top, right, bottom = grid.box(cell)
            for glyph in glyphs:
                high, wide = _OVERLAP * (glyph.bottom - glyph.top), _OVERLAP * (glyph.x1 - glyph.x0)
                if glyph.index >= 0 and (
                    glyph.top < top - high
                    or glyph.bottom > bottom + high
                    or glyph.x0 < left - wide
                    or glyph.x1 > right + wide
                ):
                    yield glyph


def page_cells(grid: Grid, cells: Sequence[Sequence[Glyph]]) -> tuple[PageCell, ...]:
    """The cells of a grid with the text of their characters."""
    filled = []
    for cell, glyphs in zip(grid.cells, cells, strict=True):
        text, full = "", False
        if glyphs:
            left, right = grid.xs[cell.column], grid.xs[cell.column + cell.column_span]
            lines = lines_of(glyphs)
            text = repair(cell_text(lines, right - left, left))
            full = is_full(lines, right - left, left)
        filled.append(PageCell(cell.row, cell.column, text, cell.row_span, cell.column_span, full))
    return tuple(filled)
