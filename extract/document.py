"""What a reader hands over: a Document of paragraphs and tables, each cell with its place.

Nothing here knows a file format or a form. All types are frozen and picklable, so that a
document can cross a process boundary unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

_LOCATOR = re.compile(
    r"(?:(?P<outer>.+)>)?"
    r"(?:(?P<sheet>[^>]+)!(?:(?P<letters>[A-Z]+)(?=\d))?(?:(?P<sheet_row>\d+)(?:-(?P<sheet_last_row>\d+))?)?)?"
    r"(?:p(?P<page>\d+)/?)?"
    r"(?:t(?P<table>\d+)/?)?"
    r"(?:r(?P<row>\d+)(?:-(?P<last_row>\d+))?)?(?:c(?P<column>\d+))?"
    r"(?:L(?P<line>\d+)(?:-(?P<last_line>\d+))?(?:c(?P<line_cell>\d+))?)?"
    r"(?:b(?P<block>\d+))?"
)


@dataclass(frozen=True, slots=True)
class Locator:
    """Where in a document something stands, counted from 1; prints as one short string.

    `p3/t1/r5c2` is page 3, table 1, row 5, column 2; `t1/r5-6` rows 5 to 6; `L120` line 120 of a
    text and `L120c3` its third cell; `L77-78` two lines; `b4` the fourth paragraph; `表1!C7` a cell
    of a sheet and `表1!7-8` two of its rows. `t1/r2c3>t1/r1c1` is a cell of a table nested in a cell.

    >>> str(Locator(page=3, table=1, row=5, column=2))
    'p3/t1/r5c2'
    >>> Locator.parse("L77-78") == Locator(line=77, last_line=78)
    True
    >>> str(Locator(sheet="表1", row=7, column=3)), Locator.parse("表1!AB12").column
    ('表1!C7', 28)
    """

    page: int | None = None
    table: int | None = None
    row: int | None = None
    last_row: int | None = None
    column: int | None = None
    line: int | None = None
    last_line: int | None = None
    block: int | None = None
    sheet: str | None = None
    outer: Locator | None = None

    def __str__(self) -> str:
        text = self._in_sheet() if self.sheet is not None else self._in_page()
        return f"{self.outer}>{text}" if self.outer is not None else text

    def _in_sheet(self) -> str:
        if self.row is None:
            return f"{self.sheet}!"
        letters = _letters(self.column) if self.column is not None else ""
        return f"{self.sheet}!{letters}{_span(self.row, self.last_row)}"

    def _in_page(self) -> str:
        parts = []
        if self.page is not None:
            parts.append(f"p{self.page}")
        if self.table is not None:
            parts.append(f"t{self.table}")
        column = f"c{self.column}" if self.column is not None else ""
        if self.row is not None:
            parts.append(f"r{_span(self.row, self.last_row)}{column}")
        if self.line is not None:
            parts.append(f"L{_span(self.line, self.last_line)}{column}")
        if self.block is not None:
            parts.append(f"b{self.block}")
        return "/".join(parts)

    @classmethod
    def parse(cls, text: str) -> Locator:
        """The locator that prints as `text`; ValueError for anything else."""
        match = _LOCATOR.fullmatch(text)
        if match is None or not text:
            raise ValueError(f"not a locator: {text!r}")
        groups = match.groupdict()
        outer, sheet, letters = groups.pop("outer"), groups.pop("sheet"), groups.pop("letters")
        numbers = {name: int(value) for name, value in groups.items() if value is not None}
        for special, plain in (("line_cell", "column"), ("sheet_row", "row"), ("sheet_last_row", "last_row")):
            if special in numbers:
                numbers[plain] = numbers.pop(special)
        if letters:
            numbers["column"] = _number(letters)
        return cls(**numbers, sheet=sheet, outer=cls.parse(outer) if outer else None)

    def to(self, other: Locator) -> Locator:
        """The place from this one to `other`, as rows or lines; this one where they cannot join.

        >>> str(Locator(line=77, column=5).to(Locator(line=78, column=3)))
        'L77-78'
        """
        if self.line is not None and other.line is not None:
            last = other.last_line or other.line
            return (
                self if last <= (self.last_line or self.line) else replace(self, last_line=last, column=None)
            )
        same_table = (self.page, self.table, self.sheet) == (other.page, other.table, other.sheet)
        if self.row is not None and other.row is not None and same_table:
            last = other.last_row or other.row
            return self if last <= (self.last_row or self.row) else replace(self, last_row=last, column=None)
        return self

    def without_column(self) -> Locator:
        """The whole row or line that this cell stands in."""
        return replace(self, column=None)


def _letters(column: int) -> str:
    """A spreadsheet's name of a column, counted from 1: 3 is C, 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _span(first: int, last: int | None) -> str:
    return str(first) if last is None or last == first else f"{first}-{last}"


@dataclass(frozen=True, slots=True)
class Source:
    """来源: one input, known by its bytes. `uri` is as given; inside an archive `a.zip!/b.docx`."""

    uri: str
    sha256: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Printed:
    """A piece of text as the paper prints it (after white-space repair), with its place."""

    text: str
    locator: Locator


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line or paragraph outside any table."""

    text: str
    locator: Locator


@dataclass(frozen=True, slots=True)
class Cell:
    """单元格: a cell anchored at (row, column), counted from 0, that covers its spans.

    `confidence` is below 1 where the text was recognised on a picture: that of its least sure character.
    """

    row: int
    column: int
    text: str
    locator: Locator
    row_span: int = 1
    column_span: int = 1
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """表格: a grid in which every position belongs to exactly one cell.

    `cells` come in reading order of their anchors. `exact` is False where the geometry was lost on
    the way: rows and the order of cells are then facts, but columns are a guess, and the last cell
    of a row that is too short spans the rest of the grid.
    """

    rows: int
    columns: int
    cells: tuple[Cell, ...]
    locator: Locator
    exact: bool = True

    def grid(self) -> list[list[Cell]]:
        """The cell that covers each position, as rows of columns; ValueError if they do not tile."""
        grid: list[list[Cell | None]] = [[None] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.row_span):
                for column in range(cell.column, cell.column + cell.column_span):
                    if row >= self.rows or column >= self.columns or grid[row][column] is not None:
                        raise ValueError(f"cell {cell.locator} overlaps or leaves the grid")
                    grid[row][column] = cell
        full = [[cell for cell in row if cell is not None] for row in grid]
        if any(len(row) != self.columns for row in full):
            raise ValueError(f"table {self.locator}: positions without a cell")
        return full

    def by_row(self) -> Iterator[tuple[Cell, ...]]:
        """The cells anchored in each row, left to right; a row may have none."""
        rows: list[list[Cell]] = [[] for _ in range(self.rows)]
        for cell in self.cells:
            rows[cell.row].append(cell)
        for row in rows:
            yield tuple(row)


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Issue:
    """处理问题: trouble that *we* had with the paper; never what the paper says wrongly of itself.

    `code` is a lower-case word that programs can count; `message` says what happened, in Chinese.
    """

    code: str
    message: str
    locator: Locator | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """文档: the blocks of one source in reading order, as one reader saw them."""

    source: Source
    reader: str
    blocks: tuple[Block, ...]
    pages: int | None = None
    ocr: bool = False
    issues: tuple[Issue, ...] = field(default=())
