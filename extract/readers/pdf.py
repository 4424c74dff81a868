"""PDF: the tables that lines draw, the text around them, and what a page break cut made whole.

Each page is read by itself into blocks that know their place on the paper; a page without text of its
own can be handed to another reader of the same shape (`PictureReader`). Joining pages comes after.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extract.document import Document, Issue, Locator, Source
from extract.errors import CorruptDocument, DocumentError, EmptyDocument, OcrNeeded, TooLarge
from extract.ocr import NEEDED, picture_reader
from extract.ocr.picture import Picture, PictureReader
from extract.readers.pdfcells import cell_lines, overlay, page_cells, place
from extract.readers.pdfchecks import check_bytes, is_cut_short, is_illegible
from extract.readers.pdfcolumns import Guess, guess_tables
from extract.readers.pdfium import OpenPage, Pages, open_pdf
from extract.readers.pdfpage import Drawing, Glyph, set_upright
from extract.readers.pdfslow import MAX_LINES, second_opinion
from extract.readers.pdftext import ITEM, Line, em_of, line, lines_of, paragraphs, pieces, rows_of, seam
from extract.tables.pages import Page, PageBlock, PageCell, PageTable, PageText, join_pages
from extract.tables.rulings import Grid, Ruling, find_grids, joined
from extract.text import repair

MAX_PAGES = 3_000
PICTURE_DPI = 200
_SAMPLE = 25  # characters of a page whose fonts are asked whether they know them
_FEW = 50  # a page that is one picture and has no more characters is a scan with a stamp of its program
_COVERED = 0.7
_OUTLINES = 200  # curved shapes on a page without any character: text turned to outlines
_COLUMN_GAP, _PHRASE_GAP = 0.75, 2.5  # free space on a line, in ems, that parts columns, and phrases
_NEEDS_OCR = f"没有可用的文字层，{NEEDED}"
_MESSAGES = {
    "columns_guessed": "表格没有框线，列由文字对齐推定",
    "hidden_text": "文字来自扫描件背后的隐藏文字层，可能有识别错误",
    "file_cut": "文件不完整（缺少结尾），只读取了能读的部分",
    "overlay_text": "页面上的水印或印章文字未计入单元格",
    "page_not_read": "此页已损坏，未读取",
    "second_opinion": "表格线不完整，单元格按另一种方法划分",
    "shades_only": "表格没有框线，单元格由底色划分",
    "table_uncertain": "表格线不完整，单元格划分可能有误",
}


def read(data: bytes, source: Source) -> Document:
    """The paragraphs and tables of a PDF with text, in reading order, tables whole over page breaks.

    Cells are located as `p3/t1/r5c2`: page, table on the page, and row and column as that page shows
    them; paragraphs as `p3/b2`. All text is repaired. Page numbers and running heads are left out.

    Raises EmptyDocument, CorruptDocument, EncryptedDocument, UnsupportedDocument, TooLarge, or OcrNeeded
    where no page has legible text; single such pages are issues.
    """
    return read_pages(data, source, pictures=picture_reader())


def read_pages(
    data: bytes, source: Source, *, password: str | None = None, pictures: PictureReader | None = None
) -> Document:
    """As `read`, with a password, and with another reader for pages that have no legible text."""
    check_bytes(data)
    issues = [_issue("file_cut")] if is_cut_short(data) else []
    with open_pdf(data, password) as pdf:
        if pdf.count > MAX_PAGES:
            raise TooLarge(f"文件有 {pdf.count} 页，超过上限 {MAX_PAGES} 页；请拆分后重试")
        reading = _Reading(data, password, pdf, pictures)
        pages = [reading.page(number) for number in range(1, pdf.count + 1)]
    joined_pages = join_pages(pages)
    if not joined_pages.blocks:
        raise _nothing_read(reading)
    return Document(
        source,
        "pdf",
        joined_pages.blocks,
        pages=len(pages),
        ocr=bool(reading.scans and pictures),
        issues=(*issues, *joined_pages.issues),
    )


def _nothing_read(reading: _Reading) -> DocumentError:
    if reading.scans and reading.pictures is None:
        return OcrNeeded(f"文件{_NEEDS_OCR}")
    if reading.lost:
        return CorruptDocument("文件的页面已损坏；请重新下载或上传")
    return EmptyDocument("文件没有任何文字或表格")


def _issue(code: str, place: Locator | None = None) -> Issue:
    return Issue(code, _MESSAGES[code], place)


@dataclass(slots=True)
class _Reading:
    """One PDF being read page by page; `scans` counts the pages without legible text, `lost` unreadable ones."""

    data: bytes
    password: str | None
    pdf: Pages
    pictures: PictureReader | None
    scans: int = 0
    lost: int = 0

    def page(self, number: int) -> Page:
        with self.pdf.page(number) as page:
            if page is None:
                self.lost += 1
                return Page(number, 0, issues=(_issue("page_not_read", Locator(page=number)),))
            drawing = page.draw()
            has_layer = _has_hidden_layer(drawing, page)
            if not _is_scan(drawing, page) and not (has_layer and self.pictures is not None):
                return self._drawn(set_upright(drawing), page, ["hidden_text"] if has_layer else [])
        self.scans += 1
        if self.pictures is not None:
            image = self.pdf.render(number, PICTURE_DPI)
            return self.pictures(Picture(number, drawing.width, drawing.height, image, PICTURE_DPI))
        issue = Issue("needs_ocr", f"第 {number} 页{_NEEDS_OCR}", Locator(page=number))
        return Page(number, drawing.height, issues=(issue,))

    def _drawn(self, drawing: Drawing, page: OpenPage, codes: list[str]) -> Page:
        """A page read from what it draws. `codes` are those of issues with the whole page."""
        grids, doubts = self._grids(drawing)
        placement = place(drawing.glyphs, grids)
        lines = cell_lines(placement, may_turn=drawing.has_turned)
        over = overlay(drawing, grids, placement, lines, page.paint)
        if over:
            codes = [*codes, "overlay_text"]
            placement = place([glyph for glyph in drawing.glyphs if glyph.number not in over], grids)
            lines = cell_lines(placement, may_turn=drawing.has_turned)
        tables = [
            (grid, page_cells(grid, own), doubts.get(index, ""))
            for index, (grid, own) in enumerate(zip(grids, lines, strict=True))
        ]
        issues = [_issue(code, Locator(page=drawing.number)) for code in codes]
        return _assembled(drawing, tables, placement.rest, issues)

    def _grids(self, drawing: Drawing) -> tuple[Sequence[Grid], dict[int, str]]:
        """The tables of a page, and by their numbers what is doubtful about them."""
        grids = find_grids(drawing.horizontals, drawing.verticals)
        if grids and all(grid.regular for grid in grids):
            return grids, {}
        pieces_drawn = len(drawing.horizontals) + len(drawing.verticals)
        has_lines = len(joined(drawing.horizontals)) > 2 and len(joined(drawing.verticals)) > 2
        if (grids or has_lines) and pieces_drawn <= MAX_LINES:
            size = (drawing.width, drawing.height)
            others = second_opinion(self.data, self.password, drawing.number, size)
            if others and all(grid.regular for grid in others) and _explains(others, grids, drawing.glyphs):
                return others, dict.fromkeys(range(len(others)), "second_opinion")
        if not grids:
            shaded = _shaded_grids(drawing)
            return shaded, dict.fromkeys(range(len(shaded)), "shades_only")
        return grids, {index: "table_uncertain" for index, grid in enumerate(grids) if not grid.regular}


def _is_scan(drawing: Drawing, page: OpenPage) -> bool:
    """Has the page something to read, but no characters that mean anything?"""
    glyphs = drawing.glyphs
    if not glyphs:
        return drawing.image_share > 0.1 or drawing.paths > _OUTLINES
    if len(glyphs) < _FEW and drawing.image_share > _COVERED:
        return True
    sample = _sample(drawing)
    unmapped = page.unmapped(sample) / max(len(sample), 1)
    return is_illegible([glyph.text for glyph in glyphs], unmapped)


def _has_hidden_layer(drawing: Drawing, page: OpenPage) -> bool:
    """Is the text of the page what another program recognised on the picture that covers it?"""
    if drawing.image_share <= _COVERED:
        return False
    sample = _sample(drawing)
    return page.hidden(sample) * 2 > len(sample)


def _sample(drawing: Drawing) -> list[int]:
    """PDFium's numbers of some characters from all over the page."""
    some = drawing.glyphs[:: max(1, len(drawing.glyphs) // _SAMPLE)]
    return [glyph.number for glyph in some if glyph.number >= 0]


def _explains(grids: Sequence[Grid], others: Sequence[Grid], glyphs: Sequence[Glyph]) -> bool:
    """Do grids take in as much text as others?"""
    return len(place(glyphs, grids).rest) <= len(place(glyphs, others).rest)


def _shaded_grids(drawing: Drawing) -> tuple[Grid, ...]:
    """Tables whose cells only their shading shows."""
    across = [Ruling(at, box.x0, box.x1) for box in drawing.shades for at in (box.top, box.bottom)]
    down = [Ruling(at, box.top, box.bottom) for box in drawing.shades for at in (box.x0, box.x1)]
    return tuple([grid for grid in find_grids(across, down) if grid.regular and len(grid.cells) > 3])


def _assembled(
    drawing: Drawing,
    tables_drawn: Sequence[tuple[Grid, tuple[PageCell, ...], str]],
    rest: Sequence[Glyph],
    issues: list[Issue],
) -> Page:
    """The blocks of a page from top to bottom, tables and paragraphs numbered in that order.

    Tables come with what is doubtful about them; `rest` are the characters outside them.
    """
    found: list[tuple[float, float, PageBlock, str]] = []
    for grid, cells, doubt in tables_drawn:
        if any(cell.text for cell in cells):
            table = PageTable(0, grid.xs, grid.ys, cells, True, grid.open_top, grid.open_bottom)
            found.append((grid.ys[0], grid.xs[0], table, doubt))
    found += _loose(rest)
    found.sort(key=lambda item: item[:2])
    blocks: list[PageBlock] = []
    tables = texts = 0
    for _, _, block, doubt in found:
        if isinstance(block, PageText):
            texts += 1
            blocks.append(PageText(texts, block.text, block.top, block.bottom, block.size))
        else:
            tables += 1
            blocks.append(replace(block, number=tables))
            if doubt:
                issues.append(_issue(doubt, Locator(page=drawing.number, table=tables)))
    sizes = sorted([em_of(glyph) for glyph in drawing.glyphs[:: max(1, len(drawing.glyphs) // 99)]])
    size = sizes[len(sizes) // 2] if sizes else 0.0
    return Page(drawing.number, drawing.height, tuple(blocks), size, tuple(issues))


def _loose(glyphs: Sequence[Glyph]) -> Iterator[tuple[float, float, PageBlock, str]]:
    """What stands outside ruled tables: tables guessed from alignment, and paragraphs."""
    rows = rows_of([glyph for glyph in glyphs if not glyph.turn])
    parted = [[line(part) for part in _parts(row)] for row in rows]
    free: list[Line] = []
    guesses = {guess.first: guess for guess in guess_tables(parted)}
    index = 0
    while index < len(rows):
        if index in guesses:
            guess = guesses[index]
            yield guess.ys[0], guess.xs[0], _guessed(guess), "columns_guessed"
            yield from _paragraphs(free)
            free = []
            index = guess.last
        else:
            free += [line(phrase) for phrase in _phrases(rows[index])]
            index += 1
    yield from _paragraphs(free)
    yield from _paragraphs(lines_of([glyph for glyph in glyphs if glyph.turn]))


def _paragraphs(lines: Sequence[Line]) -> Iterator[tuple[float, float, PageBlock, str]]:
    for paragraph in paragraphs(lines):
        text = paragraph[0].text
        for above, below in pairwise(paragraph):
            text += seam(above.text, below.text, fits=False) + below.text
        text = repair(text)
        if text:
            first = paragraph[0]
            block = PageText(0, text, first.top, paragraph[-1].bottom, first.em)
            yield first.top, first.x0, block, ""


def _parts(row: Sequence[Glyph]) -> list[list[Glyph]]:
    """The characters of a line by column; a spaced-out title and the number of a list part nothing."""
    parts = pieces(row, _COLUMN_GAP)
    if len(parts) > 2 and len(parts) == len(row):
        gaps = [other.x0 - one.x1 for one, other in pairwise(row)]
        if max(gaps) < 1.5 * min(gaps):
            return [list(row)]
    if len(parts) > 1 and ITEM.fullmatch("".join([glyph.text for glyph in parts[0]])):
        parts[:2] = [parts[0] + parts[1]]
    return parts


def _phrases(row: Sequence[Glyph]) -> list[list[Glyph]]:
    """The characters of a line by phrase: words far from one another, such as a unit of money at the right."""
    parts = pieces(row, _PHRASE_GAP)
    return parts if all(len(part) > 2 for part in parts) else [list(row)]


def _guessed(guess: Guess) -> PageTable:
    """A guessed table as one that tiles: free positions become blank cells."""
    cells: list[PageCell] = []
    columns = len(guess.xs) - 1
    for number, row in enumerate(guess.rows):
        at = 0
        for column, span, text in row:
            cells += [PageCell(number, free, "") for free in range(at, column)]
            cells.append(PageCell(number, column, repair(text), 1, span))
            at = column + span
        cells += [PageCell(number, free, "") for free in range(at, columns)]
    return PageTable(0, guess.xs, guess.ys, tuple(cells), exact=False)
