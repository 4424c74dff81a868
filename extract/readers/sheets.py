"""A sheet as stored to paragraphs and tables: what stands around a form apart from the form itself.

A sheet is one endless grid. What a person sees on it are regions: a title above, a table, notes below,
and perhaps the next form further down. Everything here counts rows and columns from 0; locators name
the sheet's own cells, `表1!C7`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from extract.document import Block, Cell, Issue, Locator, Paragraph, Table
from extract.errors import TooLarge
from extract.text import repair

MAX_POSITIONS = 200_000  # of one sheet; a form has a few hundred
_MAX_EFFORT = 4 * MAX_POSITIONS
_WIDEST_GAP = 100  # blank rows within one table: templates leave some, never so many


_repaired = lru_cache(maxsize=4096)(repair)  # the labels of one form are those of the next


class Merge(NamedTuple):
    """A merged range, both ends included."""

    row: int
    column: int
    last_row: int
    last_column: int


@dataclass(slots=True)
class StoredSheet:
    """What a sheet stores, by (row, column): only places that print something have a text.

    `stored` are the first and the last column of each row in which the file stores anything, a blank
    cell with a border too. `errors` are cells that show an error (#DIV/0!), `uncomputed` formulas
    whose value was never stored.
    """

    name: str
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    stored: dict[int, tuple[int, int]] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)


class Region(NamedTuple):
    """The rows of one table or of several paragraphs, both ends included."""

    row: int
    last_row: int


def blocks(sheet: StoredSheet) -> tuple[list[Block], list[Issue]]:
    """The paragraphs and exact tables of a sheet, and our trouble with it.

    A row that prints one text and nothing beside it is a paragraph where it stands above or below a
    table, as a title and a note do; within a table it stays a row. Blank rows divide tables only where
    such a row is next to them or where the columns differ, so the unused rows of a form do not. Two
    forms side by side are one table. Merged ranges end where the table ends. Nothing is left out:
    hidden sheets, rows and columns are read, and an issue says so.

    Raises TooLarge where a table would have more than MAX_POSITIONS positions.
    """
    if not sheet.texts:
        return [], []
    plan = _Plan(sheet)
    found: list[Block] = []
    for region in plan.regions():
        found += plan.read(region)
    return found, [*plan.issues(), *_troubles(sheet)]


class _Plan:
    """What covers what in a sheet, which rows stand alone, and so where its regions end."""

    def __init__(self, sheet: StoredSheet) -> None:
        self.sheet = sheet
        self.columns_of: dict[int, list[int]] = {}
        for row, column in sheet.texts:
            self.columns_of.setdefault(row, []).append(column)
        self.rows = sorted(self.columns_of)
        self.merges = sorted(set(sheet.merges))
        self.anchors = {(merge.row, merge.column): merge for merge in self.merges}
        self.reached = self._reached()
        self.several = {row for row in self.rows if len(self.columns_of[row]) > 1 or row in self.reached}
        self.extent = self._extent(self.rows)
        # Rows that stand alone: the first row of each to its last, and back.
        self.lone = {row: end for row in self.rows if (end := self._lone_end(row)) is not None}
        self.lone_from = {end: row for row, end in self.lone.items()}
        self.overlaps: list[tuple[int, int]] = []
        self.covered: list[tuple[int, int]] = []

    def _reached(self) -> set[int]:
        """The rows into which a merged cell with a text comes down from above."""
        reached: set[int] = set()
        below = 0  # the first row that no merge so far reaches
        for merge in self.merges:
            if (merge.row, merge.column) in self.sheet.texts:
                end = min(merge.last_row, self.rows[-1]) + 1
                reached.update(range(max(merge.row + 1, below), end))
                below = max(below, end)
        return reached

    def _extent(self, rows: Iterable[int]) -> tuple[int, int]:
        """First and last column of the rows that print several texts; of all rows where none does.

        A title may be merged over more columns than its table has, or over the whole sheet.
        """
        rows = list(rows)
        chosen = [row for row in rows if row in self.several]
        columns = [column for row in chosen or rows for column in self.columns_of.get(row, ())]
        ends = [self._end(row, column) for row in chosen for column in self.columns_of.get(row, ())]
        return min(columns, default=0), max([*columns, *ends], default=0)

    def _end(self, row: int, column: int) -> int:
        merge = self.anchors.get((row, column))
        return merge.last_column if merge is not None else column

    def _lone_end(self, row: int) -> int | None:
        """The last row of a text that has nothing beside it, not even a blank cell of the table; else None."""
        if row in self.several:
            return None
        first, last = self.extent
        column = self.columns_of[row][0]
        merge = self.anchors.get((row, column), Merge(row, column, row, column))
        end_row = min(merge.last_row, self.rows[-1])
        if end_row - row > _WIDEST_GAP or any(
            below in self.columns_of for below in range(row + 1, end_row + 1)
        ):
            return None
        if column <= first and merge.last_column >= last:
            return end_row
        stored_first, stored_last = self.sheet.stored.get(row, (column, column))
        beside = max(stored_first, first) < column or min(stored_last, last) > merge.last_column
        return None if beside else end_row

    def regions(self) -> Iterator[Region]:
        """The regions from top to bottom."""
        region: Region | None = None
        for row in sorted({*self.rows, *self.reached}):
            if region is None:
                region = Region(row, row)
            elif row > region.last_row + 1 and self._divides(region, row):
                yield region
                region = Region(row, row)
            else:
                region = Region(region.row, row)
        if region is not None:
            yield region

    def _divides(self, above: Region, row: int) -> bool:
        """Do the blank rows between a region and the next printed row end the region?"""
        if row in self.lone or above.last_row in self.lone_from or row - above.last_row > _WIDEST_GAP:
            return True
        below = row
        while below + 1 in self.columns_of or below + 1 in self.reached:
            below += 1
        return self._extent(range(above.row, above.last_row + 1)) != self._extent(range(row, below + 1))

    def read(self, region: Region) -> Iterator[Block]:
        """The paragraphs above, the table, and the paragraphs below."""
        first, last = region
        while first <= last and first in self.lone:
            yield self._paragraph(first)
            first = self.lone[first] + 1
        below = []
        while last >= first and last in self.lone_from:
            below.append(self._paragraph(self.lone_from[last]))
            last = self.lone_from[last] - 1
        if first <= last:
            yield self._table(first, last)
        yield from reversed(below)

    def _paragraph(self, row: int) -> Paragraph:
        column = self.columns_of[row][0]
        return Paragraph(self.sheet.texts[row, column].strip(), self._place(row, column))

    def _place(self, row: int, column: int) -> Locator:
        return Locator(sheet=self.sheet.name, row=row + 1, column=column + 1)

    def _table(self, first: int, last: int) -> Table:
        left, right = self._extent(range(first, last + 1))
        columns = [column for row in range(first, last + 1) for column in self.columns_of.get(row, ())]
        left, right = min(left, *columns), max(right, *columns)
        height, width = last - first + 1, right - left + 1
        if height * width > MAX_POSITIONS:
            name = self.sheet.name
            raise TooLarge(f"工作表“{name}”的表格有 {height} 行 {width} 列，超过上限；请只保留绩效表后重试")
        spans, taken = self._spans(first, last, left, right)
        name, texts = self.sheet.name, self.sheet.texts
        cells = []
        for row in range(first, last + 1):
            for column in range(left, right + 1):
                at = (row, column)
                down, across = spans.get(at, (1, 1))
                if down * across == 1 and at in taken:
                    continue
                text = texts.get(at)
                place = Locator(sheet=name, row=row + 1, column=column + 1)
                shown = "" if text is None else _repaired(text)
                cells.append(Cell(row - first, column - left, shown, place, down, across))
        place = Locator(sheet=name, row=first + 1, last_row=last + 1 if last > first else None)
        return Table(height, width, tuple(cells), place)

    def _spans(
        self, first: int, last: int, left: int, right: int
    ) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
        """Rows and columns of each merged range within these bounds by its first place, and all its places.

        A range that leaves the bounds is clipped; one that overlaps another is given up.
        """
        spans: dict[tuple[int, int], tuple[int, int]] = {}
        taken: set[tuple[int, int]] = set()
        effort = 0
        begin = bisect_left(self.merges, (first,))
        for merge in self.merges[begin : bisect_left(self.merges, (last + 1,))]:
            row, column = merge.row, max(merge.column, left)
            down, across = min(merge.last_row, last) - row + 1, min(merge.last_column, right) - column + 1
            if down < 1 or across < 1 or down * across == 1:
                continue
            effort += down * across
            # Many large ranges over one another are an attack on our time, not a form.
            if (row, column) in taken or effort > _MAX_EFFORT:
                self.overlaps.append((row, column))
                continue
            places = {(r, c) for r in range(row, row + down) for c in range(column, column + across)}
            if places.isdisjoint(taken):
                taken |= places
                spans[row, column] = (down, across)
                self.covered += sorted((places & self.sheet.texts.keys()) - {(row, column)})
            else:
                self.overlaps.append((row, column))
        return spans, taken

    def issues(self) -> Iterator[Issue]:
        """What `read` met, one issue of each kind at its first place."""
        for code, places, message in (
            ("merge_repaired", self.overlaps, "工作表的合并区域相互重叠，后一个已拆开"),
            ("merged_text", self.covered, "被合并遮住的单元格内有不显示的文字，未读取"),
        ):
            if places:
                yield Issue(code, f"{message}（{len(places)} 处）", self._place(*places[0]))


def _troubles(sheet: StoredSheet) -> Iterator[Issue]:
    if sheet.hidden:
        yield Issue(
            "hidden_sheet",
            f"工作表“{sheet.name}”是隐藏的，内容已照常读取；请核实是否应当计入",
            Locator(sheet=sheet.name),
        )
    rows = [at for at in sheet.texts if at[0] in sheet.hidden_rows]
    columns = [at for at in sheet.texts if any(low <= at[1] <= high for low, high in sheet.hidden_columns)]
    for code, places, message in (
        ("hidden_rows", rows, "隐藏的行内有文字，已照常读取"),
        ("hidden_columns", columns, "隐藏的列内有文字，已照常读取"),
        ("error_value", sheet.errors, "单元格显示错误值（如 #DIV/0!），按空白读取"),
        (
            "formula_without_value",
            sheet.uncomputed,
            "公式没有保存计算结果，按空白读取；请用 Excel 或 WPS 打开后另存",
        ),
    ):
        if places:
            row, column = min(places)
            place = Locator(sheet=sheet.name, row=row + 1, column=column + 1)
            yield Issue(code, f"{message}（{len(places)} 处）", place)
