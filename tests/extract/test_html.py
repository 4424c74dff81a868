"""Web pages: spans as browsers place them, encodings as pages really come, and what is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.detect import HTML, media_type
from extract.document import Document, Paragraph, Source, Table
from extract.errors import (
    CorruptDocument,
    DocumentError,
    EmptyDocument,
    TooLarge,
    UnsupportedDocument,
)
from extract.forms.recognise import recognise
from extract.readers import read as read_any
from extract.readers.html import read
from extract.readers.htmltable import WrittenCell, WrittenRow, tile
from tests.extract.facts import facts
from tests.extract.html_builder import form_html, page, table_html
from tests.forms import printer


def document(text: str | bytes) -> Document:
    data = text.encode() if isinstance(text, str) else text
    return read(data, Source("a.html", "", HTML, len(data)))


def lines(text: str | bytes) -> list[str]:
    """Each paragraph, and each row of a table with a bar between the cells that begin in it."""
    found = []
    for block in document(text).blocks:
        if isinstance(block, Paragraph):
            found.append(block.text)
        else:
            block.grid()
            found += ["|".join(cell.text for cell in row) for row in block.by_row()]
    return found


def cells(text: str) -> list[tuple[str, int, int, str]]:
    (table,) = (block for block in document(text).blocks if isinstance(block, Table))
    table.grid()
    return [(str(cell.locator), cell.row_span, cell.column_span, cell.text) for cell in table.cells]


# Forms


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("layout", printer.LAYOUTS)
def test_every_layout_is_read_as_the_exact_table(layout: str, seed: int) -> None:
    truth, sheet = printer.make(layout, seed)
    exact = printer.as_document(truth, sheet)
    found = document(form_html(truth, sheet))
    assert found.blocks[-1] == exact.blocks[-1]
    assert [facts(one) for one in recognise(found)] == [facts(one) for one in recognise(exact)]
    assert found.issues == ()


def test_a_form_in_a_portal_of_the_old_kind() -> None:
    truth, sheet = printer.make("L1", 1, sparse=False)
    portal = page(
        f"""<table width=1000><tr><td><img src=logo.gif></td><td>2024年3月1日 星期五</td></tr>
        <tr><td colspan=2><table><tr><td><a href=/>首页</a></td><td><a href=/a>政务公开</a></td></tr></table></td></tr>
        <tr><td><ul><li><a href=1>机构职能</a><li><a href=2>财政资金</a></ul></td><td><div class="content">
        <h2>{truth.title}</h2><center>（{truth.year}年度）</center>{table_html(sheet)}<p>附件：<a href=x>下载</a></p></div>
        </td></tr><tr><td colspan=2 align=center>主办：某县财政局　备案号</td></tr></table>"""
    )
    (form,) = recognise(document(portal))
    (exact,) = recognise(printer.as_document(truth, sheet))
    assert form.indicators[0].name.text == exact.indicators[0].name.text
    assert [row.name.text for row in form.indicators] == [row.name.text for row in exact.indicators]
    assert [line.line for line in form.funding] == [line.line for line in exact.funding]
    assert form.title is not None
    assert form.title.text == truth.title
    assert "首页" not in "".join(lines(portal))


# Grids


def test_spans_place_the_cells_behind_them() -> None:
    assert cells("<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d</table>") == [
        ("t1/r1c1", 2, 1, "a"), ("t1/r1c2", 1, 2, "b"), ("t1/r2c2", 1, 1, "c"), ("t1/r2c3", 1, 1, "d"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("<tr><td rowspan=0>a<td>b<tr><td>c<tr><td>d", [(3, 1, "a"), (1, 1, "b"), (1, 1, "c"), (1, 1, "d")]),
        ("<tr><td rowspan=9>a<td>b<tr><td>c", [(2, 1, "a"), (1, 1, "b"), (1, 1, "c")]),
        ("<tr><td colspan=0>a<td>b", [(1, 1, "a"), (1, 1, "b")]),
        ("<tr><td colspan='2;'>a<tr><td>b<td>c", [(1, 2, "a"), (1, 1, "b"), (1, 1, "c")]),
        ("<tr><td colspan=-3 rowspan=x>a<td>b", [(1, 1, "a"), (1, 1, "b")]),
        ("<tr><td>a<td>b<td>c<tr><td>d", [(1, 1, "a"), (1, 1, "b"), (1, 1, "c"), (1, 1, "d"), (1, 2, "")]),
        ("<tr><td colspan=30>a<tr><td>b<td>c", [(1, 2, "a"), (1, 1, "b"), (1, 1, "c")]),
        ("<tr><td>a<tr></tr><tr><td>b", [(1, 1, "a"), (1, 1, ""), (1, 1, "b")]),
        ("<tr><td rowspan=2>a<td>b<tr></tr><tr><td>c<td>d", [
            (2, 1, "a"), (1, 1, "b"), (1, 1, ""), (1, 1, "c"), (1, 1, "d"),
        ]),
        ("<td>a<td>b<tr><td>c<td>d", [(1, 1, "a"), (1, 1, "b"), (1, 1, "c"), (1, 1, "d")]),
        ("<form><tr><td>a</td><form><td>b</td></form></tr></form>", [(1, 1, "a"), (1, 1, "b")]),
        ("<tr><td>a<td style='display: none'>x<td>b<tr hidden><td>y<tr><td>c<td hidden>z<td>d", [
            (1, 1, "a"), (1, 1, "b"), (1, 1, "c"), (1, 1, "d"),
        ]),
        ("<tr><td>a<td style='visibility:hidden'>x<td>b", [(1, 1, "a"), (1, 1, ""), (1, 1, "b")]),
    ],
)  # fmt: skip
def test_spans_that_do_not_add_up(rows: str, expected: list[tuple[int, int, str]]) -> None:
    assert [one[1:] for one in cells(f"<table>{rows}</table>")] == expected


def test_cells_over_one_another_are_cut_apart_and_told() -> None:
    text = "<table><tr><td>a<td rowspan=2>b<td>c<tr><td colspan=3>d<td>e</table>"
    assert cells(text) == [
        ("t1/r1c1", 1, 1, "a"), ("t1/r1c2", 2, 1, "b"), ("t1/r1c3", 1, 1, "c"),
        ("t1/r2c1", 1, 1, "d"), ("t1/r2c3", 1, 1, "e"),
    ]  # fmt: skip
    assert [(issue.code, str(issue.locator)) for issue in document(text).issues] == [
        ("merge_repaired", "t1/r2c1")
    ]


def test_spans_end_with_their_group_and_the_foot_comes_last() -> None:
    text = (
        "<table><tfoot><tr><td>f<td>g</tfoot><thead><tr><td rowspan=5>a<td>b</thead>"
        "<tbody><tr><td>c<td>d</tbody></table>"
    )
    assert lines(text) == ["a|b", "c|d", "f|g"]


_SPANS = st.tuples(st.integers(0, 5), st.integers(1, 5))


@given(st.lists(st.tuples(st.integers(0, 1), st.lists(_SPANS, max_size=5)), min_size=1, max_size=6))
def test_any_spans_tile(rows: list[tuple[int, list[tuple[int, int]]]]) -> None:
    written = [
        WrittenRow([WrittenCell("x", down, across) for down, across in spans], group) for group, spans in rows
    ]
    tiling = tile(written)
    covered = [
        (cell.row + r, cell.column + c)
        for cell in tiling.cells
        for r in range(cell.down)
        for c in range(cell.across)
    ]
    assert sorted(covered) == [(r, c) for r in range(tiling.rows) for c in range(tiling.columns)]
    assert sum(cell.content is not None for cell in tiling.cells) == sum(len(spans) for _, spans in rows)


# Tables within tables


def test_a_real_table_in_a_cell_follows_its_table() -> None:
    text = """<table><tr><td>项目名称<td>业务费</tr><tr><td>主管部门<td>财政局</tr>
    <tr><td>资金<td>共<table><tr><td>总额<td>10<tr><td>其他<td>0</table>万元</table>"""
    assert lines(text) == ["项目名称|业务费", "主管部门|财政局", "资金|共万元", "总额|10", "其他|0"]
    inner = document(text).blocks[1]
    assert isinstance(inner, Table)
    assert str(inner.locator) == "t1/r3c2>t1"
    assert str(inner.cells[3].locator) == "t1/r3c2>t1/r2c2"


def test_frames_are_looked_through() -> None:
    framed = "<table><tr><td><table><tr><td><h1>题目</h1><table><tr><td>a<td>b</table></table>末</table>"
    assert lines(framed) == ["题目", "a|b", "末"]
    assert lines("<table><tr><td>a<td><table><tr><td>b</table><td>c<tr><td>d<td>e<td>f</table>") == [
        "a|b|c",
        "d|e|f",
    ]


# Texts


def test_lines_of_a_cell_are_kept_apart() -> None:
    text = "<table><tr><td><p>1. IP</p><p>RAN</p><td>绩效<br>指标<td>a<b>b</b>c<td>甲\n  乙&nbsp;<td><div>x</div>y</table>"
    assert lines(text) == ["1. IP RAN|绩效指标|abc|甲乙|x y"]


def test_paragraphs() -> None:
    text = "<div>甲<p>乙 \n 丙</p>丁<br>戊<span>己</span><hr><pre>庚\n辛\t壬</pre></div>&nbsp;<p>癸"
    assert lines(page(text)) == ["甲", "乙 丙", "丁", "戊己", "庚", "辛 壬", "癸"]


def test_what_is_not_shown() -> None:
    text = page(
        """<script>var a='<p>脚本</p>'</script><style>p{}</style><noscript>无脚本</noscript><template>模</template>
        <p style="color:red; DISPLAY : none">藏</p><p hidden>隐</p><!-- 注释 --><input type=hidden value=密><p>正文</p>"""
    )
    assert lines(text) == ["正文"]


def test_what_belongs_to_the_site() -> None:
    text = page(
        """<header><h1>某县人民政府</h1></header><nav>首页</nav><div id="topNav">导航</div><div class="a breadcrumb">位置</div>
        <div role=navigation>菜单</div><ul><li><a href=1>甲</a> | <li><a href=2>乙</a></ul>
        <main><article><header><h1>绩效公开</h1></header><p><a href=x>附件</a></p><ul><li>第一<li><a href=1>第二</a></ul>
        <div class="footnote">注：无</div></article></main><aside>推荐</aside><footer>版权</footer>"""
    )
    assert lines(text) == ["绩效公开", "附件", "第一", "第二", "注：无"]


def test_a_table_in_a_part_of_the_site_is_read() -> None:
    assert lines("<div class=menu><table><tr><td>项目名称<td>业务费</table></div>") == ["项目名称|业务费"]


def test_fields_show_what_is_filled_in() -> None:
    text = """<table><tr><td><input value="业务费" readonly><input type=submit value=保存><td><textarea>完成\n任务</textarea>
    <td><select><option>一<option selected>二</select><td><input type=checkbox checked>新增<input type=radio>延续</table>"""
    assert lines(text) == ["业务费|完成任务|二|☑新增□延续"]


def test_a_page_that_excel_wrote() -> None:
    text = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset=gb2312><style>td{}</style></head>
    <body><![if !excel]>&nbsp;&nbsp;<![endif]><table x:str><col width=72><tr height=19><td x:num="0.95">95%</td>
    <td class=xl24>甲<span style='mso-spacerun:yes'>&nbsp;</span></td></tr><![if supportMisalignedColumns]>
    <tr height=0 style='display:none'><td width=72></td></tr><![endif]></table></body></html>"""
    assert media_type(text.encode("gb18030"), "自评表.xls") == HTML
    assert lines(text.encode("gb18030")) == ["95%|甲"]
    data = text.encode("gb18030")
    assert read_any(data, Source("a.xls", "", media_type(data, "a.xls"), len(data))).reader == "html"


# Context


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<title>2023年度项目支出绩效自评表_某县人民政府</title>", ["2023年度项目支出绩效自评表", "正文"]),
        ("<title>某县财政局 - 绩效公开</title>", ["绩效公开", "正文"]),
        ("<title>某县人民政府</title>", ["正文"]),
        ("<title>正文</title>", ["正文"]),
        ("<title>x</title><meta name=ArticleTitle content=部门绩效>", ["部门绩效", "正文"]),
        ('<meta name="PubDate" content="2024-03-01 10:20:30">', ["发布日期：2024-03-01", "正文"]),
    ],
)
def test_title_and_date_of_the_page(head: str, expected: list[str]) -> None:
    assert lines(page("<p>正文</p>", head)) == expected


def test_title_and_date_that_the_text_repeats() -> None:
    head = "<title>2023年绩效 自评</title><meta name=PubDate content=2024-03-01>"
    assert lines(page("<h1>2023年绩效自评</h1><p>发布时间：2024-03-01</p>", head)) == [
        "2023年绩效自评",
        "发布时间：2024-03-01",
    ]


# Encodings


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "GBK", "iso-8859-1", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(declared: str, encoding: str) -> None:
    head = f'<meta http-equiv=Content-Type content="text/html; charset={declared}">' if declared else ""
    text = page("<p>镕基䶮：项目支出绩效目标表，2023年</p>", head)
    assert lines(text.encode(encoding)) == ["镕基䶮：项目支出绩效目标表，2023年"]


def test_a_page_from_the_other_side() -> None:
    text = page("<p>績效目標表</p>", "<meta charset=big5>")
    assert lines(text.encode("big5")) == ["績效目標表"]


def test_a_few_damaged_bytes_are_told() -> None:
    data = page("<p>" + "绩效目标" * 200 + "</p>").encode()
    at = len(data) // 2
    found = document(data[:at] + b"\xff\xfe\xff" + data[at:])
    assert [issue.code for issue in found.issues] == ["characters_damaged"]
    assert "\ufffd" in found.blocks[0].text  # type: ignore[union-attr]


def test_a_prolog_does_not_decide() -> None:
    text = '<?xml version="1.0" encoding="gb2312"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>甲</p></body></html>'
    assert lines(text) == ["甲"]


# What cannot be read


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", EmptyDocument),
        (" \n", EmptyDocument),
        ("<html><body></body></html>", EmptyDocument),
        ("<div id=app></div><script>start()</script>", EmptyDocument),
        ("<html><frameset><frame src=a.htm></frameset></html>", UnsupportedDocument),
        ("<html><body><p><img src=1.jpg></p></body></html>", UnsupportedDocument),
        ("<html>" + "<div>" * 400 + "深", TooLarge),
        ("<table><tr>" + "<td colspan=1000>a" * 30 + "</table>", TooLarge),
        ("<table>" + "<tr><td colspan=1000>a<td>b" * 500 + "</table>", TooLarge),
    ],
)
def test_what_cannot_be_read(text: str, error: type[DocumentError]) -> None:
    with pytest.raises(error):
        document(text)


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(CorruptDocument):
        document(b"<html>" + bytes(range(128, 256)) * 40)


def test_pictures_beside_the_text_are_told_where_there_is_no_table() -> None:
    assert [issue.code for issue in document("<p>见下图<img src=1.jpg>").issues] == ["pictures_not_read"]
    assert document("<p>x<img src=1.jpg><table><tr><td>a<td>b</table>").issues == ()


def test_nothing_is_fetched_and_no_entity_resolved() -> None:
    text = '<!DOCTYPE html SYSTEM "file:///etc/passwd"><p>&x;甲<iframe src="file:///etc/passwd"></iframe></p>'
    assert lines(text) == ["&x;甲"]


_TAGS = [
    "table",
    "tr",
    "td",
    "th",
    "tbody",
    "thead",
    "div",
    "p",
    "br",
    "ul",
    "li",
    "a href=1",
    "form",
    "select",
    "option",
]
_PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in _TAGS]),
    st.sampled_from([f"</{tag.split()[0]}>" for tag in _TAGS]),
    st.sampled_from(["<td rowspan=3>", "<td colspan=4>", "甲", "乙", "<table>", "<tr>", "<td>"]),
)


@given(st.lists(_PIECES, max_size=40))
def test_any_tags_make_tables_that_tile(pieces: list[str]) -> None:
    try:
        found = document("<html><body>" + "".join(pieces))
    except DocumentError:
        return
    for block in found.blocks:
        if isinstance(block, Table):
            block.grid()
