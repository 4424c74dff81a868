"""Values: what the target and actual cells of an indicator say, as kind, operator, bounds, unit.

`kind` is one of

* `numeric`: one number with a comparator: `≥2亿条`, `100%`, `≤400元/人`;
* `range`: two bounds: `12-15`, `90%~95%`, `±3%以内`;
* `duration`: a length of time, one number or two (`op` is then `between`): `14个工作日内`, `3-5天`.
  `7*24小时` is 24 小时/天 and `5*8小时` 8 小时/工作日: hours of service, each day of those named;
  当天 is at most one 天, a half year 0.5 年, `1年6个月` 18 个月;
* `date`: a calendar day or period, see `normalize.deadlines`; `date` is null where no year is known;
* `qualitative`: words that need no number: 效果显著, 达标, 是, 优良中低差. Time without a calendar day
  is among them: 全年, 期末, 长期;
* `text`: everything else. Two conditions in one cell, prose with a number in it, two signs that
  contradict each other: never half of it is read.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from extract.text import repair
from normalize.deadlines import Deadline, parse_deadline
from normalize.numerals import MAGNITUDES, spell_out_shares
from normalize.qualitative import is_qualitative
from normalize.quantities import Quantity, parse_quantity
from normalize.resources import load, words
from normalize.text import canonical, is_blank
from normalize.units import ONE, Unit, read_unit, unit_in_name

__all__ = [
    "Value",
    "format_value",
    "join_text",
    "parse_value",
    "read_operator",
    "suspicion",
    "unit_in_name",
]


@dataclass(frozen=True, slots=True)
class Value:
    """量值: what a target or actual cell says, beside the text it was read from.

    Attributes:
        text: the cell after white-space repair.
        kind: `numeric`, `range`, `date`, `duration`, `qualitative` or `text`.
        op: `>=`, `<=`, `>`, `<`, `=` or `between`; None for words.
        low: the lower bound, magnitudes multiplied out, money in yuan; set by `>=`, `>`, `=`, `between`.
        high: the upper bound; set by `<=`, `<`, `=`, `between`.
        unit: the unit without magnitude (`元/人`, `%`, `工作日`); None where none is printed.
        date: the last day of what is named, or the limit of a deadline.
        date_from: the first day of a named day or period; None for a limit.
        scale: the magnitude as printed (10000 for 万), 1 without one.
        approximate: 约, 左右: the number is not exact.
        change: `+` for 增长5%, `-` for 下降5%: the number is a change, its size as printed.

    """

    text: str
    kind: str
    op: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    date: datetime.date | None = None
    date_from: datetime.date | None = None
    scale: Decimal = ONE
    approximate: bool = False
    change: str | None = None


_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "="}
_OPERATORS = {
    word: op for op, listed in load("expressions")["operators"].items() for word in map(canonical, listed)
}
_QUALITATIVE_OPERATORS = frozenset(words("expressions", "qualitative_operator"))
_DONE = "|".join(map(re.escape, words("expressions", "completion")))
_SAME_DAY = re.compile(rf"(?:{'|'.join(words('expressions', 'same_day'))})(?:{_DONE})?")
_NUMBER_HINT = re.compile(r"[0-9零一二两三四五六七八九十半壹贰叁肆伍陆柒捌玖拾]")
_LONGEST_VALUE = 200  # beyond this a cell holds prose, whatever numbers are in it
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_ENDS_AS_NUMBER = re.compile(r"[0-9零一二两三四五六七八九十百千万亿半%]$")
_MAGNITUDE_NAMES = {factor: name for name, factor in MAGNITUDES.items()}
_CHANGE_WORDS = {"+": "增长", "-": "下降"}

# ≥ read as the digit 2 or 8, as 工, 二, Z or a second %; letters between digits.
_LOST_TO_DIGIT = re.compile(r"[28]((?:[1-9][0-9]|100)(?:\.[0-9]+)?%)")
_LOST_TO_SIGN = re.compile(r"[工二Zz%](?=[0-9])(.+)")
_LETTER_DIGITS = re.compile(r"(?P<sign>[≥≤<>=]?)(?P<digits>[0-9lIoO.]+)(?P<unit>%|[一-龥]{0,4})")
_LETTERS = str.maketrans("lIoO", "1100")


def parse_value(
    text: str,
    *,
    unit: str | None = None,
    operator: str | None = None,
    year: int | None = None,
    money_unit: str | None = None,
) -> Value | None:
    """What the cell says; None where it is blank (empty, `—`, `/`, 无, an unfilled slot `≥**人`).

    Args:
        text: the cell as printed.
        unit: the text of the unit's own column, or the unit that the indicator's name gives. A unit
            in the cell overrules it; a magnitude that both print counts once.
        operator: the text of the operator's own column: `≥`, 大于等于, 定性.
        year: the fiscal year of the form, for deadlines that name none.
        money_unit: the unit of an amount of money where neither the cell nor `unit` has one. Give it
            only where the value is known to be money.

    >>> value = parse_value("≤61万元"); value.kind, value.op, value.high, value.unit
    ('numeric', '<=', Decimal('610000'), '元')
    >>> value = parse_value("98", operator="大于等于", unit="百分比"); value.op, value.low, value.unit
    ('>=', Decimal('98'), '%')
    >>> parse_value("11月底前", year=2023).date, parse_value("效果显著").kind, parse_value("——")
    (datetime.date(2023, 11, 30), 'qualitative', None)
    >>> parse_value("一次提供5枚公章,满足企业日常工作全部").kind
    'text'

    """
    return _parse(text, unit, operator, year, money_unit)


@lru_cache(maxsize=16384)
def _parse(
    text: str, unit: str | None, operator: str | None, year: int | None, money_unit: str | None
) -> Value | None:
    if is_blank(text):
        return None
    if len(text) > _LONGEST_VALUE:
        return Value(repair(text), "text")
    printed, folded = repair(text), canonical(text)
    op = read_operator(operator) if operator else None
    deadline = parse_deadline(_with_year_unit(folded, unit), year, _SIGNS[op] if op else None)
    if deadline is not None:
        return _of_deadline(printed, deadline)
    if _SAME_DAY.fullmatch(folded):
        return Value(printed, "duration", "<=", high=ONE, unit="天")
    quantity = None
    if _NUMBER_HINT.search(folded):
        calculable = _with_sign(spell_out_shares(folded), op)
        quantity = parse_quantity(calculable, _column_unit(unit, money_unit))
    if quantity is not None:
        return _of_quantity(printed, quantity)
    worded = is_qualitative(folded) or canonical(operator or "") in _QUALITATIVE_OPERATORS
    return Value(printed, "qualitative" if worded else "text")


def _with_sign(folded: str, op: str | None) -> str:
    """The operator column's comparator in front, where the cell does not print the same one."""
    if op is None or folded.startswith(_SIGNS[op]):
        return folded
    return f"{_SIGNS[op]}{folded}"


def _with_year_unit(folded: str, unit: str | None) -> str:
    """A year number under the unit 年 is that year."""
    is_year = (
        unit is not None and canonical(unit) in {"年", "年度"} and _YEAR.fullmatch(folded.lstrip("≥≤<>="))
    )
    return f"{folded}年" if is_year else folded


def _column_unit(unit: str | None, money_unit: str | None) -> Unit | None:
    for text in (unit, money_unit):
        if text is not None and not is_blank(text):
            found = read_unit(text)
            if found is not None:
                return found
    return None


def _of_deadline(text: str, found: Deadline) -> Value:
    return Value(text, "date", found.op, date=found.date, date_from=found.date_from)


def _of_quantity(text: str, found: Quantity) -> Value:
    kind = "duration" if found.unit.duration else "range" if found.op == "between" else "numeric"
    return Value(
        text,
        kind,
        found.op,
        found.low,
        found.high,
        found.unit.name or None,
        scale=found.scale,
        approximate=found.approximate,
        change=found.change,
    )


def read_operator(text: str) -> str | None:
    """The comparator that an operator column prints; None for 定性 and anything else.

    >>> read_operator("≧"), read_operator("大于等于"), read_operator("═"), read_operator("定性")
    ('>=', '>=', '=', None)
    """
    return _OPERATORS.get(canonical(text))


def join_text(operator: str | None, value: str, unit: str | None) -> str:
    """Operator, value and unit of three columns as one text, each as printed and none twice.

    定性 is no part of the value. A unit that cannot follow the value directly goes in brackets.

    >>> join_text("≥", "95", "%"), join_text("＝", "6", "万元"), join_text("定性", "优良中低差", "/")
    ('≥95%', '＝6万元', '优良中低差')
    >>> join_text("≥", "≥95%", "%"), join_text(None, "854万", "万元"), join_text("≥", "", "%")
    ('≥95%', '854万元', '')
    """
    body = repair(value)
    if is_blank(body):
        return body
    folded = canonical(body)
    sign = repair(operator or "")
    op = read_operator(sign)
    if op is None or folded.startswith(_SIGNS[op]) or folded.startswith(canonical(sign)):
        sign = ""
    return f"{sign}{body}{_unit_behind(body, folded, repair(unit or ''))}"


def _unit_behind(body: str, folded: str, unit: str) -> str:
    folded_unit = canonical(unit)
    if is_blank(unit) or folded.endswith(folded_unit):
        return ""
    # 854万 under 万元: the magnitude is printed once.
    if folded[-1] in MAGNITUDES and folded_unit.startswith(folded[-1]):
        return unit[1:]
    return unit if _ENDS_AS_NUMBER.search(body) else f"({unit})"


def format_value(value: Value) -> str:
    """A value in the one spelling of this project; parsing it gives the same value again.

    Words and dates without a year come back as printed.

    >>> [format_value(parse_value(text)) for text in ("不低于2亿条", "百分之九十", "±3%以内", "14个工作日内")]
    ['≥2亿条', '90%', '±3%', '≤14工作日']
    >>> format_value(parse_value("9月前", year=2023)), format_value(parse_value("效果显著"))
    ('<2023年9月1日', '效果显著')
    """
    if value.kind == "date" and value.date is not None and value.op is not None:
        return _format_date(value.op, value.date, value.date_from)
    if value.op is None or value.kind in {"date", "qualitative", "text"}:
        return value.text
    lead = ("约" if value.approximate else "") + _CHANGE_WORDS.get(value.change or "", "")
    unit = value.unit or ""
    if value.op == "between" and value.low is not None and value.high is not None:
        if value.low == -value.high and not lead:
            return f"±{_number(value.high, value.scale)}{unit}"
        return f"{lead}{_number(value.low, value.scale)}至{_number(value.high, value.scale)}{unit}"
    bound = value.low if value.low is not None else value.high
    sign = "" if value.op == "=" else _SIGNS[value.op]
    return value.text if bound is None else f"{lead}{sign}{_number(bound, value.scale)}{unit}"


def _number(number: Decimal, scale: Decimal) -> str:
    name = _MAGNITUDE_NAMES.get(scale, "")
    figure = number / scale if name else number
    return f"{figure.normalize() if figure else Decimal(0):f}{name}"


def _format_date(op: str, last: datetime.date, first: datetime.date | None) -> str:
    if op == "between" and first is not None:
        return f"{_day(first)}至{_day(last)}"
    if op == "=":
        return _format_period(first or last, last)
    return f"{_day(last)}前" if op == "<=" else f"{_SIGNS[op]}{_day(last)}"


def _format_period(first: datetime.date, last: datetime.date) -> str:
    """A day, a third of a month, a month, a quarter, a half year or a year by its name."""
    if first == last:
        return _day(last)
    year, months = f"{last.year}年", (first.month, last.month)
    if first.month == last.month:
        third = {10: "上旬", 20: "中旬"}.get(last.day, "下旬" if first.day == 21 else "")
        return f"{year}{last.month}月{third}"
    if months == (1, 12):
        return year
    if last.month - first.month == 2:
        return f"{year}第{last.month // 3}季度"
    return f"{year}{'上' if first.month == 1 else '下'}半年"


def _day(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def suspicion(text: str) -> str | None:
    """The likely reading of a value whose comparator an OCR took for a digit; None without suspicion.

    Also letters among digits (`l00%`). The text itself is never read that way: whoever calls this
    raises `suspect_ocr` and leaves the decision to a person.

    >>> suspicion("290%"), suspicion("2100%"), suspicion("工90%"), suspicion("1OO%")
    ('≥90%', '≥100%', '≥90%', '100%')
    >>> suspicion("》90%"), suspicion("200%"), suspicion("95%"), suspicion("二十人")
    (None, None, None, None)
    """
    folded = canonical(text)
    digit = _LOST_TO_DIGIT.fullmatch(folded)
    if digit is not None:
        return f"≥{digit[1]}"
    sign = _LOST_TO_SIGN.fullmatch(folded)
    if sign is not None and parse_quantity(sign[1]) is not None:
        return f"≥{sign[1]}"
    letters = _LETTER_DIGITS.fullmatch(folded)
    if letters is None or letters["digits"].isdecimal() or not re.search("[0-9]", letters["digits"]):
        return None
    repaired = letters["digits"].translate(_LETTERS)
    if repaired == letters["digits"]:
        return None
    return f"{letters['sign']}{repaired}{letters['unit']}"
