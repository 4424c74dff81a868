"""Characters to lines, and lines to the text of a cell or of paragraphs.

What stands on one line is told by the middles of the characters: fonts declare boxes of any height,
and boxes of neighbouring lines overlap. Lengths are points, `y` runs down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extract.readers.pdfpage import Glyph, Matrix

_MOST_PAD = 6.0  # what a cell leaves free beside its text, at most
_TURNS = {
    90: Matrix(0, -1, 1, 0, 0, 0),
    180: Matrix(-1, 0, 0, -1, 0, 0),
    270: Matrix(0, 1, -1, 0, 0, 0),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in its box. `em` is the width of its widest character, `first` that of its first.

    Of turned text the box is as if the text stood upright.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    em: float
    first: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def size(self) -> float:
        return self.bottom - self.top


def lines_of(glyphs: Sequence[Glyph]) -> list[Line]:
    """The lines that characters form, in reading order; text turned to one side comes after the upright."""
    if not any([glyph.turn for glyph in glyphs]):
        return [line(row) for row in rows_of(glyphs)]
    lines = []
    for turn in (0, *_TURNS):
        own = [glyph for glyph in glyphs if glyph.turn == turn]
        if turn:
            matrix = _TURNS[turn]
            own = [
                glyph._replace(**matrix.box(glyph.x0, glyph.top, glyph.x1, glyph.bottom)._asdict())
                for glyph in own
            ]
        lines += [line(row) for row in rows_of(own)]
    return lines


def rows_of(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Upright characters by line, from top to bottom, each from left to right; columns if so written."""
    if len(glyphs) < 2:
        return [list(glyphs)] if glyphs else []
    ordered = sorted(glyphs, key=_middle)
    rows: list[list[Glyph]] = []
    row = [ordered[0]]
    place, height = _middle(ordered[0]), ordered[0].bottom - ordered[0].top
    for glyph in ordered[1:]:
        middle = _middle(glyph)
        if middle - place > 0.5 * min(height, glyph.bottom - glyph.top):
            rows.append(row)
            row = []
            place, height = middle, glyph.bottom - glyph.top
        row.append(glyph)
    rows.append(row)
    if len(rows) > 1 and len(rows) < len(glyphs) and _runs_down(glyphs):
        return _columns(glyphs)
    for row in rows:
        row.sort(key=_left)
    return rows


def _middle(glyph: Glyph) -> float:
    return glyph.top + glyph.bottom


def _left(glyph: Glyph) -> float:
    return glyph.x0


def _runs_down(glyphs: Sequence[Glyph]) -> bool:
    """Are characters in several columns written from top to bottom? Then they are drawn in that order."""
    down = right = 0
    for one, other in zip(glyphs, glyphs[1:], strict=False):
        size = max(one.bottom - one.top, 1.0)
        if abs(other.x0 - one.x0) < 0.5 * size and 0.4 * size < other.top - one.top < 2 * size:
            down += 1
        elif abs(other.top - one.top) < 0.5 * size and other.x0 > one.x0:
            right += 1
    return down > 2 * right and down * 2 > len(glyphs)


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
        column.sort(key=_middle)
    return columns


def line(row: Sequence[Glyph]) -> Line:
    """The line that characters make from left to right."""
    widths = [glyph.x1 - glyph.x0 for glyph in row]
    return Line(
        _text(row),
        min([glyph.x0 for glyph in row]),
        min([glyph.top for glyph in row]),
        max([glyph.x1 for glyph in row]),
        max([glyph.bottom for glyph in row]),
        max(widths),
        widths[0],
    )


def _text(row: Sequence[Glyph]) -> str:
    """The text of a line: characters struck twice once, a space where Latin words stand apart."""
    before = row[0]
    parts = [before.text]
    for glyph in row[1:]:
        gap = glyph.x0 - before.x1
        if gap < 0 and glyph.text == before.text and glyph.x0 - before.x0 < 0.3 * (glyph.x1 - glyph.x0):
            continue
        if gap > 0.5 * (glyph.bottom - glyph.top):
            parts.append(" ")
        elif parts[-1][-1] == " " and gap < 0.1 * (glyph.bottom - glyph.top) and _in_number(before, glyph):
            # A space that takes no room was put in by PDFium, not by the writer.
            parts[-1] = parts[-1].rstrip()
        parts.append(glyph.text)
        before = glyph
    return "".join(parts)


def _in_number(before: Glyph, glyph: Glyph) -> bool:
    return before.text.strip()[-1:] in "0123456789.," and glyph.text[0] in "0123456789.,%"


def cell_text(lines: Sequence[Line], width: float, left: float) -> str:
    """The text of a cell from `left` on, its lines joined as they were before they were wrapped."""
    if not lines:
        return ""
    pad = _pad(lines, left)
    text = lines[0].text
    for line_above, below in zip(lines, lines[1:], strict=False):
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
    is_latin = above[-1:].isascii() and below[:1].isascii()
    return " " if is_latin and (fits or above.endswith(" ")) else ""


def paragraphs(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Lines outside tables, from top to bottom, as paragraphs: wrapped lines stay together.

    A line goes on in the next one if it reaches the right edge of the text, the next one begins at the
    left edge, and both are of one size and near each other.
    """
    lines = list(lines)
    if not lines:
        return
    left, right = min(one.x0 for one in lines), max(one.x1 for one in lines)
    paragraph = [lines[0]]
    for above, below in zip(lines, lines[1:], strict=False):
        goes_on = (
            right - above.x1 < 1.5 * above.em
            and below.x0 - left < 1.0 * below.em
            and above.x1 - above.x0 > 8 * above.em
            and abs(above.size - below.size) < 0.2 * above.size
            and 0 < below.middle - above.middle < 2.5 * above.size
        )
        if goes_on:
            paragraph.append(below)
        else:
            yield paragraph
            paragraph = [below]
    yield paragraph


def pieces(row: Sequence[Glyph], gap: float) -> list[list[Glyph]]:
    """The characters of a line from left to right, parted where more than `gap` ems are free."""
    parts = [[row[0]]]
    for before, glyph in zip(row, row[1:], strict=False):
        if glyph.x0 - before.x1 > gap * (glyph.bottom - glyph.top):
            parts.append([])
        parts[-1].append(glyph)
    return parts
