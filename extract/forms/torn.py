"""Rows that breaks and converters tore: names put together again, fragments told."""

from __future__ import annotations

from dataclasses import replace

from extract.forms.cells import is_empty_slot
from extract.forms.placing import LEVELS, Placed
from extract.forms.rows import Row, Slot

# Cells that only an indicator of its own has.
EVIDENCE = ("target", "actual", "weight", "score", "operator", "progress", "forecast")
_USUAL = ("target", "actual", "weight", "score", "progress", "forecast", "likelihood")
_NEARLY_ALL = 0.7


def cut_names_joined(rows: list[Placed]) -> list[Placed]:
    """Exact rows, but for a name that the break between two tables cut: its tail joined to it.

    The tail is the first row of a table, with a name and nothing else, under a row of another table.
    """
    result: list[Placed] = []
    for one in rows:
        above = result[-1] if result else None
        tail = bool(one.text("name")) and not any(one.text(role) for role in (*EVIDENCE, *LEVELS))
        valued = above is not None and any(above.text(role) for role in EVIDENCE)
        if above is not None and valued and tail and one.row.table != above.row.table:
            name, rest = above.cells["name"], one.cells["name"]
            whole = Slot(name.text + rest.text, name.locator, name.column, name.span)
            result[-1] = replace(above, cells={**above.cells, "name": whole}, joined=True)
        else:
            result.append(one)
    return result


def torn_names_joined(rows: list[Placed]) -> list[Placed]:
    """Names and values that were torn over two rows, put together again.

    A name without any value and, in the next row, a name with a value but no level label: one name in
    two halves, if cells of either row stand off their columns. In rows that stand as they should the
    first is an indicator whose value is blank.
    """
    result: list[Placed] = []
    for one in rows:
        above = result[-1] if result else None
        if above is not None and _continues(above, one):
            result[-1] = _join(above, one)
        else:
            result.append(one)
    return result


def fragments_doubted(rows: list[Placed]) -> list[Placed]:
    """Rows that may be off by one: moved ones, and fragments, that lack what nearly all others fill.

    The rows of one form fill the same columns. A row without any value, where all others have one, may
    be a piece of its neighbour's name, so the row below it is in doubt as well.
    """
    named = [row for row in rows if row.text("name") and not is_empty_slot(row.text("name"))]
    usual = {
        role
        for role in _USUAL
        if sum(bool(row.text(role)) for row in named) >= _NEARLY_ALL * max(len(named), 1)
    }
    result: list[Placed] = []
    fragment = False
    for row in rows:
        lacking = row in named and any(not row.text(role) for role in usual)
        bare_name = row in named and bool(usual) and not any(row.text(role) for role in EVIDENCE)
        doubt = (lacking and row.moved) or bare_name or (fragment and row in named)
        result.append(replace(row, ambiguous=True) if doubt and not row.joined else row)
        fragment = bare_name
    return result


def _continues(above: Placed, one: Placed) -> bool:
    unfinished = bool(above.text("name")) and not any(above.text(role) for role in EVIDENCE)
    fresh_levels = any(one.text(role) for role in LEVELS)
    if not unfinished or fresh_levels or is_empty_slot(above.text("name")):
        return False
    if not one.text("name"):
        return bool(one.text("target") or one.text("actual"))
    torn = _open_brackets(above.text("name")) > 0 or _open_brackets(one.text("name")) < 0
    if torn:
        return True
    has_value = bool(one.text("target") or one.text("actual"))
    return has_value and (above.moved or one.moved or above.row.is_paragraph)


def _open_brackets(text: str) -> int:
    """How many brackets a text leaves open; below 0 where it closes one that it has not opened."""
    return sum(char in "（(《【[“" for char in text) - sum(char in "）)》】]”" for char in text)


def _join(above: Placed, one: Placed) -> Placed:
    cells = {**above.cells, **{role: slot for role, slot in one.cells.items() if role != "name"}}
    if "name" in one.cells:
        first, second = above.cells["name"], one.cells["name"]
        place_of_both = first.locator.to(second.locator)
        least = min(first.confidence, second.confidence)
        text = first.text + second.text
        cells["name"] = Slot(text, place_of_both, first.column, first.span, confidence=least)
    row = Row((*above.row.slots, *one.row.slots), above.row.table, exact=False)
    rest = (*above.rest, *one.rest)
    cost, oddity = max(above.cost, one.cost), max(above.oddity, one.oddity)
    return Placed(row, cells, rest, cost, oddity, moved=True, joined=True)
