"""Head of the form: labels and the values printed behind them."""

from __future__ import annotations

from collections.abc import Iterable

from extract.document import Printed
from extract.forms.form import HeaderField
from extract.forms.labels import look_up, look_up_alike, split_pairs
from extract.forms.rows import Row, Slot


def read_header(rows: Iterable[Row]) -> tuple[list[HeaderField], list[Printed]]:
    """The label-value pairs of the head's rows, and the text that no label accounts for.

    A value is the first filled cell behind its label, before the next label; `label：value` in one
    cell is taken apart. A label without a value is a field with empty text.
    """
    fields: list[HeaderField] = []
    leftover: list[Printed] = []
    for row in rows:
        pending: tuple[str, Slot] | None = None
        for slot in row.filled:
            code = _label(slot, among_labels=pending is None and slot is not row.filled[0])
            if code is not None:
                if pending is not None:
                    fields.append(_empty(*pending))
                pending = (code, slot)
                continue
            pairs = [(text, value, look_up(text, "field")) for text, value in split_pairs(slot.text)]
            if pairs and all(label for _, _, label in pairs):
                if pending is not None:
                    fields.append(_empty(*pending))
                    pending = None
                fields += [
                    HeaderField(label.code, text, Printed(value, slot.locator))
                    for text, value, label in pairs
                    if label
                ]
            elif pending is not None:
                fields.append(HeaderField(pending[0], pending[1].text, slot.printed))
                pending = None
            elif not fields or slot.text != fields[-1].value.text:
                leftover.append(slot.printed)
        if pending is not None:
            fields.append(_empty(*pending))
    return fields, leftover


def _label(slot: Slot, *, among_labels: bool) -> str | None:
    """The field a cell is the label of; a slip is forgiven only where the last value is complete."""
    found = look_up(slot.text, "field")
    if found is None and among_labels:
        found = look_up_alike(slot.text, "field")
    return found.code if found else None


def _empty(code: str, slot: Slot) -> HeaderField:
    return HeaderField(code, slot.text, Printed("", slot.locator))
