"""What one page shows: its blocks with their places on the paper, before pages are joined.

Readers of drawings and of pictures hand this over alike. Lengths are points, `y` runs down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from extract.document import Issue


class PageCell(NamedTuple):
    """A cell of a page's part of a table. `full`: its last line has no room left, so it may go on.

    `confidence` is that of the recognition of its text, 1 where nothing had to be recognised.
    """

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    full: bool = False
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table as one page shows it, `number` counted from 1 on that page.

    `xs` and `ys` are the boundaries of its columns and rows; the cells tile it. `open_top` and
    `open_bottom` tell that no rule closes it there.
    """

    number: int
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[PageCell, ...]
    exact: bool = True
    open_top: bool = False
    open_bottom: bool = False


@dataclass(frozen=True, slots=True)
class PageText:
    """A paragraph outside tables, `number` counted from 1 on its page; `size` is the height of a line."""

    number: int
    text: str
    top: float
    bottom: float
    size: float


PageBlock = PageText | PageTable


@dataclass(frozen=True, slots=True)
class Page:
    """What one page shows, in reading order. `size` is the usual height of its lines."""

    number: int
    height: float
    blocks: tuple[PageBlock, ...] = ()
    size: float = 0.0
    issues: tuple[Issue, ...] = ()
