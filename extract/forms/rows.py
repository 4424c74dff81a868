"""A document as one stream of rows: what recognition works on, whatever the carrier was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from extract.document import Document, Locator, Paragraph, Printed, Table
from extract.forms.labels import is_label
from extract.text import repair


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell as one row sees it: `tall` if it covers several, `fresh` is False where it only reaches down from a row above.

    `text` has its white space repaired; `raw` is as the reader found it. `confidence` is the reader's.
    """

    text: str
    locator: Locator
    column: int
    span: int = 1
    fresh: bool = True
    raw: str = ""
    tall: bool = False
    confidence: float = 1.0

    @property
    def printed(self) -> Printed:
        return Printed(self.text, self.locator)


@dataclass(frozen=True)
class Row:
    """One row: the cells that cover it, left to right. A paragraph is a row of one cell, `table` 0.

    `exact` says that columns are facts; of a paragraph, that they are in all tables of the document.
    """

    slots: tuple[Slot, ...]
    table: int = 0
    exact: bool = True

    @cached_property
    def filled(self) -> tuple[Slot, ...]:
        """The cells with text that begin in this row."""
        return tuple(slot for slot in self.slots if slot.fresh and slot.text)

    @property
    def is_paragraph(self) -> bool:
        return self.table == 0

    @property
    def locator(self) -> Locator:
        own = [slot for slot in self.slots if slot.fresh] or list(self.slots)
        if len(own) == 1:
            return own[0].locator
        return own[0].locator.without_column().to(own[-1].locator)


def rows_of(document: Document) -> Iterator[Row]:
    """All paragraphs and table rows in reading order, their text repaired; empty rows are left out."""
    tables = 0
    exact = all(block.exact for block in document.blocks if isinstance(block, Table))
    for block in document.blocks:
        if isinstance(block, Paragraph):
            text = repair(block.text)
            if text:
                yield Row((Slot(text, block.locator, 0, raw=block.text),), exact=exact)
        else:
            tables += 1
            yield from _table_rows(block, tables)


def _table_rows(table: Table, number: int) -> Iterator[Row]:
    for index, covering in enumerate(table.grid()):
        slots: list[Slot] = []
        seen: set[tuple[int, int]] = set()
        for cell in covering:
            if (cell.row, cell.column) in seen:
                continue
            seen.add((cell.row, cell.column))
            slots.append(
                Slot(
                    repair(cell.text),
                    cell.locator,
                    cell.column,
                    cell.column_span,
                    fresh=cell.row == index,
                    raw=cell.text,
                    tall=cell.row_span > 1,
                    confidence=cell.confidence,
                )
            )
        row = Row(tuple(slots if table.exact else _without_repeats(slots)), number, table.exact)
        if row.filled:
            yield row


def _without_repeats(slots: list[Slot]) -> list[Slot]:
    """Labels that stand several times side by side, blanked but for the first.

    Converters fill merged cells up with copies. Only labels are blanked: two equal figures or words
    side by side may well be a target and its actual.
    """
    return [
        replace(slot, text="")
        if place and slot.text == slots[place - 1].text and is_label(slot.text)
        else slot
        for place, slot in enumerate(slots)
    ]
