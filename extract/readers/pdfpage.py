"""What a PDF page draws, as plain data: characters with their boxes, lines, shaded areas.

Places are in points as the page is shown: `x` to the right, `y` down from its top left corner, whatever
/Rotate and the page box say.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from extract.tables.rulings import Ruling


class Glyph(NamedTuple):
    """A character in its box, written from the origin (`x`, `y`); a space behind it is part of `text`.

    The box is as wide as the character advances. How high it is means nothing: of some fonts it is that
    of the ink, of others more than a line; of a page where nothing is turned it is left out. `turn` is by
    how many degrees the character is turned clockwise as the page is shown, of 0, 90, 180 and 270, or -1
    for anything between. `number` is PDFium's own, -1 for the value of a form field, which comes as one
    glyph however long it is.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    x: float
    y: float
    number: int = -1
    turn: int = 0

    def moved(self, matrix: Matrix, turn: int) -> Glyph:
        """The character where a matrix puts it."""
        box = matrix.box(self.x0, self.top, self.x1, self.bottom)
        return Glyph(self.text, *box, *matrix.point(self.x, self.y), self.number, turn)


class Box(NamedTuple):
    """A rectangle."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(slots=True)
class Drawing:
    """All that one page draws. `number` counts from 1, `image_share` is the share that pictures cover.

    `paths` counts curved shapes; `has_turned` tells whether any character may be turned.
    """

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    horizontals: list[Ruling] = field(default_factory=list)
    verticals: list[Ruling] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)
    image_share: float = 0.0
    paths: int = 0
    has_turned: bool = False


class Matrix(NamedTuple):
    """x' = ax + cy + e, y' = bx + dy + f, as in PDF."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """Where a rectangle comes to lie; one that is turned obliquely, its bounds."""
        corners = [self.point(x, y) for x in (x0, x1) for y in (y0, y1)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return Box(min(xs), min(ys), max(xs), max(ys))

    def after(self, inner: Matrix) -> Matrix:
        """First `inner`, then this one."""
        a, b, c, d, e, f = inner
        return Matrix(
            self.a * a + self.c * b,
            self.b * a + self.d * b,
            self.a * c + self.c * d,
            self.b * c + self.d * d,
            *self.point(e, f),
        )


def set_upright(drawing: Drawing) -> Drawing:
    """The drawing turned so that most of its characters stand upright."""
    if not drawing.has_turned:
        return drawing
    turns = Counter(glyph.turn for glyph in drawing.glyphs)
    turn, count = max(turns.items(), key=lambda item: item[1], default=(0, 0))
    if turn <= 0 or count * 2 <= len(drawing.glyphs):
        return drawing
    width, height = drawing.width, drawing.height
    matrix = {
        90: Matrix(0, -1, 1, 0, 0, width),
        180: Matrix(-1, 0, 0, -1, width, height),
        270: Matrix(0, 1, -1, 0, height, 0),
    }[turn]
    page = matrix.box(0, 0, width, height)
    across = [matrix.box(start, at, end, at) for at, start, end in drawing.horizontals]
    down = [matrix.box(at, start, at, end) for at, start, end in drawing.verticals]
    if turn != 180:
        across, down = down, across
    return Drawing(
        drawing.number,
        page.x1,
        page.bottom,
        [
            glyph.moved(matrix, glyph.turn if glyph.turn < 0 else (glyph.turn - turn) % 360)
            for glyph in drawing.glyphs
        ],
        [Ruling(box.top, box.x0, box.x1) for box in across],
        [Ruling(box.x0, box.top, box.bottom) for box in down],
        [matrix.box(*box) for box in drawing.shades],
        drawing.image_share,
        drawing.paths,
        drawing.has_turned,
    )
