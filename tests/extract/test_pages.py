"""Blocks of pages to blocks of a document: what a page break cut, and what it did not."""

from __future__ import annotations

import random

import pytest

from extract.document import Block, Issue, Locator, Paragraph, Table
from extract.tables.pages import Page, PageCell, PageTable, PageText, join_pages
from tests.forms import printer
from tests.forms.printer import Sheet

XS = (50.0, 110.0, 170.0, 290.0, 350.0, 410.0)
HEIGHT = 842.0
Rows = list[list[str | tuple[str, int] | tuple[str, int, int]]]


def part(rows: Rows, *, xs: tuple[float, ...] = XS, full: tuple[str, ...] = (), **sides: bool) -> PageTable:
    """A page's part of a table: rows of texts, or of (text, column_span, row_span); `full` may go on."""
    taken: set[tuple[int, int]] = set()
    cells = []
    for row, texts in enumerate(rows):
        column = 0
        for one in texts:
            text, across, down = (*((one,) if isinstance(one, str) else one), 1, 1)[:3]
            while (row, column) in taken:
                column += 1
            taken |= {(r, c) for r in range(row, row + down) for c in range(column, column + across)}
            cells.append(PageCell(row, column, text, down, across, text in full))
    assert len(taken) == len(rows) * (len(xs) - 1)
    ys = tuple(60.0 + 20 * row for row in range(len(rows) + 1))
    return PageTable(1, xs, ys, tuple(cells), **sides)


def text(words: str, top: float = 300, *, number: int = 1, size: float = 10) -> PageText:
    return PageText(number, words, top, top + size, size)


def blocks(*pages: list[PageTable | PageText]) -> tuple[Block, ...]:
    return join_pages([Page(at, HEIGHT, tuple(one), 10) for at, one in enumerate(pages, 1)]).blocks


def rows(block: Block) -> list[list[str]]:
    """The text that covers each position."""
    assert isinstance(block, Table)
    return [[cell.text for cell in row] for row in block.grid()]


HEAD: Rows = [
    ["项目名称", ("道路养护", 4)],
    ["绩效指标", "一级指标", "二级指标", "三级指标", "指标值"],
]
LAST: Rows = [
    [("", 1, 2), ("产出指标", 1, 2), "数量指标", "养护里程", "20公里"],
    ["质量指标", "合格率", "95%"],
]
FIRST = part([*HEAD, *LAST])


def following(*more: list[str | tuple[str, int] | tuple[str, int, int]], **sides: bool) -> PageTable:
    return part(list(more), **sides)


def test_a_table_goes_on_without_its_head() -> None:
    (table,) = blocks([FIRST], [following(["", "效益指标", "社会效益", "满意", "90%"])])
    assert rows(table)[-1] == ["", "效益指标", "社会效益", "满意", "90%"]
    assert len(rows(table)) == 5


def test_cells_keep_the_places_of_their_pages() -> None:
    (table,) = blocks([FIRST], [following(["", "效益指标", "社会效益", "满意", "90%"])])
    assert isinstance(table, Table)
    assert table.locator == Locator(page=1, table=1)
    assert str(table.cells[0].locator) == "p1/t1/r1c1"
    assert str(table.cells[-1].locator) == "p2/t1/r1c5"


def test_labels_that_were_merged_go_on() -> None:
    (table,) = blocks(
        [FIRST], [following(["", "", "", "及时率", "100%"], ["", "", "成本指标", "单价", "5元"])]
    )
    assert rows(table)[-2:] == [
        ["", "产出指标", "质量指标", "及时率", "100%"],
        ["", "", "成本指标", "单价", "5元"],
    ]


def test_a_blank_cell_behind_text_is_blank() -> None:
    (table,) = blocks([FIRST], [following(["", "", "", "及时率", ""])])
    assert rows(table)[-1][-1] == ""


def test_a_head_that_comes_again_is_left_out() -> None:
    (table,) = blocks([FIRST], [following(HEAD[1], ["", "效益指标", "社会效益", "满意", "90%"])])
    assert [row[3] for row in rows(table)] == ["道路养护", "三级指标", "养护里程", "合格率", "满意"]


def test_a_row_of_equal_figures_is_no_head() -> None:
    again: Rows = [["甲", "10", "10", "10", "10"], ["甲", "10", "10", "10", "10"]]
    (table,) = blocks([part([HEAD[0], *again])], [part(again)])
    assert len(rows(table)) == 5


CUT: Rows = [["目标", "完成全县道路养护二百公里，群众满", "1", "2", "3"]]
GOES_ON = ("完成全县道路养护二百公里，群众满",)


def test_a_row_that_was_cut_is_one_row() -> None:
    result = join_pages(
        [
            Page(1, HEIGHT, (part([*HEAD, *CUT], full=GOES_ON),)),
            Page(2, HEIGHT, (part([["", "意度达到百分之九十。", "", "", ""], ["乙", "b", "c", "d", "e"]]),)),
        ]
    )
    (table,) = result.blocks
    assert rows(table)[2] == ["目标", "完成全县道路养护二百公里，群众满意度达到百分之九十。", "1", "2", "3"]
    assert rows(table)[3][0] == "乙"
    assert [(issue.code, str(issue.locator)) for issue in result.issues] == [("row_joined", "p1/t1/r3")]


def test_a_row_cut_where_no_rule_was_drawn_is_one_for_sure() -> None:
    first = part([*HEAD, *CUT], open_bottom=True)
    result = join_pages(
        [Page(1, HEIGHT, (first,)), Page(2, HEIGHT, (part([["", "余下", "", "", ""]], open_top=True),))]
    )
    assert rows(result.blocks[0])[2][1] == f"{GOES_ON[0]}余下"
    assert result.issues == ()


def test_a_row_is_cut_into_three_pages() -> None:
    middle = "意度达到百分之九十，投诉不超过五"
    (table,) = blocks(
        [part([*HEAD, *CUT], full=GOES_ON)],
        [part([["", middle, "", "", ""]], full=(middle,))],
        [part([["", "件。", "", "", ""]])],
    )
    assert rows(table)[2][1] == f"{GOES_ON[0]}{middle}件。"
    assert len(rows(table)) == 3


def test_a_whole_row_is_no_rest_even_where_no_rule_was_drawn() -> None:
    first = part([*HEAD, *LAST], open_bottom=True)
    (table,) = blocks([first], [part([["", "", "", "及时率", "100%"]], open_top=True)])
    assert rows(table)[-1] == ["", "产出指标", "质量指标", "及时率", "100%"]


def test_a_label_cut_in_two_is_one_label() -> None:
    labels: Rows = [["", "产出指标", "数量指标", "a", "1"], ["", "效益", "社会效益指标", "b", "2"]]
    (table,) = blocks(
        [part([*HEAD, *labels], full=("效益",))],
        [part([["", ("指标", 1, 2), "", "c", "3"], ["", "生态效益指标", "d", "4"]])],
    )
    assert [row[1] for row in rows(table)[-3:]] == ["效益指标"] * 3


def test_a_label_printed_on_the_second_page_alone() -> None:
    (table,) = blocks(
        [part([*HEAD, [("", 1, 2), ("", 1, 2), "数量指标", "a", "1"], ["质量指标", "b", "2"]])],
        [part([["", "产出指标", "时效指标", "c", "3"]])],
    )
    assert [row[1] for row in rows(table)[-3:]] == ["产出指标"] * 3


def test_columns_meet_by_place_where_a_boundary_is_missing() -> None:
    fewer = (XS[0], XS[1], XS[3], XS[4] + 2, XS[5])
    (table,) = blocks([FIRST], [part([["总分", ("", 1), "100", "98"]], xs=fewer)])
    assert isinstance(table, Table)
    assert table.columns == 5
    assert [(cell.column, cell.column_span, cell.text) for cell in table.cells][-4:] == [
        (0, 1, "总分"),
        (1, 2, ""),
        (3, 1, "100"),
        (4, 1, "98"),
    ]


def test_a_boundary_that_only_the_second_page_has() -> None:
    more = (*XS[:3], 230.0, *XS[3:])
    (table,) = blocks([FIRST], [part([["", "", "成本指标", "新", "单价", "5元"]], xs=more)])
    assert isinstance(table, Table)
    assert table.columns == 6
    assert rows(table)[1] == ["绩效指标", "一级指标", "二级指标", "二级指标", "三级指标", "指标值"]
    assert rows(table)[-1][2:4] == ["成本指标", "新"]


def test_mirrored_margins() -> None:
    shifted = tuple(x + 25 for x in XS)
    assert len(blocks([FIRST], [part([["", "", "", "及时率", "1"]], xs=shifted)])) == 1


NEXT_FORM: Rows = [["项目名称", ("水库加固", 4)], *HEAD[1:], *LAST]


@pytest.mark.parametrize(
    "second",
    [
        [text("项目支出绩效自评表", 70), part(NEXT_FORM)],
        [part(NEXT_FORM)],
        [part([[("项目支出绩效自评表", 5)], *NEXT_FORM])],
        [part([["a", "b", "c"]], xs=(50.0, 80.0, 320.0, 410.0))],
        [part([["a", "b", "c", "d", "e"]], xs=tuple(x * 1.2 - 10 for x in XS))],
    ],
    ids=["title", "project name", "title in the table", "other columns", "other width"],
)
def test_what_begins_a_table_of_its_own(second: list[PageTable | PageText]) -> None:
    found = [block for block in blocks([FIRST], second) if isinstance(block, Table)]
    assert len(found) == 2


def test_two_forms_of_one_project_are_two() -> None:
    form: Rows = [HEAD[0], ["部门", ("教育局", 4)], HEAD[1], *LAST]
    other: Rows = [HEAD[0], ["部门", ("财政局", 4)], HEAD[1], *LAST]
    assert len(blocks([part(form)], [part(other)])) == 2


def test_text_between_parts_tables() -> None:
    after: list[PageTable | PageText] = [FIRST, text("填表说明：", 700)]
    assert len(blocks(after, [following(["", "", "", "及时率", "1"])])) == 3


def test_a_page_that_was_not_read_parts_tables_and_a_blank_one_does_not() -> None:
    rest = following(["", "", "", "及时率", "1"])
    unread = Page(2, HEIGHT, issues=(Issue("needs_ocr", ""),))
    assert len(join_pages([Page(1, HEIGHT, (FIRST,)), unread, Page(3, HEIGHT, (rest,))]).blocks) == 2
    assert len(join_pages([Page(1, HEIGHT, (FIRST,)), Page(2, HEIGHT), Page(3, HEIGHT, (rest,))]).blocks) == 1


def test_guessed_tables_are_not_joined() -> None:
    guessed = PageTable(1, XS, (0.0, 20.0), tuple(PageCell(0, at, "x") for at in range(5)), exact=False)
    assert len(blocks([FIRST], [guessed])) == 2


@pytest.mark.parametrize("foot", ["- 3 -", "第 3 页 共 9 页", "3/9", "— 3 —", "第三页", "Page 3"])
def test_page_numbers_are_left_out(foot: str) -> None:
    assert blocks([text("正文", 400), text(foot, 800, number=2)]) == (
        Paragraph("正文", Locator(page=1, block=1)),
    )


def test_running_heads_are_left_out_and_a_table_goes_on_below_them() -> None:
    head = text("某县2023年决算公开 第{}册", 40)
    (table,) = blocks([head, FIRST], [head, following(["", "", "", "及时率", "1"])])
    assert isinstance(table, Table)


def test_a_title_on_every_page_is_no_running_head() -> None:
    title = text("项目支出绩效自评表", 40, size=16)
    found = blocks([title, part(NEXT_FORM)], [title, part(NEXT_FORM)])
    assert [isinstance(block, Paragraph) for block in found] == [True, False, True, False]


def test_figures_in_the_text_are_no_page_numbers() -> None:
    assert len(blocks([text("12", 400)])) == 1


def sheet_parts(sheet: Sheet, breaks: list[int]) -> list[PageTable]:
    """A sheet on pages that break before the given rows, merged labels printed where they begin."""
    xs = tuple(50.0 + 40 * column for column in range(sheet.columns + 1))
    parts = []
    for first, last in zip([0, *breaks], [*breaks, sheet.rows], strict=True):
        cells = [
            PageCell(
                max(row, first) - first,
                column,
                words if row >= first else "",
                min(row + down, last) - max(row, first),
                across,
            )
            for row, column, down, across, words in sorted(sheet.cells)
            if row < last and row + down > first
        ]
        ys = tuple(60.0 + 20 * row for row in range(last - first + 1))
        cells.sort(key=lambda cell: (cell.row, cell.column))
        used = sorted({cell.column for cell in cells})
        # A boundary at which no cell begins is drawn by no line.
        new = {column: index for index, column in enumerate([*used, sheet.columns])}
        placed = [
            cell._replace(
                column=new[cell.column],
                column_span=new[cell.column + cell.column_span] - new[cell.column],
            )
            for cell in cells
        ]
        parts.append(PageTable(1, tuple(xs[column] for column in new), ys, tuple(placed)))
    return parts


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("layout", printer.LAYOUTS)
def test_a_form_broken_between_any_rows_is_whole_again(layout: str, seed: int) -> None:
    _, sheet = printer.make(layout, seed, sparse=False)
    dice = random.Random(f"{layout}{seed}")
    breaks = sorted(dice.sample(range(1, sheet.rows), 2))
    found = [
        block for block in blocks(*[[one] for one in sheet_parts(sheet, breaks)]) if isinstance(block, Table)
    ]
    assert len(found) == 1, breaks
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in found[0].cells] == sorted(
        sheet.cells
    )
