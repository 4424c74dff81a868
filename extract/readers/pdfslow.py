"""A second opinion on pages that the lattice cannot explain, from pdfplumber; slow, so asked seldom."""

from __future__ import annotations

import importlib
import logging
from functools import cache
from io import BytesIO
from typing import Any

from extract.tables.rulings import Grid, Ruling, find_grids

MAX_LINES = 20_000  # a page of more is a drawing, and would take minutes


def second_opinion(
    data: bytes, password: str | None, number: int, size: tuple[float, float]
) -> tuple[Grid, ...]:
    """The tables that pdfplumber finds on page `number` (from 1) of `size`, as grids; none if it fails."""
    try:
        with _pdfplumber().open(BytesIO(data), password=password or "", pages=[number]) as pdf:
            page = pdf.pages[0]
            # Its coordinates are those of the page as shown only if the page is plain.
            if abs(page.width - size[0]) > 1 or abs(page.height - size[1]) > 1 or page.bbox[:2] != (0, 0):
                return ()
            boxes = [cell for table in page.find_tables() for cell in table.cells]
    except Exception:  # pdfminer lets whatever goes wrong in damaged files through
        return ()
    horizontals = [Ruling(at, x0, x1) for x0, top, x1, bottom in boxes for at in (top, bottom)]
    verticals = [Ruling(at, top, bottom) for x0, top, x1, bottom in boxes for at in (x0, x1)]
    return find_grids(horizontals, verticals)


@cache
def _pdfplumber() -> Any:
    """The module, imported when it is first needed, since that takes a quarter of a second."""
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it logs whatever is damaged
    return importlib.import_module("pdfplumber")
