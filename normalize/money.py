"""Money cells, scores and rates: plain figures whose meaning comes from the column.

Every function gives None where the cell is blank or where two readings are possible: no figure is
better than a wrong one, and the printed text is kept elsewhere.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from normalize.numerals import AMOUNT, MAGNITUDES, parse_amount, parse_figure, parse_numeral
from normalize.text import canonical, is_blank
from normalize.units import read_unit

_LONGEST_CELL = 200
_CENT = Decimal("0.01")
_LIMIT = Decimal("1E16")  # decimal128(18,2)
_ONE = Decimal(1)
_HUNDRED = Decimal(100)
# A rate without % up to here is taken for a ratio: budgets are overspent, but not by half.
_LARGEST_RATIO = Decimal("1.5")
_RATE_TOLERANCE = Decimal("0.02")

_CURRENCY = re.compile(r"^(?:¥|人民币)|(?:人民币|整)$")
_AMOUNT_AND_UNIT = re.compile(rf"(?P<number>{AMOUNT})(?P<unit>[一-龥]*)")
_NUMERAL_AND_UNIT = re.compile(
    r"(?P<number>[零〇一壹二贰两三叁四肆五伍六陆七柒八捌九玖十拾百佰千仟万亿点]+)元"
)
_UNIT_IN_BRACKETS = re.compile(r"\(([^()0-9]*元)\)$")
_REMARK = re.compile(r"(?P<head>[^()]+)\((?P<remark>[^()]*)\)?")
_TERM = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_TWICE = re.compile(r"(?P<once>.*[^0-9.,])(?P=once)")
_SCORE = re.compile(r"(?P<number>-?[0-9]+(?:\.[0-9]+)?)[分%]?")
_RATE = re.compile(r"(?P<number>-?[0-9]+(?:\.[0-9]+)?)(?P<sign>[%‰])?")


def parse_money(text: str, unit: str | None) -> Decimal | None:
    """The amount in yuan, to the cent; None where the cell is blank or cannot be sure.

    A unit typed in the cell stands for itself: `854万` in a column of 万元 is 854万元, once, and
    `854元` there is 854 yuan. Without a unit in the cell the column's counts; without either the
    amount is unknown, since 元 and 万元 are both common. A breakdown in brackets is passed over when
    it has no figures, when it says 其中, or when its terms add up to the amount. The same amount with
    its unit printed twice (two cells run together) is that amount.

    Args:
        text: the cell as printed.
        unit: the unit of the column or block, `万元`, `元`, `（单位：万元）`; None where none is printed.

    >>> parse_money("24.5", "万元"), parse_money("3359.62万", "万元"), parse_money("1,030,700.00", "元")
    (Decimal('245000.00'), Decimal('33596200.00'), Decimal('1030700.00'))
    >>> parse_money("0.00", "万元"), parse_money("—", "万元"), parse_money("24.5", None)
    (Decimal('0.00'), None, None)
    >>> parse_money("854万(400+295+159)", "万元"), parse_money("854万854万", "万元")
    (Decimal('8540000.00'), Decimal('8540000.00'))
    >>> parse_money("61.0061.00", "万元"), parse_money("100(200)", "万元"), parse_money("24.5 24.5", "万元")
    (None, None, None)

    """
    if is_blank(text) or len(text) > _LONGEST_CELL:
        return None
    folded = _CURRENCY.sub("", canonical(text))
    printed = _UNIT_IN_BRACKETS.search(folded)
    if printed is not None:
        folded = folded[: printed.start()] + printed[1]
    twice = _TWICE.fullmatch(folded)
    if twice is not None:
        folded = twice["once"]
    remark = _REMARK.fullmatch(folded)
    if remark is not None:
        if not _harmless(remark["remark"], remark["head"]):
            return None
        folded = remark["head"]
    negative = folded.startswith("-")
    amount = _amount(folded[1:] if negative else folded, money_factor(unit) if unit else None)
    if amount is None or amount >= _LIMIT:
        return None
    return (-amount if negative else amount).quantize(_CENT, rounding=ROUND_HALF_UP)


@lru_cache(maxsize=256)
def money_factor(unit: str) -> Decimal | None:
    """How many yuan one of the column's unit is; None where the text is no unit of money.

    >>> money_factor("（单位：万元）"), money_factor("元"), money_factor("千元"), money_factor("人")
    (Decimal('10000'), Decimal('1'), Decimal('1000'), None)
    """
    folded = canonical(unit).split(":")[-1].removeprefix("人民币")
    found = read_unit(folded)
    if found is None or found.dimension not in {"money", None} or found.name not in {"元", "角", ""}:
        return None
    return found.scale * found.factor


def _amount(text: str, column: Decimal | None) -> Decimal | None:
    """An amount without sign, in yuan: by its own magnitude or unit, else by the column's."""
    spoken = _NUMERAL_AND_UNIT.fullmatch(text)
    if spoken is not None:
        return parse_numeral(spoken["number"])
    match = _AMOUNT_AND_UNIT.fullmatch(text)
    amount = parse_amount(match["number"]) if match else None
    if match is None or amount is None:
        return None
    if match["unit"]:
        own = money_factor(match["unit"])
        return None if own is None else amount.number * own
    # The magnitude stands in the cell; the column's would count it twice.
    if amount.scale != _ONE or any(name in match["number"] for name in MAGNITUDES):
        return amount.number
    return None if column is None else amount.number * column


def _harmless(remark: str, head: str) -> bool:
    """Whether what stands in brackets behind an amount leaves the amount as it is."""
    terms = [Decimal(term) for term in _TERM.findall(remark)]
    figure = _TERM.search(head.replace(",", ""))
    return not terms or remark.startswith("其中") or (figure is not None and sum(terms) == Decimal(figure[0]))


def parse_number(text: str) -> Decimal | None:
    """A score or a weight: `10`, `9.5`, `10分`, `（10分）`, `10%`; None for anything else.

    >>> parse_number("10分"), parse_number("（9.5）"), parse_number("—"), parse_number("/"), parse_number("0-20分")
    (Decimal('10'), Decimal('9.5'), None, None, None)
    """
    match = _SCORE.fullmatch(canonical(text))
    number = parse_figure(match["number"]) if match else None
    return number if number is not None and abs(number) < Decimal("1E5") else None


def parse_rate(text: str, budget: Decimal | None = None, executed: Decimal | None = None) -> Decimal | None:
    """A rate as a ratio, 1 for `100%`.

    Without a sign `0.862` and `86.2` both occur. Where budget and execution are given, the reading
    that agrees with them (within 2 points) is taken; otherwise more than 1.5 is percent.

    >>> parse_rate("100.00%"), parse_rate("86.2"), parse_rate("0.95"), parse_rate("—")
    (Decimal('1.00'), Decimal('0.862'), Decimal('0.95'), None)
    >>> parse_rate("1", Decimal(1000), Decimal(10)), parse_rate("1", Decimal(1000), Decimal(1000))
    (Decimal('0.01'), Decimal('1'))
    """
    match = _RATE.fullmatch(canonical(text))
    number = parse_figure(match["number"]) if match else None
    if match is None or number is None or abs(number) >= Decimal("1E9"):
        return None
    if match["sign"]:
        return number / (_HUNDRED if match["sign"] == "%" else Decimal(1000))
    if budget and executed is not None:
        expected = executed / budget
        near = [one for one in (number, number / _HUNDRED) if abs(one - expected) <= _RATE_TOLERANCE]
        if near:
            return min(near, key=lambda one: abs(one - expected))
    return number if number <= _LARGEST_RATIO else number / _HUNDRED
