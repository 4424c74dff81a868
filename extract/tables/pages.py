"""Pages to one run of blocks: what a page break cut is joined again, running heads are left out.

Whether a table goes on is told by where it stands, how wide it is, and what its first rows say; where
it is joined, columns meet by their place on the paper, never by their number. Lengths are points.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from extract.document import Block, Cell, Issue, Locator, Paragraph, Table
from extract.text import fold, repair

SAME_PLACE = 3.0  # boundaries of one column on two pages lie no further apart
SAME_WIDTH = 4.0
MIRRORED = 40.0  # how far inner and outer margins may shift the table of the next page
_TOP_ZONE, _BOTTOM_ZONE = 0.08, 0.10  # shares of the page's height where running heads stand
_HEAD_ROWS = 4
_WIDE = 90.0  # eight characters and more: few texts end just where such a line does
_SENTENCE_ENDS = "。；！？;.!?"
_PAGE_NUMBER = re.compile(
    r"(?:-*第?\d{1,4}页?-*|-*[ivx]{1,6}-*)(?:[,/]?(?:共|of)?\d{1,4}页?)?|第[一二三四五六七八九十百]+页|page\d+"
)
_NAME_LABEL = re.compile(
    r"(?:[一二]级)?(?:项目|专项|政策|转移支付|部门)(?:资金)?(?:\(.{1,4}\))?名称(?:[:(].*)?"
)
_TITLE = re.compile(r".*绩效.*表(?:\(.*\))?")
_FIGURE = re.compile(r"[\d.,%/-]*\d[\d.,%/-]*")


_key = lru_cache(maxsize=1 << 11)(fold)  # figures and labels come again and again


class PageCell(NamedTuple):
    """A cell of a page's part of a table. `full`: its last line has no room left, so it may go on.

    `confidence` is that of the recognition of its text, 1 where nothing had to be recognised.
    """

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    full: bool = False
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table as one page shows it, `number` counted from 1 on that page.

    `xs` and `ys` are the boundaries of its columns and rows; the cells tile it. `open_top` and
    `open_bottom` tell that no rule closes it there.
    """

    number: int
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[PageCell, ...]
    exact: bool = True
    open_top: bool = False
    open_bottom: bool = False


@dataclass(frozen=True, slots=True)
class PageText:
    """A paragraph outside tables, `number` counted from 1 on its page; `size` is the height of a line."""

    number: int
    text: str
    top: float
    bottom: float
    size: float


PageBlock = PageText | PageTable


@dataclass(frozen=True, slots=True)
class Page:
    """What one page shows, in reading order. `size` is the usual height of its lines."""

    number: int
    height: float
    blocks: tuple[PageBlock, ...] = ()
    size: float = 0.0
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """The blocks of all pages, and what had to be decided on the way."""

    blocks: tuple[Block, ...]
    issues: tuple[Issue, ...]


def join_pages(pages: Sequence[Page]) -> Joined:
    """The blocks of pages in reading order, tables joined over page breaks.

    Cells keep the place on their own page (`p2/t1/r3c2`), a table that of its first part.
    """
    blocks: list[Block | _Growing] = []
    issues: list[Issue] = []
    previous = 0
    for page in without_running_heads(pages):
        issues += page.issues
        for index, block in enumerate(page.blocks):
            if isinstance(block, PageText):
                blocks.append(Paragraph(block.text, Locator(page=page.number, block=block.number)))
                continue
            last = blocks[-1] if blocks and index == 0 and page.number == previous + 1 else None
            if isinstance(last, _Growing) and (link := _link(last, block, page.number)) is not None:
                issues += last.join(block, link)
            else:
                blocks.append(_Growing.of(block, page.number))
        if page.blocks:
            previous = page.number
    return Joined(
        tuple(block.table() if isinstance(block, _Growing) else block for block in blocks), tuple(issues)
    )


def without_running_heads(pages: Sequence[Page]) -> list[Page]:
    """The pages without page numbers and without what comes again at the head or foot of several pages."""
    seen = Counter(key for page in pages for key in {_head_key(page, block) for block in page.blocks} if key)

    def stays(page: Page, block: PageBlock) -> bool:
        key = _head_key(page, block)
        return key is None or not (seen[key] > 1 or _PAGE_NUMBER.fullmatch(_plain(block)))

    return [
        replace(page, blocks=tuple([block for block in page.blocks if stays(page, block)])) for page in pages
    ]


def _plain(block: PageBlock) -> str:
    return _key(block.text).strip("·.~") if isinstance(block, PageText) else ""


def _head_key(page: Page, block: PageBlock) -> tuple[str, int] | None:
    """By what a running head is known on other pages: its text but for figures, and its place."""
    if not isinstance(block, PageText):
        return None
    middle = (block.top + block.bottom) / 2
    at_top, at_bottom = middle < _TOP_ZONE * page.height, middle > (1 - _BOTTOM_ZONE) * page.height
    # A title is larger than a running head and stands close to what it is the title of.
    if not (at_top or at_bottom) or (page.size and block.size > 1.2 * page.size):
        return None
    others = [other for other in page.blocks if other is not block]
    if any(-block.size < _gap(block, other) < 0.8 * block.size for other in others):
        return None
    return re.sub(r"\d+", "0", _plain(block)), round(middle / 6)


def _gap(block: PageText, other: PageBlock) -> float:
    top, bottom = (other.ys[0], other.ys[-1]) if isinstance(other, PageTable) else (other.top, other.bottom)
    return max(top - block.bottom, block.top - bottom)


@dataclass(slots=True)
class _Cell:
    """A cell of a table that is being joined; `x0` and `x1` are among the table's boundaries."""

    row: int
    x0: float
    x1: float
    row_span: int
    text: str
    full: bool
    locator: Locator
    confidence: float = 1.0

    @property
    def span(self) -> tuple[float, float]:
        return self.x0, self.x1


@dataclass(frozen=True, slots=True)
class _Link:
    """How a table goes on: its part's cells placed on the boundaries so far, and what of it is new.

    `drop` are rows of the head that come again. `is_cut` tells that the next row goes on with the last.
    """

    xs: tuple[float, ...]
    cells: tuple[_Cell, ...]
    drop: int
    is_cut: bool
    is_sure: bool


@dataclass(slots=True)
class _Growing:
    """A table as far as it is joined."""

    first: PageTable
    last: PageTable
    page: int
    xs: list[float]
    rows: int
    _cells: list[_Cell] | None = None

    @classmethod
    def of(cls, table: PageTable, page: int) -> _Growing:
        return cls(table, table, page, list(table.xs), len(table.ys) - 1)

    @property
    def cells(self) -> list[_Cell]:
        """The cells so far; made when they are first needed, since most tables are never joined."""
        if self._cells is None:
            self._cells = list(_placed(self.first, self.first.xs, self.page))
        return self._cells

    def bottom(self) -> list[_Cell]:
        """The cells that reach the end of the table so far, left to right."""
        return sorted((cell for cell in self.cells if cell.row + cell.row_span == self.rows), key=_left)

    def join(self, part: PageTable, link: _Link) -> Iterator[Issue]:
        """Take in the part of the next page; an Issue where that took a guess."""
        bottom = self.bottom()
        self.xs = sorted({*self.xs, *link.xs})
        offset = self.rows - link.drop - (1 if link.is_cut else 0)
        top = [cell for cell in link.cells if cell.row == link.drop]
        merged = (
            _joined_halves(bottom, top) if link.is_cut else self._merges_that_go_on(bottom, top, link.cells)
        )
        if link.is_cut and not link.is_sure and bottom:
            place = replace(bottom[-1].locator, column=None)
            yield Issue("row_joined", "跨页断开的一行已按文字走向拼合，请核对", place)
        for cell in link.cells:
            if id(cell) not in merged:
                cell.row += offset
                self.cells.append(cell)
        self.rows += len(part.ys) - 1 - link.drop - (1 if link.is_cut else 0)
        self.last = part

    def _merges_that_go_on(
        self, bottom: Sequence[_Cell], top: Sequence[_Cell], part: Sequence[_Cell]
    ) -> set[int]:
        """Reach cells that were merged downwards on into the next page; the cells that are used up.

        A blank cell goes on with the one above it if it stands before all text of its row, as labels do
        that are printed once for many rows, or if both are merged. A label may also be cut in two, or be
        printed on the second page alone.
        """
        above_at = {cell.span: cell for cell in bottom}
        used: set[int] = set()
        leads = any(cell.text for cell in top)
        in_head = _is_double_head(above_at, top)
        for cell in sorted(top, key=_left):
            above = above_at.get(cell.span)
            is_label = False
            if above is not None:
                is_late = bool(cell.text) and not above.text and above.row_span > 1
                is_broken = bool(cell.text) and _is_broken_label(above, cell, (*self.cells, *part))
                is_label = leads and (is_late or is_broken or (not cell.text and _is_label(above)))
                is_merged = not cell.text and above.row_span > 1 and cell.row_span > 1
                if is_label or is_merged or in_head:
                    above.row_span += cell.row_span
                    above.text, above.full = above.text + cell.text, cell.full
                    above.confidence = min(above.confidence, cell.confidence)
                    used.add(id(cell))
            leads = leads and (is_label or not cell.text)
        return used

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


def _left(cell: _Cell) -> float:
    return cell.x0


def _is_label(cell: _Cell) -> bool:
    return bool(cell.text) or cell.row_span > 1


def _is_broken_label(above: _Cell, cell: _Cell, cells: Sequence[_Cell]) -> bool:
    """Is `cell` the rest of the label above it? Labels of a column end alike, which its first half does not."""
    if not (above.full and above.text):
        return False
    ends = Counter(
        other.text[-1]
        for other in cells
        if other.span == above.span and other.text and other is not above and other is not cell
    )
    usual = max(ends, key=lambda end: ends[end], default="")
    is_usual = ends[usual] > 1 and ends[usual] * 2 > ends.total()
    return is_usual and above.text[-1] != usual == cell.text[-1]


def _is_double_head(above_at: Mapping[tuple[float, float], _Cell], top: Sequence[_Cell]) -> bool:
    """Does the page break part a head of two rows, of which one cell is parted below and others go on?

    Then of cells of one width, behind the labels, the lower is blank or goes on with a text.
    """
    filled = [cell for cell in top if cell.text]
    parted = [
        [cell for cell in filled if x0 <= cell.x0 and cell.x1 <= x1 and cell.span != (x0, x1)]
        for x0, x1 in above_at
    ]
    if not any(len(parts) > 1 for parts in parted):
        return False
    pairs = [(above_at[cell.span], cell) for cell in top if cell.span in above_at and cell.x0 > filled[0].x0]
    goes_on = all((above.full if cell.text else above.text) for above, cell in pairs)
    return goes_on and any(not cell.text for _, cell in pairs)


def _placed(table: PageTable, xs: Sequence[float], page: int) -> Iterator[_Cell]:
    """The cells of a page's table, its boundaries called `xs`."""
    for cell in table.cells:
        place = Locator(page=page, table=table.number, row=cell.row + 1, column=cell.column + 1)
        x0, x1 = xs[cell.column], xs[cell.column + cell.column_span]
        yield _Cell(cell.row, x0, x1, cell.row_span, cell.text, cell.full, place, cell.confidence)


def _link(table: _Growing, part: PageTable, page: int) -> _Link | None:
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
    is_cut = _is_cut(table.bottom(), top, is_open=is_open)
    return _Link(xs, cells, drop, is_cut, is_open)


def _same_boundaries(known: Sequence[float], new: Sequence[float]) -> tuple[float, ...]:
    """The boundaries `new`, each called like the known one at its place, if there is one."""
    called: list[float] = []
    for x in new:
        nearest = min(known, key=lambda one: abs(one - x))
        is_free = not called or nearest > called[-1]
        called.append(nearest if abs(nearest - x) <= SAME_PLACE + 1 and is_free else x)
    return tuple(called)


def _alike(known: Sequence[float], new: Sequence[float]) -> bool:
    """Do the boundaries between columns mostly agree? Those of the page that shows fewer decide."""
    inner, known_inner = set(new[1:-1]), set(known[1:-1])
    fewer = min(len(inner), len(known_inner))
    return len(inner & known_inner) * 2 >= fewer if fewer else inner == known_inner


def _rows(cells: Iterable[_Cell]) -> dict[int, list[_Cell]]:
    rows: dict[int, list[_Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    return rows


def _signature(row: Iterable[_Cell]) -> tuple[tuple[float, str], ...]:
    return tuple(sorted((cell.x0, _key(cell.text)) for cell in row if cell.row_span == 1 and cell.text))


def _repeated_head(table: _Growing, cells: Sequence[_Cell]) -> int:
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
        if is_head and not any(_FIGURE.fullmatch(text) for row in rows for _, text in row if start):
            found = max(found, count)
    return found


def _begins(cells: Sequence[_Cell], drop: int, xs: Sequence[float]) -> bool:
    """Do the rows behind a repeated head begin another form, by a title or the name of a project?"""
    for number, row in _rows(cells).items():
        filled = [_key(cell.text) for cell in row if cell.text]
        if not drop <= number < drop + _HEAD_ROWS:
            continue
        if any(_NAME_LABEL.fullmatch(text) for text in filled):
            return True
        if number == drop and len(filled) == 1 and len(row) == 1 and _TITLE.fullmatch(filled[0]):
            return row[0].span == (xs[0], xs[-1])
    return False


def _same_label(table: _Growing, cells: Sequence[_Cell], row: int) -> bool:
    """Do the table and the next page have the same label in this row? Then both begin a form alike."""
    labels = [
        [_key(cell.text) for cell in one if cell.row == row and cell.text][:1] for one in (table.cells, cells)
    ]
    return bool(labels[0]) and labels[0] == labels[1]


def _without_head(cells: Sequence[_Cell], drop: int, table: _Growing) -> tuple[_Cell, ...]:
    """The cells below a repeated head; one that reaches down from it begins where the head ends."""
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


def _is_cut(bottom: Sequence[_Cell], top: Sequence[_Cell], *, is_open: bool) -> bool:
    """Is the first row of the next page the rest of the last row of this one?

    The rest of a row has text only where the text of the row was not at its end, and lacks what else the
    row has, or a sentence breaks off. Where no rule was drawn at the page break it is enough that it lacks
    most of it.
    """
    halves = [(_covering(bottom, cell), cell) for cell in top]
    if any(cell.row_span > 1 and (above is None or above.span != cell.span) for above, cell in halves):
        return False
    texts = [(above, cell) for above, cell in halves if cell.text]
    holders = [above for above, _ in texts if above is not None]
    if not texts or len({id(above) for above in holders}) < len(texts):
        return False
    if any(_FIGURE.fullmatch(above.text) and _FIGURE.fullmatch(cell.text) for above, cell in texts if above):
        return False
    goes_on = all(above.text and above.full for above in holders)
    filled = [above for above in bottom if above.text and above.row_span == 1]
    kept = sum(above in holders for above in filled)
    if goes_on and (kept < len(filled) or is_open or any(_breaks_off(above) for above in holders)):
        return True
    return is_open and kept * 2 < len(filled)


def _breaks_off(cell: _Cell) -> bool:
    """Is the last line of a wide cell full, and no end of a sentence?"""
    return cell.full and cell.x1 - cell.x0 > _WIDE and cell.text[-1] not in _SENTENCE_ENDS


def _covering(bottom: Sequence[_Cell], cell: _Cell) -> _Cell | None:
    return next((above for above in bottom if above.x0 <= cell.x0 and cell.x1 <= above.x1), None)


def _joined_halves(bottom: Sequence[_Cell], top: Sequence[_Cell]) -> set[int]:
    """Write the rest of a row into its first half; the cells that are used up."""
    for cell in top:
        above = _covering(bottom, cell)
        if above is None:
            continue
        if cell.text:
            above.text = repair(f"{above.text}{'' if above.full else ' '}{cell.text}")
            above.full = cell.full
            above.confidence = min(above.confidence, cell.confidence)
        if above.span == cell.span:
            above.row_span += cell.row_span - 1
    return {id(cell) for cell in top}
