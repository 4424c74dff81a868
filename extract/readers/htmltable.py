"""Rows of a web page's table to a grid that tiles, as browsers place them.

Authors and exporters write spans that do not add up. A browser shows something all the same, mostly
what was meant: a cell takes the next free place, spans end with the table, short rows leave a gap. Two
cells over one another, which a browser would paint, are cut apart here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from extract.errors import TooLarge

MAX_POSITIONS = 200_000  # of one table; a form has a few hundred
MAX_SPAN = 1_000  # what browsers grant a colspan
_MAX_COLUMNS = 16_384

Content = TypeVar("Content")


@dataclass(slots=True)
class WrittenCell(Generic[Content]):
    """A cell as the page writes it. `down` is 0 where it goes on to the end of its group of rows."""

    content: Content
    down: int = 1
    across: int = 1


@dataclass(slots=True)
class WrittenRow(Generic[Content]):
    """A row as the page writes it; `group` tells head, bodies and foot apart."""

    cells: list[WrittenCell[Content]] = field(default_factory=list)
    group: int = 0


@dataclass(slots=True)
class PlacedCell(Generic[Content]):
    """A cell in its place, counted from 0; without content where a row leaves a gap."""

    row: int
    column: int
    down: int
    across: int
    content: Content | None


@dataclass(slots=True)
class Tiling(Generic[Content]):
    """Cells that cover `rows` by `columns` positions exactly, in reading order of their anchors.

    `cut` are the places where spans ran into one another.
    """

    rows: int
    columns: int
    cells: list[PlacedCell[Content]]
    cut: list[tuple[int, int]]


def tile(rows: Sequence[WrittenRow[Content]]) -> Tiling[Content]:
    """Place the cells of all rows, each position in exactly one cell.

    A span that leaves its group of rows ends there. Columns in which only spans of some rows lie, and
    no cell begins, are left away: a title often claims more columns than its table has. Raises TooLarge
    where the grid would have more than MAX_POSITIONS positions.

    >>> rows = [WrittenRow([WrittenCell("a", 2), WrittenCell("b")]), WrittenRow([WrittenCell("c", 1, 5)])]
    >>> [(cell.row, cell.column, cell.down, cell.across, cell.content) for cell in tile(rows).cells]
    [(0, 0, 2, 1, 'a'), (0, 1, 1, 1, 'b'), (1, 1, 1, 1, 'c')]
    """
    placed: list[PlacedCell[Content]] = []
    cut: list[tuple[int, int]] = []
    free_from: list[int] = []  # for each column the first row that no cell from above covers
    ends: list[int] = []
    group_ends = _group_ends(rows)
    for number, row in enumerate(rows):
        column = 0
        for cell in row.cells:
            while column < len(free_from) and free_from[column] > number:
                column += 1
            across = _width(free_from, number, column, cell.across)
            if across < cell.across:
                cut.append((number, column))
            down = min(cell.down or len(rows), group_ends[number] - number)
            free_from += [0] * (column + across - len(free_from))
            free_from[column : column + across] = [number + down] * across
            placed.append(PlacedCell(number, column, down, across, cell.content))
            column += across
            if column > _MAX_COLUMNS or len(rows) > MAX_POSITIONS:
                raise _too_large(len(rows), column)
        ends.append(max((at + 1 for at, free in enumerate(free_from) if free > number), default=0))
    return _filled(placed, len(rows), _columns(placed, ends), cut)


def _group_ends(rows: Sequence[WrittenRow[Content]]) -> list[int]:
    """For each row, the row behind the last of its group."""
    ends: list[int] = []
    end = len(rows)
    for number in range(len(rows) - 1, -1, -1):
        if number + 1 < len(rows) and rows[number].group != rows[number + 1].group:
            end = number + 1
        ends.append(end)
    return ends[::-1]


def _width(free_from: Sequence[int], row: int, column: int, across: int) -> int:
    """How many columns a cell can take before it meets one that comes down from above."""
    for offset in range(1, min(across, len(free_from) - column)):
        if free_from[column + offset] > row:
            return offset
    return across


def _columns(placed: Sequence[PlacedCell[Content]], ends: Sequence[int]) -> int:
    widest = max(ends, default=0)
    if all(end == widest for end in ends):
        return widest
    return min(widest, 1 + max((cell.column for cell in placed), default=0))


def _filled(
    placed: list[PlacedCell[Content]], rows: int, columns: int, cut: list[tuple[int, int]]
) -> Tiling[Content]:
    """The tiling with its spans clipped to the grid and one blank cell in each gap of a row."""
    if rows * columns > MAX_POSITIONS:
        raise _too_large(rows, columns)
    taken = [bytearray(columns) for _ in range(rows)]
    for cell in placed:
        cell.across = min(cell.across, columns - cell.column)
        for row in range(cell.row, cell.row + cell.down):
            taken[row][cell.column : cell.column + cell.across] = b"\x01" * cell.across
    for number, row_taken in enumerate(taken):
        start = row_taken.find(0)
        while start >= 0:
            end = row_taken.find(1, start)
            end = columns if end < 0 else end
            placed.append(PlacedCell(number, start, 1, end - start, None))
            start = row_taken.find(0, end)
    placed.sort(key=lambda cell: (cell.row, cell.column))
    return Tiling(rows, columns, placed, cut)


def _too_large(rows: int, columns: int) -> TooLarge:
    return TooLarge(f"网页表格有 {rows} 行 {columns} 列，超过上限；请只保留绩效表后重试")
