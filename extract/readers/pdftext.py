"""Characters to lines, and lines to the text of a cell or of paragraphs.

What stands on one line is told by the middles of the characters: fonts declare boxes of any height,
and boxes of neighbouring lines overlap. Lengths are points, `y` runs down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from extract.readers.pdfpage import Glyph, Matrix

_BASE, _LEFT = attrgetter("y"), attrgetter("x0")
ITEM = re.compile(
    r"(?:[（(]?[\d一二三四五六七八九十]{1,3}[)）.、．](?!\d)|[•●■◆▪·○-])\s*"
)  # begins an item of a list
_WIDE = "%@&MWmw"  # Latin characters that may be as wide as hanzi
_MOST_PAD = 6.0  # what a cell leaves free beside its text, at most
_TURNS = {
    90: Matrix(0, -1, 1, 0, 0, 0),
    180: Matrix(-1, 0, 0, -1, 0, 0),
    270: Matrix(0, 1, -1, 0, 0, 0),
}


class Line(NamedTuple):
    """A line of text on its base line `y`. `em` is the size of its type, `first` its first character's width.

    Of turned text the places are as if the page were turned to make it upright.
    """

    text: str
    x0: float
    x1: float
    y: float
    em: float
    first: float

    @property
    def top(self) -> float:
        return self.y - 0.88 * self.em

    @property
    def bottom(self) -> float:
        return self.y + 0.12 * self.em


def em_of(glyph: Glyph) -> float:
    """The size of type that a character is printed in, from its width: that of a hanzi, twice a figure's."""
    width = glyph.x1 - glyph.x0
    if glyph.text >= "\u2000" or glyph.text[0] in _WIDE:
        return width
    return 1.5 * width if glyph.text.isupper() else 2 * width


def lines_of(glyphs: Sequence[Glyph], *, may_turn: bool = True) -> list[Line]:
    """The lines that characters form, in reading order; text turned to one side comes after the upright."""
    if not (may_turn and any(glyph.turn for glyph in glyphs)):
        return [line(row) for row in rows_of(glyphs)]
    lines = []
    for turn in (0, *_TURNS):
        own = [glyph for glyph in glyphs if glyph.turn == turn]
        if turn:
            own = [glyph.moved(_TURNS[turn], 0) for glyph in own]
        lines += [line(row) for row in rows_of(own)]
    return lines


def rows_of(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Upright characters by line, from top to bottom, each from left to right; columns if so written."""
    # Nearly always each line is drawn in one go, from left to right, and below the line before.
    runs = [sorted(run, key=_LEFT) for _, run in groupby(glyphs, _BASE)]
    if all(below[0].y - above[0].y > 0.5 * em_of(above[0]) for above, below in pairwise(runs)):
        return _columns(glyphs) if 1 < len(runs) < len(glyphs) and _runs_down(glyphs) else runs
    by_base: dict[float, list[Glyph]] = {}
    for glyph in glyphs:
        if glyph.y in by_base:
            by_base[glyph.y].append(glyph)
        else:
            by_base[glyph.y] = [glyph]
    rows: list[list[Glyph]] = []
    base = em = 0.0
    for y in sorted(by_base):
        row = by_base[y]
        size = max([em_of(glyph) for glyph in row])
        if rows and y - base <= 0.45 * min(em, size):
            rows[-1] += row
            em = max(em, size)
        else:
            rows.append(row)
            base, em = y, size
    if 1 < len(rows) < len(glyphs) and _runs_down(glyphs):
        return _columns(glyphs)
    for row in rows:
        row.sort(key=_LEFT)
    return rows


def _runs_down(glyphs: Sequence[Glyph]) -> bool:
    """Are characters in several columns written from top to bottom? Then they are drawn in that order."""
    down = 0
    for one, other in pairwise(glyphs):
        em = max(em_of(one), 1.0)
        if abs(other.y - one.y) < 0.5 * em and other.x0 > one.x0:
            return False
        down += abs(other.x0 - one.x0) < 0.5 * em and 0.4 * em < other.y - one.y < 2 * em
    return down * 2 > len(glyphs)


def _columns(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Characters by column, from right to left, each from top to bottom."""
    columns: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.x1):
        width = columns[-1][0].x1 - columns[-1][0].x0 if columns else 0.0
        if columns and columns[-1][0].x1 - glyph.x1 < 0.5 * width:
            columns[-1].append(glyph)
        else:
            columns.append([glyph])
    for column in columns:
        column.sort(key=_BASE)
    return columns


def line(row: Sequence[Glyph]) -> Line:
    """The line that characters make from left to right."""
    first, last = row[0], row[-1]
    wide = first.x1 - first.x0
    if first.text >= "\u2000" and abs(last.x1 - first.x0 - len(row) * wide) < 0.1 * wide:  # nothing but hanzi
        return Line("".join([glyph.text for glyph in row]), first.x0, last.x1, first.y, wide, wide)
    widths = [glyph.x1 - glyph.x0 for glyph in row]
    plain = "".join([glyph.text for glyph in row])
    em = max(widths) if max(plain) >= "\u2000" else max([em_of(glyph) for glyph in row])
    # Where widths add up there is no gap and nothing struck twice.
    is_close = abs(last.x1 - first.x0 - sum(widths)) < 0.1 * em
    return Line(plain if is_close else _text(row, em), first.x0, last.x1, first.y, em, widths[0])


def _text(row: Sequence[Glyph], em: float) -> str:
    """The text of a line: characters struck twice once, a space where Latin words stand apart."""
    before = row[0]
    text = before.text
    for glyph in row[1:]:
        gap = glyph.x0 - before.x1
        if (
            gap < -0.1 * em
            and glyph.text == before.text
            and glyph.x0 - before.x0 < 0.3 * (glyph.x1 - glyph.x0)
        ):
            continue
        if gap > 0.15 * em and (gap > 0.5 * em or (before.text + glyph.text).isalpha()):
            text += " "
        text += glyph.text
        before = glyph
    return text


def cell_text(lines: Sequence[Line], width: float, left: float) -> str:
    """The text of a cell from `left` on, its lines joined as they were before they were wrapped."""
    if len(lines) < 2:
        return lines[0].text if lines else ""
    pad = _pad(lines, left)
    text = lines[0].text
    for line_above, below in pairwise(lines):
        room = width - 2 * pad - (line_above.x1 - line_above.x0)
        text += seam(text, below.text, fits=room > below.first) + below.text
    return text


def _pad(lines: Sequence[Line], left: float) -> float:
    return min(max(min([one.x0 for one in lines]) - left, 0.0), _MOST_PAD)


def is_full(lines: Sequence[Line], width: float, left: float) -> bool:
    """Does the last line leave no room for another character, so that the text may go on elsewhere?"""
    if not lines:
        return False
    last = lines[-1]
    return width - 2 * _pad(lines, left) - (last.x1 - last.x0) < 1.25 * last.em


def seam(above: str, below: str, *, fits: bool) -> str:
    """What stands between two lines that were one: a space between words, nothing in a word or number.

    `fits` tells whether the next character would have fitted on the line above; if not, the line was
    broken because it was full.

    >>> seam("每年1,234", ".56万元", fits=False), seam("IP RAN", "2.0", fits=True), seam("≥", "95%", fits=True)
    ('', ' ', '')
    """
    if above.endswith(" "):
        return ""
    ends, begins = above[-1:], below[:1]
    is_latin = ends.isascii() and begins.isascii() and ends not in "/-(" and begins not in "%)/,.;:"
    return " " if is_latin and fits else ""


def paragraphs(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Lines outside tables, from top to bottom, as paragraphs: wrapped lines stay together.

    A line goes on in the next one if it reaches the right edge of the text, the next one begins at the
    left edge and no item of a list, and both are of one size and near each other.
    """
    lines = list(lines)
    if not lines:
        return
    left, right = min(one.x0 for one in lines), max(one.x1 for one in lines)
    paragraph = [lines[0]]
    for above, below in pairwise(lines):
        goes_on = (
            right - above.x1 < 1.5 * above.em
            and below.x0 - left < 1.0 * below.em
            and above.x1 - above.x0 > 8 * above.em
            and abs(above.em - below.em) < 0.2 * above.em
            and 0 < below.y - above.y < 2.5 * above.em
            and not ITEM.match(below.text)
        )
        if goes_on:
            paragraph.append(below)
        else:
            yield paragraph
            paragraph = [below]
    yield paragraph


def pieces(row: Sequence[Glyph], gap: float) -> list[list[Glyph]]:
    """The characters of a line from left to right, parted where more than `gap` ems are free."""
    least = gap * max([em_of(glyph) for glyph in row])
    parts = [[row[0]]]
    for before, glyph in pairwise(row):
        if glyph.x0 - before.x1 > least:
            parts.append([])
        parts[-1].append(glyph)
    return parts
