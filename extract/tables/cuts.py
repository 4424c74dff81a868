"""A row, or a cell merged over rows, that a page break cut: is it one, and how it is made whole.

What is asked here is always how the cells of the first row on a page relate to the cells that end the
page before, of the same columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extract.document import Locator
from extract.text import repair

_WIDE = 90.0  # eight characters and more: few texts end just where such a line does
_SENTENCE_ENDS = "。；！？;.!?"
FIGURE = re.compile(r"[\d.,%/-]*\d[\d.,%/-]*")


@dataclass(slots=True)
class Piece:
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


def is_cut(bottom: Sequence[Piece], top: Sequence[Piece], *, is_open: bool) -> bool:
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
    if any(FIGURE.fullmatch(above.text) and FIGURE.fullmatch(cell.text) for above, cell in texts if above):
        return False
    goes_on = all(above.text and above.full for above in holders)
    filled = [above for above in bottom if above.text and above.row_span == 1]
    kept = sum(above in holders for above in filled)
    if goes_on and (kept < len(filled) or is_open or any(_breaks_off(above) for above in holders)):
        return True
    return is_open and kept * 2 < len(filled)


def _breaks_off(cell: Piece) -> bool:
    """Is the last line of a wide cell full, and no end of a sentence?"""
    return cell.full and cell.x1 - cell.x0 > _WIDE and cell.text[-1] not in _SENTENCE_ENDS


def _covering(bottom: Sequence[Piece], cell: Piece) -> Piece | None:
    return next((above for above in bottom if above.x0 <= cell.x0 and cell.x1 <= above.x1), None)


def joined_halves(bottom: Sequence[Piece], top: Sequence[Piece]) -> set[int]:
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


def merges_that_go_on(bottom: Sequence[Piece], top: Sequence[Piece], others: Sequence[Piece]) -> set[int]:
    """Reach cells that were merged downwards on into the next page; the cells that are used up.

    A blank cell goes on with the one above it if it stands before all text of its row, as labels do
    that are printed once for many rows, or if both are merged. A label may also be cut in two, or be
    printed on the second page alone, beside a row that is parted like the one above.
    """
    above_at = {cell.span: cell for cell in bottom}
    used: set[int] = set()
    leads = any(cell.text for cell in top)
    in_head = _is_double_head(above_at, top)
    is_like = all(cell.span in above_at for cell in top)
    for cell in sorted(top, key=by_place):
        above = above_at.get(cell.span)
        is_label = False
        if above is not None:
            is_late = is_like and bool(cell.text) and not above.text and above.row_span > 1
            is_broken = bool(cell.text) and _is_broken_label(above, cell, others)
            is_label = leads and (is_late or is_broken or (not cell.text and _is_label(above)))
            is_merged = not cell.text and above.row_span > 1 and cell.row_span > 1
            if is_label or is_merged or in_head:
                above.row_span += cell.row_span
                above.text, above.full = above.text + cell.text, cell.full
                above.confidence = min(above.confidence, cell.confidence)
                used.add(id(cell))
        leads = leads and (is_label or not cell.text)
    return used


def by_place(cell: Piece) -> float:
    """By what pieces of a row are sorted from left to right."""
    return cell.x0


def _is_label(cell: Piece) -> bool:
    return bool(cell.text) or cell.row_span > 1


def _is_broken_label(above: Piece, cell: Piece, cells: Sequence[Piece]) -> bool:
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


def _is_double_head(above_at: Mapping[tuple[float, float], Piece], top: Sequence[Piece]) -> bool:
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
