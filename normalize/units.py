"""Units: 万元, 人次, 元/人·月, 个工作日 as name, magnitude and dimension.

A unit's name has no magnitude (`万人次` is 人次 times 10 000) and keeps the printed word, an alias
giving way to its canonical spelling (`百分比` is `%`, `个工作日` is `工作日`). A rate is one
numerator over one or more denominators, `元/人·月`, however the form writes it (`元/人*月`,
`元/人/月`, `元每人每月`). The words are in `data/units.toml`; a word that is not there can still be a
unit when it looks like one, and is then marked as unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from normalize.numerals import MAGNITUDES
from normalize.resources import load, longest_first, words
from normalize.text import canonical

ONE = Decimal(1)
_TIME = frozenset({"time", "workday", "calendar"})


@dataclass(frozen=True, slots=True)
class Unit:
    """单位: `name` without magnitude, `scale` the magnitude, `factor` to the base of `dimension`.

    `dimension` is None for what measures only itself (人, 件, every rate). `name` is empty for a
    bare magnitude (`万`) and begins with `/` where only the denominator is printed (`万/月`).
    """

    name: str
    scale: Decimal = ONE
    dimension: str | None = None
    factor: Decimal = ONE
    known: bool = True
    duration: bool = False


def _register() -> dict[str, Unit]:
    data = load("units")
    units: dict[str, Unit] = {}
    for dimension, entries in data["dimensions"].items():
        for name, (factor, *aliases) in entries.items():
            unit = Unit(name, ONE, dimension, Decimal(factor), duration=dimension in _TIME)
            units.update(dict.fromkeys((name, *aliases), unit))
    for name in data["plain"]["names"]:
        units.setdefault(name, Unit(name))
    for name, aliases in data["plain_aliases"].items():
        units.update({alias: Unit(name) for alias in aliases} | {name: Unit(name)})
    # The register is asked with folded text; 台(套) folds to itself, ｋｇ does not.
    return {canonical(spelling): unit for spelling, unit in units.items()}


_UNITS = _register()
_LONGEST = max(map(len, _UNITS))
_MAGNITUDES = longest_first(list(MAGNITUDES))
_STOP = frozenset(load("expressions")["stop"]["unit"])
_NOT_IN_NAME = frozenset(load("units")["plain"]["not_in_name"])
_NOUN_STOP = frozenset(load("expressions")["stop"]["noun"])
# Words that answer an indicator are no units: 0增长, 100合格.
_WORDS = frozenset(word for group in ("verbs", "predicates") for word in words("qualitative", group))
_UNKNOWN = re.compile(r"[一-龥]{1,3}|[a-z]{2,6}|[A-Za-z]{3,6}")
# A counted noun behind its classifier: 5枚公章 is 5枚.
_NOUN = re.compile(r"[一-龥]{1,4}")
_DENOMINATOR = re.compile(r"[/每]")
_BETWEEN = re.compile(r"[·.*/每、]")
_COUNTED = re.compile(r"(?:10+|[百千万]|十万|百万)(?=[一-龥])")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)[::]?$")
_LABELLED = re.compile(r"^(?:计量|度量)?单位:?")


@lru_cache(maxsize=8192)
def read_unit(text: str) -> Unit | None:
    """The unit that `text` says as a whole; None where it does not look like one.

    >>> read_unit("万元").name, read_unit("万元").scale
    ('元', Decimal('10000'))
    >>> [read_unit(text).name for text in ("百分比", "个工作日", "元/人*月", "元每人每月", "万人次/年", "/月")]
    ['%', '工作日', '元/人·月', '元/人·月', '人次/年', '/月']
    >>> read_unit("标杆").known, read_unit("以内"), read_unit("控制在预算内")
    (False, None, None)
    """
    return _read_folded(_LABELLED.sub("", canonical(text)))


def _read_folded(text: str) -> Unit | None:
    unit = _UNITS.get(text)
    if unit is not None:
        return unit
    if _DENOMINATOR.search(text):
        return _read_rate(text)
    return _read_scaled(text)


def _read_scaled(text: str) -> Unit | None:
    for magnitude in _MAGNITUDES:
        if text.startswith(magnitude):
            rest = text[len(magnitude) :]
            unit = _UNITS.get(rest) if rest else Unit("")
            if unit is None or unit.dimension in {"share", "point"}:
                return None
            return _scaled(unit, MAGNITUDES[magnitude])
    return Unit(text, known=False) if _may_be_unit(text) else None


def _may_be_unit(text: str) -> bool:
    return _UNKNOWN.fullmatch(text) is not None and _STOP.isdisjoint(text) and text not in _WORDS


def _scaled(unit: Unit, scale: Decimal) -> Unit:
    return Unit(unit.name, unit.scale * scale, unit.dimension, unit.factor, unit.known, unit.duration)


def _read_rate(text: str) -> Unit | None:
    numerator_text, denominator_text = _DENOMINATOR.split(text, maxsplit=1)
    numerator = _UNITS.get(numerator_text) if numerator_text else Unit("")
    numerator = numerator or _read_scaled(numerator_text)
    denominator_text = denominator_text.removeprefix("(").removesuffix(")")
    parts = [_denominator(part) for part in _BETWEEN.split(denominator_text)]
    if numerator is None or not all(parts):
        return None
    names = [part.name for part in parts if part is not None]
    known = numerator.known and all(part.known for part in parts if part is not None)
    duration = numerator.duration and all(part.duration for part in parts if part is not None)
    name = f"{numerator.name}/{'·'.join(names)}"
    return Unit(name, numerator.scale, known=known, duration=duration)


def _denominator(text: str) -> Unit | None:
    """One word under the stroke; its own figure stays in the name (`2批次/千人`).

    A period under the stroke is a point of the calendar, so 月 and 日 keep their short names there.
    """
    counted = _COUNTED.match(text)
    figure = counted[0] if counted and text not in _UNITS else ""
    unit = _UNITS.get(text[len(figure) :])
    if unit is None:
        # 元/人执行 goes on after its unit; what is unknown has to be unknown from its start.
        return Unit(text, known=False) if _may_be_unit(text) and text[0] not in _UNITS else None
    short = {"个月": "月"}.get(unit.name, unit.name)
    return Unit(figure + short, duration=unit.duration)


def read_measure(text: str) -> Unit | None:
    """The unit at the head of what follows a number, a short noun allowed after it (`枚公章`).

    >>> read_measure("枚公章").name, read_measure("%合格").name, read_measure("公里").name
    ('枚', '%', '公里')
    >>> read_measure("枚公章和印泥"), read_measure("天")
    (None, Unit(name='天', scale=Decimal('1'), dimension='time', factor=Decimal('86400'), known=True, duration=True))
    """
    unit = _read_folded(text)
    if unit is not None and unit.known:
        return unit
    for length in range(min(len(text) - 1, _LONGEST), 0, -1):
        head = _UNITS.get(text[:length])
        tail = text[length:]
        if head is None or head.duration or not _NOUN.fullmatch(tail):
            continue
        # What was measured as a share was completed, covered, passed: 100%完成.
        if _NOUN_STOP.isdisjoint(tail):
            return head
    return unit


def unit_in_name(name: str) -> str | None:
    """The unit that an indicator's name gives in brackets at its end, as printed; None without one.

    >>> unit_in_name("技术服务内容（项）"), unit_in_name("补助标准（单位：万元/户）"), unit_in_name("满意度(%)")
    ('项', '万元/户', '%')
    >>> unit_in_name("道路改造（一期）"), unit_in_name("培训人数（市）"), unit_in_name("培训人数")
    (None, None, None)
    """
    # A final comparator or colon is what a form leaves before the value: 受益人数（人）≥.
    folded = canonical(f"{name} ").rstrip("≥≤<>=:")
    match = _IN_BRACKETS.search(folded)
    if match is None:
        return None
    text = _LABELLED.sub("", match[1])
    unit = None if text in _NOT_IN_NAME else _read_folded(text)
    return text if unit is not None and unit.known and unit.name else None


def convert(number: Decimal, unit: Unit, target: Unit) -> Decimal | None:
    """`number` of `unit` in the unit `target`; None where the two measure different things.

    >>> convert(Decimal(90), read_unit("分钟"), read_unit("小时")), convert(ONE, read_unit("人"), read_unit("人次"))
    (Decimal('1.5'), None)
    """
    if unit.name == target.name:
        return number
    if unit.dimension is None or unit.dimension != target.dimension:
        return None
    # Multiplied first: 60 minutes are one hour to the last digit.
    return number * unit.factor / target.factor
