"""Ruling lines to grids: tables, their rows and columns, and the cells that missing lines merge.

Pure geometry, for whatever the lines were found in, a drawing or a scan. `x` runs to the right and `y`
down, in points; lines may be drawn as one stroke, as dashes, doubled, or cell by cell.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

JOIN = 3.0  # pieces of a line, and the strokes of a double line, lie no further apart
SHORTEST = 5.0  # what is shorter once it is joined is a dot, a corner or a stroke of a sign
TOUCH = 3.0  # how far a line may stop short of the line that it meets
OVERHANG = 8.0  # a line that reaches further than the last line across it says that the table does too
MAX_MEETINGS = 4_000_000  # lines across × lines down, and rows × columns; drawings have more, tables do not


class Ruling(NamedTuple):
    """A piece of a horizontal line, at `y`, or of a vertical one, at `x`, from `start` to `end`."""

    at: float
    start: float
    end: float


class GridCell(NamedTuple):
    """A cell anchored at (row, column), counted from 0."""

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as its lines show it: boundaries from left to right and from top to bottom, and cells.

    The cells tile the grid, in reading order. `open_top` and `open_bottom` tell that no line closes the
    table there, only its vertical lines end together. `regular` is False where lines left an area that
    is no rectangle, and it was cut into some.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[GridCell, ...]
    open_top: bool = False
    open_bottom: bool = False
    regular: bool = True

    def box(self, cell: GridCell) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of a cell."""
        return (
            self.xs[cell.column],
            self.ys[cell.row],
            self.xs[cell.column + cell.column_span],
            self.ys[cell.row + cell.row_span],
        )

    def positions(self) -> list[list[int]]:
        """The index of the cell that covers each position, as rows of columns."""
        covering = [[-1] * (len(self.xs) - 1) for _ in range(len(self.ys) - 1)]
        for index, cell in enumerate(self.cells):
            for row in covering[cell.row : cell.row + cell.row_span]:
                row[cell.column : cell.column + cell.column_span] = [index] * cell.column_span
        return covering


def find_grids(horizontals: Iterable[Ruling], verticals: Iterable[Ruling]) -> tuple[Grid, ...]:
    """The tables that lines form, from top to bottom and left to right; those of one cell are none.

    Lines that meet belong to one table. A table without an outer frame reaches as far as its inner
    lines do. Nothing is found in what has more than MAX_MEETINGS crossings.

    >>> lines = [Ruling(at, 0, 90) for at in (0, 30, 60)]
    >>> (grid,) = find_grids(lines, [Ruling(0, 0, 60), Ruling(45, 30, 60), Ruling(90, 0, 60)])
    >>> [(cell.row, cell.column, cell.column_span) for cell in grid.cells]
    [(0, 0, 2), (1, 0, 1), (1, 1, 1)]
    """
    across, down = joined(horizontals), joined(verticals)
    if len(across) * len(down) > MAX_MEETINGS:
        return ()
    grids = [grid for group in _components(across, down) if (grid := _grid(*group)) is not None]
    return tuple(sorted(grids, key=lambda grid: (grid.ys[0], grid.xs[0])))


def joined(pieces: Iterable[Ruling]) -> list[Ruling]:
    """Whole lines out of pieces, by position: dashes end to end, double and repeated strokes as one.

    What is shorter than SHORTEST even then is left out.

    >>> joined([Ruling(10, 0, 4), Ruling(10.2, 6, 20), Ruling(11.8, 0, 20), Ruling(50, 0, 9)])
    [Ruling(at=10.9, start=0, end=20), Ruling(at=50.0, start=0, end=9)]
    """
    lines: list[Ruling] = []
    strand: list[Ruling] = []
    for piece in sorted(pieces):
        if strand and piece.at - strand[0].at > JOIN:
            lines += _end_to_end(strand)
            strand = []
        strand.append(piece)
    return lines + _end_to_end(strand)


def _end_to_end(strand: list[Ruling]) -> list[Ruling]:
    """The lines that pieces at one position make, in order."""
    if not strand:
        return []
    at = round((strand[0].at + strand[-1].at) / 2, 3)
    lines: list[Ruling] = []
    strand.sort(key=lambda piece: piece.start)
    _, start, end = strand[0]
    for _, piece_start, piece_end in strand:
        if piece_start - end > JOIN:
            if end - start >= SHORTEST:
                lines.append(Ruling(at, start, end))
            start, end = piece_start, piece_end
        elif piece_end > end:
            end = piece_end
    if end - start >= SHORTEST:
        lines.append(Ruling(at, start, end))
    return lines


def _components(
    across: Sequence[Ruling], down: Sequence[Ruling]
) -> Iterable[tuple[list[Ruling], list[Ruling]]]:
    """Lines that meet one another, directly or through others; a line that meets none is left out."""
    places = [line.at for line in down]
    parents = list(range(len(across) + len(down)))

    def root(one: int) -> int:
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        return one

    for index, (at, start, end) in enumerate(across):
        first, last = bisect_left(places, start - TOUCH), bisect_right(places, end + TOUCH)
        for number, other in enumerate(down[first:last], len(across) + first):
            if other.start - TOUCH <= at <= other.end + TOUCH:
                parents[root(number)] = index
    groups: dict[int, tuple[list[Ruling], list[Ruling]]] = {}
    for index, line in enumerate(across):
        groups.setdefault(root(index), ([], []))[0].append(line)
    for index, line in enumerate(down, len(across)):
        groups.setdefault(root(index), ([], []))[1].append(line)
    return (group for group in groups.values() if group[0] and group[1])


def _grid(across: list[Ruling], down: list[Ruling]) -> Grid | None:
    sides = _open_sides(across, down, 2)
    if any(side is not None for side in sides):
        sides = _open_sides(across, down, 1)
    left, right, top, bottom = sides
    xs = _boundaries(down, left, right)
    ys = _boundaries(across, top, bottom)
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows * columns < 2 or rows * columns > MAX_MEETINGS:
        return None
    left_walls = _walls(down, xs, ys)  # [column][row]: is there a line on the left of it?
    top_walls = _walls(across, ys, xs)  # [row][column]: is there a line on top of it?
    cells, regular = _tile(left_walls, top_walls, rows, columns)
    if len(cells) < 2:
        return None
    is_open = (top is not None, bottom is not None)
    return _without_idle(Grid(tuple(xs), tuple(ys), tuple(cells), *is_open, regular))


def _open_sides(across: Sequence[Ruling], down: Sequence[Ruling], enough: int) -> tuple[float | None, ...]:
    """Where the table ends without a line on its left, right, top and bottom; None where a line ends it.

    Lines that overhang say so if at least `enough` of them end together, or if there are no more.
    """
    sides = []
    for lines, crossing in ((down, across), (across, down)):
        places = [line.at for line in lines]
        first, last = min(places) - OVERHANG, max(places) + OVERHANG
        needed = min(enough, len(crossing) // 2 + 1)
        begin = _common_end([line.start for line in crossing if line.start < first], needed)
        end = _common_end([-line.end for line in crossing if line.end > last], needed)
        sides += [begin, None if end is None else -end]
    return tuple(sides)


def _common_end(ends: list[float], enough: int) -> float | None:
    """Where most of the free ends of lines agree, if there are enough of them."""
    furthest = min(ends, default=0.0)
    agreeing = [end for end in ends if end - furthest <= TOUCH]
    return furthest if len(agreeing) >= enough and len(agreeing) * 2 > len(ends) else None


def _boundaries(lines: Sequence[Ruling], first: float | None, last: float | None) -> list[float]:
    """Where lines stand, and where the table begins and ends without one, in order."""
    places = {line.at for line in lines} | {first, last}
    return sorted(place for place in places if place is not None)


def _walls(lines: Sequence[Ruling], places: Sequence[float], marks: Sequence[float]) -> list[list[bool]]:
    """For each of `places`, which of the stretches between `marks` a line there runs along."""
    middles = [(one + other) / 2 for one, other in pairwise(marks)]
    index = {place: number for number, place in enumerate(places)}
    walls = [[False] * len(middles) for _ in places]
    for at, start, end in lines:
        first, last = bisect_left(middles, start), bisect_right(middles, end)
        walls[index[at]][first:last] = [True] * (last - first)
    return walls


def _tile(
    left: Sequence[Sequence[bool]], top: Sequence[Sequence[bool]], rows: int, columns: int
) -> tuple[list[GridCell], bool]:
    """Rectangles that no line crosses, in reading order, and whether lines close all of them.

    A stretch of a row between two lines goes on with the stretch above it if no line parts them. Where
    those are not equally long the area is no rectangle.
    """
    begins: list[tuple[int, int, int]] = []  # row, column and end of each cell, by number
    heights: list[int] = []
    regular = True
    above: dict[tuple[int, int], int] = {}
    for row in range(rows):
        walls = top[row]
        starts = [0, *[column for column in range(1, columns) if left[column][row]], columns]
        current: dict[tuple[int, int], int] = {}
        for stretch in pairwise(starts):
            parted = walls[stretch[0] : stretch[1]]
            number = above.get(stretch)
            is_open = row > 0 and not all(parted)
            if is_open and number is not None and not any(parted):
                heights[number] += 1
            else:
                regular = regular and not is_open
                number = len(begins)
                begins.append((row, *stretch))
                heights.append(1)
            current[stretch] = number
        above = current
    cells = [
        GridCell(row, column, height, end - column)
        for (row, column, end), height in zip(begins, heights, strict=True)
    ]
    return cells, regular


def _without_idle(grid: Grid) -> Grid:
    """The grid without the boundaries at which no cell begins, such as that of a line's loose end."""
    rows = sorted({cell.row for cell in grid.cells})
    columns = sorted({cell.column for cell in grid.cells})
    if len(rows) == len(grid.ys) - 1 and len(columns) == len(grid.xs) - 1:
        return grid
    new_row = [bisect_left(rows, row) for row in range(len(grid.ys))]
    new_column = [bisect_left(columns, column) for column in range(len(grid.xs))]
    cells = []
    for cell in grid.cells:
        row, column = new_row[cell.row], new_column[cell.column]
        below, right = new_row[cell.row + cell.row_span], new_column[cell.column + cell.column_span]
        cells.append(GridCell(row, column, below - row, right - column))
    xs = (*(grid.xs[column] for column in columns), grid.xs[-1])
    ys = (*(grid.ys[row] for row in rows), grid.ys[-1])
    return Grid(xs, ys, tuple(cells), grid.open_top, grid.open_bottom, grid.regular)
