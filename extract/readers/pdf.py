"""PDF: the tables that lines draw, the text around them, and what a page break cut made whole.

Each page is read by itself into blocks that know their place on the paper; a page without text of its
own can be handed to another reader of the same shape (`PictureReader`). Joining pages comes after.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import median
from typing import Any

from extract.document import Document, Issue, Locator, Source
from extract.errors import DocumentError, EmptyDocument, OcrNeeded, TooLarge
from extract.readers.pdfcells import Filled, fill
from extract.readers.pdfcolumns import Guess, guess_tables
from extract.readers.pdfpage import Drawing, Glyph, OpenPage, Pages, open_pdf, set_upright
from extract.readers.pdfslow import second_opinion
from extract.readers.pdftext import Line, line, lines_of, paragraphs, pieces, rows_of, seam
from extract.tables.pages import Page, PageBlock, PageCell, PageTable, PageText, join_pages
from extract.tables.rulings import Grid, Ruling, find_grids
from extract.text import repair
