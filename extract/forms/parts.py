"""Which part of a form each row belongs to: title, head, funding, goal, indicators, total, prose.

One pass with a small memory. A row is known by the labels in it; what came before only decides what
labels leave open (an amount line after the funding header, an unlabelled row under the indicator
header). No rule looks at a position in a template.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from extract.forms.cells import Type, cell_type, is_amount, is_score
from extract.forms.labels import bare, codes, fragment_of, look_up, look_up_alike, section_of, split_pair
from extract.forms.rows import Row, Slot
from extract.forms.titles import is_title, is_year
from extract.text import fold

LEVEL_COLUMNS = frozenset({"level1", "level2", "name"})
VALUE_COLUMNS = frozenset({"target", "actual", "progress", "forecast", "score", "operator"})
AMOUNT_COLUMNS = frozenset({"initial_budget", "annual_budget", "executed", "executed_to_date", "forecast"})
PROSE_LENGTH = 12


class Kind(Enum):
    """What a row is for."""

    TITLE = "title"
    YEAR = "year"
    FIELD = "field"
    FUNDING_HEADER = "funding_header"
    FUNDING = "funding"
    GOAL_HEADER = "goal_header"
    GOAL = "goal"
    INDICATOR_HEADER = "indicator_header"
    INDICATOR = "indicator"
    TOTAL = "total"
    PASSAGE = "passage"
    PROSE = "prose"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Part:
    """A row and what it is for."""

    kind: Kind
    row: Row


# The stations of a form in printed order; what an unlabelled row is depends on the last one passed.
_HEAD, _FUNDING, _GOAL_HEADER, _GOAL, _INDICATORS, _AFTER = range(6)


def parts(rows: Sequence[Row]) -> list[Part]:
    """The part of each row of one form."""
    station = _HEAD
    found: list[Part] = []
    for row in rows:
        kind = _kind(row, station, found[-1] if found else None)
        found.append(Part(kind, row))
        station = _STATION_AFTER.get(kind, station)
        if kind is Kind.GOAL_HEADER and _holds_goal_text(row):
            station = _GOAL
    return found


_STATION_AFTER = {
    Kind.FUNDING_HEADER: _FUNDING,
    Kind.FUNDING: _FUNDING,
    Kind.GOAL_HEADER: _GOAL_HEADER,
    Kind.GOAL: _GOAL,
    Kind.INDICATOR_HEADER: _INDICATORS,
    Kind.INDICATOR: _INDICATORS,
    Kind.TOTAL: _AFTER,
    Kind.PASSAGE: _AFTER,
}


def _kind(row: Row, station: int, before: Part | None) -> Kind:
    texts = [slot.text for slot in row.filled]
    if len(texts) == 1:
        alone = _kind_alone(texts[0], station)
        if alone is not None:
            return alone
    if is_indicator_header(row) or (
        before is not None and before.kind is Kind.INDICATOR_HEADER and _is_second_storey(texts)
    ):
        return Kind.INDICATOR_HEADER
    if is_total(row, station >= _INDICATORS):
        return Kind.TOTAL
    if station == _INDICATORS:
        return _kind_among_indicators(row, texts)
    if is_funding_header(row):
        return Kind.FUNDING_HEADER
    goal = _goal_kind(row, texts, station)
    if goal is not None:
        return goal
    if _is_funding_line(row, texts, station):
        return Kind.FUNDING
    if is_indicator_start(row, texts):
        return Kind.INDICATOR
    if _has_field(texts) and station != _AFTER:
        return Kind.FIELD
    return _kind_of_rest(row, texts, station)


def _kind_alone(text: str, station: int) -> Kind | None:
    if is_title(text):
        return Kind.TITLE
    if is_year(text):
        return Kind.YEAR
    if look_up(text, "noise"):
        return Kind.NOISE
    pair = split_pair(text)
    if pair is not None and look_up(pair[0], "field"):
        return Kind.FIELD
    return None


def is_indicator_header(row: Row) -> bool:
    """A row of column labels: one for the indicator's level or name and one for a value, or three."""
    texts = [slot.text for slot in row.filled]
    found = {code for code in codes(texts, "column") if code}
    if len(texts) < 2 or not found & LEVEL_COLUMNS:
        return False
    labels = sum(code is not None for code in codes(texts, "column"))
    return (len(found) >= 3 or bool(found & VALUE_COLUMNS)) and labels * 2 > len(texts)


def _is_second_storey(texts: list[str]) -> bool:
    found = codes(texts, "column")
    return bool(texts) and all(found)


def is_funding_header(row: Row) -> bool:
    """A row with two column labels of the funding block, one of them an amount or the rate."""
    texts = [slot.text for slot in row.filled]
    found = {code for code in codes(texts, "budget_column") if code}
    lines = any(is_amount(text) for text in texts)
    return len(found) >= 2 and bool(found & (AMOUNT_COLUMNS | {"rate"})) and not lines


def is_total(row: Row, seen_indicators: bool) -> bool:
    """总分 | 100 | 98: a total label followed by figures only, after indicators or named 总分."""
    texts = [slot.text for slot in row.filled]
    for index, text in enumerate(texts):
        label = look_up(text, "total")
        if label is not None and label.code == "total":
            rest = texts[index + 1 :]
            scores = sum(is_score(one) for one in rest)
            others = [one for one in rest if not is_score(one) and not look_up(one, "total")]
            plausible = scores > 0 or not rest or all(cell_type(one) is Type.MARK for one in rest)
            return seen_indicators and plausible and all(len(one) <= 8 for one in others)
    return False


def _kind_among_indicators(row: Row, texts: list[str]) -> Kind:
    if row.is_paragraph:
        return Kind.PROSE if _is_prose(texts[0]) else Kind.INDICATOR
    label = texts[0]
    levels = level_labels(texts)
    passage = look_up(label, "section")
    if passage is not None and not levels and _ends_block(row, texts):
        return Kind.PASSAGE
    if _has_field(texts) and not levels and len(texts) <= 6 and not _has_value_shape(texts):
        return Kind.FIELD
    return Kind.INDICATOR


def _ends_block(row: Row, texts: list[str]) -> bool:
    """A passage has its label in front and prose (or nothing) behind; an indicator has values."""
    return not _has_value_shape(texts[1:]) and len(texts) <= 3 and row.filled[0].column <= 1


def _has_value_shape(texts: Sequence[str]) -> bool:
    shapes = {Type.NUMBER, Type.PERCENT, Type.QUANTITY, Type.NUMBERED}
    return any(cell_type(text) in shapes for text in texts)


def level_labels(texts: Sequence[str]) -> list[str]:
    """The cells that are first or second level labels."""
    return [text for text in texts if look_up(text, "level1") or look_up(text, "level2")]


def is_indicator_start(row: Row, texts: list[str]) -> bool:
    """A second-level label with a name and a value behind it, where no header was printed."""
    for index, text in enumerate(texts):
        if look_up(text, "level2") and "指标" in fold(text):
            return len(texts) - index >= 3 and not row.is_paragraph
    return False


def _goal_kind(row: Row, texts: list[str], station: int) -> Kind | None:
    labels = [look_up(text, "goal") for text in texts]
    found = {label.code for label in labels if label}
    if found & {"expected", "actual"} or (found and len(texts) == len([one for one in labels if one])):
        return Kind.GOAL_HEADER
    if found and _first_is_goal(labels):
        return Kind.GOAL
    if station == _GOAL_HEADER and any(len(text) > 1 for text in texts) and not _has_field(texts):
        return Kind.GOAL
    if station in (_FUNDING, _HEAD, _GOAL) and goal_fragment(row) is not None:
        return Kind.GOAL
    return None


def _first_is_goal(labels: Sequence[object]) -> bool:
    return labels[0] is not None or (len(labels) > 1 and labels[1] is not None)


def _holds_goal_text(row: Row) -> bool:
    return any(not look_up(slot.text, "goal") and len(slot.text) >= PROSE_LENGTH for slot in row.filled)


def goal_fragment(row: Row) -> tuple[str, Slot] | None:
    """A goal label cut short (`年度`) with prose behind it: the label and the cell of prose.

    In a paragraph the label is the first word.
    """
    if row.is_paragraph:
        head, _, rest = row.slots[0].raw.strip().partition(" ")
        slot = Slot(rest.strip(), row.slots[0].locator, 1)
        pair = (head, slot)
    elif len(row.filled) == 2:
        pair = (row.filled[0].text, row.filled[1])
    else:
        return None
    label, prose = pair
    known = look_up(label, "goal") or (len(bare(label)) >= 2 and fragment_of(label, ("goal",)))
    begins = any(spelling.startswith(bare(label)) for spelling in ("年度目标", "年度总体目标", "总体目标"))
    fits = known or (begins and len(bare(label)) >= 2)
    return pair if fits and len(prose.text) >= PROSE_LENGTH else None


def _is_funding_line(row: Row, texts: list[str], station: int) -> bool:
    if station not in (_HEAD, _FUNDING) or (row.is_paragraph and station != _FUNDING):
        return False
    lines = codes(texts, "budget_line")
    if not any(lines):
        return False
    labels = {code for code in codes(texts, "field") if code}
    rest = [text for text, line in zip(texts, lines, strict=True) if not line]
    figures = any(is_amount(text) for text in rest)
    block = any(look_up(text, "budget_block") for text in texts)
    return block or figures or (station == _FUNDING and not labels)


def _has_field(texts: Sequence[str]) -> bool:
    for text in texts:
        if look_up(text, "field"):
            return True
        pair = split_pair(text)
        if pair is not None and look_up(pair[0], "field"):
            return True
    return False


def _is_prose(text: str) -> bool:
    return cell_type(text) is Type.PROSE or len(text) > 20


def _kind_of_rest(row: Row, texts: list[str], station: int) -> Kind:
    if row.is_paragraph:
        return Kind.PROSE
    if all(look_up(text, "noise") or look_up(text, "budget_block") for text in texts):
        return Kind.NOISE
    labelled = any(look_up(text, "section") for text in texts)
    if labelled or (station == _AFTER and len(texts) <= 4):
        return Kind.PASSAGE
    if len(texts) == 2 and section_of(texts[0]) != "other" and len(texts[1]) >= PROSE_LENGTH:
        return Kind.PASSAGE
    if any(look_up_alike(text, "field") for text in texts[:1]):
        return Kind.FIELD
    return Kind.PROSE if len(texts) == 1 else Kind.NOISE if not "".join(texts) else Kind.PASSAGE
