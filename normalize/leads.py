"""The words before a number: comparators, 约, 增长, 每人每月, fillers, and the name of what is measured."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from normalize.resources import load, longest_first

_DATA = load("expressions")


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands before the number.

    `per` is a denominator (`人·月` for 每人每月); `named` tells that a noun stands there which is no name
    of a measure, so that the number needs a unit to be one.
    """

    op: str | None = None
    approximate: bool = False
    change: str | None = None
    per: str = ""
    named: bool = False


def _roles() -> dict[str, tuple[str, str]]:
    roles = dict.fromkeys(_DATA["fillers"]["words"], ("filler", ""))
    roles |= dict.fromkeys(_DATA["approximate"]["before"], ("approximate", ""))
    roles |= {word: ("change", sign) for sign, listed in _DATA["change"].items() for word in listed}
    return roles | {word: ("op", op) for op, listed in _DATA["operators"].items() for word in listed}


def alternation(listed: list[str]) -> str:
    """The words as one pattern that finds the longest first."""
    return "|".join(map(re.escape, longest_first(listed)))


_ROLES = _roles()
_ANY_WORD = alternation(list(_ROLES))
_WORD = re.compile(_ANY_WORD)
_COUNTED_BY = alternation(_DATA["per"]["words"])
_MEANS: dict[str, str] = _DATA["mean"]["words"]
_PER = re.compile(
    rf"每(?P<one>{_COUNTED_BY})(?:每(?P<two>{_COUNTED_BY}))?"
    rf"|(?P<mean>{alternation(list(_MEANS))})(?!{alternation([w for c in _DATA['change'].values() for w in c])})"
)
_NAME_STOP = "".join(_DATA["stop"]["label"])
# A short noun in front of the figure or of a lead word: 村组干部230人, 农民收入增长5%.
_NOUN = re.compile(rf"[^\W0-9a-zA-Z_{_NAME_STOP}]{{2,8}}:?(?=[0-9]|{_ANY_WORD})")
_MEASURE = re.compile(
    rf"[一-龥]{{1,10}}?(?:{alternation(_DATA['measure_names']['words'])})(?<![年季月]度):?(?=[0-9百千]|{_ANY_WORD})"
)


def take_lead(text: str) -> tuple[Lead, str] | None:
    """Split off everything before the number; None where two comparators contradict each other.

    >>> take_lead("不低于95%"), take_lead("每人每月530元")
    ((Lead(op='>=', ...), '95%'), (Lead(op=None, ..., per='人·月', named=False), '530元'))
    >>> take_lead("合格率达到≥95%")[1], take_lead("≥≤5"), take_lead("5天")[1]
    ('95%', None, '5天')
    """
    position, named = _name_end(text, 0)
    lead = Lead(named=named)
    while position < len(text):
        per = _PER.match(text, position)
        word = None if per else _WORD.match(text, position)
        if per is not None:
            position, named = _name_end(text, per.end())
            lead = replace(lead, per=_denominator(per), named=named)
        elif word is not None:
            role, detail = _ROLES[word[0]]
            if role == "op" and not agrees(lead.op, detail):
                return None
            position, lead = word.end(), _with_role(lead, role, detail)
        else:
            break
    return lead, text[position:]


def _denominator(per: re.Match[str]) -> str:
    if per["mean"]:
        return _MEANS[per["mean"]]
    return f"{per['one']}·{per['two']}" if per["two"] else per["one"]


def _name_end(text: str, position: int) -> tuple[int, bool]:
    """Where a name of what is measured ends (`position` without one), and whether it is just a noun.

    A name must not swallow a word that counts: 提高满意度5% is a change, not a 满意度 of 5%. But 增长率 is
    a name.
    """
    word = _WORD.match(text, position)
    counts = word is not None and _ROLES[word[0]][0] != "filler" and not text.startswith("率", word.end())
    measure = None if counts else _MEASURE.match(text, position)
    if measure is not None:
        return measure.end(), False
    noun = None if word or _PER.match(text, position) else _NOUN.match(text, position)
    return (noun.end(), True) if noun is not None else (position, False)


def _with_role(lead: Lead, role: str, detail: str) -> Lead:
    if role == "op":
        # = beside a real comparator says nothing (`=不低于3`); the first of two alike stands.
        return replace(lead, op=detail if lead.op in {None, "="} else lead.op)
    if role == "change":
        return replace(lead, change=detail)
    return replace(lead, approximate=True) if role == "approximate" else lead


def agrees(one: str | None, other: str | None) -> bool:
    """Whether two comparators point the same way; `=` and none agree with all."""
    return one is None or other is None or "=" in {one, other} or one[0] == other[0]
