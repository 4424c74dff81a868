"""Total row: weight, score and grade of the whole form."""

from __future__ import annotations

from collections.abc import Sequence

from extract.document import Printed
from extract.forms.cells import is_score
from extract.forms.columns import Column
from extract.forms.form import Total
from extract.forms.labels import look_up, words
from extract.forms.rows import Row, Slot
from extract.text import fold


def read_total(rows: Sequence[Row], columns: Sequence[Column]) -> tuple[Total, list[Printed]]:
    """The figures of the total row, and the text no field accounts for."""
    weight = score = grade = None
    leftover: list[Printed] = []
    for row in rows:
        figures = [slot for slot in row.filled if is_score(slot.text)]
        for slot in row.filled:
            if fold(slot.text) in words("total", "grades"):
                grade = slot.printed
            elif slot not in figures and not look_up(slot.text, "total"):
                leftover.append(slot.printed)
        placed = _place(figures, row, columns)
        leftover += [slot.printed for slot in figures if slot not in placed.values()]
        weight = placed["weight"].printed if "weight" in placed else weight
        score = placed["score"].printed if "score" in placed else score
    return Total(weight, score, grade), leftover


def _place(figures: Sequence[Slot], row: Row, columns: Sequence[Column]) -> dict[str, Slot]:
    """Figures by the columns they stand in, where these are facts; else weight before score.

    A single figure has its place only where the form prints weights or scores, not both; elsewhere
    it is left over.
    """
    found: dict[str, Slot] = {}
    width = max((column.stop for column in columns), default=0)
    if row.exact or len(row.slots) == width:
        for slot in figures:
            for column in columns:
                overlaps = column.start < slot.column + slot.span and slot.column < column.stop
                if overlaps and column.role in ("weight", "score"):
                    found.setdefault(column.role, slot)
    if found:
        return found
    if len(figures) >= 2:
        return {"weight": figures[0], "score": figures[1]}
    roles = [column.role for column in columns if column.role in ("weight", "score")]
    return {roles[0]: figures[0]} if figures and len(roles) == 1 else {}
