"""Which part of a form each row belongs to: title, head, funding, goal, indicators, total, prose.

One pass with a small memory. A row is known by its signs; the station that the form has reached only
decides what they leave open (an unlabelled row under the indicator header). A row that nothing
explains is `UNKNOWN` and does not move the station, so that one strange line cannot spoil the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum

from extract.forms import signs
from extract.forms.cells import Type, cell_type
from extract.forms.labels import look_up, look_up_alike, section_of
from extract.forms.narrative import is_heading
from extract.forms.rows import Row
from extract.forms.signs import PROSE_LENGTH
from extract.forms.titles import is_title, is_year


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
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """A row and what it is for."""

    kind: Kind
    row: Row


class Station(IntEnum):
    """How far the form has got, in printed order."""

    HEAD = 0
    FUNDING = 1
    GOAL_HEADER = 2
    GOAL = 3
    INDICATORS = 4
    AFTER = 5


_STATION_AFTER = {
    Kind.FUNDING_HEADER: Station.FUNDING,
    Kind.FUNDING: Station.FUNDING,
    Kind.GOAL_HEADER: Station.GOAL_HEADER,
    Kind.GOAL: Station.GOAL,
    Kind.INDICATOR_HEADER: Station.INDICATORS,
    Kind.INDICATOR: Station.INDICATORS,
    Kind.TOTAL: Station.AFTER,
}
_PERSONAL = frozenset({"contact", "phone", "seal", "filing_date"})


def parts(rows: Sequence[Row]) -> list[Part]:
    """The part of each row of one form."""
    station = Station.HEAD
    found: list[Part] = []
    for number, row in enumerate(rows):
        below = rows[number + 1] if number + 1 < len(rows) else None
        kind = _kind(row, below, station, found[-1] if found else None)
        found.append(Part(kind, row))
        station = _STATION_AFTER.get(kind, station)
        if kind is Kind.PASSAGE and station >= Station.INDICATORS:
            station = Station.AFTER
        if kind is Kind.GOAL_HEADER and _holds_goal_text(row):
            station = Station.GOAL
    return found


def _kind(row: Row, below: Row | None, station: Station, before: Part | None) -> Kind:
    texts = [slot.text for slot in row.filled]
    if len(texts) == 1:
        alone = _kind_alone(texts[0])
        if alone is not None:
            return alone
    header_above = before is not None and before.kind is Kind.INDICATOR_HEADER
    if (
        signs.is_indicator_header(row)
        or signs.is_upper_storey(row, below)
        or signs.is_block_label(row, below)
        or (header_above and signs.is_header_storey(row))
    ):
        return Kind.INDICATOR_HEADER
    if station >= Station.INDICATORS and signs.is_total(row):
        return Kind.TOTAL
    if station == Station.INDICATORS:
        return _kind_among_indicators(row, texts)
    return _kind_around_indicators(row, texts, station)


def _kind_alone(text: str) -> Kind | None:
    if is_title(text):
        return Kind.TITLE
    if is_year(text):
        return Kind.YEAR
    if signs.is_page_mark(text) or (look_up(text, "noise") and not is_heading(text)):
        return Kind.NOISE
    pair_is_field = signs.field_codes([text]) and not look_up(text, "field")
    return Kind.FIELD if pair_is_field else None


def _kind_among_indicators(row: Row, texts: list[str]) -> Kind:
    if row.is_paragraph:
        # Outside a table whose columns are facts, a line is no row of it.
        return Kind.PROSE if row.exact or len(texts[0]) > 20 else Kind.INDICATOR
    if signs.is_subtotal(row):
        return Kind.NOISE
    levels = signs.level_labels(texts)
    if levels or signs.has_figures(texts[1:]):
        return Kind.INDICATOR
    if len(texts) >= 2 and signs.goal_label(row) and len(texts[-1]) >= PROSE_LENGTH:
        return Kind.GOAL
    fields = signs.field_codes(texts)
    if fields and len(texts) <= 6:
        return Kind.FIELD
    if look_up(texts[0], "section") and len(texts) <= 3 and row.filled[0].column <= 1:
        return Kind.PASSAGE
    return Kind.INDICATOR


def _kind_around_indicators(row: Row, texts: list[str], station: Station) -> Kind:
    """Before the first indicator or behind the last."""
    if station < Station.AFTER or not _is_passage(texts):
        funding = _funding_kind(row, station)
        if funding is not None:
            return funding
        goal = _goal_kind(row, texts, station)
        if goal is not None:
            return goal
        if signs.is_indicator_start(row):
            return Kind.INDICATOR
        fields = signs.field_codes(texts)
        if fields and (station < Station.AFTER or set(fields) <= _PERSONAL):
            return Kind.FIELD
    return _kind_of_rest(row, texts, station)


def _funding_kind(row: Row, station: Station) -> Kind | None:
    if station > Station.FUNDING:
        return None
    if signs.is_funding_header(row):
        return Kind.FUNDING_HEADER
    if signs.is_funding_line(row) or signs.is_labelled_funding(row):
        return Kind.FUNDING
    if station == Station.FUNDING:
        texts = [slot.text for slot in row.filled]
        named = any(signs.line_label(text) for text in texts) and not signs.field_codes(texts)
        # Under the funding header a row of amounts is a line, whatever it is called.
        unnamed = signs.amounts(row) >= 2 and len(texts) >= 3 and not signs.field_codes(texts)
        return Kind.FUNDING if named or unnamed else None
    return None


def _goal_kind(row: Row, texts: list[str], station: Station) -> Kind | None:
    if signs.is_goal_header(row):
        return Kind.GOAL_HEADER
    if signs.goal_label(row) is not None:
        return Kind.GOAL
    if (
        station == Station.GOAL_HEADER
        and any(len(text) > 1 for text in texts)
        and not signs.field_codes(texts)
    ):
        return Kind.GOAL
    if station <= Station.GOAL and signs.goal_fragment(row) is not None:
        return Kind.GOAL
    return None


def _holds_goal_text(row: Row) -> bool:
    return any(not look_up(slot.text, "goal") and len(slot.text) >= PROSE_LENGTH for slot in row.filled)


def _is_passage(texts: Sequence[str]) -> bool:
    return look_up(texts[0], "section") is not None


def _kind_of_rest(row: Row, texts: list[str], station: Station) -> Kind:
    if row.is_paragraph:
        return Kind.PROSE
    if all(look_up(text, "noise") or look_up(text, "budget_block") for text in texts):
        return Kind.NOISE
    if any(look_up(text, "section") for text in texts):
        return Kind.PASSAGE
    prose = len(texts[-1]) >= PROSE_LENGTH or cell_type(texts[-1]) is Type.PROSE
    if len(texts) == 2 and prose and (section_of(texts[0]) != "other" or station == Station.AFTER):
        return Kind.PASSAGE
    if station < Station.AFTER and look_up_alike(texts[0], "field"):
        return Kind.FIELD
    if len(texts) == 1:
        reached = any(slot.text and not slot.fresh for slot in row.slots)
        return Kind.PASSAGE if reached and station == Station.AFTER else Kind.PROSE
    return Kind.UNKNOWN
