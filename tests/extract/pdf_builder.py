"""Printed PDFs: a sheet drawn as office programs draw one, on as many pages as it takes.

What differs between producers is an option: how rules are drawn, whether the page break closes the
table, whether a row may be cut, whether head rows come again. Lengths are points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.forms.printer import Sheet

SONG = "STSong-Light"  # named, not embedded: every viewer brings it
TRUETYPE = [
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    Path("/usr/share/fonts/truetype/arphic/uming.ttc"),
]
A4 = (595.0, 842.0)
PAD = 4.0
BAR = 0.48


@dataclass(frozen=True)
class Style:
    """How a producer draws. `rules` is one of boxes, lines, bars, dashes, double, shades, none."""

    rules: str = "boxes"
    font: str = SONG
    size: float = 9.0
    leading: float = 12.0
    page: tuple[float, float] = A4
    margin: float = 56.0
    frame: bool = True  # are the outer rules drawn?
    cut: bool = False  # may a page break cut a row?
    closed: bool = True  # is a rule drawn where the page breaks?
    repeat: tuple[int, ...] = ()  # rows printed again at the head of each page
    foot: str = "- {page} -"
    turned: int = 0  # /Rotate, in degrees; the content is drawn so that it still stands upright
    upright: tuple[str, ...] = ()  # texts printed one character a line
    start: float = 0.0  # how far below the top margin the first page begins


@dataclass(frozen=True)
class Piece:
    """The part of row `row` that one page shows: `lines` of its text from line `first`."""

    row: int
    height: float
    first: int = 0
    whole: bool = True


class Printer:
    """Draws sheets and lines of text one after another onto a canvas."""

    def __init__(self, style: Style, password: StandardEncryption | None = None) -> None:
        self.style = style
        self.out = BytesIO()
        # For a page turned sideways the canvas swaps the sides of its media box itself.
        self.canvas = Canvas(self.out, pagesize=style.page, encrypt=password, invariant=1)
        register(style.font)
        self.pages = 0
        self._written: dict[tuple[int, int, int, int, str], int] = {}  # lines of cells so far
        self._begin()

    def _begin(self) -> None:
        width, height = self.style.page
        self.pages += 1
        self.top = height - self.style.margin
        if self.style.turned:
            self.canvas.setPageRotation(self.style.turned)
            matrix = {90: (0, 1, -1, 0, height, 0), 180: (-1, 0, 0, -1, width, height)}
            self.canvas.transform(*{**matrix, 270: (0, -1, 1, 0, 0, width)}[self.style.turned])
        if self.style.foot:
            self.canvas.setFont(self.style.font, 9)
            self.canvas.drawCentredString(width / 2, 30, self.style.foot.format(page=self.pages))

    def new_page(self) -> None:
        self.canvas.showPage()
        self._begin()

    def line(self, text: str, size: float = 9.0, *, centred: bool = False) -> None:
        """One line of text outside tables."""
        self.canvas.setFont(self.style.font, size)
        self.top -= size * 1.6
        width = self.style.page[0]
        if centred:
            self.canvas.drawCentredString(width / 2, self.top + size * 0.4, text)
        else:
            self.canvas.drawString(self.style.margin, self.top + size * 0.4, text)

    def bytes(self) -> bytes:
        self.canvas.save()
        return self.out.getvalue()

    def sheet(self, sheet: Sheet) -> None:
        """The sheet from here on, over page breaks."""
        plan = Plan(self.style, sheet)
        self._written.clear()
        room = self.top - self.style.margin
        full = self.style.page[1] - 2 * self.style.margin
        pages = list(plan.pages(room, full))
        for number, pieces in enumerate(pages):
            if number:
                self.new_page()
                if self.style.repeat:
                    self._draw(plan, [Piece(row, plan.heights[row]) for row in self.style.repeat], True, True)
            self._draw(plan, pieces, number == 0, number == len(pages) - 1)

    def _draw(self, plan: Plan, pieces: Sequence[Piece], first: bool, last: bool) -> None:
        edges = [self.top]
        for piece in pieces:
            edges.append(edges[-1] - piece.height)
        boxes = []
        for cell in plan.sheet.cells:
            shown = [at for at, piece in enumerate(pieces) if cell[0] <= piece.row < cell[0] + cell[2]]
            if not shown:
                continue
            x0, x1 = plan.xs[cell[1]], plan.xs[cell[1] + cell[3]]
            y1, y0 = edges[shown[0]], edges[shown[-1] + 1]
            boxes.append((x0, y0, x1, y1))
            self._write(plan, cell, [pieces[at] for at in shown], (x0, y0, x1, y1))
        closed = self.style.closed
        Rules(self.canvas, self.style, boxes).draw(first or closed, last or closed)
        self.top = edges[-1]

    def _write(
        self, plan: Plan, cell: tuple[int, int, int, int, str], pieces: list[Piece], box: tuple[float, ...]
    ) -> None:
        x0, y0, x1, y1 = box
        _, _, down, _, text = cell
        lines = plan.lines(text, x1 - x0)
        fits = int((y1 - y0 - 2 * PAD) / self.style.leading + 0.01)
        begin = self._written.get(cell, 0) if down > 1 else pieces[0].first
        lines = lines[begin : begin + fits]
        self._written[cell] = begin + len(lines)
        size, leading = self.style.size, self.style.leading
        self.canvas.setFont(self.style.font, size)
        cut = not all(piece.whole for piece in pieces) and down == 1
        spare = 0 if cut else (y1 - y0 - len(lines) * leading) / 2 - PAD
        y = y1 - PAD - max(spare, 0) - size
        for line in lines:
            if len(text) > 20:
                self.canvas.drawString(x0 + PAD, y, line)
            else:
                self.canvas.drawCentredString((x0 + x1) / 2, y, line)
            y -= leading


class Plan:
    """Where the columns and rows of a sheet go."""

    def __init__(self, style: Style, sheet: Sheet) -> None:
        self.style, self.sheet = style, sheet
        total = style.page[0] - 2 * style.margin
        needs = [4.0] * sheet.columns
        for _, column, _, across, text in sheet.cells:
            if across == 1:
                needs[column] = max(needs[column], min(len(text), 11))
        self.xs = [style.margin]
        for need in needs:
            self.xs.append(self.xs[-1] + total * need / sum(needs))
        self.heights = [style.leading + 2 * PAD] * sheet.rows
        for row, column, down, across, text in sorted(sheet.cells, key=lambda cell: cell[2]):
            lines = self.lines(text, self.xs[column + across] - self.xs[column])
            need = len(lines) * style.leading + 2 * PAD
            have = sum(self.heights[row : row + down])
            self.heights[row + down - 1] += max(0, need - have)

    def lines(self, text: str, width: float) -> list[str]:
        """The text wrapped to a cell of that width; never between two digits."""
        if text in self.style.upright:
            return list(text)
        lines = [""]
        for word in _words(text):
            if lines[-1] and self._width(lines[-1] + word) > width - 2 * PAD + 0.01:
                lines.append("")
            lines[-1] += word
        return lines if text else []

    def _width(self, text: str) -> float:
        return pdfmetrics.stringWidth(text, self.style.font, self.style.size)

    def pages(self, room: float, full: float) -> Iterator[list[Piece]]:
        """The rows as the pages show them."""
        head = sum(self.heights[row] for row in self.style.repeat)
        pieces: list[Piece] = []
        for row, height in enumerate(self.heights):
            rest = Piece(row, height)
            while rest.height > room + 0.01:
                shown = int((room - 2 * PAD) / self.style.leading)
                if self.style.cut and shown >= 1:
                    part = shown * self.style.leading + 2 * PAD
                    pieces.append(replace(rest, height=part, whole=False))
                    rest = Piece(row, rest.height - part + 2 * PAD, rest.first + shown, whole=False)
                yield pieces
                pieces, room = [], full - head
            pieces.append(rest)
            room -= rest.height
        yield pieces


def _words(text: str) -> Iterator[str]:
    word = ""
    for char in text:
        if word and not (char.isascii() and word[-1].isascii() and char not in " " and word[-1] != " "):
            yield word
            word = ""
        word += char
    if word:
        yield word


@dataclass
class Rules:
    """The rules around the cells of one page's part of a table."""

    canvas: Canvas
    style: Style
    boxes: list[tuple[float, float, float, float]]

    def draw(self, top: bool, bottom: bool) -> None:
        if self.style.rules == "none" or not self.boxes:
            return
        if self.style.rules == "shades":
            self._shade()
            return
        high, low = max(box[3] for box in self.boxes), min(box[1] for box in self.boxes)
        left, right = min(box[0] for box in self.boxes), max(box[2] for box in self.boxes)
        lines = []
        for x0, y0, x1, y1 in self.boxes:
            if (y1 != high or (top and self.style.frame)) and (x0, y1, x1, y1) not in lines:
                lines.append((x0, y1, x1, y1))
            if y0 == low and bottom and self.style.frame:
                lines.append((x0, y0, x1, y0))
            if x0 != left or self.style.frame:
                lines.append((x0, y0, x0, y1))
            if x1 == right and self.style.frame:
                lines.append((x1, y0, x1, y1))
        for line in lines:
            self._line(*line)

    def _shade(self) -> None:
        for number, (x0, y0, x1, y1) in enumerate(self.boxes):
            self.canvas.setFillGray(0.85 if number % 2 else 0.95)
            self.canvas.rect(x0, y0, x1 - x0, y1 - y0, stroke=0, fill=1)
        self.canvas.setFillGray(0)

    def _line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        canvas, rules = self.canvas, self.style.rules
        canvas.setLineWidth(BAR)
        if rules in ("boxes", "lines"):
            canvas.line(x0, y0, x1, y1)
        elif rules == "bars":
            canvas.rect(x0 - BAR / 2, y0 - BAR / 2, x1 - x0 + BAR, y1 - y0 + BAR, stroke=0, fill=1)
        elif rules == "double":
            across, down = (0.0, 0.9) if y0 == y1 else (0.9, 0.0)
            canvas.line(x0 - across, y0 - down, x1 - across, y1 - down)
            canvas.line(x0 + across, y0 + down, x1 + across, y1 + down)
        elif rules == "dashes":
            length = max(x1 - x0, y1 - y0)
            for start in range(0, int(length) + 1, 4):
                a, b = start / length, min(start + 2, length) / length
                canvas.line(x0 + (x1 - x0) * a, y0 + (y1 - y0) * a, x0 + (x1 - x0) * b, y0 + (y1 - y0) * b)


@cache
def register(font: str) -> None:
    """Make a font known by its name; the name of a TrueType font is its path."""
    if font == SONG:
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    else:
        pdfmetrics.registerFont(TTFont(font, font, subfontIndex=0))


def form_pdf(sheet: Sheet, *heading: str, style: Style | None = None) -> bytes:
    """One form: its title and further lines, then the table."""
    printer = Printer(style or Style())
    add_form(printer, sheet, *heading)
    return printer.bytes()


def add_form(printer: Printer, sheet: Sheet, *heading: str) -> None:
    printer.top -= printer.style.start
    for number, text in enumerate(heading):
        printer.line(text, 10.5 if number else 16, centred=True)
    printer.top -= 6
    printer.sheet(sheet)
