"""Workbooks: values as shown, what is a table and what stands around it, and files that are not what they seem."""

from __future__ import annotations

import contextlib
import re
import zipfile
from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.detect import XLS, XLSX, XML_WORKBOOK, media_type
from extract.document import Document, Paragraph, Source, Table
from extract.errors import (
    CorruptDocument,
    DocumentError,
    EmptyDocument,
    EncryptedDocument,
    TooLarge,
    UnsupportedDocument,
)
from extract.forms.recognise import recognise
from extract.readers import read as read_any
from extract.readers import sheets as sheets_module
from extract.readers.workbook import read
from tests.extract.docx_builder import table_docx
from tests.extract.facts import facts
from tests.extract.ole_builder import ole
from tests.extract.workbook_builder import WRITERS, Drawn, Formula, Placed, as_xls, as_xlsx, form
from tests.forms import printer

Write = Callable[..., bytes]
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(params=WRITERS.values(), ids=WRITERS)
def write(request: pytest.FixtureRequest) -> Write:
    chosen: Write = request.param
    return chosen


def document(data: bytes) -> Document:
    return read(data, Source("表.xlsx", "", XLSX, len(data)))


def texts(data: bytes) -> list[str]:
    """Each paragraph, and each row of a table with a bar between its cells."""
    lines = []
    for block in document(data).blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            lines += ["|".join(cell.text for cell in row) for row in block.by_row()]
    return lines


def codes(data: bytes) -> list[tuple[str, str]]:
    return [(issue.code, str(issue.locator)) for issue in document(data).issues]


def column(*values: object, code: str = "General") -> Drawn:
    """A table of two columns: a label, and each value under the code."""
    cells = []
    for row, value in enumerate(values):
        shown = value if isinstance(value, tuple) else (value, code)
        cells += [Placed(row, 0, f"第{row}项"), Placed(row, 1, *shown)]
    return Drawn(cells=cells)


def changed(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The package with one part's text changed."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content.decode()).encode() if name == part else content)
    return out.getvalue()


# Forms


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("layout", printer.LAYOUTS)
def test_every_layout_is_read_as_the_exact_table(layout: str, seed: int, write: Write) -> None:
    truth, sheet = printer.make(layout, seed)
    expected = [facts(one) for one in recognise(printer.as_document(truth, sheet))]
    data = write(Drawn(cells=form(truth, sheet, row=seed, column=seed)))
    assert [facts(one) for one in recognise(document(data))] == expected
    assert document(data).issues == ()


@pytest.mark.parametrize("gap", [1, 3])
def test_several_forms_in_one_sheet(write: Write, gap: int) -> None:
    printed = [printer.make(layout, 1, sparse=False) for layout in ("L1", "L4", "L1", "T1")]
    cells, row = [], 0
    for truth, sheet in printed:
        cells += form(truth, sheet, row=row)
        row += 2 + sheet.rows + gap
    expected = [facts(one) for drawn in printed for one in recognise(printer.as_document(*drawn))]
    assert [facts(one) for one in recognise(document(write(Drawn(cells=cells))))] == expected


def test_a_form_a_sheet(write: Write) -> None:
    printed = [printer.make(layout, 2, sparse=False) for layout in ("L1", "L2", "T8")]
    drawn = [Drawn(f"项目{number}", form(*one)) for number, one in enumerate(printed)]
    forms = recognise(document(write(*drawn)))
    assert [facts(one) for one in forms] == [
        facts(recognise(printer.as_document(*one))[0]) for one in printed
    ]
    assert [str(one.locator).partition("!")[0] for one in forms] == ["项目0", "项目1", "项目2"]


def test_a_note_below_the_form_is_no_indicator(write: Write) -> None:
    truth, sheet = printer.make("L1", 0, sparse=False)
    note = (
        "注：1.其他资金包括和财政资金共同投入到同一项目的自有资金、社会资金，以及以前年度的结转结余资金等。"
    )
    below = 3 + sheet.rows
    for cells in (
        [Placed(below, 0, note, across=sheet.columns)],
        [Placed(below, 0, note)],
        [Placed(below, 0, note, down=2, across=4)],
    ):
        data = write(Drawn(cells=[*form(truth, sheet), *cells]))
        assert document(data).blocks[-1].locator.row == below + 1
        assert isinstance(document(data).blocks[-1], Paragraph)
        (found,) = recognise(document(data))
        assert found.indicators == recognise(document(write(Drawn(cells=form(truth, sheet)))))[0].indicators


# What cells show


def test_numbers_come_as_shown(write: Write) -> None:
    drawn = column(
        (0.95, "0%"), (24.5, "0.00"), (24.5, '0.00"万元"'), (1234567.8, "#,##0.00"), (86, "General"),
        (86.0, "0.00"), (45291, 'yyyy"年"m"月"d"日"'), (45291.75, "yyyy/m/d h:mm"), (0.28999999999999998, "General"),
        (True, "General"), ("007", "@"), (-3.5, "0.00_);(0.00)"), (0, '0.00;-0.00;"—"'),
    )  # fmt: skip
    shown = [line.partition("|")[2] for line in texts(write(drawn))]
    assert shown == [
        "95%", "24.50", "24.50万元", "1,234,567.80", "86", "86.00", "2023年12月31日", "2023/12/31 18:00", "0.29",
        "TRUE", "007", "(3.50)", "—",
    ]  # fmt: skip


def test_texts_are_repaired() -> None:
    drawn = column(" 绩 效\n指 标 ", "甲_x000D_\n乙", "IP  RAN", "=100%", "\u3000")
    assert [line.partition("|")[2] for line in texts(as_xlsx(drawn))] == [
        "绩效指标",
        "甲乙",
        "IP RAN",
        "=100%",
        "",
    ]


def shared(data: bytes) -> bytes:
    """The package with its texts in a table of strings, as Excel writes them."""
    strings: list[str] = []

    def moved(match: re.Match[str]) -> str:
        strings.append(match[1])
        return f't="s"><v>{len(strings) - 1}</v></c>'

    data = changed(data, SHEET, lambda xml: re.sub(r't="inlineStr"><is>(.*?)</is></c>', moved, xml))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="/xl/sharedStrings.xml"/></Relationships>'
    data = changed(data, "xl/_rels/workbook.xml.rels", lambda xml: xml.replace("</Relationships>", relation))
    out = BytesIO(data)
    with zipfile.ZipFile(out, "a") as package:
        entries = "".join(f"<si>{one}</si>" for one in strings)
        namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        package.writestr("xl/sharedStrings.xml", f'<sst xmlns="{namespace}">{entries}</sst>')
    return out.getvalue()


def test_shared_strings_with_runs_and_pronunciation() -> None:
    data = shared(as_xlsx(column("甲", "乙")))
    assert texts(data) == ["第0项|甲", "第1项|乙"]
    rich = "<si><r><t>第</t></r><r><rPr><b/></rPr><t>0项</t></r><rPh sb='0' eb='1'><t>ピン</t></rPh></si>"
    data = changed(data, "xl/sharedStrings.xml", lambda xml: xml.replace("<si><t>&#30002;</t></si>", rich))
    assert texts(data) == ["第0项|第0项", "第1项|乙"]
    with pytest.raises(CorruptDocument):
        document(changed(data, SHEET, lambda xml: xml.replace("<v>3</v>", "<v>99</v>")))


def test_the_calendar_of_1904() -> None:
    data = as_xlsx(column((43829, "yyyy/m/d")))
    data = changed(
        data, "xl/workbook.xml", lambda xml: xml.replace("<workbookPr/>", '<workbookPr date1904="1"/>')
    )
    assert texts(data) == ["第0项|2023/12/31"]


def test_errors_and_formulas_without_a_value_are_blank_and_told() -> None:
    data = as_xlsx(column("#DIV/0!", Formula("1+1"), "乙"))
    assert texts(data) == ["第0项|", "第1项|", "第2项|乙"]
    assert codes(data) == [("error_value", "表1!B1"), ("formula_without_value", "表1!B2")]


def test_formulas_come_as_their_stored_values() -> None:
    data = changed(
        as_xlsx(column(Formula("1+1"), Formula('""'))),
        SHEET,
        lambda xml: xml.replace("<f>1+1</f><v></v>", "<f>1+1</f><v>2</v>").replace(
            '<c r="B2"><f>""</f><v></v>', '<c r="B2" t="str"><f>""</f><v></v>'
        ),
    )
    assert texts(data) == ["第0项|2", "第1项|"]
    assert codes(data) == []


def test_hidden_things_are_read_and_told(write: Write) -> None:
    data = write(
        Drawn(
            "甲",
            [Placed(0, 0, "a"), Placed(0, 1, "b"), Placed(1, 0, "c"), Placed(1, 1, "d")],
            hidden_rows=(1,),
        ),
        Drawn("乙", [Placed(0, 0, "e"), Placed(0, 1, "f")], hidden=True, hidden_columns=(1, 5)),
        Drawn("丙", hidden=True),
    )
    assert texts(data) == ["a|b", "c|d", "e|f"]
    assert codes(data) == [("hidden_rows", "甲!A2"), ("hidden_sheet", "乙!"), ("hidden_columns", "乙!B1")]


# Grids


def grid(data: bytes) -> list[tuple[str, int, int, str]]:
    (table,) = (block for block in document(data).blocks if isinstance(block, Table))
    table.grid()
    return [(str(cell.locator), cell.row_span, cell.column_span, cell.text) for cell in table.cells]


def test_places_are_the_sheets_own(write: Write) -> None:
    data = write(Drawn("绩效", [Placed(4, 27, "a", down=2), Placed(4, 28, "b"), Placed(5, 28, "c")]))
    assert grid(data) == [("绩效!AB5", 2, 1, "a"), ("绩效!AC5", 1, 1, "b"), ("绩效!AC6", 1, 1, "c")]
    (table,) = document(data).blocks
    assert str(table.locator) == "绩效!5-6"


def test_a_sheet_name_with_the_mark_of_a_locator() -> None:
    data = as_xlsx(Drawn("a>b!c", [Placed(0, 0, "a"), Placed(0, 1, "b")]))
    assert grid(data)[0][0] == "a＞b!c!A1"


def test_merges_end_where_the_table_ends(write: Write) -> None:
    data = write(
        Drawn(
            cells=[
                Placed(0, 0, "题目", across=20),
                Placed(1, 0, "a"),
                Placed(1, 1, "b", across=2),
                Placed(2, 0, "c", down=9),
                Placed(2, 1, "d", across=2, down=2),
            ]
        )
    )
    assert grid(data) == [
        ("表1!A2", 1, 1, "a"),
        ("表1!B2", 1, 2, "b"),
        ("表1!A3", 1, 1, "c"),
        ("表1!B3", 1, 2, "d"),
    ]


def test_merges_over_one_another_and_over_texts() -> None:
    data = as_xlsx(Drawn(cells=[Placed(r, c, f"{r}{c}") for r in range(3) for c in range(3)]))
    data = changed(
        data,
        SHEET,
        lambda xml: xml.replace(
            "</sheetData>",
            '</sheetData><mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="B2:C3"/><mergeCell ref="$C$1"/>'
            '<mergeCell ref="C1:C1"/><mergeCell ref="B2:C3"/><mergeCell ref="x"/></mergeCells>',
        ),
    )
    assert [one[1:] for one in grid(data)] == [
        (2, 2, "00"), (1, 1, "02"), (1, 1, "12"), (1, 1, "20"), (1, 1, "21"), (1, 1, "22"),
    ]  # fmt: skip
    assert [code for code, _ in codes(data)] == ["merge_repaired", "merged_text"]


def test_blank_rows_divide_only_what_differs(write: Write) -> None:
    same = [Placed(r, c, f"{r}{c}") for r in (0, 2) for c in (0, 1)]
    assert texts(write(Drawn(cells=same))) == ["00|01", "|", "20|21"]
    wider = [*same, Placed(2, 2, "22")]
    assert texts(write(Drawn(cells=wider))) == ["00|01", "20|21|22"]


def test_a_label_without_its_value_stays_in_the_table(write: Write) -> None:
    cells = [Placed(0, 0, "a"), Placed(0, 1, "b"), Placed(1, 0, "说明"), Placed(1, 1, None, "@")]
    assert texts(write(Drawn(cells=cells))) == ["a|b", "说明|"]


def test_rows_without_names_and_cells_without_places() -> None:
    def strip(xml: str) -> str:
        for name in ("A1", "B1", "A2", "B2"):
            xml = xml.replace(f' r="{name}"', "")
        return xml.replace(' r="1"', "").replace(' r="2"', "")

    assert texts(changed(as_xlsx(column("甲", "乙")), SHEET, strip)) == ["第0项|甲", "第1项|乙"]


def test_a_strict_workbook() -> None:
    data = shared(as_xlsx(column("甲", (0.5, "0%"))))
    for part in (SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"):
        data = changed(
            data,
            part,
            lambda xml: xml.replace(
                "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                "http://purl.oclc.org/ooxml/spreadsheetml/main",
            ).replace(
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                "http://purl.oclc.org/ooxml/officeDocument/relationships",
            ),
        )
    assert texts(data) == ["第0项|甲", "第1项|50%"]


# Other readers of the same bytes


_VALUES = st.one_of(
    st.text(st.sampled_from("绩效指标abc 0"), min_size=1, max_size=6),
    st.integers(-(10**9), 10**9),
    st.none(),
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(0, 8), st.integers(0, 6)), _VALUES, min_size=1))
@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_texts_as_another_reader_finds(kind: str, values: dict[tuple[int, int], object]) -> None:
    data = WRITERS[kind](Drawn(cells=[Placed(*at, value) for at, value in values.items()]))  # type: ignore[arg-type]
    other = python_calamine.load_workbook(BytesIO(data)).get_sheet_by_index(0)
    top, left = other.start or (0, 0)
    expected = {
        (top + r, left + c): str(int(value) if isinstance(value, float) else value).strip()
        for r, row in enumerate(other.to_python())
        for c, value in enumerate(row)
    }
    try:
        blocks = document(data).blocks
    except EmptyDocument:
        blocks = ()
    places = [cell for block in blocks for cell in (block.cells if isinstance(block, Table) else (block,))]
    found = {(p.locator.row - 1, p.locator.column - 1): p.text for p in places if p.text}  # type: ignore[operator]
    squeezed = {at: "".join(text.split()) for at, text in expected.items() if text}
    assert {at: "".join(text.split()) for at, text in found.items()} == squeezed


# Kinds of file


_XML = """<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel">
<Styles><Style ss:ID="a"><NumberFormat ss:Format="Percent"/></Style><Style ss:ID="b" ss:Parent="a"/>
<Style ss:ID="d"><NumberFormat ss:Format="Long Date"/></Style></Styles>
<Worksheet ss:Name="表1"><Table><Column ss:Index="3" ss:Hidden="1"/>
<Row><Cell ss:MergeAcross="3"><Data ss:Type="String">项目支出绩效自评表</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">执行率</Data></Cell>
<Cell ss:StyleID="b"><Data ss:Type="Number">0.95</Data></Cell>
<Cell ss:Index="4" ss:MergeDown="1"><Data ss:Type="String"><B>甲</B>乙</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">日期</Data></Cell>
<Cell ss:StyleID="d"><Data ss:Type="DateTime">2023-12-31T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def test_the_xml_of_excel_2003() -> None:
    data = _XML.encode()
    assert media_type(data, "自评表.xls") == XML_WORKBOOK
    assert texts(data) == ["项目支出绩效自评表", "执行率|95.00%||甲乙", "日期|2023年12月31日|"]
    assert codes(data) == [("error_value", "表1!C4")]
    for wrong in (_XML.replace('ss:Index="3">', 'ss:Index="x">'), _XML[:-200]):
        with pytest.raises(CorruptDocument):
            document(wrong.encode())


def test_content_decides_which_reader(write: Write) -> None:
    data = write(column("甲", "乙"))
    assert media_type(data, "自评表.et") in (XLSX, XLS)
    assert read_any(data, Source("a.et", "", media_type(data, "a.et"), len(data))).reader == "workbook"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", EmptyDocument),
        (as_xlsx(Drawn()), EmptyDocument),
        (as_xls(Drawn()), EmptyDocument),
        (b"\x9d\x00\x01junk" * 40, CorruptDocument),
        ("项目名称\t业务费".encode(), UnsupportedDocument),
        (table_docx([["a", "b"]]), UnsupportedDocument),
        (ole("EncryptionInfo", "EncryptedPackage"), EncryptedDocument),
        (ole("Workbook"), CorruptDocument),
        (ole("WordDocument"), CorruptDocument),
    ],
)
def test_what_cannot_be_read(data: bytes, error: type[DocumentError]) -> None:
    with pytest.raises(error):
        document(data)


def test_an_old_workbook_with_a_password() -> None:
    data = as_xls(column("甲"))
    # FILEPASS stands behind the first BOF; any record of four bytes there can be turned into one.
    at = data.index(b"\xe1\x00\x02\x00")
    with pytest.raises(EncryptedDocument):
        document(data[:at] + b"\x2f\x00\x02\x00" + data[at + 4 :])


@pytest.mark.parametrize("kind", WRITERS)
def test_a_truncated_workbook(kind: str) -> None:
    data = WRITERS[kind](Drawn(cells=form(*printer.make("L1", 0))))
    for keep in (9, 100, 600, len(data) // 2, len(data) - 30):
        with pytest.raises(CorruptDocument):
            document(data[:keep])


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([as_xls(column("甲", 0.5, True)), as_xlsx(column("甲", 0.5, True))]),
    st.lists(st.tuples(st.integers(8, 10**5), st.integers(0, 255)), min_size=1, max_size=30),
)
def test_damage_raises_nothing_but_our_errors(data: bytes, flips: list[tuple[int, int]]) -> None:
    changed_data = bytearray(data)
    for place, byte in flips:
        changed_data[8 + place % (len(data) - 8)] = byte
    with contextlib.suppress(DocumentError):
        document(bytes(changed_data))


def test_pictures_alone_are_told() -> None:
    data = as_xlsx(Drawn())
    out = BytesIO(data)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/media/image1.png", b"x")
    with pytest.raises(UnsupportedDocument, match="图片"):
        document(out.getvalue())


# Attacks


def test_two_cells_at_the_ends_of_the_sheet_cost_nothing() -> None:
    data = as_xlsx(Drawn(cells=[Placed(0, 0, "a"), Placed(0, 1, "b"), Placed(1_048_575, 16_383, "z")]))
    assert texts(data) == ["a|b", "z"]


def test_a_table_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets_module, "MAX_POSITIONS", 50)
    with pytest.raises(TooLarge):
        document(as_xlsx(column(*range(30))))


def test_merges_over_the_whole_sheet_cost_nothing() -> None:
    refs = "".join(f'<mergeCell ref="A{row}:XFD1048576"/>' for row in range(1, 400))
    data = changed(
        as_xlsx(column("甲", "乙")),
        SHEET,
        lambda xml: xml.replace("</sheetData>", f"</sheetData><mergeCells>{refs}</mergeCells>"),
    )
    assert "第0项" in texts(data)[0]


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_a_doctype_is_refused(part: str) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    data = changed(
        shared(as_xlsx(column("甲"))),
        part,
        lambda xml: laughs + xml.partition("?>")[2].lstrip() if xml.startswith("<?") else laughs + xml,
    )
    with pytest.raises(CorruptDocument, match="DOCTYPE"):
        document(data)


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml"])
def test_a_part_that_is_missing(part: str) -> None:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(as_xlsx(column("甲")))) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            if name != part:
                after.writestr(name, before.read(name))
    with pytest.raises(DocumentError):
        document(out.getvalue())


def test_a_bomb_in_a_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.readers.spreadsheetml.MAX_SHEET_BYTES", 100_000)
    data = changed(as_xlsx(column("甲")), SHEET, lambda xml: xml + " " * 200_000)
    with pytest.raises(TooLarge):
        document(data)


def test_openpyxl_agrees_on_the_built_in_formats() -> None:
    from openpyxl.styles.numbers import BUILTIN_FORMATS  # noqa: PLC0415

    for number, code in ((1, "0"), (2, "0.00"), (3, "#,##0"), (4, "#,##0.00"), (9, "0%"), (10, "0.00%")):
        assert BUILTIN_FORMATS[number] == code
    assert openpyxl.__version__
