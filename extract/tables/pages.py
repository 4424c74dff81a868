"""Pages to one run of blocks: what a page break cut is joined again, running heads are left out.

Whether a table goes on is told by where it stands, how wide it is, and what its first rows say. Lengths
are points.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.document import Block, Issue, Locator, Paragraph
from extract.tables.growing import Growing, link
from extract.tables.page import Page, PageBlock, PageCell, PageTable, PageText
from extract.text import fold

__all__ = [
    "Joined",
    "Page",
    "PageBlock",
    "PageCell",
    "PageTable",
    "PageText",
    "join_pages",
    "without_running_heads",
]

_TOP_ZONE, _BOTTOM_ZONE = 0.08, 0.10  # shares of the page's height where running heads stand
_NUMBER_OF_PAGE = re.compile(
    r"(?:-*第?\d{1,4}页?-*|-*[ivx]{1,6}-*)(?:[,/]?(?:共|of)?\d{1,4}页?)?|第[一二三四五六七八九十百]+页|page\d+"
)
_PAGE_NUMBER = ("", 0)  # what page numbers are known by


@dataclass(frozen=True, slots=True)
class Joined:
    """The blocks of all pages, and what had to be decided on the way."""

    blocks: tuple[Block, ...]
    issues: tuple[Issue, ...]


def join_pages(pages: Sequence[Page]) -> Joined:
    """The blocks of pages in reading order, tables joined over page breaks.

    Cells keep the place on their own page (`p2/t1/r3c2`), a table that of its first part.
    """
    blocks: list[Block | Growing] = []
    issues: list[Issue] = []
    previous = 0
    for page in without_running_heads(pages):
        issues += page.issues
        for index, block in enumerate(page.blocks):
            if isinstance(block, PageText):
                blocks.append(Paragraph(block.text, Locator(page=page.number, block=block.number)))
                continue
            last = blocks[-1] if blocks and index == 0 and page.number == previous + 1 else None
            if isinstance(last, Growing) and (how := link(last, block, page.number)) is not None:
                issues += last.join(block, how)
            else:
                blocks.append(Growing.of(block, page.number))
        if page.blocks or not page.issues:  # a blank page parts nothing, one that was not read does
            previous = page.number
    return Joined(
        tuple(block.table() if isinstance(block, Growing) else block for block in blocks), tuple(issues)
    )


def without_running_heads(pages: Sequence[Page]) -> list[Page]:
    """The pages without page numbers and without what comes again at the head or foot of several pages."""
    keys = [[_head_key(page, block) for block in page.blocks] for page in pages]
    seen = Counter(key for own in keys for key in set(own))
    kept = []
    for page, own in zip(pages, keys, strict=True):
        stays = [key is None or not (key == _PAGE_NUMBER or seen[key] > 1) for key in own]
        blocks = tuple(block for block, stay in zip(page.blocks, stays, strict=True) if stay)
        kept.append(page if len(blocks) == len(own) else replace(page, blocks=blocks))
    return kept


def _head_key(page: Page, block: PageBlock) -> tuple[str, int] | None:
    """By what a running head is known on other pages: its text but for figures, and its place."""
    if not isinstance(block, PageText):
        return None
    middle = (block.top + block.bottom) / 2
    if _TOP_ZONE * page.height <= middle <= (1 - _BOTTOM_ZONE) * page.height:
        return None
    text = fold(block.text).strip("·.~")
    if _NUMBER_OF_PAGE.fullmatch(text):
        return _PAGE_NUMBER
    # A title is larger than a running head and stands close to what it is the title of.
    is_large = page.size and block.size > 1.2 * page.size
    others = (other for other in page.blocks if other is not block)
    if is_large or any(-block.size < _gap(block, other) < 0.8 * block.size for other in others):
        return None
    return re.sub(r"\d+", "0", text), round(middle / 6)


def _gap(block: PageText, other: PageBlock) -> float:
    top, bottom = (other.ys[0], other.ys[-1]) if isinstance(other, PageTable) else (other.top, other.bottom)
    return max(top - block.bottom, block.top - bottom)
