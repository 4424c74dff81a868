"""Calendar dates, deadlines and periods: 2021年12月31日, 11月底前, 2021年1月-12月.

A deadline that names no year takes the form's fiscal year; without one it is still a deadline, its
date unknown. The rules of reading:

* `op` is as printed. `12月完成` is `=`, a deadline word makes it `<=` (`12月底前`), a printed span
  is `between` (`1月-12月`, `2021年全年`), `起` is `>=`.
* `date` is the last day of what is named (`10月` → 31 October; a span → its last day), `date_from`
  the first. 上旬 ends on the 10th, 中旬 on the 20th. Save for `>=`, where `date` is the first day.
* `11月30日前` includes the day, as law counts it, and `年底前` the last day. `9月前` is before
  September begins: `<` 1 September, since the two readings of it differ by a month.
* `N月` behind a comparator sign in the same text is a measure of N months (`≤12月`), not the month;
  beside the comparator of another column it stays the month.
* Words for time that name no calendar day (全年, 期末, 长期, 当月) are qualitative and not read here:
  the period of 期末 may be a quarter as well as the year.
"""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from dataclasses import dataclass

from normalize.numerals import parse_written
from normalize.resources import words

_FIRST_YEAR, _LAST_YEAR = 1990, 2099

_NUMBER = r"[0-9]{1,2}"
_SPOKEN = r"[一二三四五六七八九十]{1,3}"
_YEAR = (
    r"(?P<year>(?:19|20)[0-9]{2}|[0-9]{2}(?=年[0-9]{1,2}月))年度?"
    r"|(?P<this>本年度?|当年|今年|该年)|(?P<next>次年|下年|下一年|翌年|明年)"
)
_MONTH = rf"(?P<month>{_NUMBER}|{_SPOKEN})月份?"
_PERIOD = (
    rf"{_MONTH}(?:(?P<day>{_NUMBER}|{_SPOKEN})[日号]|(?P<third>上旬|中旬|下旬)?(?P<month_end>底|末)?)"
    r"|第?(?P<quarter>[1-4一二三四])季度?(?P<quarter_end>底|末)?"
    r"|(?P<half>上半年|下半年)(?P<half_end>底|末)?"
    r"|(?P<year_end>年[底末终]|(?<=年)[底末终])|(?P<whole>全年度?)|年度?(?=内)"
)
_NUMERIC_DAY = (
    r"(?P<iso_year>(?:19|20)[0-9]{2})(?:年)?(?P<mark>[-/.])(?P<iso_month>[0-9]{1,2})"
    r"(?P=mark)(?P<iso_day>[0-9]{1,2})日?"
    r"|(?P<short_year>(?:19|20)[0-9]{2})[-/](?P<short_month>[0-9]{1,2})月?"
)
_DAY = re.compile(rf"(?=.)(?:{_NUMERIC_DAY}|(?:{_YEAR})?(?:{_PERIOD})?)")
_SPOKEN_YEAR = re.compile(r"[一二][一二三四五六七八九〇零]{3}(?=年)")

_BEFORE = "|".join(map(re.escape, words("expressions", "completion", "before")))
_NOT_AFTER = "|".join(map(re.escape, words("expressions", "completion", "not_after")))
_DONE = "|".join(map(re.escape, words("expressions", "completion")))
_LEAD = re.compile(
    rf"(?:(?P<sign>[≥≤<>=])|(?P<not_after>{_NOT_AFTER})|(?:{_BEFORE})"
    rf"|[一-龥]{{0,6}}(?:时间|日期|期限|时限|工期)(?:{_NOT_AFTER}|[为于是])?|:)"
)
_TAIL = re.compile(
    r"(?P<limit>之前|以前|前|之内|以内|内|为止|止)?(?P<start>起|开始|以后开始)?"
    rf"(?P<rest>(?:全部|已|均|全面|按时|按期|及时|基本)?(?:{_DONE})了?[一-龥]{{0,6}})?"
)
_FREE_REST = re.compile(r"(?:之前|以前|前|之内|以内|内)[一-龥]{1,12}")
_DENIED = re.compile(r"[不未无没非或后]")
_SPAN = re.compile(r"-+|~+|至|到")
_MONTH_SPAN = re.compile(
    rf"(?P<head>(?:[0-9]{{4}}年度?)?)(?P<first>{_NUMBER})(?P<rest>(?:-+|~+|至|到){_NUMBER}月.*)"
)
_YEAR_SPAN = re.compile(r"((?:19|20)[0-9]{2})(年?度?(?:-+|~+|至|到)(?:19|20)[0-9]{2}年.*)")
_DOTTED_SPAN = re.compile(r"(20[0-9]{2})\.([0-9]{1,2})(-+|~+|至|到)(20[0-9]{2})\.([0-9]{1,2})")
_HINT = re.compile(r"[年月日号季旬底末]|[0-9]{4}[-/.][0-9]|全年")
_SPOKEN_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")


@dataclass(frozen=True, slots=True)
class Deadline:
    """期限: the last and the first day of what is printed; None both where no year is known."""

    op: str
    date: datetime.date | None
    date_from: datetime.date | None


@dataclass(frozen=True, slots=True)
class _Period:
    first: datetime.date | None
    last: datetime.date | None
    inclusive: bool  # a day or an end (月底), which 前 includes, or a month and longer, which it does not
    spelt_year: int | None
    span: bool = False


def parse_deadline(text: str, year: int | None = None, sign: str | None = None) -> Deadline | None:
    """The date that the folded `text` says as a whole; None where it is no calendar expression.

    `year` is that of the form, `sign` the comparator of another column (`≤`).

    >>> parse_deadline("2021年12月31日前").date, parse_deadline("11月底前", 2023).date
    (datetime.date(2021, 12, 31), datetime.date(2023, 11, 30))
    >>> parse_deadline("9月前", 2023)
    Deadline(op='<', date=datetime.date(2023, 9, 1), date_from=None)
    >>> parse_deadline("2023年4月-2024年2月")
    Deadline(op='between', date=datetime.date(2024, 2, 29), date_from=datetime.date(2023, 4, 1))
    >>> parse_deadline("12月底之前完成"), parse_deadline("2021年完成3次"), parse_deadline("2021年13月")
    (Deadline(op='<=', date=None, date_from=None), None, None)
    """
    if not _HINT.search(text):
        return None
    text = _SPOKEN_YEAR.sub(lambda match: match[0].translate(_SPOKEN_DIGITS), text)
    position, measured = 0, False
    while position < len(text):
        # The date itself first: 当年 and 本年 may be filler before a month, or its year.
        lead = None if _match_day(text, position) else _LEAD.match(text, position)
        if lead is None or lead.end() == position:
            break
        measured = measured or lead["sign"] is not None
        sign = lead["sign"] or ("≤" if lead["not_after"] else sign)
        position = lead.end()
    body = text[position:]
    if measured and re.fullmatch(rf"{_NUMBER}月", body):
        return None
    span = _read_span(body, year)
    found = span if span is not None else _read_day(body, year)
    if found is None:
        return None
    period, rest = found
    return _limited(period, rest, sign)


def _limited(period: _Period, rest: str, sign: str | None) -> Deadline | None:
    tail = _TAIL.fullmatch(rest)
    free = None if tail else _FREE_REST.fullmatch(rest)
    if (tail is None and free is None) or _DENIED.search(rest):
        return None
    limit = (tail["limit"] if tail else rest[0]) or ""
    limit = "前" if "前" in limit else limit
    if tail and tail["start"]:
        return Deadline(">=", period.first, None)
    if limit == "前" and not period.inclusive:
        return Deadline("<", period.first, None)
    if limit or sign in {"≤", "<"}:
        op = "<" if sign == "<" and not limit else "<="
        return Deadline(op, period.first if op == "<" else period.last, None)
    if sign in {"≥", ">"}:
        return Deadline(">=", period.first, None) if sign == "≥" else Deadline(">", period.last, None)
    return Deadline("between" if period.span else "=", period.last, period.first)


def _read_span(text: str, year: int | None) -> tuple[_Period, str] | None:
    """A period with both ends printed; the second end takes the first one's year where it has none."""
    text = _complete_span(text)
    first = _match_day(text)
    mark = _SPAN.match(text, first.end()) if first else None
    last = _match_day(text, mark.end()) if mark else None
    if first is None or last is None:
        return None
    start = _period(first, year)
    end = _period(last, start.spelt_year if start and start.spelt_year else year)
    if start is None or end is None:
        return None
    if start.first and end.last and start.first > end.last:
        return None
    if (start.first is None) != (end.last is None):
        return None
    return _Period(start.first, end.last, True, start.spelt_year, span=True), text[last.end() :]


def _complete_span(text: str) -> str:
    """Give both ends of a span what they share: `2021年1-12月`, `2021-2023年`, `2021.01-2021.12`."""
    months = _MONTH_SPAN.fullmatch(text)
    if months is not None:
        return f"{months['head']}{months['first']}月{months['rest']}"
    years = _YEAR_SPAN.fullmatch(text)
    if years is not None and "年" not in years[2].split(years[1])[0][:1]:
        return f"{years[1]}年{years[2]}"
    dotted = _DOTTED_SPAN.fullmatch(text)
    return f"{dotted[1]}年{dotted[2]}月-{dotted[4]}年{dotted[5]}月" if dotted is not None else text


def _read_day(text: str, year: int | None) -> tuple[_Period, str] | None:
    match = _match_day(text)
    period = _period(match, year) if match else None
    return (period, text[match.end() :]) if match and period else None


def _match_day(text: str, position: int = 0) -> re.Match[str] | None:
    match = _DAY.match(text, position)
    if match is None or match.end() == position:
        return None
    # 全年 without a year is a word for time, not a date.
    return None if match["whole"] and not match["year"] else match


def _period(match: re.Match[str], form_year: int | None) -> _Period | None:
    """The days that a match of `_DAY` names; None where there is no such day."""
    part = match.groupdict()
    spelt = part["iso_year"] or part["short_year"] or part["year"]
    year = int(spelt) + (2000 if len(spelt) == 2 else 0) if spelt else form_year
    if part["next"] and year is not None:
        year += 1
    if year is not None and not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    months = _months(part)
    if months is None:
        return None
    first_month, last_month = months
    day = _small(part["iso_day"] or part["day"])
    # 2024 is a leap year: 2月29日 without a year is not refused.
    length = monthrange(year or 2024, last_month)[1]
    if day is not None and not 1 <= day <= length:
        return None
    first_day, last_day = (day, day) if day else _thirds(part["third"], length)
    at_end = any(part[end] for end in ("month_end", "quarter_end", "half_end", "year_end"))
    span = bool(part["whole"])
    if year is None:
        return _Period(None, None, at_end or day is not None, None, span)
    first, last = datetime.date(year, first_month, first_day), datetime.date(year, last_month, last_day)
    spelt_year = year if spelt or part["next"] else None
    return _Period(last if at_end else first, last, at_end or day is not None, spelt_year, span)


def _months(part: dict[str, str | None]) -> tuple[int, int] | None:
    """First and last month of what is named; the whole year where no part of it is."""
    printed = part["iso_month"] or part["short_month"] or part["month"]
    if printed:
        month = _small(printed)
        return (month, month) if month is not None and 1 <= month <= 12 else None
    quarter = _small(part["quarter"])
    if quarter:
        return quarter * 3 - 2, quarter * 3
    if part["half"]:
        return (1, 6) if part["half"] == "上半年" else (7, 12)
    return 1, 12


def _small(text: str | None) -> int | None:
    number = parse_written(text) if text else None
    return None if number is None else int(number)


def _thirds(third: str | None, length: int) -> tuple[int, int]:
    return {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, length)}.get(third or "", (1, length))
