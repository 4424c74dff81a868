"""Time of the PDF reader a page, as ratios to PDFium's own characters and paths and to pdfplumber.

The floor is what no reader on PDFium can go below: load each page, ask for each character's code and
box, and for each path's bounds. All run in one process on the same printed forms, a third of them over
a page break. Run it with `uv run python -m benchmarks.pdf_reader`; the ratios are to be compared, not
the milliseconds.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import pdfplumber
import pypdfium2
from pypdfium2 import raw

from extract.detect import PDF
from extract.document import Source
from extract.readers.pdf import read
from tests.extract.pdf_builder import TRUETYPE, Style, form_pdf
from tests.forms import printer

ROUNDS = 25
SLOW_ROUNDS = 3
MOST_OF_FLOOR = 2.0
LEAST_OF_PDFPLUMBER = 8.0


def documents() -> list[bytes]:
    """Forms of every layout; in an embedded font where there is one, as office programs print."""
    fonts = [path for path in TRUETYPE if Path(path).exists()]
    style = Style(font=str(fonts[0])) if fonts else Style()
    found = []
    for seed, layout in enumerate(printer.LAYOUTS):
        truth, sheet = printer.make(layout, seed)
        start = 400.0 if seed % 3 == 0 else 0.0
        rules = ("boxes", "bars")[seed % 2]
        drawn = Style(rules=rules, font=style.font, start=start, cut=True)
        found.append(form_pdf(sheet, truth.title, f"（{truth.year}年度）", style=drawn))
    return found


def floor(data: bytes) -> int:
    """All characters with their boxes, and the bounds of all paths; how many there are."""
    document = pypdfium2.PdfDocument(data)
    box = raw.FS_RECTF()
    sides = [ctypes.c_float() for _ in range(4)]
    kept = []
    for number in range(len(document)):
        page = raw.FPDF_LoadPage(document.raw, number)
        text = raw.FPDFText_LoadPage(page)
        for index in range(raw.FPDFText_CountChars(text)):
            raw.FPDFText_GetLooseCharBox(text, index, box)
            code = raw.FPDFText_GetUnicode(text, index)
            kept.append((code, box.left, box.bottom, box.right, box.top))
        for index in range(raw.FPDFPage_CountObjects(page)):
            one = raw.FPDFPage_GetObject(page, index)
            if raw.FPDFPageObj_GetType(one) == raw.FPDF_PAGEOBJ_PATH:
                raw.FPDFPageObj_GetBounds(one, *sides)
                kept.append((0, *(side.value for side in sides)))
        raw.FPDFText_ClosePage(text)
        raw.FPDF_ClosePage(page)
    document.close()
    return len(kept)


def slow(data: bytes) -> int:
    """What pdfplumber finds in the tables of all pages."""
    with pdfplumber.open(BytesIO(data)) as pdf:
        return sum(len(page.extract_tables()) for page in pdf.pages)


def own(data: bytes) -> int:
    return len(read(data, Source("form.pdf", "", PDF, len(data))).blocks)


def best(works: Sequence[Callable[[bytes], int]], files: Sequence[bytes], rounds: int) -> list[float]:
    """The least processor time of each work over all files in milliseconds.

    The works take turns, so that a machine which slows down slows all of them.
    """
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, own_times in zip(works, times, strict=True):
            start = time.process_time()
            for data in files:
                work(data)
            own_times.append(time.process_time() - start)
    return [min(own_times) * 1000 for own_times in times]


def main() -> None:
    files = documents()
    pages = sum(len(pypdfium2.PdfDocument(data)) for data in files)
    drawn = sum(floor(data) for data in files)
    print(f"{len(files)} forms, {pages} pages, {drawn} characters and paths")
    floor_ms, own_ms = best((floor, own), files, ROUNDS)
    (slow_ms,) = best((slow,), files, SLOW_ROUNDS)
    for name, ms in (("floor", floor_ms), ("this reader", own_ms), ("pdfplumber extract_tables", slow_ms)):
        print(f"{name:<28}{ms / pages:8.2f} ms a page {ms / floor_ms:8.2f} × floor")
    of_floor, of_slow = own_ms / floor_ms, slow_ms / own_ms
    kept = of_floor <= MOST_OF_FLOOR and of_slow >= LEAST_OF_PDFPLUMBER
    print(
        f"reader / floor {of_floor:.2f} (at most {MOST_OF_FLOOR:.0f}), "
        f"pdfplumber / reader {of_slow:.1f} (at least {LEAST_OF_PDFPLUMBER:.0f}): {'kept' if kept else 'MISSED'}"
    )


if __name__ == "__main__":
    main()
