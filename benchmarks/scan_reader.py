"""Processor time of the scan reader a page, as a ratio to the engine alone, and how much it gets right.

The engine alone is rapidocr as it comes, on one thread: it finds and reads lines and knows of no cells.
Its lines go to the true cell that their middle lies in, which flatters it. Run it with `uv run
python -m benchmarks.scan_reader`; the ratios are to be compared, not the seconds.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import rapidocr
from PIL import Image

from extract.document import Cell, Table
from extract.ocr import read_picture
from extract.ocr.picture import picture_of
from extract.tables.pages import join_pages
from extract.text import fold
from tests.extract.pdf_builder import Plan, Style, form_pdf
from tests.extract.scan_builder import BAD, CLEAN, DPI, SCANNED, Wear, pages
from tests.forms import printer

LAYOUTS = ("L1", "L4", "L5", "L9", "L12", "T1", "T8", "M1")
STYLE = Style(size=7.5, leading=9.5, margin=40.0)  # small enough for a form to stand on one page
LEAST_CELLS, LEAST_WHOLE = 0.97, 0.80
MOST_OF_ENGINE = 1.0


@dataclass
class Score:
    """Cells with text, how many are right by the reader and by the engine, and what both took."""

    pages: int = 0
    cells: int = 0
    right: int = 0
    engine_right: int = 0
    whole: int = 0
    seconds: float = 0.0
    engine_seconds: float = 0.0
    confidences: dict[bool, list[float]] = field(default_factory=lambda: defaultdict(list))


def engine() -> rapidocr.RapidOCR:
    """rapidocr with its own settings, on one thread."""
    return rapidocr.RapidOCR(
        params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1}
    )


def engine_texts(alone: rapidocr.RapidOCR, page: Image.Image, sheet: printer.Sheet, top: float) -> dict:
    """What the engine reads, by true cell; only of pages that are not askew."""
    found = alone(np.asarray(page.convert("RGB")), use_det=True, use_cls=True, use_rec=True)
    if found.txts is None:
        return {}
    plan = Plan(STYLE, sheet)
    ys = [top]
    for height in plan.heights:
        ys.append(ys[-1] + height)
    texts: dict = defaultdict(str)
    for box, text in zip(found.boxes, found.txts, strict=True):
        x, y = np.asarray(box).mean(axis=0) * 72 / DPI
        for cell in sheet.cells:
            row, column, down, across, _ = cell
            if plan.xs[column] <= x < plan.xs[column + across] and ys[row] <= y < ys[row + down]:
                texts[cell] += text
    return texts


def measure(wear: Wear, alone: rapidocr.RapidOCR) -> Score:
    score = Score()
    for seed, layout in enumerate(LAYOUTS):
        truth, sheet = printer.make(layout, seed)
        heading = (truth.title, f"（{truth.year}年度）")
        (page,) = pages(form_pdf(sheet, *heading, style=STYLE), wear)
        start = time.process_time()
        read = read_picture(picture_of(page_with_dpi(page), 1))
        middle = time.process_time()
        top = STYLE.margin + 16 * 1.6 + 10.5 * 1.6 + 6
        theirs = engine_texts(alone, page, sheet, top)
        score.seconds += middle - start
        score.engine_seconds += time.process_time() - middle
        tables = [block for block in join_pages([read]).blocks if isinstance(block, Table)]
        cells = {cell_place(cell): cell for table in tables[:1] for cell in table.cells}
        score.pages += 1
        score.whole += set(cells) == {cell[:4] for cell in sheet.cells}
        for cell in sheet.cells:
            if cell[4]:
                ours = cells.get(cell[:4])
                is_right = ours is not None and fold(ours.text) == fold(cell[4])
                score.cells += 1
                score.right += is_right
                score.engine_right += fold(theirs.get(cell, "")) == fold(cell[4])
                score.confidences[is_right].append(ours.confidence if ours else 0.0)
    return score


def cell_place(cell: Cell) -> tuple[int, int, int, int]:
    return cell.row, cell.column, cell.row_span, cell.column_span


def page_with_dpi(page: Image.Image) -> Image.Image:
    page.info["dpi"] = (DPI, DPI)
    return page


def main() -> None:
    alone = engine()
    measure(CLEAN, alone)  # load both
    for name, wear in (("clean", CLEAN), ("scanned", SCANNED), ("bad", BAD)):
        score = measure(wear, alone)
        doubted = sum(confidence < 0.75 for confidence in score.confidences[False])
        needless = sum(confidence < 0.75 for confidence in score.confidences[True])
        ratio = score.seconds / score.engine_seconds
        print(
            f"{name:<8}{score.seconds / score.pages:6.2f} s/page {ratio:6.2f} × engine   "
            f"cells {score.right / score.cells:6.1%} (engine {score.engine_right / score.cells:6.1%})   "
            f"whole {score.whole}/{score.pages}   wrong and doubted {doubted}/{score.cells - score.right}, "
            f"right and doubted {needless}/{score.right}"
        )
        if wear is not BAD:
            kept = score.right >= LEAST_CELLS * score.cells and score.whole >= LEAST_WHOLE * score.pages
            print(f"        targets {'kept' if kept and ratio <= MOST_OF_ENGINE else 'MISSED'}")


if __name__ == "__main__":
    main()
