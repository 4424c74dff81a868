"""A table that grows from page to page: whether the next part belongs to it, and taking that in.

Columns meet by their place on the paper, never by their number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from extract.document import Cell, Issue, Locator, Table
from extract.tables.cuts import FIGURE, Piece, by_place, is_cut, joined_halves, merges_that_go_on
from extract.tables.page import PageTable
from extract.text import fold

SAME_PLACE = 4.0  # boundaries of one column on two pages lie no further apart
SAME_WIDTH = 4.0
MIRRORED = 40.0  # how far inner and outer margins may shift the table of the next page
_HEAD_ROWS = 4
_NAME_LABEL = re.compile(
    r"(?:[一二]级)?(?:项目|专项|政策|转移支付|部门)(?:资金)?(?:\(.{1,4}\))?名称(?:[:(].*)?"
)
_TITLE = re.compile(r".*绩效.*表(?:\(.*\))?")
_key = lru_cache(maxsize=1 << 11)(fold)  # figures and labels come again and again


@dataclass(frozen=True, slots=True)
class Link:
    """How a table goes on: its part's cells placed on the boundaries so far, and what of it is new.

    `drop` are rows of the head that come again. `is_cut` tells that the next row goes on with the last.
    """

    xs: tuple[float, ...]
    cells: tuple[Piece, ...]
    drop: int
    is_cut: bool
    is_sure: bool


@dataclass(slots=True)
class Growing:
    """A table as far as it is joined."""

    first: PageTable
    last: PageTable
    page: int
    xs: list[float]
    rows: int
    _cells: list[Piece] | None = None

    @classmethod
    def of(cls, table: PageTable, page: int) -> Growing:
        return cls(table, table, page, list(table.xs), len(table.ys) - 1)

    @property
    def cells(self) -> list[Piece]:
        """The cells so far; made when they are first needed, since most tables are never joined."""
        if self._cells is None:
            self._cells = list(_placed(self.first, self.first.xs, self.page))
        return self._cells

    def bottom(self) -> list[Piece]:
        """The cells that reach the end of the table so far, left to right."""
        return sorted((cell for cell in self.cells if cell.row + cell.row_span == self.rows), key=by_place)

    def join(self, part: PageTable, how: Link) -> Iterator[Issue]:
        """Take in the part of the next page; an Issue where that took a guess."""
        bottom = self.bottom()
        self.xs = sorted({*self.xs, *how.xs})
        offset = self.rows - how.drop - (1 if how.is_cut else 0)
        top = [cell for cell in how.cells if cell.row == how.drop]
        merged = (
            joined_halves(bottom, top)
            if how.is_cut
            else merges_that_go_on(bottom, top, (*self.cells, *how.cells))
        )
        if how.is_cut and not how.is_sure and bottom:
            place = replace(bottom[-1].locator, column=None)
            yield Issue("row_joined", "跨页断开的一行已按文字走向拼合，请核对", place)
        for cell in how.cells:
            if id(cell) not in merged:
                cell.row += offset
                self.cells.append(cell)
        self.rows += len(part.ys) - 1 - how.drop - (1 if how.is_cut else 0)
        self.last = part

    def table(self) -> Table:
        place = Locator(page=self.page, table=self.first.number)
        if self._cells is None:
            return Table(
                self.rows, len(self.xs) - 1, _unjoined(self.first, self.page), place, self.first.exact
            )
        columns = {x: index for index, x in enumerate(self.xs)}
        cells = [
            Cell(
                cell.row,
                columns[cell.x0],
                cell.text,
                cell.locator,
                cell.row_span,
                columns[cell.x1] - columns[cell.x0],
                cell.confidence,
            )
            for cell in self._cells
        ]
        cells.sort(key=lambda cell: (cell.row, cell.column))
        return Table(self.rows, len(self.xs) - 1, tuple(cells), place, self.first.exact)


def _unjoined(table: PageTable, page: int) -> tuple[Cell, ...]:
    """The cells of a table that stands on one page."""
    number = table.number
    return tuple(
        [
            Cell(
                cell.row,
                cell.column,
                cell.text,
                Locator(page=page, table=number, row=cell.row + 1, column=cell.column + 1),
                cell.row_span,
                cell.column_span,
                cell.confidence,
            )
            for cell in table.cells
        ]
    )


def _placed(table: PageTable, xs: Sequence[float], page: int) -> Iterator[Piece]:
    """The cells of a page's table, its boundaries called `xs`."""
    for cell in table.cells:
        place = Locator(page=page, table=table.number, row=cell.row + 1, column=cell.column + 1)
        x0, x1 = xs[cell.column], xs[cell.column + cell.column_span]
        yield Piece(cell.row, x0, x1, cell.row_span, cell.text, cell.full, place, cell.confidence)


def link(table: Growing, part: PageTable, page: int) -> Link | None:
    """How `part`, first on the next page, goes on with `table`; None where it is a table of its own."""
    width, part_width = table.xs[-1] - table.xs[0], part.xs[-1] - part.xs[0]
    shift = table.xs[0] - part.xs[0]
    if (
        abs(width - part_width) > SAME_WIDTH
        or abs(shift) > MIRRORED
        or not (table.first.exact and part.exact)
    ):
        return None
    xs = _same_boundaries(table.xs, [x + shift for x in part.xs])
    cells = tuple(_placed(part, xs, page))
    drop = _repeated_head(table, cells)
    if drop >= len(part.ys) - 1 or _begins(cells, drop, xs) or (drop and _same_label(table, cells, drop)):
        return None
    is_framed = not table.first.open_top
    is_open = is_framed and (table.last.open_bottom or part.open_top)
    if not (drop or is_open or _alike(table.xs, xs)):
        return None
    cells = _without_head(cells, drop, table)
    top = [cell for cell in cells if cell.row == drop]
    return Link(xs, cells, drop, is_cut(table.bottom(), top, is_open=is_open), is_open)


def _same_boundaries(known: Sequence[float], new: Sequence[float]) -> tuple[float, ...]:
    """The boundaries `new`, each called like the known one at its place, if there is one; still in order."""
    called: list[float] = []
    for x in new:
        before = called[-1] if called else known[0] - 1
        nearest = min(known, key=lambda one: abs(one - x))
        is_known = abs(nearest - x) <= SAME_PLACE and nearest > before
        called.append(nearest if is_known else max(x, before + 0.1))
    return tuple(called)


def _alike(known: Sequence[float], new: Sequence[float]) -> bool:
    """Do the boundaries between columns mostly agree? Those of the page that shows fewer decide."""
    inner, known_inner = set(new[1:-1]), set(known[1:-1])
    fewer = min(len(inner), len(known_inner))
    return len(inner & known_inner) * 2 >= fewer if fewer else inner == known_inner


def _rows(cells: Iterable[Piece]) -> dict[int, list[Piece]]:
    rows: dict[int, list[Piece]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    return rows


def _signature(row: Iterable[Piece]) -> tuple[tuple[float, str], ...]:
    return tuple(sorted((cell.x0, _key(cell.text)) for cell in row if cell.row_span == 1 and cell.text))


def _repeated_head(table: Growing, cells: Sequence[Piece]) -> int:
    """How many of the first rows of the next page print rows of the table once more."""
    after = _rows(cells)
    first = {cell.text for cell in after.get(0, ()) if cell.text and cell.row_span == 1}
    if not first or not first <= {cell.text for cell in table.cells}:
        return 0
    before = [_signature(row) for _, row in sorted(_rows(table.cells).items())]
    found = 0
    for start in range(len(before)):
        count = 0
        while (
            count < _HEAD_ROWS
            and start + count < len(before)
            and before[start + count]
            and before[start + count] == _signature(after.get(count, ()))
        ):
            count += 1
        rows = before[start : start + count]
        is_head = any(len(row) > 2 or start == 0 for row in rows)
        has_words = any(len(text) > 1 for row in rows for _, text in row)
        if (
            is_head
            and has_words
            and not any(FIGURE.fullmatch(text) for row in rows for _, text in row if start)
        ):
            found = max(found, count)
    return found


def _begins(cells: Sequence[Piece], drop: int, xs: Sequence[float]) -> bool:
    """Do the rows behind a repeated head begin another form, by a title or the name of a project?"""
    for number, row in _rows(cells).items():
        if not drop <= number < drop + _HEAD_ROWS:
            continue
        filled = [_key(cell.text) for cell in row if cell.text]
        if any(_NAME_LABEL.fullmatch(text) for text in filled):
            return True
        if number == drop and len(filled) == 1 and len(row) == 1 and _TITLE.fullmatch(filled[0]):
            return row[0].span == (xs[0], xs[-1])
    return False


def _same_label(table: Growing, cells: Sequence[Piece], row: int) -> bool:
    """Do the table and the next page have the same label in this row? Then both begin a form alike."""
    labels = [
        [_key(cell.text) for cell in one if cell.row == row and cell.text][:1] for one in (table.cells, cells)
    ]
    return bool(labels[0]) and labels[0] == labels[1]


def _without_head(cells: Sequence[Piece], drop: int, table: Growing) -> tuple[Piece, ...]:
    """The cells below a repeated head; one that reaches down from it begins where the head ends."""
    if not drop:
        return tuple(cells)
    below = []
    known = {(cell.span, cell.text) for cell in table.cells if cell.row_span > 1}
    for cell in cells:
        if cell.row >= drop:
            below.append(cell)
        elif cell.row + cell.row_span > drop:
            text = "" if (cell.span, cell.text) in known else cell.text
            span = cell.row + cell.row_span - drop
            below.append(replace(cell, row=drop, row_span=span, text=text))
    return tuple(below)
