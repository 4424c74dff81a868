"""Goal block: what the year was to achieve, and what it achieved."""

from __future__ import annotations

from collections.abc import Sequence

from extract.document import Issue, Printed
from extract.forms.cells import is_hint, is_score
from extract.forms.form import Goal
from extract.forms.labels import Label, look_up
from extract.forms.parts import Kind, Part
from extract.forms.rows import Row, Slot
from extract.forms.signs import goal_fragment

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
    above: set[str] = set()  # labels of the header; a converter may repeat them beside the text
    header: Row | None = None
    for part in parts:
        if part.kind not in (Kind.GOAL_HEADER, Kind.GOAL):
            continue
        row = part.row
        fragment = goal_fragment(row)
        if fragment is not None:
            texts.setdefault(("annual", "expected"), []).append(fragment)
            continue
        # Points of a block (20) stand beside its text in some layouts; no goal is a bare number.
        leftover += [slot.printed for slot in row.filled if is_score(slot.text)]
        filled = [slot for slot in row.filled if _may_be_goal(slot.text)]
        labelled = [(slot, look_up(slot.text, "goal")) for slot in filled]
        repeated = bool(above) and all(slot.text in above for slot, label in labelled if label)
        if part.kind is Kind.GOAL_HEADER and not repeated:
            headers = [_heading(slot, label) for slot, label in labelled if label] or headers
            above = {slot.text for slot, label in labelled if label}
            headers = _innermost(headers)
            header = row
            beside = _beside(labelled) if any(not label for _, label in labelled) else {}
        else:
            values = [slot for slot, label in labelled if not label]
            if not repeated and any(label for _, label in labelled):
                beside = _beside(labelled)
            else:
                beside, trouble = _below(values, headers, header, row)
                issues += trouble
                taken = {slot.text for slots in beside.values() for slot in slots}
                leftover += [slot.printed for slot in values if slot.text not in taken]
        for key, slots in beside.items():
            texts.setdefault(key, []).extend(slots)
    goals = [
        Goal(term, _joined(texts.get((term, "expected"))), _joined(texts.get((term, "actual"))))
        for term in ("medium_term", "annual")
        if (term, "expected") in texts or (term, "actual") in texts
    ]
    return goals, leftover, issues


def _may_be_goal(text: str) -> bool:
    return not (is_score(text) or is_hint(text) or look_up(text, "noise"))


def _heading(slot: Slot, label: Label) -> tuple[str, str, Slot]:
    term = "medium_term" if label.code == "medium_term" else "annual"
    return term, _SIDES[label.code], slot


def _innermost(headers: list[tuple[str, str, Slot]]) -> list[tuple[str, str, Slot]]:
    """Without the block's own label, which stands in front of two others that name the sides."""
    return headers[1:] if len(headers) >= 3 else headers


def _beside(labelled: list[tuple[Slot, Label | None]]) -> dict[tuple[str, str], list[Slot]]:
    """Texts to the right of their labels in one row: behind a run of labels, one for each in order."""
    found: dict[tuple[str, str], list[Slot]] = {}
    headers: list[tuple[str, str, Slot]] = []
    values = 0
    for slot, label in labelled:
        if label is not None:
            headers = [] if values else headers
            headers, values = [*headers, _heading(slot, label)], 0
            continue
        sides = _innermost(headers)
        term, side = sides[min(values, len(sides) - 1)][:2] if sides else ("annual", "expected")
        _add(found, (term, side), slot)
        values += 1
    return found


def _below(
    values: list[Slot], headers: list[tuple[str, str, Slot]], header: Row | None, row: Row
) -> tuple[dict[tuple[str, str], list[Slot]], list[Issue]]:
    """Texts under their labels: by columns where these are facts or all cells are there, else in order."""
    if not headers or header is None:
        return ({("annual", "expected"): values[:1]} if values else {}), []
    found: dict[tuple[str, str], list[Slot]] = {}
    exact = header.exact and row.exact
    keys = [_over(slot, headers, exact=exact) for slot in values]
    if exact or (len(header.slots) == len(row.slots) and all(keys)):
        for slot, key in zip(values, keys, strict=True):
            if key is not None:
                _add(found, key, slot)
        return found, []
    for slot, one in zip(values, headers, strict=False):
        found.setdefault(one[:2], []).append(slot)
    if len(values) == 1 and len(headers) > 1:
        return found, [Issue("ambiguous_goal", "目标文字只有一栏，归属预期或实际未定", row.locator)]
    return found, []


def _add(found: dict[tuple[str, str], list[Slot]], key: tuple[str, str], slot: Slot) -> None:
    """Append a text to its side, but for a copy: converters may fill a merged cell up."""
    side = found.setdefault(key, [])
    if not side or side[-1].text != slot.text:
        side.append(slot)


def _over(slot: Slot, headers: list[tuple[str, str, Slot]], *, exact: bool) -> tuple[str, str] | None:
    """The side whose label stands over a text; a label reaches to the next where spans were lost."""
    if exact:
        return next((one[:2] for one in headers if _overlap(one[2], slot)), None)
    left = [one for one in headers if one[2].column <= slot.column]
    return left[-1][:2] if left else None


def _overlap(one: Slot, other: Slot) -> bool:
    return one.column < other.column + other.span and other.column < one.column + one.span


def _joined(slots: list[Slot] | None) -> Printed | None:
    if not slots:
        return None
    first, last = slots[0].locator, slots[-1].locator
    place = first if len(slots) == 1 else first.to(last)
    return Printed("".join(slot.text for slot in slots), place)
