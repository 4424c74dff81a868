"""Lists in which one table holds many projects and a row is an indicator.

项目名称 | 项目单位 | 预算数 | 年度绩效目标 | 一级指标 | … stand side by side, the project's cells merged over its
rows or repeated in each. Such a list is unfolded into what a form prints one below the other, so that
all that follows reads it like any other form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.forms.labels import look_up, money_unit
from extract.forms.rows import Row, Slot
from extract.forms.signs import is_indicator_header

_AMOUNTS = ("annual_budget", "initial_budget")


def unfolded(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of each project of a list; the rows themselves where they are no list.

    Each project is given the rows before the list (title, year, unit of money).
    """
    at = next((i for i, row in enumerate(rows) if _is_list_header(row)), None)
    if at is None:
        return [list(rows)]
    header, before = rows[at], list(rows[:at])
    special = [slot for slot in header.slots if slot.text and _kind(slot)]
    projects: list[tuple[str, list[Row]]] = []
    behind: list[Row] = []
    for row in rows[at + 1 :]:
        values = _values(row, header, special)
        if values is None:
            behind.append(row)
            continue
        name = next((value.text for label, value in values if _kind(label) == "project_name"), "")
        if not projects or (name and name != projects[-1][0]):
            heads = [_pair(label, value, row.table) for label, value in values if value.text]
            projects.append((name, [*heads, _without(header, special, header)]))
        projects[-1][1].append(_without(row, special, header))
    if not projects:
        return [list(rows)]
    projects[-1][1].extend(behind)
    return [[*before, *body] for _, body in projects]


def _is_list_header(row: Row) -> bool:
    kinds = {_kind(slot) for slot in row.filled}
    return "project_name" in kinds and is_indicator_header(row)


def _kind(slot: Slot) -> str | None:
    """What a column of the project says, None for a column of the indicator."""
    if look_up(slot.text, "column"):
        return None
    field, amount = look_up(slot.text, "field"), look_up(slot.text, "budget_column")
    if field is not None:
        return field.code
    if amount is not None and amount.code in _AMOUNTS:
        return "budget"
    return "goal" if look_up(slot.text, "goal") else None


def _values(row: Row, header: Row, special: Sequence[Slot]) -> list[tuple[Slot, Slot]] | None:
    """The project's cells in a row, each with its label; None for a row that is not of the list."""
    if row.is_paragraph or (not row.exact and len(row.slots) != len(header.slots)):
        return None
    pairs = [(label, slot) for label in special for slot in row.slots if _under(slot, label)]
    return pairs if len(pairs) == len(special) else None


def _under(slot: Slot, label: Slot) -> bool:
    return slot.column < label.column + label.span and label.column < slot.column + slot.span


def _pair(label: Slot, value: Slot, table: int) -> Row:
    """A row that prints a label and its value, as the head of a form does."""
    text = label.text
    if _kind(label) == "budget":
        unit = money_unit(label.text)
        text = f"年度资金总额（{unit}）" if unit else "年度资金总额"
    return Row(
        (
            Slot(text, label.locator, 0, raw=text),
            Slot(value.text, value.locator, 1, raw=value.raw),
        ),
        table,
        exact=False,
    )


def _without(row: Row, special: Sequence[Slot], header: Row) -> Row:
    """The row without the project's columns."""
    kept = [slot for slot in row.slots if not any(_under(slot, label) for label in special)]
    if not header.exact:
        kept = [replace(slot, column=column, span=1) for column, slot in enumerate(kept)]
    return replace(row, slots=tuple(kept))
