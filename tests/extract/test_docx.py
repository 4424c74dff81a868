"""The Word reader: exact tables, printed text, odd constructs, hostile files."""

from __future__ import annotations

import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from extract.detect import DOCX
from extract.document import Document, Paragraph, Source, Table
from extract.errors import (
    CorruptDocument,
    DocumentError,
    EmptyDocument,
    EncryptedDocument,
    TooLarge,
    UnsupportedDocument,
)
from extract.readers import package
from extract.readers.docx import read
from tests.extract.docx_builder import (
    Box,
    cell,
    document_docx,
    p,
    paragraph,
    run,
    table,
    table_docx,
    tbl,
    tr,
    with_parts,
)
from tests.extract.ole_builder import ole


def document(*blocks: str, parts: dict[str, str] | None = None) -> Document:
    return of_bytes(document_docx(blocks, parts))


def of_bytes(data: bytes) -> Document:
    return read(data, Source("a.docx", "", DOCX, len(data)))


def printed(document: Document) -> list[object]:
    """Each block as what it prints: a paragraph's text, or the texts of a table's grid."""
    return [
        block.text if isinstance(block, Paragraph) else [[cell.text for cell in row] for row in block.grid()]
        for block in document.blocks
    ]


def grid(*rows: str) -> object:
    """What a single table out of these rows prints; it must need no repair."""
    found = document(tbl(*rows))
    assert found.issues == ()
    (only,) = printed(found)
    return only


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def codes(document: Document) -> list[str]:
    return [issue.code for issue in document.issues]


# --- tables ---------------------------------------------------------------------------------------


def test_a_form_with_merges_both_ways() -> None:
    data = table_docx(
        [
            [Box("项目名称", 2), Box("业务费", 2)],
            [Box("绩\n效\n指\n标", 1, 2), "产出指标", "数量指标", "≥3000件"],
            ["效益指标", Box("效果显著", 2)],
        ],
        title="项目支出绩效目标表",
    )
    title, form = of_bytes(data).blocks
    assert isinstance(title, Paragraph)
    assert (title.text, str(title.locator)) == ("项目支出绩效目标表", "b1")
    assert isinstance(form, Table)
    assert (form.rows, form.columns, form.exact, str(form.locator)) == (3, 4, True, "t1")
    assert [(c.text, str(c.locator), c.row_span, c.column_span) for c in form.cells] == [
        ("项目名称", "t1/r1c1", 1, 2),
        ("业务费", "t1/r1c3", 1, 2),
        ("绩效指标", "t1/r2c1", 2, 1),
        ("产出指标", "t1/r2c2", 1, 1),
        ("数量指标", "t1/r2c3", 1, 1),
        ("≥3000件", "t1/r2c4", 1, 1),
        ("效益指标", "t1/r3c2", 1, 1),
        ("效果显著", "t1/r3c3", 1, 2),
    ]


def test_a_merge_may_go_on_without_saying_so() -> None:
    below = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
    assert grid(tr(cell("a", merge="restart"), cell("b")), tr(below, cell("c"))) == [["a", "b"], ["a", "c"]]


def test_two_merges_that_touch_stay_two() -> None:
    rows = [tr(cell("a", merge="restart")), tr(cell("", merge="continue"))] * 2
    (form,) = tables(document(tbl(*rows)))
    assert [(c.row, c.row_span) for c in form.cells] == [(0, 2), (2, 2)]


def test_old_horizontal_merges() -> None:
    left, right = cell("a", properties='<w:hMerge w:val="restart"/>'), cell("", properties="<w:hMerge/>")
    assert grid(tr(left, right, cell("b")), tr(cell("1"), cell("2"), cell("3"))) == [
        ["a", "a", "b"],
        ["1", "2", "3"],
    ]


def test_a_row_that_begins_late_or_ends_early_is_filled() -> None:
    found = document(
        tbl(
            tr(cell("a"), cell("b"), cell("c"), cell("d")),
            tr(cell("e"), cell("f"), properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'),
            tr(cell("g")),
        )
    )
    assert printed(found) == [[["a", "b", "c", "d"], ["", "e", "f", ""], ["g", "", "", ""]]]
    assert [str(c.locator) for c in tables(found)[0].cells][4:] == [
        *("t1/r2c1", "t1/r2c2", "t1/r2c3", "t1/r2c4"),
        *("t1/r3c1", "t1/r3c2"),
    ]
    assert found.issues == ()


def test_the_grid_is_as_wide_as_its_rows_whatever_the_table_says() -> None:
    row = tr(cell("a", 2), cell("b", 2))
    assert tables(document(tbl(row, row, columns=1)))[0].columns == 4
    assert tables(document(tbl(row, row, columns=9)))[0].columns == 4


def test_content_controls_around_everything() -> None:
    def control(content: str) -> str:
        return f'<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'

    inside = "<w:tc><w:tcPr/>" + control(p(control(run("b")), run("c"))) + "</w:tc>"
    rows = control(tr(control(cell("a")), inside)) + tr(cell("d"), control(control(cell("e"))))
    found = document(control(paragraph("前")), control(tbl(rows)), p(control(run("后"))))
    assert printed(found) == ["前", [["a", "bc"], ["d", "e"]], "后"]


def test_the_prompt_of_an_empty_control_is_no_text() -> None:
    control = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr{}/></w:sdtPr><w:sdtContent>"
        + run("单击此处输入文字。")
        + "</w:sdtContent></w:sdt>"
    )
    shown = p(control.format(' w:val="0"'))
    assert grid(tr(cell("项目名称"), cell(p(control.format(""))))) == [["项目名称", ""]]
    assert printed(document(shown)) == ["单击此处输入文字。"]


def test_nested_tables_follow_the_outer_one() -> None:
    deepest = tbl(tr(cell("x")))
    inner = tbl(tr(cell("1"), cell(paragraph("2") + deepest + paragraph(""))))
    outer = tbl(tr(cell("a"), cell(paragraph("乙") + inner + paragraph("丙") + tbl(tr(cell("y"))))))
    found = document(outer, tbl(tr(cell("z"))))
    assert printed(found) == [[["a", "乙丙"]], [["1", "2"]], [["x"]], [["y"]], [["z"]]]
    assert [str(t.locator) for t in tables(found)] == [
        *("t1", "t1/r1c2>t1", "t1/r1c2>t1/r1c2>t1", "t1/r1c2>t2", "t2"),
    ]
    assert str(tables(found)[2].cells[0].locator) == "t1/r1c2>t1/r1c2>t1/r1c1"


def test_a_frame_of_one_cell_is_looked_through() -> None:
    framed = tbl(tr(cell(paragraph("标题") + tbl(tr(cell("a"), cell("b"))) + paragraph("单位：万元"))))
    found = document(tbl(tr(cell(framed + paragraph("")))), tbl(tr(cell("c"))))
    assert printed(found) == ["标题", [["a", "b"]], "单位：万元", [["c"]]]
    assert [str(block.locator) for block in found.blocks] == ["b1", "t1", "b2", "t2"]


def test_rows_without_cells_and_tables_without_rows_leave_no_trace() -> None:
    found = document(tbl(), tbl(tr(), tr(cell("a"))))
    assert printed(found) == [[["a"]]]
    assert str(tables(found)[0].cells[0].locator) == "t1/r1c1"


@pytest.mark.parametrize(
    ("rows", "expected", "place"),
    [
        # goes on, but there is nothing above
        ([[("a", 1, "continue"), ("b", 1, "")]], [["a", "b"]], "t1/r1c1"),
        # goes on under a cell that does not begin a merge
        ([[("a", 1, "")], [("b", 1, "continue")]], [["a"], ["b"]], "t1/r2c1"),
        # goes on under a cell of another width
        (
            [[("a", 2, "restart"), ("b", 1, "")], [("c", 1, "continue"), ("d", 2, "")]],
            [["a", "a", "b"], ["c", "d", "d"]],
            "t1/r2c1",
        ),
        # one row claims to be wider than the table and all other rows
        ([[("a", 1, ""), ("b", 90, "")], [("c", 1, ""), ("d", 1, "")]], [["a", "b"], ["c", "d"]], "t1/r1c2"),
    ],
)
def test_contradictory_merges_are_repaired_with_an_issue(
    rows: list[list[tuple[str, int, str]]], expected: list[list[str]], place: str
) -> None:
    found = document(tbl(*(tr(*(cell(*c) for c in row)) for row in rows), columns=2))
    assert printed(found) == [expected]
    (issue,) = found.issues
    assert (issue.code, str(issue.locator)) == ("merge_repaired", place)
    assert "1 处" in issue.message


def test_a_merge_whose_first_row_was_deleted_begins_one_row_later() -> None:
    deleted = tr(cell("a", merge="restart"), properties='<w:del w:id="1" w:author="x"/>')
    found = document(tbl(deleted, tr(cell("b", merge="continue")), tr(cell("", merge="continue"))))
    assert printed(found) == [[["b"], ["b"]]]


def test_text_under_a_merge_is_not_printed_but_reported() -> None:
    found = document(tbl(tr(cell("a", merge="restart")), tr(cell("b", merge="continue"))))
    assert printed(found) == [[["a"], ["a"]]]
    assert codes(found) == ["merged_text"]


@pytest.mark.parametrize("value", ["0", "-3", "x", "", "99999999999999999999", "²"])
def test_absurd_spans(value: str) -> None:
    odd = f'<w:tc><w:tcPr><w:gridSpan w:val="{value}"/></w:tcPr>{paragraph("a")}</w:tc>'
    found = document(tbl(tr(odd, cell("b")), tr(cell("c"), cell("d")), columns=2))
    assert printed(found) == [[["a", "b"], ["c", "d"]]]


def test_a_span_whose_other_cells_were_left_in_place_is_cut() -> None:
    careless = tr(cell("a", 3), cell(""), cell(""))
    found = document(tbl(careless, tr(cell("b"), cell("c"), cell("d")), columns=3))
    assert printed(found) == [[["a", "", ""], ["b", "c", "d"]]]
    assert codes(found) == ["merge_repaired"]


def test_the_widest_row_is_believed_where_nothing_speaks_against_it() -> None:
    assert grid(tr(cell("a", 2), cell("b", 2)), tr(cell("c"), cell("d"))) == [
        ["a", "a", "b", "b"],
        ["c", "d", "", ""],
    ]


def test_an_absurdly_wide_table_is_refused() -> None:
    row = tr(cell("a"), properties='<w:gridBefore w:val="1000"/>')
    with pytest.raises(TooLarge, match="拆分"):
        document(tbl(row * 4100))


# --- text -----------------------------------------------------------------------------------------


def test_empty_paragraphs_are_left_out_and_not_counted() -> None:
    found = document(
        paragraph(""), paragraph("一"), paragraph(" \u3000"), paragraph("\u200b"), paragraph("二")
    )
    assert [(block.text, str(block.locator)) for block in found.blocks if isinstance(block, Paragraph)] == [
        ("一", "b1"),
        ("二", "b2"),
    ]


def test_a_cell_is_repaired_and_a_paragraph_keeps_its_gaps() -> None:
    line = run("填报单位：教育局") + "<w:r><w:tab/></w:r>" + run("单位：万元\n第二行")
    stops = '<w:tabs><w:tab w:val="left" w:pos="1"/></w:tabs>'
    in_cell = cell(
        paragraph("24.5") + paragraph("万 元") + p("<w:r><w:t>IP</w:t><w:tab/><w:t>RAN</w:t></w:r>")
    )
    found = document(p(line, properties=stops), tbl(tr(in_cell)))
    assert printed(found) == ["填报单位：教育局\t单位：万元\n第二行", [["24.5万元IP RAN"]]]


def test_runs_join_without_a_gap() -> None:
    assert grid(tr(cell(p(run("≥95"), run(".5"), run("%"))))) == [["≥95.5%"]]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('<w:hyperlink w:anchor="x">' + run("b") + "</w:hyperlink>", "abc"),
        ('<w:smartTag w:uri="u" w:element="date">' + run("b") + "</w:smartTag>", "abc"),
        ('<w:fldSimple w:instr="PAGE">' + run("7") + "</w:fldSimple>", "a7c"),
        ('<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/>', "ac"),
        ("<w:r><w:noBreakHyphen/></w:r>", "a-c"),
        ("<w:r><w:t>b</w:t><w:softHyphen/></w:r>", "abc"),
        ("<w:r><w:cr/></w:r>", "a\nc"),
        ("<m:oMath><m:r><m:t>≥</m:t></m:r></m:oMath>", "a≥c"),
        ('<w:ins w:id="1" w:author="x">' + run("b") + "</w:ins>", "abc"),
        ('<w:moveTo w:id="1" w:author="x">' + run("b") + "</w:moveTo>", "abc"),
        ('<w:del w:id="1" w:author="x"><w:r><w:delText>b</w:delText></w:r></w:del>', "ac"),
        ('<w:del w:id="1" w:author="x"><w:r><w:t>b</w:t></w:r></w:del>', "ac"),
        ('<w:moveFrom w:id="1" w:author="x">' + run("b") + "</w:moveFrom>", "ac"),
        (
            '<w:ins w:id="1" w:author="x"><w:del w:id="2" w:author="y"><w:r><w:t>b</w:t></w:r></w:del></w:ins>',
            "ac",
        ),
        ('<w:commentRangeStart w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>', "ac"),
        (
            "<w:ruby><w:rt>" + run("pin") + "</w:rt><w:rubyBase>" + run("拼") + "</w:rubyBase></w:ruby>",
            "a拼c",
        ),
        (run("b", "<w:vanish/>"), "ac"),
        (run("b", '<w:vanish w:val="0"/>'), "abc"),
        (run("b", '<w:rPrChange w:id="1" w:author="x"><w:rPr><w:vanish/></w:rPr></w:rPrChange>'), "abc"),
    ],
)
def test_what_a_paragraph_prints(content: str, text: str) -> None:
    assert printed(document(p(run("a"), content, run("c")))) == [text]


def test_hidden_by_a_style() -> None:
    styles = (
        "<w:styles>"
        '<w:style w:type="character" w:styleId="hid"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="heir"><w:basedOn w:val="hid"/></w:style>'
        '<w:style w:type="character" w:styleId="round"><w:basedOn w:val="round"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="note"><w:rPr><w:vanish/></w:rPr></w:style>'
        "</w:styles>"
    )
    found = document(
        p(run("a"), run("b", '<w:rStyle w:val="heir"/>'), run("c", '<w:rStyle w:val="round"/>')),
        p(run("d"), run("e", '<w:vanish w:val="0"/>'), properties='<w:pStyle w:val="note"/>'),
        parts={"word/styles.xml": styles},
    )
    assert printed(found) == ["ac", "e"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('<w:sym w:font="Wingdings" w:char="F0A8"/>', "□"),
        ('<w:sym w:font="Wingdings" w:char="F06E"/>', "■"),
        ('<w:sym w:font="Wingdings" w:char="F0FE"/>', "☑"),
        ('<w:sym w:font="Wingdings 2" w:char="F052"/>', "☑"),
        ('<w:sym w:font="Wingdings 2" w:char="00A3"/>', "□"),
        ('<w:sym w:font="Symbol" w:char="F0B3"/>', "≥"),
        ('<w:sym w:font="宋体" w:char="2460"/>', "①"),
        ('<w:rPr><w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/></w:rPr><w:t>R</w:t>', "☑"),
        ('<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr><w:t>\uf0a8是</w:t>', "□是"),
    ],
)
def test_symbols(content: str, text: str) -> None:
    found = document(p(f"<w:r>{content}</w:r>"))
    assert (printed(found), codes(found)) == ([text], [])


@pytest.mark.parametrize("code", ["F021", "D800", "zz", "", "FFFFFF"])
def test_an_unknown_symbol_leaves_a_mark_and_an_issue(code: str) -> None:
    found = document(p(f'<w:r><w:sym w:font="Wingdings 2" w:char="{code}"/></w:r>'))
    assert (printed(found), codes(found)) == (["\ufffd"], ["symbol_unknown"])


def field(*content: str, code: str = "PAGE", extra: str = "") -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{extra}</w:fldChar></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{"".join(content)}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_fields_print_their_results() -> None:
    nested = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + field(run("x")) + run("y")
        + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("z")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )  # fmt: skip
    assert printed(document(p(run("a"), field(run("7")), nested, run("c")))) == ["a7zc"]


def test_a_field_without_its_end_costs_no_text() -> None:
    broken = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert printed(document(p(broken, run("a")), paragraph("b"))) == ["a", "b"]
    assert printed(document(p('<w:r><w:fldChar w:fldCharType="end"/></w:r>', run("a")))) == ["a"]


def test_old_form_fields_print_their_state() -> None:
    checked = "<w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>"
    cleared = '<w:ffData><w:checkBox><w:default/><w:checked w:val="0"/></w:checkBox></w:ffData>'
    chosen = '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="甲"/><w:listEntry w:val="乙"/></w:ddList></w:ffData>'
    found = document(p(field(extra=checked), run("是"), field(extra=cleared), run("否"), field(extra=chosen)))
    assert printed(found) == ["☑是□否乙"]


def test_a_field_that_draws_its_text_is_reported() -> None:
    assert codes(document(p(run("a"), field(code=r" eq \o\ac(○,1)")))) == ["field_not_read"]


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    mark = '<w:rPr><w:del w:id="1" w:author="x"/></w:rPr>'
    found = document(
        p(run("甲"), properties=mark),
        p(run("乙"), properties=mark),
        p(run("丙")),
        p(run("丁"), properties=mark),
    )
    assert printed(found) == ["甲乙丙", "丁"]


def test_deleted_rows_and_cells_go() -> None:
    deleted = tr(cell("c"), cell("d"), properties='<w:del w:id="1" w:author="x"/>')
    gone = cell("x", properties='<w:cellDel w:id="2" w:author="x"/>')
    inserted = tr(cell("e"), cell("f"), properties='<w:ins w:id="3" w:author="x"/>')
    assert grid(tr(cell("a"), gone, cell("b")), deleted, inserted) == [["a", "b"], ["e", "f"]]


def test_former_spans_and_merges_do_not_count() -> None:
    former = '<w:tcPrChange w:id="1" w:author="x"><w:tcPr><w:gridSpan w:val="3"/><w:vMerge w:val="restart"/></w:tcPr></w:tcPrChange>'
    assert grid(tr(cell("a", properties=former), cell("b"))) == [["a", "b"]]


def box(content: str) -> str:
    new = f"<w:drawing><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></w:drawing>"
    old = f"<w:pict><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></w:pict>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{new}</mc:Choice>'
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_a_text_box_is_read_once_behind_its_paragraph() -> None:
    boxed = box(paragraph("附件2") + tbl(tr(cell("x"))))
    found = document(p(run("a"), boxed, run("b"), box(paragraph("附件3"))), paragraph("c"))
    assert printed(found) == ["ab", "附件2", [["x"]], "附件3", "c"]


def test_a_text_box_in_a_cell_belongs_to_the_cell() -> None:
    found = document(tbl(tr(cell(p(run("a"), box(paragraph("b")))), cell("c"))))
    assert printed(found) == [[["a b", "c"]]]


def test_an_old_drawing_alone_is_read() -> None:
    old = (
        "<w:r><w:pict><v:textbox><w:txbxContent>"
        + paragraph("b")
        + "</w:txbxContent></v:textbox></w:pict></w:r>"
    )
    only_fallback = f"<mc:AlternateContent><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
    assert printed(document(p(run("a"), old), p(only_fallback))) == ["a", "b", "b"]


def test_footnotes_come_last_in_the_order_of_their_references() -> None:
    def reference(number: int) -> str:
        return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'

    notes = "".join(
        f'<w:footnote w:id="{number}">{paragraph(text)}</w:footnote>'
        for number, text in ((-1, "sep"), (1, "注一"), (2, "注二"), (3, "无人引用"))
    )
    data = document_docx([p(run("a"), reference(2), reference(1)), paragraph("b")])
    with zipfile.ZipFile(BytesIO(data)) as archive:
        links = archive.read("word/_rels/document.xml.rels").decode()
    link = '<Relationship Id="n" Type="http://x/relationships/footnotes" Target="footnotes.xml"/></Relationships>'
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    data = with_parts(
        data,
        {
            "word/_rels/document.xml.rels": links.replace("</Relationships>", link),
            "word/footnotes.xml": f"<w:footnotes {space}>{notes}</w:footnotes>",
        },
    )
    assert printed(of_bytes(data)) == ["a", "b", "注二", "注一"]


def test_embedded_files_and_pictures_are_reported() -> None:
    picture = '<w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"/></w:drawing></w:r>'
    assert codes(document('<w:altChunk r:id="x"/>', paragraph("a"))) == ["embedded_not_read"]
    assert codes(document(p(run("a"), picture))) == ["pictures_not_read"]
    assert codes(document(p(picture), tbl(tr(cell("a"))))) == []
    with pytest.raises(UnsupportedDocument, match="只有图片"):
        document(p(picture))


# --- numbering ------------------------------------------------------------------------------------


def level(number: int, style: str, text: str, extra: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{extra}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*levels: str, nums: str = "", more: str = "") -> dict[str, str]:
    return {
        "word/numbering.xml": "<w:numbering>"
        f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{more}'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{nums}</w:numbering>'
    }


def item(text: str, level: int = 0, list_id: int = 1, more: str = "") -> str:
    numbers = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    return p(run(text), properties=more + numbers)


def test_headings_are_numbered_as_printed() -> None:
    found = document(
        *(item("基本情况"), item("项目概况", 1), item("立项依据", 1), item("第一", 2), item("主要成效")),
        *(item("产出", 1), item("不编号", list_id=0), paragraph("正文"), item("问题")),
        parts=numbering(
            level(0, "chineseCounting", "%1、", '<w:suff w:val="nothing"/>'),
            level(1, "chineseCountingThousand", "（%2）", '<w:suff w:val="nothing"/>'),
            level(2, "decimal", "%1.%2.%3", "<w:isLgl/>"),
        ),
    )
    assert printed(found) == [
        *("一、基本情况", "（一）项目概况", "（二）立项依据", "1.2.1 第一", "二、主要成效"),
        *("（一）产出", "不编号", "正文", "三、问题"),
    ]


def test_numbers_in_cells_even_where_nothing_else_is_printed() -> None:
    def numbered(text: str, merge: str = "") -> str:
        return cell(item(text), merge=merge)

    found = document(
        tbl(
            tr(cell("序号"), cell("指标")),
            tr(numbered("", "restart"), cell("甲")),
            tr(numbered("", "continue"), cell("乙")),
            tr(numbered(""), cell("丙")),
            tr(cell("合计"), cell(item("完成率") + item("及时率"))),
        ),
        parts=numbering(level(0, "decimal", "%1.")),
    )
    assert printed(found)[0] == [
        *(["序号", "指标"], ["1.", "甲"], ["1.", "乙"], ["2.", "丙"]),
        ["合计", "3.完成率4.及时率"],
    ]


def test_bullets_are_left_out() -> None:
    assert printed(document(item("a"), parts=numbering(level(0, "bullet", "\uf06c")))) == ["a"]


def test_lists_that_share_their_levels_count_on_unless_they_start_again() -> None:
    fresh = (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        '<w:num w:numId="4"><w:abstractNumId w:val="0"/>'
        f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1)")}</w:lvlOverride></w:num>'
    )
    found = document(
        *(item("a"), item("b", list_id=2), item("c", list_id=3), item("d", list_id=3), item("e", list_id=4)),
        parts=numbering(level(0, "decimal", "%1."), nums=fresh),
    )
    assert printed(found) == ["1. a", "2. b", "1. c", "2. d", "C) e"]


def test_a_level_that_never_restarts_and_one_that_was_skipped() -> None:
    found = document(
        *(item("a", 1), item("b"), item("c", 1), item("d")),
        parts=numbering(
            level(0, "decimal", "%1."), level(1, "decimal", "%1.%2", '<w:lvlRestart w:val="0"/>')
        ),
    )
    assert printed(found) == ["1.1 a", "1. b", "1.2 c", "2. d"]


def test_styles_number_their_paragraphs() -> None:
    styles = (
        "<w:styles>"
        '<w:style w:type="paragraph" w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="H3"><w:basedOn w:val="H1"/>'
        '<w:pPr><w:numPr><w:ilvl w:val="0"/></w:numPr></w:pPr></w:style>'
        "</w:styles>"
    )
    lists = numbering(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2", '<w:pStyle w:val="H2"/>'))
    found = document(
        paragraph("a", '<w:pStyle w:val="H1"/>'),
        paragraph("b", '<w:pStyle w:val="H2"/>'),
        paragraph("c", '<w:pStyle w:val="H3"/>'),
        item("d", list_id=0, more='<w:pStyle w:val="H1"/>'),
        paragraph("e", '<w:pStyle w:val="unknown"/>'),
        parts={"word/styles.xml": styles, **lists},
    )
    assert printed(found) == ["1. a", "1.1 b", "2. c", "d", "e"]


def test_levels_may_come_from_a_list_style() -> None:
    more = (
        '<w:abstractNum w:abstractNumId="7"><w:numStyleLink w:val="S"/></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="8"><w:styleLink w:val="S"/>'
        f"{level(0, 'decimalEnclosedCircle', '%1')}</w:abstractNum>"
    )
    nums = '<w:num w:numId="5"><w:abstractNumId w:val="7"/></w:num>'
    assert printed(document(item("a", list_id=5), parts=numbering(more=more, nums=nums))) == ["① a"]


# --- packages: strict, odd and hostile ------------------------------------------------------------

_SIMPLE = table_docx([["项目名称", "业务费"]], title="绩效目标表")


def xml_of(data: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read("word/document.xml")


def test_strict_documents() -> None:
    strict = xml_of(_SIMPLE).replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert printed(of_bytes(with_parts(_SIMPLE, {"word/document.xml": strict}))) == printed(of_bytes(_SIMPLE))


def test_the_main_part_may_have_another_name() -> None:
    renamed = {
        "word/document.xml": None,
        "word/document2.xml": xml_of(_SIMPLE),
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r" Type="http://x/officeDocument" Target="word/document2.xml"/></Relationships>',
    }
    assert printed(of_bytes(with_parts(_SIMPLE, renamed))) == printed(of_bytes(_SIMPLE))
    odd = {"word/document.xml": None, "WORD\\Document.xml": xml_of(_SIMPLE)}
    assert printed(of_bytes(with_parts(_SIMPLE, odd))) == printed(of_bytes(_SIMPLE))


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (b"", EmptyDocument, "为空"),
        (b"  \n", EmptyDocument, "为空"),
        (document_docx([paragraph(" ")]), EmptyDocument, "没有任何文字"),
        (_SIMPLE[:-60], CorruptDocument, "下载不完整"),
        (_SIMPLE[:2000], CorruptDocument, "下载不完整"),
        (with_parts(_SIMPLE, {"word/document.xml": b"<w:document"}), CorruptDocument, "XML"),
        (with_parts(_SIMPLE, {"word/document.xml": b""}), CorruptDocument, "XML"),
        (with_parts(_SIMPLE, {"word/document.xml": None}), UnsupportedDocument, "正文"),
        (with_parts(_SIMPLE, {"word/document.xml": "<workbook/>"}), UnsupportedDocument, "主体"),
        (b"%PDF-1.7\n", UnsupportedDocument, "application/pdf"),
        ("项目名称".encode(), UnsupportedDocument, "text/plain"),
        ("PK项目".encode(), UnsupportedDocument, "text/plain"),
        (ole("WordDocument"), UnsupportedDocument, "application/msword"),
        (ole("EncryptionInfo", "EncryptedPackage"), EncryptedDocument, "密码"),
    ],
)
def test_what_cannot_be_read_says_so(data: bytes, error: type[DocumentError], says: str) -> None:
    with pytest.raises(error, match=says):
        of_bytes(data)


def test_a_document_without_body() -> None:
    xml = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
    with pytest.raises(CorruptDocument, match="w:body"):
        of_bytes(with_parts(_SIMPLE, {"word/document.xml": xml}))


def test_members_with_a_password() -> None:
    locked = bytearray(_SIMPLE)
    directory = locked.index(b"PK\x01\x02")
    while directory >= 0:
        locked[directory + 8] |= 1
        directory = locked.find(b"PK\x01\x02", directory + 1)
    with pytest.raises(EncryptedDocument, match="密码"):
        of_bytes(bytes(locked))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_rejected(encoding: str) -> None:
    bomb = '<!DOCTYPE w:document [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>'
    text = xml_of(_SIMPLE).decode().partition("?>")[2]
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{bomb}{text.replace("业务费", "&b;")}'.encode(encoding)
    with pytest.raises(CorruptDocument, match="DOCTYPE"):
        of_bytes(with_parts(_SIMPLE, {"word/document.xml": xml}))


def test_no_external_entity_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    text = xml_of(_SIMPLE).decode().partition("?>")[2].replace("业务费", "&x;")
    xml = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{secret.as_uri()}">]>{text}'
    with pytest.raises(CorruptDocument):
        of_bytes(with_parts(_SIMPLE, {"word/document.xml": xml}))


def test_a_bomb_is_told_by_its_declared_size() -> None:
    bomb = with_parts(_SIMPLE, {"word/document.xml": b" " * 200_000_001})
    assert len(bomb) < 1_000_000
    with pytest.raises(TooLarge, match="200000001"):
        of_bytes(bomb)


def test_a_bomb_with_a_forged_size_is_not_inflated() -> None:
    size = 150_000_000
    bomb = with_parts(_SIMPLE, {"word/document.xml": b" " * size})
    forged = bomb.replace(size.to_bytes(4, "little"), (3_000).to_bytes(4, "little"))
    assert forged != bomb
    tracemalloc.start()
    try:
        with pytest.raises(CorruptDocument):
            of_bytes(forged)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_only_the_compression_of_office_is_inflated() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("word/document.xml", xml_of(_SIMPLE))
    with pytest.raises(CorruptDocument, match="压缩方式"):
        of_bytes(out.getvalue())


def test_the_limit_holds_for_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    data = document_docx([item("a")], numbering(level(0, "decimal", "%1.")))
    limit = max(info.file_size for info in zipfile.ZipFile(BytesIO(data)).infolist())
    monkeypatch.setattr(package, "MAX_PART_BYTES", limit)
    assert printed(of_bytes(data)) == ["1. a"]
    monkeypatch.setattr(package, "MAX_PART_BYTES", 600)
    with pytest.raises(TooLarge):
        of_bytes(data)


@pytest.mark.parametrize("depth", [20, 60, 100, 3000])
def test_tables_nested_without_end(depth: int) -> None:
    nested = "<w:tbl><w:tr><w:tc>" * depth + paragraph("x") + "</w:tc><w:tc/></w:tr></w:tbl>" * depth
    xml = xml_of(_SIMPLE).replace(b"<w:sectPr", nested.encode() + b"<w:sectPr", 1)
    data = with_parts(_SIMPLE, {"word/document.xml": xml})
    if depth < 80:  # 256 elements deep is where the parser stops
        assert len(tables(of_bytes(data))) == depth + 1
    else:
        with pytest.raises(DocumentError):
            of_bytes(data)


# --- properties -----------------------------------------------------------------------------------


@st.composite
def layouts(draw: st.DrawFn) -> list[list[Box]]:
    """A random tiling of a small grid with boxes, row by row."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    taken: set[tuple[int, int]] = set()
    rows: list[list[Box]] = []
    for row in range(height):
        boxes = []
        for column in range(width):
            if (row, column) in taken:
                continue
            free = next(n for n in range(1, width + 1) if column + n == width or (row, column + n) in taken)
            colspan, rowspan = draw(st.integers(1, free)), draw(st.integers(1, height - row))
            taken |= {(row + down, column + right) for down in range(rowspan) for right in range(colspan)}
            boxes.append(Box(f"甲{row}.{column}", colspan, rowspan))
        rows.append(boxes)
    return rows


@given(layouts())
@example([[Box("a", 1, 2)], []])
@settings(max_examples=60, deadline=None)
def test_any_layout_comes_back_as_it_was_planned(rows: list[list[Box]]) -> None:
    (form,) = tables(of_bytes(table_docx(rows)))
    form.grid()
    boxes = [box for row in rows for box in row]
    assert [(c.text, c.column_span, c.row_span) for c in form.cells] == [tuple(box) for box in boxes]
    assert all(
        cell.text in {"a", f"甲{cell.row}.{cell.column}"} and cell.locator.row == cell.row + 1
        for cell in form.cells
    )


_wild_cells = st.builds(cell, st.just("x"), st.integers(0, 9), st.sampled_from(["", "restart", "continue"]))
_wild_rows = st.builds(
    lambda cells, before: tr(*cells, properties=f'<w:gridBefore w:val="{before}"/>'),
    st.lists(_wild_cells, max_size=5),
    st.integers(0, 5),
)


@given(st.lists(_wild_rows, min_size=1, max_size=6), st.integers(0, 8))
@settings(max_examples=150, deadline=None)
def test_any_contradiction_still_tiles(rows: list[str], columns: int) -> None:
    found = document(paragraph("a"), tbl(*rows, columns=columns))
    for form in tables(found):
        form.grid()
        assert len({c.locator for c in form.cells}) == len(form.cells)


_FUZZED = document_docx(
    [item("标题"), table([[Box("a", 2), "b"], [Box("c", 1, 2), "d", "e"], ["f", "g"]]), p(field(run("7")))],
    numbering(level(0, "decimal", "%1.")),
)


@given(st.integers(0, len(_FUZZED) - 1))
@settings(max_examples=100, deadline=None)
def test_a_truncated_file_raises_only_our_errors(length: int) -> None:
    with pytest.raises(DocumentError):
        of_bytes(_FUZZED[:length])


@given(st.lists(st.tuples(st.integers(0, len(_FUZZED) - 1), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_flipped_bytes_raise_only_our_errors(flips: list[tuple[int, int]]) -> None:
    data = bytearray(_FUZZED)
    for place, byte in flips:
        data[place] = byte
    read_or_refuse(bytes(data))


_fuzzed_xml = xml_of(_FUZZED)


@given(
    st.lists(
        st.tuples(st.integers(0, len(_fuzzed_xml)), st.integers(0, 30), st.binary(max_size=6)),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_xml_raises_only_our_errors(edits: list[tuple[int, int, bytes]]) -> None:
    xml = bytearray(_fuzzed_xml)
    for place, length, insert in edits:
        xml[place : place + length] = insert
    read_or_refuse(with_parts(_FUZZED, {"word/document.xml": bytes(xml)}))


@given(
    st.lists(
        st.sampled_from(["p", "r", "t", "tbl", "tr", "tc", "sdt", "del", "ins", "txbxContent", "pPr", "tcPr"])
    )
)
@settings(max_examples=200, deadline=None)
def test_elements_in_impossible_places_raise_only_our_errors(names: list[str]) -> None:
    inside = (
        "".join(f"<w:{name}>" for name in names) + "x" + "".join(f"</w:{name}>" for name in reversed(names))
    )
    read_or_refuse(document_docx([paragraph("a"), f"<w:p>{inside}</w:p>", f"<w:tbl>{inside}</w:tbl>"]))


def read_or_refuse(data: bytes) -> None:
    try:
        found = of_bytes(data)
    except DocumentError:
        return
    for form in tables(found):
        form.grid()
