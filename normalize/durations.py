"""Lengths of time that are printed in more than one number: 7*24小时, 1年6个月, 一年半."""

from __future__ import annotations

import re
from decimal import Decimal

from normalize.numerals import parse_written
from normalize.units import Unit, read_unit

_HALF_A_UNIT = Decimal("0.5")
_HALF = re.compile(r"(年|个月|天|小时|周)半")
_SERVICE = re.compile(
    r"(?:(?P<days>[57])[*xX](?P<hours>[0-9]{1,2})|24[*xX]7)(?:个?小时|h|H)?(?:不间断|服务)?"
)
_SERVICE_DAYS = {"7": "天", "5": "工作日"}
_TWO_PARTS = re.compile(r"([0-9]{1,6})(年|天|个?小时|分钟?)零?([0-9]{1,6})(个?月|个?小时|分钟?|秒钟?)")
_SMALLER = {"年": ("个月", 12), "天": ("小时", 24), "小时": ("分钟", 60), "分": ("秒", 60)}


def hours_of_service(text: str) -> tuple[Decimal, Unit] | None:
    """Hours each day of the week (`7*24小时`) or each working day (`5*8小时`).

    This is what such a value promises and what can be compared with 24小时/天; the number of days
    goes into the unit.

    >>> hours, unit = hours_of_service("7*24小时"); hours, unit.name
    (Decimal('24'), '小时/天')
    >>> hours, unit = hours_of_service("5*8"); hours, unit.name
    (Decimal('8'), '小时/工作日')
    >>> hours_of_service("3*2小时"), hours_of_service("7*48")
    (None, None)
    """
    match = _SERVICE.fullmatch(text)
    if match is None:
        return None
    hours = Decimal(match["hours"] or 24)
    unit = read_unit(f"小时/{_SERVICE_DAYS[match['days'] or '7']}")
    return (hours, unit) if unit is not None and hours <= 24 else None


def as_one_time(text: str) -> str:
    """A duration of two parts at the head of `text` as one number; any other text unchanged.

    Only parts that convert exactly: years and months, days and hours, hours and minutes. A number
    of years that is a calendar year is none.

    >>> as_one_time("1年6个月内"), as_one_time("2小时30分钟"), as_one_time("一年半")
    ('18个月内', '150分钟', '1.5年')
    >>> as_one_time("2021年12月"), as_one_time("3天"), as_one_time("1年5天")
    ('2021年12月', '3天', '1年5天')
    """
    half = _HALF.search(text)
    if half is not None:
        number = parse_written(text[: half.start()])
        if number is None or number == _HALF_A_UNIT:
            return text
        return f"{number + _HALF_A_UNIT:f}{half[1]}{text[half.end() :]}"
    match = _TWO_PARTS.match(text)
    if match is None or 1990 <= int(match[1]) <= 2099:
        return text
    smaller, factor = _SMALLER[_bare(match[2])]
    if _bare(smaller) != _bare(match[4]):
        return text
    return f"{int(match[1]) * factor + int(match[3])}{smaller}{text[match.end() :]}"


def _bare(unit: str) -> str:
    """小时 for 个小时, 分 for 分钟."""
    return unit.removeprefix("个").removesuffix("钟")
