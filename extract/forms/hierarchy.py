"""Levels of the indicator tree: the second level is the anchor, the first follows from it.

First-level labels come late (centred in a merged cell), twice (over a page break) or not at all; the
nine second-level labels are stable. Only 成本指标 is read by the first level above it: since 2021 cost
may be a first level of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.forms.labels import fragment_of, look_up
from extract.forms.placing import Placed

PARENT = {
    "quantity": "output",
    "quality": "output",
    "timeliness": "output",
    "cost": "output",
    "economic": "benefit",
    "social": "benefit",
    "ecological": "benefit",
    "sustainability": "benefit",
    "satisfaction": "satisfaction",
    "economic_cost": "cost",
    "social_cost": "cost",
    "ecological_cost": "cost",
}


@dataclass(frozen=True, slots=True)
class Levels:
    """The two levels of one row, as codes and as printed.

    `unread` is level text that is no label; `doubtful` says that the label may belong to other rows.
    """

    level1: str | None
    level2: str | None
    level1_text: str | None
    level2_text: str | None
    unread: tuple[str, ...] = ()
    doubtful: bool = False


def levels_of(rows: Sequence[Placed], *, exact: bool) -> list[Levels]:
    """The levels of each row, labels carried down to the rows they span.

    In an exact table any text in a level's column is that level; elsewhere text that is no label is
    debris, and comes back as `unread`.
    """
    found: list[Levels] = []
    first: tuple[str | None, str] | None = None
    second: tuple[str | None, str] | None = None
    for placed in rows:
        own_first, debris1 = _label(placed.text("level1"), "level1", exact=exact)
        named = exact or (own_first or first or ("", ""))[0] == "process"
        own_second, debris2 = _label(placed.text("level2"), "level2", exact=named)
        if own_first is not None:
            new_branch = first is None or own_first[0] != first[0]
            if new_branch and second and PARENT.get(second[0] or "") != own_first[0]:
                second = None
            first = own_first
        if own_second is not None:
            second = own_second
        found.append(_levels(first, second, (*debris1, *debris2)))
    return _centred(_late_labels(found, rows, exact=exact), rows, exact=exact)


def _centred(found: list[Levels], rows: Sequence[Placed], *, exact: bool) -> list[Levels]:
    """Rows above the first second-level label: labels stand in the middle of the rows they span.

    Then a row without a label of its own may belong to the label above it or to the one below.
    """
    filled = [place for place, row in enumerate(rows) if row.text("name")]
    if exact or not filled or found[filled[0]].level2 is not None:
        return found
    result = list(found)
    below: str | None = None
    for place in reversed(filled):
        one = found[place]
        own = bool(rows[place].text("level2"))
        if not own and below is not None and below != one.level2:
            result[place] = replace(one, doubtful=True)
        below = one.level2 if own else below
    return result


def _label(text: str, role: str, *, exact: bool) -> tuple[tuple[str | None, str] | None, tuple[str, ...]]:
    if not text:
        return None, ()
    label = look_up(text, role) or fragment_of(text, (role,))
    if label is not None:
        return (label.code, text), ()
    return ((None, text), ()) if exact else (None, (text,))


def _levels(
    first: tuple[str | None, str] | None,
    second: tuple[str | None, str] | None,
    unread: tuple[str, ...],
) -> Levels:
    code1, text1 = first or (None, None)
    code2, text2 = second or (None, None)
    if second is not None and code2 is None:
        code2 = "other"
    if second is None and code1 == "satisfaction":
        code2 = "satisfaction"
    parent = PARENT.get(code2 or "")
    if code1 == "process" or (code1 == "cost" and code2 in ("cost", None)):
        parent = code1
    level1 = parent or code1
    if level1 is None and first is not None:
        level1 = "other"
    return Levels(level1, code2, text1 if code1 == level1 or parent is None else None, text2, unread)


def _late_labels(found: list[Levels], rows: Sequence[Placed], *, exact: bool) -> list[Levels]:
    """A first-level label printed below the rows it spans is theirs too."""
    printed: dict[str, str] = {}
    for placed in rows:
        own, _ = _label(placed.text("level1"), "level1", exact=exact)
        if own is not None and own[0] is not None:
            printed.setdefault(own[0], own[1])
    return [
        Levels(one.level1, one.level2, printed.get(one.level1), one.level2_text, one.unread)
        if one.level1_text is None and one.level1 is not None
        else one
        for one in found
    ]
