"""How far an actual value reaches its target, and whether it meets it.

Both functions compare only what can be compared: the same measure in units that convert into one
another (公里 and 米, not 人 and 人次; not 工作日 and 天). A unit that one side leaves out is taken from the
other, except where that would be a guess about size: an amount of money, a value printed in 万 or
亿, or a bare 0.98 against a percentage.

`attainment` is a ratio, 1.0 for exactly met and more for over-fulfilment; it is not capped.

| target | ratio |
|---|---|
| `≥ t`, `> t` | actual / t |
| `≤ t`, `< t` | t / actual |
| `= t` | by direction: positive actual / t, negative t / actual; without one 1.0 if equal |
| between l and h | 1.0 inside, actual / l below, h / actual above |
| 下降 t, 增长 t | as above, both sides changes the same way; the size of the change is compared |

The comparator decides before the direction, because the form prints it. There is no ratio for
words and dates, for a bound where the actual should be a number (`≥90%` as the actual), and none
that would divide negative numbers or by zero, unless both are zero.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from extract.text import fold
from normalize.qualitative import boolean, claims_attainment, grade, is_scale
from normalize.units import Unit, convert, read_unit
from normalize.values import Value

_MEASURED = frozenset({"numeric", "range", "duration"})
_WORDS = frozenset({"qualitative", "text"})
_ONE = Decimal(1)


def attainment(target: Value, actual: Value, direction: str | None = None) -> float | None:
    """Actual against target as a ratio; None where they cannot be compared honestly.

    Args:
        target: what was to be reached.
        actual: what was reached.
        direction: `positive` (more is better), `negative` or None; used where the target has no
            comparator of its own.

    >>> from normalize.values import parse_value
    >>> def ratio(target, actual, direction=None):
    ...     return attainment(parse_value(target), parse_value(actual), direction)
    >>> ratio("≥90%", "99%"), ratio("≤12小时", "8小时"), ratio("≥2公里", "1800米")
    (1.1, 1.5, 0.9)
    >>> ratio("100%", "95%"), ratio("100%", "95%", "positive"), ratio("12-15", "10")
    (None, 0.95, 0.8333333333333334)
    >>> ratio("≤61万元", "60"), ratio("效果显著", "效果显著")
    (None, None)

    """
    pair = _comparable(target, actual)
    if pair is None:
        return None
    aim, reached = pair
    if reached.low is None or reached.low != reached.high:
        return None
    ratio = _ratio(aim, reached.low, direction)
    return None if ratio is None else float(ratio)


def _ratio(aim: Value, reached: Decimal, direction: str | None) -> Decimal | None:
    if aim.op == "between" and aim.low is not None and aim.high is not None:
        if aim.low <= reached <= aim.high:
            return _ONE
        return _divide(reached, aim.low) if reached < aim.low else _divide(aim.high, reached)
    if aim.op == "=" and aim.low is not None:
        if aim.change is not None:
            return _divide(reached, aim.low)
        if direction not in {"positive", "negative"}:
            return _ONE if reached == aim.low else None
        more_is_better = direction == "positive"
        return _divide(reached, aim.low) if more_is_better else _divide(aim.low, reached)
    if aim.low is not None:
        return _divide(reached, aim.low)
    return _divide(aim.high, reached) if aim.high is not None else None


def _divide(number: Decimal, by: Decimal) -> Decimal | None:
    if number == 0 and by == 0:
        return _ONE
    return number / by if by > 0 and number >= 0 else None


def met(target: Value, actual: Value, direction: str | None = None) -> bool | None:
    """Whether the actual meets the target; None where it cannot be told.

    A number is held against the comparator. A target without one (`4次`) is met by the same number;
    for another number the direction decides, and without one it cannot be told, because more may
    be better or worse. An actual that is itself a bound counts where it lies wholly inside or
    outside. A date meets a deadline by not being later. Words meet the same words; a better grade
    meets a lower one; 达成预期指标 meets every target in words, 未完成 meets none of any kind.

    >>> from normalize.values import parse_value
    >>> def check(target, actual, direction=None):
    ...     return met(parse_value(target, year=2023), parse_value(actual, year=2023), direction)
    >>> check("≥90%", "95%"), check("≤30万元", "31万元"), check("4次", "4次"), check("4次", "5次")
    (True, False, True, None)
    >>> check("100%", "95%", "positive"), check("100%", "95%", "negative")
    (False, True)
    >>> check("11月底前", "2023年11月"), check("11月底前", "12月5日"), check("9月前", "8月")
    (True, False, True)
    >>> check("达标", "达标"), check("良", "优"), check("优良中低差", "优"), check("促进", "提高")
    (True, True, True, None)
    >>> check("≤30万元", "完成"), check("显著提升", "达成预期指标"), check("显著提升", "部分达成")
    (None, True, False)
    """
    if target.kind in _WORDS or actual.kind in _WORDS:
        return _words_met(target, actual)
    if target.kind == "date" or actual.kind == "date":
        return _date_met(target, actual)
    pair = _comparable(target, actual)
    if pair is None:
        # 增长 is asked for and 下降 is reported, in one measure.
        return False if _opposite_changes(target, actual) else None
    aim, reached = pair
    if target.approximate or actual.approximate:
        return True if (aim.low, aim.high) == (reached.low, reached.high) else None
    return _inside(_directed(aim, direction), reached)


def _directed(aim: Value, direction: str | None) -> Value:
    """A target without a comparator as the bound that its direction, or its change, makes of it."""
    if aim.op != "=":
        return aim
    if direction == "positive" or aim.change is not None:
        return replace(aim, op=">=", high=None)
    return replace(aim, op="<=", low=None) if direction == "negative" else aim


def _inside(aim: Value, reached: Value) -> bool | None:
    """Whether all that the actual may be lies within the target, none of it, or some."""
    if aim.op == "=":
        return True if reached.op == "=" and reached.low == aim.low else None
    if _apart(aim, reached):
        return False
    low_held = aim.low is None or (
        reached.low is not None
        and (reached.low > aim.low or (reached.low == aim.low and (aim.op != ">" or reached.op == ">")))
    )
    high_held = aim.high is None or (
        reached.high is not None
        and (reached.high < aim.high or (reached.high == aim.high and (aim.op != "<" or reached.op == "<")))
    )
    return True if low_held and high_held else None


def _apart(aim: Value, reached: Value) -> bool:
    """Whether the two have no number in common."""
    strict = aim.op in {"<", ">"} or reached.op in {"<", ">"}
    below = reached.high is not None and aim.low is not None and _less(reached.high, aim.low, strict)
    above = reached.low is not None and aim.high is not None and _less(aim.high, reached.low, strict)
    return below or above


def _less(one: Decimal, other: Decimal, or_equal: bool) -> bool:
    return one < other or (or_equal and one == other)


def _words_met(target: Value, actual: Value) -> bool | None:
    if target.kind not in _WORDS:
        return False if claims_attainment(actual.text) is False else None
    if fold(target.text) == fold(actual.text):
        return None if is_scale(target.text) else True
    wanted, given = boolean(target.text), boolean(actual.text)
    if wanted is not None and given is not None:
        return wanted == given
    if wanted is False:
        return None
    rank = grade(actual.text)
    if rank is not None:
        aim = 0 if is_scale(target.text) else grade(target.text)
        # A scale names no grade to reach: only its best can be told to be enough.
        return None if aim is None or (rank > aim and is_scale(target.text)) else rank <= aim
    return claims_attainment(actual.text)


def _date_met(target: Value, actual: Value) -> bool | None:
    """Deadlines: not later than the last day; where the actual is a period, all or none of it."""
    if target.kind != actual.kind or target.date is None or actual.date is None:
        return None
    if target.op in {">", ">="} or actual.op not in {"=", "between"}:
        return True if (target.op, target.date) == (actual.op, actual.date) else None
    first = actual.date_from or actual.date
    if target.op == "<":
        return True if actual.date < target.date else False if first >= target.date else None
    return True if actual.date <= target.date else False if first > target.date else None


def _comparable(target: Value, actual: Value) -> tuple[Value, Value] | None:
    """Target and actual in the target's unit; None where one cannot be held against the other."""
    if target.kind not in _MEASURED or actual.kind not in _MEASURED:
        return None
    if None not in {target.change, actual.change} and target.change != actual.change:
        return None
    if target.unit is None or actual.unit is None:
        return (target, actual) if target.unit == actual.unit or _unit_may_lack(target, actual) else None
    converted = _converted(actual, _unit(actual.unit), _unit(target.unit))
    return None if converted is None else (target, converted)


def _unit_may_lack(target: Value, actual: Value) -> bool:
    """Whether the unit that one of the two prints can be assumed for the other."""
    with_unit, without = (target, actual) if actual.unit is None else (actual, target)
    unit = _unit(with_unit.unit or "")
    if unit.dimension == "share":
        bounds = (without.low, without.high)
        return not any(bound is not None and 0 < abs(bound) <= 1 for bound in bounds) or _reaches_one(
            with_unit
        )
    money = unit.dimension == "money" or unit.name.startswith("元")
    return not money and with_unit.scale == without.scale


def _reaches_one(value: Value) -> bool:
    """A percentage so small that a bare 0.5 beside it can only be a percentage too."""
    bounds = [bound for bound in (value.low, value.high) if bound is not None]
    return all(abs(bound) <= 1 for bound in bounds)


def _opposite_changes(target: Value, actual: Value) -> bool:
    same_measure = (target.unit or actual.unit) == (actual.unit or target.unit)
    opposite = {target.change, actual.change} == {"+", "-"}
    known = bool(actual.low) and bool(target.low or target.high)
    return same_measure and opposite and known and target.op in {"=", ">=", ">"}


def _unit(name: str) -> Unit:
    return read_unit(name) or Unit(name, known=False)


def _converted(value: Value, unit: Unit, target: Unit) -> Value | None:
    low = convert(value.low, unit, target) if value.low is not None else None
    high = convert(value.high, unit, target) if value.high is not None else None
    return None if low is None and high is None else replace(value, low=low, high=high)
