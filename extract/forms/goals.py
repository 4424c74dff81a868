"""Goal block: what the year was to achieve, and what it achieved."""

from __future__ import annotations

from collections.abc import Sequence

from extract.document import Issue, Printed
from extract.forms.form import Goal
from extract.forms.labels import Label, look_up
from extract.forms.parts import Kind, Part, goal_fragment
from extract.forms.rows import Row, Slot

# The side a text stands on, by the label above or in front of it.
_SIDES = {"expected": "expected", "actual": "actual", "block": "expected", "medium_term": "expected"}


def read_goals(parts: Sequence[Part]) -> tuple[list[Goal], list[Printed], list[Issue]]:
    """The goals by term, text left over, and trouble met.

    Text belongs under the label whose columns it shares; where columns were lost, under the labels in
    their order; beside a label, to that label.
    """
    texts: dict[tuple[str, str], list[Slot]] = {}
    leftover: list[Printed] = []
    issues: list[Issue] = []
    headers: list[tuple[str, str, Slot]] = []
    exact = True
    for part in parts:
        if part.kind not in (Kind.GOAL_HEADER, Kind.GOAL):
            continue
        row = part.row
        fragment = goal_fragment(row)
        if fragment is not None:
            texts.setdefault(("annual", "expected"), []).append(fragment[1])
            continue
        labelled = [(slot, look_up(slot.text, "goal")) for slot in row.filled]
        if part.kind is Kind.GOAL_HEADER:
            headers = [_heading(slot, label) for slot, label in labelled if label] or headers
            headers = _innermost(headers)
            exact = row.exact
            beside = _beside(labelled) if any(not label for _, label in labelled) else {}
        else:
            values = [slot for slot, label in labelled if not label]
            if any(label for _, label in labelled):
                beside = _beside(labelled)
            else:
                beside, trouble = _below(values, headers, row, exact=exact and row.exact)
                issues += trouble
                taken = [slot for slots in beside.values() for slot in slots]
                leftover += [slot.printed for slot in values if slot not in taken]
        for key, slots in beside.items():
            texts.setdefault(key, []).extend(slots)
    goals = [
        Goal(term, _joined(texts.get((term, "expected"))), _joined(texts.get((term, "actual"))))
        for term in ("medium_term", "annual")
        if (term, "expected") in texts or (term, "actual") in texts
    ]
    return goals, leftover, issues


def _heading(slot: Slot, label: Label) -> tuple[str, str, Slot]:
    term = "medium_term" if label.code == "medium_term" else "annual"
    return term, _SIDES[label.code], slot


def _innermost(headers: list[tuple[str, str, Slot]]) -> list[tuple[str, str, Slot]]:
    """Without the block's own label, when the row under it or beside it names the sides."""
    sides = [one for one in headers if (label := look_up(one[2].text, "goal")) and label.code != "block"]
    return sides or headers


def _beside(labelled: list[tuple[Slot, Label | None]]) -> dict[tuple[str, str], list[Slot]]:
    """Texts to the right of their label in one row."""
    found: dict[tuple[str, str], list[Slot]] = {}
    key = ("annual", "expected")
    for slot, label in labelled:
        if label is not None:
            term, side, _ = _heading(slot, label)
            key = (term, side)
        else:
            found.setdefault(key, []).append(slot)
    return found


def _below(
    values: list[Slot], headers: list[tuple[str, str, Slot]], row: Row, *, exact: bool
) -> tuple[dict[tuple[str, str], list[Slot]], list[Issue]]:
    """Texts under their labels: by columns where these are facts, else in order."""
    if not headers:
        return ({("annual", "expected"): values[:1]} if values else {}), []
    found: dict[tuple[str, str], list[Slot]] = {}
    if exact:
        for slot in values:
            key = next((one for one in headers if _overlap(one[2], slot)), None)
            if key is not None:
                found.setdefault(key[:2], []).append(slot)
        return found, []
    for slot, header in zip(values, headers, strict=False):
        found.setdefault(header[:2], []).append(slot)
    if len(values) == 1 and len(headers) > 1:
        by_place = [one for one in headers if one[2].column == values[0].column]
        if by_place:
            return {by_place[0][:2]: values}, []
        return found, [Issue("ambiguous_goal", "目标文字只有一栏，归属预期或实际未定", row.locator)]
    return found, []


def _overlap(one: Slot, other: Slot) -> bool:
    return one.column < other.column + other.span and other.column < one.column + one.span


def _joined(slots: list[Slot] | None) -> Printed | None:
    if not slots:
        return None
    first, last = slots[0].locator, slots[-1].locator
    place = first if len(slots) == 1 else first.to(last)
    return Printed("".join(slot.text for slot in slots), place)
