"""What every reader promises, whatever it reads. A new reader joins by a line in SAMPLES."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import docx
import lxml.html
import openpyxl
import pdfplumber
import pytest
import xlrd  # type: ignore[import-untyped]
from docx.oxml.ns import qn
from lxml import etree

from extract import office
from extract.detect import DOCX, HTML, PDF, PNG, RTF, TEXT, XLS, XLSX, media_type
from extract.document import Cell, Document, Locator, Source, Table
from extract.errors import DocumentError, EmptyDocument
from extract.ocr import is_installed
from extract.readers import read as read_any
from extract.readers.docx import read as read_docx
from extract.readers.html import read as read_html
from extract.readers.pdf import read as read_pdf
from extract.readers.scan import read as read_scan
from extract.readers.text import read as read_text
from extract.readers.workbook import read as read_workbook
from extract.text import fold, repair
from tests.extract.docx_builder import Box, Row, cell, document_docx, paragraph, table, tbl, tr
from tests.extract.html_builder import form_html, page
from tests.extract.office_builder import rich_text
from tests.extract.pdf_builder import Style, form_pdf
from tests.extract.scan_builder import SMALL, saved, small_page
from tests.extract.workbook_builder import Drawn, Placed, as_xls, as_xlsx, form
from tests.forms import printer

Reader = Callable[[bytes, Source], Document]
Finder = Callable[[bytes, Locator], str]


@dataclass(frozen=True)
class Sample:
    """Bytes that a reader must read, and a second way, without the reader, to the text at a locator."""

    name: str
    read: Reader
    media_type: str
    data: bytes
    find: Finder

    def document(self) -> Document:
        return self.read(self.data, Source(self.name, "", self.media_type, len(self.data)))

    def tables(self) -> list[Table]:
        return [block for block in self.document().blocks if isinstance(block, Table)]

    def cells(self) -> Iterator[Cell]:
        return (cell for table in self.tables() for cell in table.cells)


def find_in_docx(data: bytes, place: Locator) -> str:
    """Count tables, rows and grid columns in the XML; "" where the row leaves a gap."""
    container: etree._Element = docx.Document(BytesIO(data)).element.body
    for step in _outermost_first(place):
        assert step.table is not None
        assert step.row is not None
        assert step.column is not None
        row = container.findall(qn("w:tbl"))[step.table - 1].findall(qn("w:tr"))[step.row - 1]
        found = _at_column(row, step.column)
        if found is None:
            return ""
        container = found
    lines = ((t.text or "" for t in p.iter(qn("w:t"))) for p in container.findall(qn("w:p")))
    return "\n".join("".join(line) for line in lines)


def _at_column(row: etree._Element, column: int) -> etree._Element | None:
    before = row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
    at = 1 + (int(before.get(qn("w:val"), "0")) if before is not None else 0)
    for tc in row.findall(qn("w:tc")):
        if at == column:
            return tc
        span = tc.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        at += int(span.get(qn("w:val"), "1")) if span is not None else 1
    return None


def _outermost_first(place: Locator) -> list[Locator]:
    return [*(_outermost_first(place.outer) if place.outer is not None else ()), place]


def find_in_text(data: bytes, place: Locator) -> str:
    """The cell between tabs of a line."""
    assert place.line is not None
    line = data.decode().split("\n")[place.line - 1]
    return line if place.column is None else line.split("\t")[place.column - 1]


def find_in_pdf(data: bytes, place: Locator) -> str:
    """The text in the rectangle that pdfplumber finds at a row and column of a table on a page."""
    assert place.page is not None
    assert place.table is not None
    assert place.row is not None
    assert place.column is not None
    page, tables = _pdf_page(data, place.page)
    cells = tables[place.table - 1]
    left, top = (sorted({round(cell[side]) for cell in cells}) for side in (0, 1))
    corner = (left[place.column - 1], top[place.row - 1])
    box = next(cell for cell in cells if (round(cell[0]), round(cell[1])) == corner)
    return page.crop(box).extract_text()


@cache
def _pdf_page(data: bytes, number: int) -> tuple[pdfplumber.page.Page, list[list[tuple[float, ...]]]]:
    page = pdfplumber.open(BytesIO(data)).pages[number - 1]
    return page, [table.cells for table in page.find_tables()]


def find_in_scan(data: bytes, place: Locator) -> str:
    """What was printed at a row and column of the sheet that was scanned."""
    assert data.startswith(b"\x89PNG")
    assert (place.page, place.table) == (1, 1)
    return next(
        text for row, column, *_, text in SMALL.cells if (row + 1, column + 1) == (place.row, place.column)
    )


def find_in_xlsx(data: bytes, place: Locator) -> str:
    """The value of a cell by openpyxl, as its format shows it."""
    assert place.sheet is not None
    assert place.row is not None
    assert place.column is not None
    found = openpyxl.load_workbook(BytesIO(data))[place.sheet].cell(place.row, place.column)
    return _with_format(found.value, found.number_format)


def find_in_xls(data: bytes, place: Locator) -> str:
    """The value of a cell by xlrd, as its format shows it."""
    assert place.row is not None
    assert place.column is not None
    book = xlrd.open_workbook(file_contents=data, formatting_info=True)
    sheet = book.sheet_by_name(place.sheet)
    found = sheet.cell(place.row - 1, place.column - 1)
    code = book.format_map[book.xf_list[found.xf_index].format_key].format_str
    return _with_format(found.value, code)


def _with_format(value: object, code: str) -> str:
    """A number with as many decimals as its code has zeros behind the point, as a percentage or not."""
    if not isinstance(value, float | int):
        return str(value or "")
    decimals = len(code.partition(".")[2].rstrip("%"))
    return f"{value:g}" if code == "General" else f"{value:.{decimals}{'%' if '%' in code else 'f'}}"


def find_in_html(data: bytes, place: Locator) -> str:
    """Count tables, rows and, with the spans of the cells before, columns; "" where a row leaves a gap."""
    container = lxml.html.fromstring(data)
    for depth, step in enumerate(_outermost_first(place)):
        assert step.table is not None
        assert step.row is not None
        tables = container.xpath(f".//table[count(ancestor::table) = {depth}]")
        rows = tables[step.table - 1].xpath(f".//tr[count(ancestor::table) = {depth + 1}]")
        found = _boxes(rows[: step.row]).get((step.row, step.column))
        if found is None:
            return ""
        container = found
    return "".join(container.xpath(f".//text()[count(ancestor::table) = {depth + 1}]"))


def _boxes(rows: list[lxml.html.HtmlElement]) -> dict[tuple[int, int | None], lxml.html.HtmlElement]:
    """The cells of these rows by the place of their upper left corner."""
    boxes: dict[tuple[int, int | None], lxml.html.HtmlElement] = {}
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows, 1):
        column = 1
        for box in row.iterchildren("td"):
            while (number, column) in taken:
                column += 1
            boxes[number, column] = box
            down, across = int(box.get("rowspan", "1")), int(box.get("colspan", "1"))
            taken |= {(number + r, column + c) for r in range(down) for c in range(across)}
            column += across
    return boxes


@cache
def _converted(data: bytes) -> bytes:
    converted = office.convert([(data, Source("", "", RTF, len(data)))])[""]
    assert isinstance(converted, bytes)
    return converted


def find_in_converted(data: bytes, place: Locator) -> str:
    return find_in_docx(_converted(data), place)


_FORM: list[Row] = [
    [Box("项目名称", 2), Box("业务费", 3)],
    [Box("项目资金", 2, 2), "年度资金总额", Box("86.00", 2)],
    ["其中：财政拨款", Box("86.00", 2)],
    [Box("绩效\n指标", 1, 3), Box("产出指标", 1, 2), "数量指标", "共享路数", "≥3000件"],
    ["质量指标", "正常率", "100%"],
    ["满意度指标", Box("", 2), "≥90%"],
]
_GAPS = tbl(
    tr(cell("a"), cell("b", 2), cell("c")),
    tr(cell("d"), cell("e"), properties='<w:gridBefore w:val="1"/>'),
    tr(cell("f")),
)
_NESTED = tbl(tr(cell("a"), cell(paragraph("b") + _GAPS + paragraph(""))), tr(cell("c"), cell("d")))
_LINES = (
    "项目支出绩效目标表\n项目名称\t\t业务费\n主管部门\t数据资源管理局\n\n年度目标\t完成\n单位：万元\na\tb\n"
)
_SHEETS = [
    Drawn("自评表", form(*printer.make("L4", 1), row=3, column=2)),
    Drawn(
        "第 2 张!",
        [Placed(0, 0, "执行率", down=2), Placed(0, 1, 0.95, "0%"), Placed(1, 1, "b"), Placed(9, 27, "注")],
    ),
]
_PAGE = page(
    "<h1>标题</h1><table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c</table><p>x</p><table><tr><td>d<td>e<tr><td>f"
    "<td>g<table><tr><td>h<td>i<tr><td>j</table></table>"
)
_RICH_TEXT = rich_text([
    [("项目名称", "", 1), ("业务费", "", 2)],
    [("项目资金", "\\clvmgf", 1), ("年度资金总额", "", 1), ("86.00", "", 1)],
    [("", "\\clvmrg", 1), ("其中：财政拨款", "", 1), ("", "", 1)],
])  # fmt: skip

SAMPLES = [
    Sample("form", read_docx, DOCX, document_docx([paragraph("标题"), table(_FORM)]), find_in_docx),
    Sample("gaps", read_docx, DOCX, document_docx([_GAPS, paragraph("x"), _GAPS]), find_in_docx),
    Sample("nested", read_docx, DOCX, document_docx([_NESTED, table(_FORM)]), find_in_docx),
    Sample("printed", read_pdf, PDF, form_pdf(printer.make("L1", 1)[1], "标题"), find_in_pdf),
    Sample(
        "printed on", read_pdf, PDF, form_pdf(printer.make("L4", 1)[1], style=Style(start=330)), find_in_pdf
    ),
    Sample("lines", read_text, TEXT, _LINES.encode(), find_in_text),
    pytest.param(
        Sample("rtf", read_any, RTF, _RICH_TEXT, find_in_converted),
        marks=pytest.mark.skipif(not office.available(), reason="LibreOffice (soffice) is not there"),
    ),
    pytest.param(
        Sample("scan", read_scan, PNG, saved(small_page(), "PNG"), find_in_scan),
        marks=pytest.mark.skipif(not is_installed(), reason="needs the extra ocr"),
    ),
    Sample("sheets", read_workbook, XLSX, as_xlsx(*_SHEETS), find_in_xlsx),
    Sample("sheets", read_workbook, XLS, as_xls(*_SHEETS), find_in_xls),
    Sample("page", read_html, HTML, _PAGE.encode("utf-8"), find_in_html),
    Sample(
        "old page",
        read_html,
        HTML,
        form_html(*printer.make("L1", 1)).replace("utf-8", "gb18030").encode("gb18030"),
        find_in_html,
    ),
]


@pytest.fixture(params=SAMPLES, ids=lambda sample: f"{sample.read.__module__}-{sample.name}")
def sample(request: pytest.FixtureRequest) -> Sample:
    found: Sample = request.param
    return found


def test_the_sample_is_what_the_reader_is_for(sample: Sample) -> None:
    assert media_type(sample.data, "") == sample.media_type


def test_something_is_read_without_trouble(sample: Sample) -> None:
    document = sample.document()
    assert any(cell.text for cell in sample.cells())
    assert document.issues == ()
    assert document.reader
    assert document.source.uri == sample.name


def test_spans_tile_the_grid_in_reading_order(sample: Sample) -> None:
    for found in sample.tables():
        if found.exact:
            found.grid()
        anchors = [(cell.row, cell.column) for cell in found.cells]
        assert anchors == sorted(anchors)
        assert all(cell.row_span > 0 and cell.column_span > 0 for cell in found.cells)


def test_exact_cells_are_repaired(sample: Sample) -> None:
    for found in sample.tables():
        assert not found.exact or all(cell.text == repair(cell.text) for cell in found.cells)


def test_no_two_places_share_a_locator(sample: Sample) -> None:
    blocks = [block.locator for block in sample.document().blocks]
    cells = [cell.locator for cell in sample.cells()]
    assert len(set(blocks)) == len(blocks)
    assert len(set(cells)) == len(cells)


def test_locators_print_and_parse(sample: Sample) -> None:
    places = [block.locator for block in sample.document().blocks] + [cell.locator for cell in sample.cells()]
    assert [Locator.parse(str(place)) for place in places] == places


def test_locators_lead_back_to_the_cell(sample: Sample) -> None:
    for cell_read in sample.cells():
        place = Locator.parse(str(cell_read.locator))
        assert fold(sample.find(sample.data, place)) == fold(cell_read.text), str(place)


def test_the_same_bytes_make_the_same_document(sample: Sample) -> None:
    assert sample.document() == sample.document()


def test_a_document_crosses_a_process_boundary(sample: Sample) -> None:
    document = sample.document()
    assert pickle.loads(pickle.dumps(document)) == document


@pytest.mark.parametrize("data", [b"", b" \n"])
def test_nothing_to_read_is_told(sample: Sample, data: bytes) -> None:
    with pytest.raises(EmptyDocument):
        sample.read(data, Source("x", "", sample.media_type, len(data)))


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_half_a_file_raises_nothing_but_our_errors(sample: Sample, keep: float) -> None:
    data = sample.data[: int(len(sample.data) * keep)]
    raised = None
    try:
        sample.read(data, Source("x", "", sample.media_type, len(data)))
    except DocumentError as error:
        raised = error
    assert raised is None or pickle.loads(pickle.dumps(raised)).args == raised.args
