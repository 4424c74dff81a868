"""Rows as Word stores them to a grid that tiles: merges followed, gaps filled, contradictions repaired.

Of a merge Word keeps only "so many grid columns wide" and "goes on from above". What other programs
write does not always add up; then cells are cut to the grid or stand alone, text is never lost over
it, and each repair is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from lxml import etree

from extract.errors import TooLarge

MAX_POSITIONS = 4_000_000
MAX_SPAN = 1_000  # Word itself ends at 63 columns


class Merge(Enum):
    """Whether a cell stands alone, begins a vertical merge, or goes on with the one above it."""

    NONE = 0
    BEGINS = 1
    GOES_ON = 2


@dataclass(slots=True)
class StoredCell:
    """A cell as stored: how many grid columns it is wide, and its part in merges.

    `inner` are the tables that stand in it, carried along.
    """

    text: str = ""
    span: int = 1
    merge: Merge = Merge.NONE
    joins_left: bool = False
    inner: tuple[etree._Element, ...] = ()


@dataclass(slots=True)
class StoredRow:
    """A row as stored: its cells, and how many grid columns it leaves out before and after them."""

    cells: list[StoredCell] = field(default_factory=list)
    before: int = 0
    after: int = 0

    def width(self) -> int:
        """The grid columns from the edge of the table to the end of the row."""
        return self.before + sum([cell.span for cell in self.cells]) + self.after


@dataclass(slots=True)
class PlacedCell:
    """A cell in its place, counted from 0. `stored` is None for a gap that the row leaves."""

    row: int
    column: int
    row_span: int
    column_span: int
    stored: StoredCell | None

    @property
    def text(self) -> str:
        """What the cell prints, nothing in a gap."""
        return self.stored.text if self.stored is not None else ""


@dataclass(slots=True)
class Tiling:
    """Cells that cover `rows` by `columns` positions exactly, in reading order of their anchors.

    `repaired` are the places where the stored merges contradicted one another; `covered` those of
    merged cells that hold text which is never printed.
    """

    rows: int
    columns: int
    cells: list[PlacedCell]
    repaired: list[PlacedCell]
    covered: list[PlacedCell]


def tile(rows: Sequence[StoredRow], grid_columns: int) -> Tiling:
    """Place stored rows on a grid, each position in exactly one cell.

    `grid_columns` is what the table says of its own width, 0 for nothing; it only bounds a row that
    claims more than any other. A row that ends early, or begins late, is filled with one empty cell. Raises TooLarge
    where the grid would have more than MAX_POSITIONS positions.
    """
    rows = [_joined(row) for row in rows]
    columns = _columns(rows, grid_columns)
    if len(rows) * columns > MAX_POSITIONS:
        raise TooLarge(f"表格有 {len(rows)} 行 {columns} 列，超过上限；请拆分文件后重试")
    tiling = Tiling(len(rows), columns, [], [], [])
    above: dict[int, PlacedCell] = {}
    for number, row in enumerate(rows):
        fits = row.width() <= columns
        above = _place(tiling, number, row if fits else _cut(row, columns), above)
        if not fits:
            tiling.repaired.append(tiling.cells[-1])
    return tiling


def _place(
    tiling: Tiling, number: int, row: StoredRow, above: dict[int, PlacedCell]
) -> dict[int, PlacedCell]:
    """Append a row to a tiling; the vertical merges that are open below it, by column."""
    column = row.before
    if column:
        tiling.cells.append(PlacedCell(number, 0, 1, column, None))
    below = {}
    for stored in row.cells:
        merged = above.get(column) if stored.merge is Merge.GOES_ON else None
        if merged is not None and merged.column_span == stored.span:
            merged.row_span += 1
            below[column] = merged
            if stored.text or stored.inner:
                tiling.covered.append(merged)
        else:
            placed = PlacedCell(number, column, 1, stored.span, stored)
            tiling.cells.append(placed)
            if stored.merge is not Merge.NONE:
                below[column] = placed
            if stored.merge is Merge.GOES_ON:
                tiling.repaired.append(placed)
        column += stored.span
    if column < tiling.columns:
        tiling.cells.append(PlacedCell(number, column, 1, tiling.columns - column, None))
    return below


def _joined(row: StoredRow) -> StoredRow:
    """The row with its old-style horizontal merges as spans."""
    if not any(cell.joins_left for cell in row.cells):
        return row
    cells: list[StoredCell] = []
    for cell in row.cells:
        if cell.joins_left and cells:
            left = cells[-1]
            text = "\n".join(filter(None, (left.text, cell.text)))
            cells[-1] = StoredCell(text, left.span + cell.span, left.merge, inner=(*left.inner, *cell.inner))
        else:
            cells.append(cell)
    return StoredRow(cells, row.before, row.after)


def _columns(rows: Sequence[StoredRow], grid_columns: int) -> int:
    """As wide as the widest row, unless it alone is wider than the table says that it is."""
    widths = sorted(row.width() for row in rows)
    widest = widths[-1] if widths else 0
    if not grid_columns:
        return max(1, widest)
    needed = max((len(row.cells) for row in rows), default=0)
    second = widths[-2] if len(widths) > 1 else 0
    return max(1, min(widest, max(grid_columns, needed, second)))


def _cut(row: StoredRow, columns: int) -> StoredRow:
    """A row that is too wide, its gaps given up and then its widest spans cut from the right."""
    excess = row.before + sum([cell.span for cell in row.cells]) - columns
    before = max(0, row.before - max(0, excess))
    excess -= row.before - before
    cells = []
    for cell in reversed(row.cells):
        less = min(max(0, excess), cell.span - 1)
        excess -= less
        cells.append(StoredCell(cell.text, cell.span - less, cell.merge, inner=cell.inner))
    return StoredRow(cells[::-1], before)
