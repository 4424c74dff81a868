"""Numbers with comparator, unit and bounds: ≥2亿条, 12-15, ±3%以内, 14个工作日内, 7*24小时.

The whole text has to be read, or nothing is: `一次提供5枚公章,满足需求` is prose with a number in it
and gives None. What may stand around the number is listed in `data/expressions.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from normalize.durations import as_one_time, hours_of_service
from normalize.leads import Lead, agrees, alternation, take_lead
from normalize.numerals import AMOUNT, LIMIT, NUMERAL, parse_amount, parse_numeral, plain
from normalize.resources import load
from normalize.units import ONE, Unit, read_measure, read_unit

_DATA = load("expressions")


@dataclass(frozen=True, slots=True)
class Quantity:
    """数量: bounds as the operator sets them, the magnitude multiplied out and kept in `scale`."""

    op: str
    low: Decimal | None
    high: Decimal | None
    unit: Unit
    scale: Decimal = ONE
    approximate: bool = False
    change: str | None = None


def _suffixes() -> dict[str, str]:
    suffixes = {word: op for op, listed in _DATA["suffixes"].items() for word in listed}
    return suffixes | dict.fromkeys(_DATA["approximate"]["after"], "~")


_NOT_SPOKEN = frozenset(load("units")["plain"]["not_spoken"])
_SUFFIXES = _suffixes()
_AMOUNT = re.compile(AMOUNT)
_NUMERAL = re.compile(NUMERAL)
_AFTER = re.compile(
    rf"(?P<more>[余多])?(?P<unit>.*?)(?P<suffix>{alternation(list(_SUFFIXES))})?"
    rf"(?P<done>(?:全部|均)?(?:{alternation(_DATA['completion']['words'])}))?"
)
_REMARK = re.compile(r"(.*?)\(([^()0-9每/]*)\)")
_DENIED = re.compile(r"[未不无非没除]")
_SPAN_MARK = re.compile(r"(?:-+|~+|至|到)(?P<negative>(?<=[~至到])-)?(?=[0-9])")
_TOLERANCE = re.compile(r"(?P<centre>[^±]*?)(?:[≤=]|不超过|控制在)*±[≤<]?(?P<spread>[^±]+)")
_BOTH = re.compile(r"[,;、且并和]+(?!以[上下])")
_CHAIN = re.compile(r"(?P<low>[0-9.,]+[^0-9≤<]*)(?P<sign>[≤<])[^0-9≤<≥>]{0,12}(?P<second>[≤<][0-9].*)")
# 2023-2025 may be years or a span of numbers, 20231231 a day or a number: neither is read.
_BARE_YEARS = re.compile(r"(?:19|20)[0-9]{2}[^0-9]+(?:19|20)[0-9]{2}")
_BARE_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_INCLUDING = re.compile(r"\((?:含|包含|包括)(?P<number>[0-9][^()]*)\)")
_SHARES = frozenset({"share", "point"})


def parse_quantity(text: str, unit: Unit | None = None) -> Quantity | None:
    """The quantity that the folded `text` says as a whole; `unit` is that of another column.

    >>> parse_quantity("≥2亿条")
    Quantity(op='>=', low=Decimal('200000000'), high=None, unit=Unit(name='条', ...), scale=Decimal('100000000'), ...)
    >>> found = parse_quantity("90-95%"); found.op, found.low, found.high, found.unit.name
    ('between', Decimal('90'), Decimal('95'), '%')
    >>> found = parse_quantity("7*24小时"); found.low, found.unit.name
    (Decimal('24'), '小时/天')
    >>> parse_quantity("1.091公里、不低于3.5米"), parse_quantity("3个月内完成5次"), parse_quantity("2280次10")
    (None, None, None)
    """
    hours = hours_of_service(text)
    if hours is not None:
        return Quantity("=", hours[0], hours[0], hours[1])
    text = _without_inclusion(text)
    for read in (_read_tolerance, _read_two_sided, _read_led):
        found = read(text, unit)
        if found is not None:
            return found
    return None


def _read_tolerance(text: str, unit: Unit | None) -> Quantity | None:
    """`±3%以内` is a span around zero, `100±5` around 100."""
    match = _TOLERANCE.fullmatch(text)
    spread = _read_led(match["spread"], unit) if match else None
    if spread is None or spread.op not in {"=", "<="} or spread.high is None or spread.change:
        return None
    if match is None or not match["centre"]:
        return replace(spread, op="between", low=-spread.high)
    centre = _read_led(match["centre"], spread.unit)
    if centre is None or centre.op != "=" or centre.low is None or centre.unit.name != spread.unit.name:
        return None
    return _span(centre.low - spread.high, centre.low + spread.high, spread)


def _read_two_sided(text: str, unit: Unit | None) -> Quantity | None:
    """Two comparators that bound one number: `≥80%且≤90%`, `60%以上、80%以下`, `80%≤满意度<90%`."""
    chain = _CHAIN.fullmatch(text)
    if chain is not None:
        first_text, second_text = f"≥{chain['low']}", chain["second"]
    else:
        parts = _BOTH.split(text)
        if len(parts) != 2:
            return None
        first_text, second_text = parts
    second = _read_led(second_text, unit)
    first = _read_led(first_text, second.unit if second else unit)
    if first is None or second is None or first.low is None or second.high is None:
        return None
    if first.high is not None or second.low is not None or first.unit.name != second.unit.name:
        return None
    return _span(first.low, second.high, second)


def _read_led(text: str, unit: Unit | None) -> Quantity | None:
    """Lead words, then one number or a span of two, then unit and trailing words."""
    found = take_lead(text)
    if found is None:
        return None
    lead, body = found
    if lead.per:
        body = _with_denominator(body, lead.per)
    remark = _REMARK.fullmatch(body)
    if remark is not None:
        body = _without_remark(remark)
    negative = body.startswith("-")
    body = as_one_time(body[1:] if negative else body)
    span = _read_span(body, unit, lead, negative)
    if span is not None:
        return span
    quantity = _read_number(body, unit, lead)
    return _negated(quantity) if quantity is not None and negative else quantity


def _with_denominator(body: str, per: str) -> str:
    """每人400元 is 400元/人: the denominator behind the unit, before any trailing word."""
    match = _AFTER.fullmatch(body)
    if match is None or "/" in body:
        return ""
    end = match.end("unit")
    return f"{body[:end]}/{per}{body[end:]}"


def _without_remark(match: re.Match[str]) -> str:
    """A remark without figures is passed over; brackets of a unit stay: `100人(次)`, `387664.62(元)`.

    One that denies or excepts (`100%(未完成)`) changes what the number says and is left to be refused.
    """
    body, remark = match.groups()
    figure = _AMOUNT.match(body)
    if figure is None or _DENIED.search(remark):
        return match[0]
    unit = read_unit(remark)
    if unit is not None and unit.known:
        # 3天(工作日) has two units, and is left whole to be refused.
        return f"{body}{remark}" if figure[0] == body else match[0]
    unit = read_unit(match[0][figure.end() :])
    return match[0] if unit is not None and unit.known else body


def _without_inclusion(text: str) -> str:
    """60%以上(含60%) repeats its own number; nothing is lost without it."""
    match = _INCLUDING.search(text)
    if match is None or not re.search(rf"(?<![0-9.,]){re.escape(match['number'])}", text[: match.start()]):
        return text
    return text[: match.start()] + text[match.end() :]


def _read_span(body: str, unit: Unit | None, lead: Lead, negative: bool) -> Quantity | None:
    """Two numbers with a dash, 至 or 到 between; what stands after the second counts for both."""
    body = body.removesuffix("之间")
    first = _AMOUNT.match(body)
    mark = _SPAN_MARK.search(body, first.end()) if first is not None else None
    if first is None or mark is None or lead.op not in {None, "="} or lead.approximate:
        return None
    high = _read_number(body[mark.end() :], unit, Lead(change=lead.change))
    low_amount = parse_amount(first[0])
    if high is None or high.high is None or high.op not in {"=", "<="} or low_amount is None:
        return None
    # 10-20万元: the magnitude behind the second number is that of both.
    scale = high.scale if low_amount.scale == ONE else ONE
    between = body[first.end() : mark.start()]
    if between:
        low_unit = read_measure(between)
        # 800元-1000元/月: what the second is counted by counts for the first.
        if low_unit is None or low_unit.name not in {high.unit.name, high.unit.name.partition("/")[0]}:
            return None
        scale = low_unit.scale
    elif not high.unit.name and _BARE_YEARS.fullmatch(body):
        return None
    low = low_amount.number * scale
    high_bound = -high.high if mark["negative"] else high.high
    return _span(-low if negative else low, high_bound, high)


def _span(low: Decimal, high: Decimal, model: Quantity) -> Quantity | None:
    if not -LIMIT < low <= high < LIMIT:
        return None
    return replace(model, op="between", low=plain(low), high=plain(high))


def _read_number(body: str, column: Unit | None, lead: Lead) -> Quantity | None:
    """One number, its unit, a suffix that compares (以上, 内), a word that changes nothing (完成)."""
    figure = _AMOUNT.match(body)
    numeral = None if figure else _NUMERAL.match(body)
    if figure is not None:
        amount = parse_amount(figure[0])
        number, scale = (amount.number, amount.scale) if amount else (None, ONE)
        end = figure.end()
    elif numeral is not None:
        number, scale, end = parse_numeral(numeral[0]), ONE, numeral.end()
    else:
        return None
    after = _AFTER.fullmatch(body, end)
    if number is None or after is None:
        return None
    own = _unit_after(after["unit"], strict=figure is None or lead.named)
    if lead.named and own is None:
        return None
    # A lone Chinese digit without a unit may be a dash (一) or a word.
    if own is None and (after["unit"] or (numeral is not None and len(numeral[0]) < 2)):
        return None
    merged = _merge(own, column, scale)
    op = _operator(lead.op, after)
    if merged is None or op is None or _out_of_place(number, merged[0], op, lead, after):
        return None
    unit, factor = merged
    if number * factor >= LIMIT:
        return None
    return _bounded(op, number * factor, unit, scale * factor, lead=lead, after=after)


def _out_of_place(number: Decimal, unit: Unit, op: str, lead: Lead, after: re.Match[str]) -> bool:
    """Whether this is no quantity after all: a year, a month, a completed countable.

    12月 without a comparator is December, 2021年 is that year: calendar matters. 完成 may follow a
    duration or a share, behind anything else it makes a sentence.
    """
    completed = after["done"] and not after["suffix"] and not (unit.duration or unit.dimension == "share")
    month = after["unit"] == "月" and op == "=" and lead.op is None
    day = not unit.name and _BARE_DAY.fullmatch(after.string) is not None
    return bool(completed) or month or day or (unit.name == "年" and 1990 <= number <= 2099)


def _unit_after(text: str, *, strict: bool) -> Unit | None:
    """The unit behind a number.

    Behind a Chinese numeral or a noun it has to be a known one that makes no rank: 一般 and 一线 are
    words, 国道318线 is a road.
    """
    if not text:
        return None
    if not strict:
        return read_measure(text)
    unit = None if text in _NOT_SPOKEN else read_unit(text)
    return unit if unit is not None and unit.known else None


def _merge(own: Unit | None, column: Unit | None, scale: Decimal) -> tuple[Unit, Decimal] | None:
    """The unit of a number and the factor that is still to be applied to it.

    A magnitude that the cell and the unit column both print counts once (`854万` under 万元); two
    different ones contradict each other.
    """
    if own is not None and ONE not in {scale, own.scale}:
        return None
    if own is not None and own.name and not own.name.startswith("/"):
        return None if scale != ONE and own.dimension in _SHARES else (own, own.scale)
    unit = column or Unit("")
    if own is not None and own.name:
        unit = _over(unit, own)
    printed = own.scale if own is not None else ONE
    if scale * printed == ONE:
        return unit, unit.scale
    twice = unit.scale in {ONE, scale * printed} and unit.dimension not in _SHARES
    return (unit, printed) if twice else None


def _over(column: Unit, denominator: Unit) -> Unit:
    """The column's unit over a denominator that the cell prints alone: `620万/月` under 元."""
    if not column.name or column.name.endswith(denominator.name):
        return column if column.name else denominator
    return replace(column, name=f"{column.name}{denominator.name}", dimension=None, duration=False)


def _operator(before: str | None, after: re.Match[str]) -> str | None:
    """The comparator from both sides of the number; None where they contradict each other."""
    suffix = _SUFFIXES.get(after["suffix"] or "")
    more = ">" if after["more"] else None
    behind = suffix if suffix not in {None, "~"} else more
    if not agrees(before, behind) or not agrees(more, suffix if suffix != "~" else None):
        return None
    if before in {None, "="}:
        return behind or "="
    return before


def _bounded(
    op: str, value: Decimal, unit: Unit, scale: Decimal, *, lead: Lead, after: re.Match[str]
) -> Quantity:
    bound = plain(value)
    return Quantity(
        op=op,
        low=bound if op in {">=", ">", "="} else None,
        high=bound if op in {"<=", "<", "="} else None,
        unit=unit,
        scale=scale,
        approximate=lead.approximate or _SUFFIXES.get(after["suffix"] or "") == "~",
        change=lead.change,
    )


def _negated(quantity: Quantity) -> Quantity:
    """`-5%` and `≥-5%`: the minus belongs to the number, so the bounds keep their sides."""
    return replace(
        quantity,
        low=-quantity.low if quantity.low is not None else None,
        high=-quantity.high if quantity.high is not None else None,
    )
