"""Printed PDFs: whatever a producer draws, the form that was printed is the form that is read."""

from __future__ import annotations

from io import BytesIO

import pdfplumber
import pypdfium2
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption

from extract.document import Document, Source, Table
from extract.errors import CorruptDocument, DocumentError, EncryptedDocument
from extract.forms.recognise import recognise
from extract.readers import pdf
from tests.extract.pdf_builder import Printer, Style, add_form, form_pdf
from tests.forms import printer
from tests.forms.test_layouts import expected, found, joined

STYLES = {
    "boxes": Style(),
    "over-a-page-break": Style(start=420),
    "a-row-cut-in-two": Style(start=420, cut=True, closed=False),
    "header-repeated": Style(start=420, repeat=(0,)),
    "dashes": Style(rules="dashes"),
    "thin-bars": Style(rules="bars"),
    "double-lines": Style(rules="double"),
    "turned": Style(turned=90),
    "no-outer-frame": Style(frame=False),
}


def read(data: bytes) -> Document:
    return pdf.read(data, Source("printed.pdf", "0" * 64, "application/pdf", len(data)))


def printed(truth: printer.Truth, sheet: printer.Sheet, style: Style) -> bytes:
    return form_pdf(sheet, truth.title, f"（{truth.year}年度）", style=style)


@pytest.mark.parametrize("layout", printer.LAYOUTS)
@pytest.mark.parametrize("style", [name for name in STYLES if name != "header-repeated"])
def test_every_layout_in_every_style(layout: str, style: str) -> None:
    truth, sheet = printer.make(layout, 1)
    (form,) = recognise(read(printed(truth, sheet, STYLES[style])))
    assert found(form) == expected(truth)
    assert not any(row.issues for row in form.indicators)


@pytest.mark.parametrize("layout", ["L1", "T1", "L5"])
def test_two_forms_on_neighbouring_pages_are_two(layout: str) -> None:
    one, other = printer.make(layout, 1), printer.make(layout, 2)
    canvas = Printer(Style())
    for truth, sheet in (one, other):
        add_form(canvas, sheet, truth.title, f"（{truth.year}年度）")
    forms = recognise(read(canvas.bytes()))
    assert [found(form) for form in forms] == [expected(truth) for truth, _ in (one, other)]


@pytest.mark.parametrize("layout", ["L1", "L3", "T1", "T9"])
def test_without_rules_nothing_is_wrong_without_a_flag(layout: str) -> None:
    truth, sheet = printer.make(layout, 1)
    document = read(printed(truth, sheet, Style(rules="none")))
    assert all(not block.exact for block in document.blocks if isinstance(block, Table))
    assert document.issues
    facts = {row["name"]: joined(row) for row in expected(truth)}
    for form in recognise(document):
        for row, indicator in zip(map(joined, found(form)), form.indicators, strict=True):
            sure = not indicator.issues and indicator.confidence >= 0.75
            assert not sure or row == facts.get(row["name"])


def test_cells_are_those_of_the_oracle() -> None:
    truth, sheet = printer.make("L1", 2)
    data = printed(truth, sheet, Style())
    with pdfplumber.open(BytesIO(data)) as opened:
        theirs = {
            "".join((cell or "").split())
            for page in opened.pages
            for table in page.extract_tables()
            for row in table
            for cell in row
        }
    (table,) = (block for block in read(data).blocks if isinstance(block, Table))
    ours = {"".join(cell.text.split()) for cell in table.cells}
    assert ours - {""} == theirs - {""}


def test_a_page_that_is_only_a_picture_asks_for_ocr() -> None:
    truth, sheet = printer.make("L1", 1)
    page = pypdfium2.PdfDocument(printed(truth, sheet, Style()))[0]
    picture = BytesIO()
    page.render(scale=1).to_pil().save(picture, "PDF")
    try:
        document = read(picture.getvalue())
    except DocumentError as error:
        assert error.code == "needs_ocr"
    else:
        assert document.ocr


def test_a_password_is_asked_for() -> None:
    truth, sheet = printer.make("T1", 1)
    canvas = Printer(Style(), StandardEncryption("secret", "owner", strength=128))
    add_form(canvas, sheet, truth.title)
    with pytest.raises(EncryptedDocument):
        read(canvas.bytes())


@pytest.mark.parametrize("keep", [20, 300, 0.5])
def test_a_broken_file_is_corrupt(keep: float) -> None:
    truth, sheet = printer.make("T1", 1)
    data = printed(truth, sheet, Style())
    size = int(len(data) * keep) if keep < 1 else int(keep)
    with pytest.raises(CorruptDocument):
        read(data[:size])
