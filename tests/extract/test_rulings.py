"""Lines to grids: every way in which programs draw a table, and what is no table."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.tables.rulings import Grid, GridCell, Ruling, find_grids, joined

Lines = list[Ruling]


def lines(*places: float, start: float = 0, end: float = 90) -> Lines:
    return [Ruling(place, start, end) for place in places]


def dashed(line: Ruling, dash: float = 2, gap: float = 2) -> Lines:
    pieces = []
    start = line.start
    while start < line.end:
        pieces.append(Ruling(line.at, start, min(start + dash, line.end)))
        start += dash + gap
    return pieces


def spans(grid: Grid) -> list[tuple[int, int, int, int]]:
    return [(cell.row, cell.column, cell.row_span, cell.column_span) for cell in grid.cells]


ACROSS, DOWN = lines(0, 30, 60, 90), lines(0, 30, 60, 90)
NINE = [(row, column, 1, 1) for row in range(3) for column in range(3)]


def test_a_plain_table() -> None:
    (grid,) = find_grids(ACROSS, DOWN)
    assert spans(grid) == NINE
    assert grid.xs == (0, 30, 60, 90)
    assert grid.regular
    assert not grid.open_top


@pytest.mark.parametrize(
    "drawn",
    [
        dashed,
        lambda line: [line._replace(at=line.at - 0.9), line._replace(at=line.at + 0.9)],
        lambda line: [line, line],
        lambda line: [Ruling(line.at, at, at + 30) for at in (0, 30, 60)],
        lambda line: [Ruling(line.at, at, at + 28) for at in (1, 31, 61)],
        lambda line: [line._replace(start=line.start + 2.5, end=line.end - 2.5)],
        lambda line: dashed(line, dash=1, gap=2),
    ],
    ids=["dashes", "double", "twice", "cell by cell", "with gaps at corners", "short of corners", "dots"],
)
def test_however_lines_are_drawn(drawn) -> None:
    across = [piece for line in ACROSS for piece in drawn(line)]
    down = [piece for line in DOWN for piece in drawn(line)]
    (grid,) = find_grids(across, down)
    assert spans(grid) == NINE
    assert grid.regular


def test_missing_lines_merge_cells() -> None:
    across = [*lines(0, 90), Ruling(30, 30, 90), Ruling(60, 0, 90)]
    down = [*lines(0, 90), Ruling(30, 0, 90), Ruling(60, 30, 60)]
    (grid,) = find_grids(across, down)
    assert spans(grid) == [(0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 1, 1), (1, 2, 1, 1), (2, 0, 1, 1), (2, 1, 1, 2)]


def test_an_area_that_is_no_rectangle_is_cut_and_told() -> None:
    across = [*lines(0, 90), Ruling(30, 0, 60), Ruling(60, 0, 90)]
    down = [*lines(0, 30, 90), Ruling(60, 30, 90)]
    (grid,) = find_grids(across, down)
    assert not grid.regular
    covered = sorted(position for row in grid.positions() for position in row)
    assert covered == sorted(
        index for index, c in enumerate(grid.cells) for _ in range(c.row_span * c.column_span)
    )


def test_several_tables_from_top_to_bottom() -> None:
    below = [line._replace(at=line.at + 200) for line in ACROSS]
    below_down = [line._replace(start=200, end=290) for line in DOWN]
    beside = [line._replace(start=150, end=240) for line in ACROSS]
    beside_down = [line._replace(at=line.at + 150) for line in DOWN]
    grids = find_grids([*below, *beside, *ACROSS], [*below_down, *beside_down, *DOWN])
    assert [(grid.ys[0], grid.xs[0]) for grid in grids] == [(0, 0), (0, 150), (200, 0)]
    assert [spans(grid) for grid in grids] == [NINE] * 3


def test_a_table_without_a_frame_reaches_as_far_as_its_lines() -> None:
    (grid,) = find_grids(lines(30, 60), lines(30, 60))
    assert spans(grid) == NINE
    assert (grid.xs[0], grid.xs[-1], grid.ys[0], grid.ys[-1]) == (0, 90, 0, 90)
    assert grid.open_top
    assert grid.open_bottom


def test_the_smallest_table_without_a_frame_is_a_cross() -> None:
    (grid,) = find_grids(lines(45), lines(45))
    assert spans(grid) == [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)]


def test_only_the_open_side_is_open() -> None:
    (grid,) = find_grids(lines(0, 30, 60), DOWN)
    assert (grid.open_top, grid.open_bottom) == (False, True)
    assert spans(grid) == NINE


def test_one_line_that_overhangs_opens_nothing() -> None:
    (grid,) = find_grids([*ACROSS[:-1], Ruling(90, -40, 90)], DOWN)
    assert spans(grid) == NINE


@pytest.mark.parametrize(
    ("across", "down"),
    [
        ([], []),
        (ACROSS, []),
        (lines(0, 90), lines(0, 90)),
        ([Ruling(10, 0, 50)], [Ruling(200, 0, 50)]),
        (lines(0, 3, end=4), lines(0, 3, end=4)),
    ],
    ids=["nothing", "lines without crossing", "a frame", "lines apart", "a check box"],
)
def test_no_table(across: Lines, down: Lines) -> None:
    assert find_grids(across, down) == ()


def test_an_underline_in_a_cell_parts_nothing() -> None:
    (grid,) = find_grids([*ACROSS, Ruling(20, 5, 25)], DOWN)
    assert spans(grid) == NINE


def test_the_loose_end_of_a_line_makes_no_column() -> None:
    (grid,) = find_grids(ACROSS, [*DOWN, Ruling(45, 58, 70)])
    assert spans(grid) == NINE


def test_a_drawing_of_too_many_lines_is_no_table() -> None:
    many = lines(*range(0, 12_000, 5), end=12_000)
    assert find_grids(many, many) == ()


def test_boxes_and_positions_agree() -> None:
    (grid,) = find_grids(ACROSS, [Ruling(0, 0, 90), Ruling(30, 0, 30), Ruling(90, 0, 90)])
    assert grid.cells[0] == GridCell(0, 0)
    assert grid.box(grid.cells[1]) == (30, 0, 90, 30)
    assert grid.positions() == [[0, 1], [2, 2], [3, 3]]


def test_pieces_join_along_but_not_across() -> None:
    assert joined([Ruling(0, 0, 10), Ruling(0, 14, 30), Ruling(5, 0, 10)]) == [
        Ruling(0, 0, 10),
        Ruling(0, 14, 30),
        Ruling(5, 0, 10),
    ]


ruling = st.builds(
    lambda at, start, length: Ruling(at * 10.0, start * 10.0, (start + length) * 10.0),
    st.integers(0, 6),
    st.integers(0, 5),
    st.integers(1, 6),
)


@settings(deadline=None)
@given(st.lists(ruling, max_size=14), st.lists(ruling, max_size=14), st.randoms())
def test_any_lines_tile_and_their_order_does_not_matter(across: Lines, down: Lines, dice) -> None:
    grids = find_grids(across, down)
    for grid in grids:
        counts = [0] * len(grid.cells)
        for row in grid.positions():
            for index in row:
                counts[index] += 1
        assert counts == [cell.row_span * cell.column_span for cell in grid.cells]
        assert spans(grid) == sorted(spans(grid))
        assert list(grid.xs) == sorted(set(grid.xs))
    dice.shuffle(across)
    dice.shuffle(down)
    assert find_grids(across, down) == grids
