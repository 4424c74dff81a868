"""Scans read as the forms that they are of: cells in their places, doubts where text is not sure."""

from __future__ import annotations

import io
from functools import cache

import pytest
from PIL import Image

import extract.ocr
import extract.readers.scan
from extract.detect import BMP, JPEG, PDF, PNG, TIFF, media_type
from extract.document import Document, Source, Table
from extract.errors import CorruptDocument, EmptyDocument, OcrNeeded, TooLarge
from extract.forms.recognise import recognise
from extract.readers import read
from extract.text import fold
from normalize.normalise import normalise
from tests.extract import scan_builder
from tests.extract.pdf_builder import Style, form_pdf
from tests.extract.scan_builder import BAD, CLEAN, SCANNED, TILTED, Wear, small_page
from tests.forms import printer
from tests.forms.test_layouts import expected, found

with_ocr = pytest.mark.skipif(not extract.ocr.is_installed(), reason="needs the extra ocr")


def source(data: bytes) -> Source:
    return Source("scan", "0" * 64, media_type(data, ""), len(data))


def read_bytes(data: bytes) -> Document:
    return read(data, source(data))


@cache
def scans(layout: str, wear: Wear) -> tuple[printer.Truth, printer.Sheet, tuple[Image.Image, ...]]:
    truth, sheet = printer.make(layout, 1)
    pdf = form_pdf(sheet, truth.title, f"（{truth.year}年度）")
    return truth, sheet, tuple(scan_builder.pages(pdf, wear))


@cache
def scanned(layout: str, wear: Wear) -> tuple[printer.Truth, printer.Sheet, Document]:
    truth, sheet, images = scans(layout, wear)
    return truth, sheet, read_bytes(scan_builder.as_tiff(images))


def folded(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows whose text is compared as recognition compares it; a dash is a dash however long."""
    return [{role: fold(text or "").replace("--", "-") for role, text in row.items()} for row in rows]


FORMS = [("L1", CLEAN), ("L4", SCANNED), ("T8", TILTED), ("L9", BAD)]


@with_ocr
@pytest.mark.parametrize(("layout", "wear"), FORMS)
def test_cells_stand_where_they_were_printed(layout: str, wear: Wear) -> None:
    _, sheet, document = scanned(layout, wear)
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    read_cells = {(cell.row, cell.column, cell.row_span, cell.column_span): cell for cell in table.cells}
    printed = {cell[:4]: cell[4] for cell in sheet.cells}
    assert set(read_cells) == set(printed)
    filled = {place: text for place, text in printed.items() if text}
    right = [fold(read_cells[place].text) == fold(text) for place, text in filled.items()]
    assert sum(right) >= (0.9 if wear is BAD else 0.97) * len(filled)
    assert document.ocr
    assert table.exact


@with_ocr
@pytest.mark.parametrize(("layout", "wear"), FORMS)
def test_indicators_are_found_and_doubts_are_told(layout: str, wear: Wear) -> None:
    truth, _, document = scanned(layout, wear)
    (form,) = recognise(document)
    facts, rows = folded(expected(truth)), folded(found(form))
    known = {(row["name"], row["target"]) for row in rows}
    hits = [(fact["name"], fact["target"]) in known for fact in facts]
    assert sum(hits) >= (0.8 if wear is BAD else 0.9) * len(facts)
    records = normalise(form).indicators
    sure = [row for row, record in zip(rows, records, strict=True) if not record.needs_review]
    assert [row for row in sure if row not in facts] == []


@with_ocr
def test_a_scanned_pdf_reads_as_its_images_do() -> None:
    _, _, images = scans("L9", SCANNED)
    document = read_bytes(scan_builder.as_pdf(images[:1]))
    image = read_bytes(scan_builder.saved(images[0], "PNG"))
    assert document.source.media_type == PDF
    assert document.ocr

    def texts(one: Document) -> list[str]:
        return [cell.text for block in one.blocks if isinstance(block, Table) for cell in block.cells]

    same = [one == other for one, other in zip(texts(document), texts(image), strict=True)]
    assert sum(same) >= 0.97 * len(same)


def small_texts(document: Document) -> list[str]:
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    return [fold(cell.text) for cell in table.cells]


WANTED = [fold(text) for *_, text in sorted(scan_builder.SMALL.cells)]


@with_ocr
@pytest.mark.parametrize(
    ("kind", "expected_type"), [("PNG", PNG), ("JPEG", JPEG), ("BMP", BMP), ("TIFF", TIFF)]
)
def test_every_kind_of_image(kind: str, expected_type: str) -> None:
    data = scan_builder.saved(small_page(), kind)
    assert media_type(data, "x.txt") == expected_type
    assert small_texts(read_bytes(data)) == WANTED


@with_ocr
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_on_its_side_or_head_is_turned(quarters: int) -> None:
    data = scan_builder.saved(small_page().rotate(90 * quarters, expand=True), "PNG")
    assert small_texts(read_bytes(data)) == WANTED


@with_ocr
def test_colours_and_transparency_are_paper_and_ink() -> None:
    page = small_page().convert("RGBA")
    clear = Image.new("RGBA", page.size, (0, 0, 0, 0))
    ink = page.convert("L").point(lambda value: 255 - value)
    clear.paste(page, mask=ink)
    assert small_texts(read_bytes(scan_builder.saved(clear, "PNG"))) == WANTED


@with_ocr
def test_what_is_not_sure_has_less_confidence() -> None:
    (sharp,) = [
        one for one in read_bytes(scan_builder.saved(small_page(), "PNG")).blocks if isinstance(one, Table)
    ]
    assert all(0.9 < cell.confidence <= 1 for cell in sharp.cells)


@with_ocr
@pytest.mark.parametrize("text", ["495%", ">95%", "工95%", "≥988"])
def test_a_value_that_may_have_lost_its_comparator_is_doubted(text: str) -> None:
    sheet = printer.Sheet(2)
    sheet.row(("指标", 1), ("指标值", 1))
    sheet.row(("设备合格率", 1), (text, 1))
    style = Style(page=(360.0, 160.0), margin=40.0, size=12, leading=16, foot="")
    page = scan_builder.pages(form_pdf(sheet, "绩效表", style=style))[0]
    (table,) = [one for one in read_bytes(scan_builder.saved(page, "PNG")).blocks if isinstance(one, Table)]
    assert fold(table.cells[-1].text) == fold(text)
    assert table.cells[-1].confidence < 0.75


@with_ocr
def test_a_table_without_lines_is_guessed() -> None:
    style = Style(rules="none", page=(420.0, 300.0), margin=40.0, size=11, leading=15, foot="")
    sheet = printer.Sheet(3)
    for row in (
        ("指标名称", "目标值", "实际值"),
        ("培训场次", "≥12场", "13场"),
        ("合格比率", "≥95%", "97%"),
        ("完成时间", "12月底", "11月底"),
    ):
        sheet.row(*[(text, 1) for text in row])
    page = scan_builder.pages(form_pdf(sheet, "绩效目标表", style=style))[0]
    document = read_bytes(scan_builder.saved(page, "PNG"))
    (table,) = [one for one in document.blocks if isinstance(one, Table)]
    assert not table.exact
    assert (table.rows, table.columns) == (4, 3)
    assert [issue.code for issue in document.issues] == ["columns_guessed"]


@with_ocr
def test_a_form_without_a_table_is_an_issue() -> None:
    sheet = printer.Sheet(2)
    sheet.row(("甲", 1), ("乙", 1))
    pdf = form_pdf(sheet, "项目支出绩效目标表", style=Style(page=(360.0, 200.0), rules="none", foot=""))
    document = read_bytes(scan_builder.saved(scan_builder.pages(pdf)[0], "PNG"))
    assert "no_table" in [issue.code for issue in document.issues]


@with_ocr
def test_the_same_bytes_make_the_same_document() -> None:
    data = scan_builder.saved(small_page(SCANNED), "PNG")
    assert read_bytes(data) == read_bytes(data)


@with_ocr
def test_blank_paper_is_an_empty_document() -> None:
    with pytest.raises(EmptyDocument):
        read_bytes(scan_builder.saved(Image.new("L", (600, 800), 255), "PNG"))


def test_without_the_extra_the_message_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract.readers.scan, "is_installed", lambda: False)
    with pytest.raises(OcrNeeded, match=r"pip install 'jixiao\[ocr\]'") as raised:
        read_bytes(scan_builder.saved(small_page(), "PNG"))
    assert raised.value.code == "needs_ocr"


def test_a_scanned_pdf_without_the_extra_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.readers.pdf.picture_reader", lambda: None)
    with pytest.raises(OcrNeeded, match=r"pip install 'jixiao\[ocr\]'"):
        read_bytes(scan_builder.as_pdf([small_page()]))


@with_ocr
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF"])
@pytest.mark.parametrize("keep", [0.02, 0.5, 0.97])
def test_a_torn_image_is_corrupt(kind: str, keep: float) -> None:
    data = scan_builder.saved(small_page(), kind)
    torn = data[: int(len(data) * keep)]
    with pytest.raises((CorruptDocument, EmptyDocument)):
        extract.readers.scan.read(torn, source(data))


@with_ocr
def test_a_page_over_the_limit_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract.readers.scan, "MAX_PIXELS", 1000)
    with pytest.raises(TooLarge):
        read_bytes(scan_builder.saved(small_page(), "PNG"))


@with_ocr
@pytest.mark.parametrize(
    ("size", "stated", "dpi"), [((1654, 2339), 200, 200), ((830, 1174), 96, 200), ((4960, 7016), 600, 300)]
)
def test_resolution_is_as_stated_or_that_of_a_sheet(size: tuple[int, int], stated: int, dpi: int) -> None:
    out = io.BytesIO()
    Image.new("L", size, 255).save(out, "PNG", dpi=(stated, stated))
    picture = extract.ocr.picture.picture_of(Image.open(out), 1)
    assert picture.dpi == dpi
    assert picture.height == pytest.approx(842, rel=0.06)
