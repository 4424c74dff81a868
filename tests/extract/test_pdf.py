"""Printed PDFs: whatever a producer draws, the form that was printed is the form that is read."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pdfplumber
import pypdfium2
import pytest
from docx.oxml.ns import qn
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extract import office
from extract.document import Document, Issue, Locator, Paragraph, Source, Table
from extract.errors import CorruptDocument, EncryptedDocument, OcrNeeded, TooLarge
from extract.forms.recognise import recognise
from extract.readers import pdf
from extract.readers.pdfium import open_pdf
from extract.readers.pdfslow import second_opinion
from extract.tables.pages import Page, PageText
from extract.tables.rulings import find_grids
from extract.text import repair
from tests.extract.pdf_builder import SONG, TRUETYPE, Printer, Style, add_form, form_pdf
from tests.forms import printer
from tests.forms.printer import Sheet
from tests.forms.test_layouts import expected, found, joined

STYLES = {
    "boxes": Style(),
    "over-a-page-break": Style(start=420),
    "a-row-cut-in-two": Style(start=420, cut=True, closed=False),
    "a-row-cut-and-closed": Style(start=380, cut=True),
    "header-repeated": Style(start=420, repeat=(0,)),
    "landscape": Style(page=(842, 595), cut=True, size=12, leading=16),
    "dashes": Style(rules="dashes"),
    "thin-bars": Style(rules="bars"),
    "double-lines": Style(rules="double"),
    "turned": Style(turned=90),
    "upside-down": Style(turned=180, rules="bars"),
    "turned-left": Style(turned=270),
    # On one page: of a row or two without a frame on a page of their own no line tells where they end.
    "no-outer-frame": Style(frame=False, size=6.5, leading=8),
    "label-a-character-a-line": Style(upright=("绩效指标", "项目资金（万元）")),
}
Cells = list[tuple[int, int, int, int, str]]


def source(data: bytes) -> Source:
    return Source("printed.pdf", "0" * 64, "application/pdf", len(data))


def read(data: bytes) -> Document:
    return pdf.read(data, source(data))


def read_without_ocr(data: bytes, **options: object) -> Document:
    return pdf.read_pages(data, source(data), **options)


def printed(truth: printer.Truth, sheet: printer.Sheet, style: Style) -> bytes:
    return form_pdf(sheet, truth.title, f"（{truth.year}年度）", style=style)


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def codes(document: Document) -> list[str]:
    return [issue.code for issue in document.issues]


def cells(table: Table) -> Cells:
    return [(one.row, one.column, one.row_span, one.column_span, one.text) for one in table.cells]


def drawn(sheet: Sheet) -> Cells:
    return [(*place, repair(text)) for *place, text in sorted(sheet.cells)]


def decorated(decorate: Callable[[Canvas], None]) -> tuple[Sheet, Document]:
    """A form with something else drawn over it."""
    truth, sheet = printer.make("L1", 1)
    page = Printer(Style())
    add_form(page, sheet, truth.title)
    decorate(page.canvas)
    return sheet, read(page.bytes())


@pytest.mark.parametrize("layout", printer.LAYOUTS)
@pytest.mark.parametrize("style", STYLES)
def test_every_layout_in_every_style(layout: str, style: str) -> None:
    truth, sheet = printer.make(layout, 1)
    document = read(printed(truth, sheet, STYLES[style]))
    assert [cells(table) for table in tables(document)] == [drawn(sheet)]
    assert texts(document) == [truth.title, f"（{truth.year}年度）"]
    (form,) = recognise(document)
    assert found(form) == expected(truth)
    assert not any(row.issues for row in form.indicators)


@pytest.mark.parametrize("path", TRUETYPE, ids=lambda path: path.stem)
@pytest.mark.parametrize("layout", ["L1", "L7", "T1"])
def test_embedded_fonts(layout: str, path: Path) -> None:
    if not path.exists():
        pytest.skip(f"the font {path} (Debian: fonts-wqy-zenhei, fonts-arphic-uming) is not there")
    truth, sheet = printer.make(layout, 2)
    document = read(printed(truth, sheet, Style(font=str(path), start=300, cut=True)))
    assert [cells(table) for table in tables(document)] == [drawn(sheet)]


def test_a_row_joined_by_its_text_is_told_and_one_joined_by_its_lines_is_not() -> None:
    truth, sheet = printer.make("L7", 1)
    style = Style(page=(842, 595), cut=True, size=12, leading=16)
    closed = read(printed(truth, sheet, style))
    assert set(codes(closed)) == {"row_joined"}
    assert all(issue.locator is not None and issue.locator.row for issue in closed.issues)
    opened = read(printed(truth, sheet, Style(start=420, cut=True, closed=False)))
    assert codes(opened) == []


@pytest.mark.parametrize("titled", [True, False], ids=["titles", "no titles"])
@pytest.mark.parametrize("layout", ["L1", "T1", "L5"])
def test_two_forms_on_neighbouring_pages_are_two(layout: str, titled: bool) -> None:
    one, other = printer.make(layout, 1), printer.make(layout, 2)
    canvas = Printer(Style())
    for truth, sheet in (one, other):
        if canvas.pages > 1 or sheet is other[1]:
            canvas.new_page()
        add_form(canvas, sheet, *([truth.title, f"（{truth.year}年度）"] if titled else []))
    document = read(canvas.bytes())
    assert [cells(table) for table in tables(document)] == [drawn(one[1]), drawn(other[1])]
    forms = recognise(document)
    assert [found(form) for form in forms] == [expected(truth) for truth, _ in (one, other)]


@pytest.mark.parametrize("layout", ["L1", "L3", "T1", "T9"])
def test_without_rules_nothing_is_wrong_without_a_flag(layout: str) -> None:
    truth, sheet = printer.make(layout, 1)
    document = read(printed(truth, sheet, Style(rules="none")))
    assert all(not table.exact for table in tables(document))
    assert set(codes(document)) == {"columns_guessed"}
    facts = {row["name"]: joined(row) for row in expected(truth)}
    for form in recognise(document):
        for row, indicator in zip(map(joined, found(form)), form.indicators, strict=True):
            sure = not indicator.issues and indicator.confidence >= 0.75
            assert not sure or row == facts.get(row["name"])


def test_a_plain_table_without_rules_is_a_table() -> None:
    rows = [
        ["序号", "指标", "目标值", "完成值"],
        *[[str(at), f"第{at}项指标", f"{at}0人", f"{at}1人"] for at in range(1, 6)],
    ]
    sheet = Sheet(4)
    for row in rows:
        sheet.row(*[(text, 1) for text in row])
    document = read(form_pdf(sheet, "一览表", style=Style(rules="none")))
    (table,) = tables(document)
    assert [[cell.text for cell in row] for row in table.grid()] == rows
    assert not table.exact


def test_prose_and_lists_are_no_tables() -> None:
    page = Printer(Style())
    for at in range(1, 9):
        page.line(f"{at}.  加强管理，完善制度，确保资金使用规范有效，提高项目绩效水平。")
    document = read(page.bytes())
    assert tables(document) == []
    assert len(texts(document)) == 8


def test_wrapped_lines_are_one_paragraph() -> None:
    page = Printer(Style())
    long = "项目组织实施情况良好，各项指标按期完成，资金使用规范，" * 5
    for at in range(0, 120, 50):
        page.line(long[at : at + 50])
    assert texts(read(page.bytes())) == [long[:120] + long[120:150]]


def test_phrases_at_both_ends_of_a_line_are_two() -> None:
    page = Printer(Style())
    page.line("填报单位：某县教育局")
    page.canvas.drawRightString(539, page.top + 3.6, "金额单位：万元")
    assert texts(read(page.bytes())) == ["填报单位：某县教育局", "金额单位：万元"]


def test_cells_shown_by_shading_only() -> None:
    truth, sheet = printer.make("T1", 1)
    document = read(printed(truth, sheet, Style(rules="shades")))
    assert [cells(table) for table in tables(document)] == [drawn(sheet)]
    assert codes(document) == ["shades_only"]


@pytest.mark.parametrize("layout", ["L1", "L4", "T8"])
@pytest.mark.parametrize("style", [Style(), Style(rules="bars")], ids=["lines", "bars"])
def test_cells_are_those_of_the_oracle(layout: str, style: Style) -> None:
    """The same rectangles as pdfplumber's, to two points, and the same text in each."""
    truth, sheet = printer.make(layout, 2)
    data = printed(truth, sheet, style)
    ours: dict[tuple[int, ...], str] = {}
    theirs: dict[tuple[int, ...], str] = {}
    read_cells = {str(cell.locator): cell.text for table in tables(read(data)) for cell in table.cells}
    with pdfplumber.open(BytesIO(data)) as opened, open_pdf(data) as pages:
        for number, page in enumerate(opened.pages, 1):
            with pages.page(number) as drawing_page:
                assert drawing_page is not None
                drawing = drawing_page.draw()
            (grid,) = find_grids(drawing.horizontals, drawing.verticals)
            (table,) = page.find_tables()
            for cell in grid.cells:
                text = read_cells[f"p{number}/t1/r{cell.row + 1}c{cell.column + 1}"]
                ours[number, *(round(side / 4) for side in grid.box(cell))] = "".join(text.split())
            for box in table.cells:
                text = page.crop(box).extract_text()
                theirs[number, *(round(side / 4) for side in box)] = "".join(text.split())
    assert ours == theirs


def test_the_second_opinion_agrees_where_lines_are_whole() -> None:
    truth, sheet = printer.make("L1", 1)
    data = printed(truth, sheet, Style())
    with open_pdf(data) as pages, pages.page(1) as page:
        assert page is not None
        drawing = page.draw()
    (own,) = find_grids(drawing.horizontals, drawing.verticals)
    (other,) = second_opinion(data, None, 1, (drawing.width, drawing.height))
    assert own.cells == other.cells


def test_lines_that_explain_no_table_are_told() -> None:
    page = Printer(Style())
    for x0, y0, x1, y1 in (
        *[(60, y, 240, y) for y in (400, 490)],
        *[(x, 400, x, 490) for x in (60, 240)],
        *[(60, 460, 180, 460), (60, 430, 240, 430), (120, 400, 120, 490), (180, 400, 180, 460)],
    ):
        page.canvas.line(x0, y0, x1, y1)
    page.canvas.drawString(70, 470, "a")
    document = read(page.bytes())
    assert codes(document) in (["table_uncertain"], ["second_opinion"])
    tables(document)[0].grid()


def oblique(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFillGray(0.8)
    canvas.setFont(SONG, 60)
    canvas.translate(100, 200)
    canvas.rotate(45)
    canvas.drawString(0, 0, "内部资料 严禁外传")
    canvas.restoreState()


def large(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFillGray(0.8)
    canvas.setFont(SONG, 50)
    canvas.drawString(120, 400, "内部资料严禁")
    canvas.restoreState()


def small_and_faint(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFillGray(0.75)
    canvas.setFont(SONG, 10)
    for y in range(100, 800, 70):
        for x in range(50, 500, 120):
            canvas.drawString(x, y, "张三 2024")
    canvas.restoreState()


def seal(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setStrokeColorRGB(1, 0, 0)
    canvas.setFillColorRGB(1, 0, 0)
    canvas.circle(400, 500, 50)
    canvas.setFont(SONG, 12)
    for at, char in enumerate("平江县财政局预算绩效专用章"):
        canvas.saveState()
        canvas.translate(400, 500)
        canvas.rotate(120 - 20 * at)
        canvas.drawString(-6, 38, char)
        canvas.restoreState()
    canvas.restoreState()


@pytest.mark.parametrize("decorate", [oblique, large, small_and_faint, seal])
def test_watermarks_and_seals_stay_out_of_cells(decorate: Callable[[Canvas], None]) -> None:
    sheet, document = decorated(decorate)
    assert [cells(table) for table in tables(document)] == [drawn(sheet)]
    assert document.issues == (Issue("overlay_text", "页面上的水印或印章文字未计入单元格", Locator(page=1)),)


def test_red_figures_and_a_picture_of_a_seal_change_nothing() -> None:
    def mark(canvas: Canvas) -> None:
        red = pypdfium2.PdfDocument(form_pdf(Sheet(1), "章"))[0].render(scale=0.2).to_pil()
        canvas.drawImage(ImageReader(red), 300, 300, 90, 90)

    sheet, document = decorated(mark)
    assert [cells(table) for table in tables(document)] == [drawn(sheet)]
    assert codes(document) == []


def test_values_of_form_fields_stand_in_their_cells() -> None:
    page = Printer(Style())
    sheet = Sheet(3)
    sheet.row(("项目名称", 1), ("", 2))
    sheet.row(("分值", 1), ("", 1), ("", 1))
    page.sheet(sheet)
    form, y = page.canvas.acroForm, page.top
    form.textfield(name="a", value="road upkeep", x=230, y=y + 26, width=120, height=12, borderWidth=0)
    form.textfield(name="b", value="10", x=230, y=y + 4, width=60, height=12, borderWidth=0)
    form.checkbox(name="c", checked=True, x=450, y=y + 5, size=10)
    form.checkbox(name="d", checked=False, x=470, y=y + 5, size=10)
    (table,) = tables(read(page.bytes()))
    assert [cell.text for cell in table.cells] == ["项目名称", "road upkeep", "分值", "10", "√"]


def ruled(page: Printer) -> Canvas:
    """A table of two rows and three columns, from 60, 300 to 500, 500."""
    canvas = page.canvas
    for x in (60, 100, 300, 500):
        canvas.line(x, 300, x, 500)
    for y in (300, 400, 500):
        canvas.line(60, y, 500, y)
    canvas.setFont(SONG, 9)
    return canvas


def test_turned_and_vertical_text() -> None:
    page = Printer(Style())
    canvas = ruled(page)
    for x, y, angle, lines in ((84, 430, 90, ["绩效指标A1"]), (76, 390, -90, ["产出指标B2", "第二行"])):
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(angle)
        for at, text in enumerate(lines):
            canvas.drawString(0, -12 * at, text)
        canvas.restoreState()
    for x, text in ((200, "纵排文字第一列"), (185, "第二列")):
        for at, char in enumerate(text):
            canvas.drawString(x, 480 - 10 * at, char)
    (table,) = tables(read(page.bytes()))
    assert [cell.text for cell in table.cells] == [
        "绩效指标A1",
        "纵排文字第一列第二列",
        "",
        "产出指标B2第二行",
        "",
        "",
    ]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_set_upright(turn: int) -> None:
    """The page says that it is to be turned, its content is not; or the other way round."""
    truth, sheet = printer.make("L1", 1)
    flat = Printer(Style(foot=""))
    flat.canvas.setPageRotation(turn)
    add_form(flat, sheet, truth.title)
    turned = Printer(Style(foot="", turned=turn))
    turned.canvas.setPageRotation(0)
    add_form(turned, sheet, truth.title)
    for page in (flat, turned):
        document = read(page.bytes())
        assert [cells(table) for table in tables(document)] == [drawn(sheet)]
        assert texts(document) == [truth.title]


def test_lines_of_a_cell_are_joined_as_they_were_written() -> None:
    page = Printer(Style())
    canvas = ruled(page)
    canvas.drawString(103, 480, "IP RAN")
    canvas.drawString(103, 468, "network 2.0")
    for at, text in enumerate(["12,345,67", "8.90"]):
        canvas.drawString(62, 380 - 12 * at, text)
    canvas.drawString(310, 480, "已完成设")
    canvas.drawString(310, 468, "备采购，其中设备100%")
    canvas.drawString(103, 380, "末行-")
    canvas.drawString(103, 368, "abc")
    (table,) = tables(read(page.bytes()))
    assert [cell.text for cell in table.cells] == [
        "",
        "IP RAN network 2.0",
        "已完成设备采购，其中设备100%",
        "12,345,678.90",
        "末行-abc",
        "",
    ]


def test_what_is_struck_twice_is_read_once() -> None:
    page = Printer(Style())
    canvas = ruled(page)
    for offset in (0, 0.3):
        canvas.drawString(110 + offset, 450, "年度资金总额100")
    (table,) = tables(read(page.bytes()))
    assert table.cells[1].text == "年度资金总额100"


def test_marks_that_hang_over_the_edge_of_their_cell() -> None:
    page = Printer(Style())
    canvas = ruled(page)
    canvas.drawRightString(297 + 9, 450, "全年预算数（A）")
    (table,) = tables(read(page.bytes()))
    assert [cell.text for cell in table.cells][:3] == ["", "全年预算数（A）", ""]


def test_a_form_object_may_hold_the_page() -> None:
    truth, sheet = printer.make("T1", 1)
    page = Printer(Style(foot=""))
    page.canvas.beginForm("inner")
    add_form(page, sheet, truth.title)
    page.canvas.endForm()
    page.canvas.saveState()
    page.canvas.scale(0.9, 0.9)
    page.canvas.doForm("inner")
    page.canvas.restoreState()
    document = read(page.bytes())
    assert [cells(table) for table in tables(document)] == [drawn(sheet)]


def scan(*, after_a_form: bool) -> bytes:
    truth, sheet = printer.make("L1", 1)
    picture = pypdfium2.PdfDocument(printed(truth, sheet, Style()))[0].render(scale=1).to_pil()
    page = Printer(Style(foot=""))
    if after_a_form:
        add_form(page, sheet, truth.title)
        page.new_page()
    page.canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
    return page.bytes()


def test_a_page_that_is_only_a_picture_asks_for_ocr() -> None:
    with pytest.raises(OcrNeeded, match=re.escape("jixiao[ocr]")):
        read_without_ocr(scan(after_a_form=False))


def test_among_other_pages_it_is_an_issue() -> None:
    document = read_without_ocr(scan(after_a_form=True))
    assert len(tables(document)) == 1
    assert [(issue.code, str(issue.locator)) for issue in document.issues] == [("needs_ocr", "p2")]


def test_another_reader_can_read_pictures() -> None:
    seen = []

    def reader(picture: pdf.Picture) -> Page:
        seen.append((picture.number, round(picture.width), picture.image.mode))
        return Page(picture.number, picture.height, (PageText(1, "读到的字", 100, 110, 10),))

    document = read_without_ocr(scan(after_a_form=True), pictures=reader)
    assert seen == [(2, 595, "L")]
    assert texts(document)[-1] == "读到的字"
    assert document.ocr
    assert document.issues == ()


def test_the_text_behind_a_scan_is_told_or_read_anew() -> None:
    truth, sheet = printer.make("T1", 1)
    picture = pypdfium2.PdfDocument(printed(truth, sheet, Style()))[0].render(scale=1).to_pil()
    page = Printer(Style(foot=""))
    page.canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
    hidden = page.canvas.beginText(60, 700)
    hidden.setFont(SONG, 9)
    hidden.setTextRenderMode(3)
    for at in range(9):
        hidden.textLine(f"第{at}行是识别出来的文字，也许有错")
    page.canvas.drawText(hidden)
    data = page.bytes()
    assert codes(read_without_ocr(data)) == ["hidden_text"]
    fresh = read_without_ocr(
        data, pictures=lambda one: Page(one.number, one.height, (PageText(1, "新读的", 100, 110, 10),))
    )
    assert texts(fresh) == ["新读的"]


@pytest.mark.skipif(not TRUETYPE[0].exists(), reason=f"the font {TRUETYPE[0]} is not there")
def test_a_font_that_hides_its_characters_asks_for_ocr() -> None:
    truth, sheet = printer.make("L1", 1)
    page = Printer(Style(font=str(TRUETYPE[0])))
    add_form(page, sheet, truth.title)
    hidden = re.sub(rb"/ToUnicode (\d+ 0 R)", rb"/ToUnicodX \1", page.bytes())
    with pytest.raises(OcrNeeded):
        read_without_ocr(hidden)


def encrypted(user: str) -> bytes:
    truth, sheet = printer.make("T1", 1)
    page = Printer(Style(), StandardEncryption(user, "owner", canCopy=0, strength=128))
    add_form(page, sheet, truth.title)
    return page.bytes()


def test_a_password_is_asked_for() -> None:
    data = encrypted("secret")
    with pytest.raises(EncryptedDocument):
        read(data)
    with pytest.raises(EncryptedDocument):
        read_without_ocr(data, password="guess")
    assert len(tables(read_without_ocr(data, password="secret"))) == 1


def test_what_only_an_owner_protects_is_read() -> None:
    assert [cells(table) for table in tables(read(encrypted("")))] == [drawn(printer.make("T1", 1)[1])]


@pytest.mark.parametrize("keep", [20, 300, 0.5])
def test_a_broken_file_is_corrupt(keep: float) -> None:
    truth, sheet = printer.make("T1", 1)
    data = printed(truth, sheet, Style())
    size = int(len(data) * keep) if keep < 1 else int(keep)
    with pytest.raises(CorruptDocument):
        read(data[:size])


def test_a_file_without_its_end_is_told() -> None:
    truth, sheet = printer.make("T1", 1)
    document = read(printed(truth, sheet, Style()).rstrip().removesuffix(b"%%EOF"))
    assert codes(document) == ["file_cut"]


def test_a_form_that_draws_itself_is_refused_before_it_is_opened() -> None:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
        b"<</Length 5>>stream\n/F Do\nendstream",
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources 6 0 R/Length 11>>stream\n/F Do /F Do\nendstream",
        b"<</XObject<</F 5 0 R>>>>",
    ]
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % (at, one) for at, one in enumerate(objects, 1))
    with pytest.raises(CorruptDocument, match="引用自身"):
        read(b"%PDF-1.4\n" + body + b"trailer<</Size 7/Root 1 0 R>>\n%%EOF")


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    truth, sheet = printer.make("L1", 1)
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    with pytest.raises(TooLarge):
        read(printed(truth, sheet, Style(start=420)))


def test_threads_take_turns() -> None:
    truth, sheet = printer.make("L1", 1)
    data = printed(truth, sheet, Style())
    results: list[Document] = []
    threads = [threading.Thread(target=lambda: results.append(read(data))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [results[0]] * 4


def word_document(sheet: Sheet, title: str, lines_before: int) -> docx.document.Document:
    """A form as a person makes one in Word: ruled cells, a foot, and goals long enough to be cut."""
    document = docx.Document()
    document.sections[0].footer.paragraphs[0].text = "第1页"
    for _ in range(lines_before):
        document.add_paragraph("\u3000")
    document.add_paragraph(title)
    table = document.add_table(sheet.rows, sheet.columns, style="Table Grid")
    for row, column, down, across, text in sheet.cells:
        cell = table.cell(row, column).merge(table.cell(row + down - 1, column + across - 1))
        cell.text = text
    document.element.body.iter(qn("w:tbl"))
    return document


@pytest.mark.skipif(not office.available(), reason="LibreOffice (soffice) is not there")
def test_pages_that_an_office_program_prints(tmp_path: Path) -> None:
    sheets = {}
    for number, layout in enumerate(["L1", "L4", "L7", "L10", "T1", "T9"]):
        truth, sheet = printer.make(layout, 1)
        longer = [(*place, text * 5 if len(text) > 20 else text) for *place, text in sheet.cells]
        sheets[layout] = Sheet(sheet.columns, sheet.rows, longer)
        word_document(sheets[layout], truth.title, 3 * number).save(str(tmp_path / f"{layout}.docx"))
    soffice = office.program()
    assert soffice is not None
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    paths = [tmp_path / f"{layout}.docx" for layout in sheets]
    subprocess.run(
        [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, *paths],
        check=True,
        capture_output=True,
        timeout=300,
    )
    pages = 0
    for layout, sheet in sheets.items():
        document = read((tmp_path / f"{layout}.pdf").read_bytes())
        pages += document.pages or 0
        assert [cells(table) for table in tables(document)] == [drawn(sheet)], layout
    assert pages > len(sheets)
