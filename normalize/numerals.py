"""Numbers as written: Arabic figures with 千 万 亿 behind them, Chinese numerals, parts of a whole.

Everything is Decimal. A figure is taken only as a whole: `1,0307` or `1.030.700` is no number, and
one that the tables could not hold (more than 20 digits before the point) is none either.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from typing import NamedTuple

from normalize.resources import load, longest_first

PLACES = Decimal("1E-8")  # what decimal128(28,8) holds
LIMIT = Decimal("1E20")
_LONGEST = 48  # characters of a number, separators and magnitudes included

MAGNITUDES: dict[str, Decimal] = {
    word: Decimal(factor) for word, factor in load("units")["magnitudes"].items()
}


def _units_that_begin_like_a_magnitude() -> tuple[str, ...]:
    units = load("units")
    spellings = [
        spelling
        for dimension in units["dimensions"].values()
        for name, (_, *aliases) in dimension.items()
        for spelling in (name, *aliases)
    ]
    return longest_first([word for word in spellings if word[0] in MAGNITUDES])


# 千克, 千瓦时, 百分点: there 千 and 百 belong to the unit.
_OF_UNIT = "|".join(map(re.escape, _units_that_begin_like_a_magnitude()))
_MAGNITUDE = rf"(?!{_OF_UNIT})(?:{'|'.join(longest_first(list(MAGNITUDES)))})"
_FIGURE = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"

# A figure with its magnitude, or several in descending order: 3.8万, 1亿2000万, 1万5千.
AMOUNT = rf"{_FIGURE}(?:{_MAGNITUDE}(?:零?{_FIGURE}{_MAGNITUDE})*)?(?![0-9]|[.,][0-9])"
_PART = re.compile(rf"零?({_FIGURE})({_MAGNITUDE})?")
_WHOLE_FIGURE = re.compile(rf"-?{_FIGURE}")
_WHOLE_AMOUNT = re.compile(AMOUNT)
_CODE = re.compile(r"0[0-9]")

_DIGITS = {
    character: value
    for value, characters in enumerate(
        ("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for character in characters
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_DIGIT = "[" + "".join(_DIGITS) + "]"
NUMERAL = r"[零〇一壹二贰两三叁四肆五伍六陆七柒八捌九玖十拾百佰千仟万亿半点]+"
_POINT = re.compile(rf"(?P<whole>.+)点(?P<places>{_DIGIT}+)(?P<magnitude>[万亿]?)")

_PERCENT = re.compile(rf"百分之({NUMERAL}|{AMOUNT})")
_PERMILLE = re.compile(rf"千分之({NUMERAL}|{AMOUNT})")
_FRACTION = re.compile(rf"({NUMERAL}|[0-9]+)分之({NUMERAL}|[0-9]+)")
_TENTHS = re.compile(
    r"(?<![0-9一二三四五六七八九十])([一二三四五六七八九十]|[1-9]|10)成(半?)(?=$|[^一-龥]|以[上下内]|及以|左右)"
)


class Amount(NamedTuple):
    """A number with its magnitude multiplied out, and that magnitude (1 where none is printed)."""

    number: Decimal
    scale: Decimal


def plain(number: Decimal) -> Decimal:
    """`number` without idle zeros and without an exponent, at no more than eight places.

    >>> plain(Decimal("100.00")), plain(Decimal("2E+8")), plain(Decimal("66.666666666"))
    (Decimal('100'), Decimal('200000000'), Decimal('66.66666667'))
    """
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -8 and abs(number) < LIMIT:
        number = number.quantize(PLACES, rounding=ROUND_HALF_EVEN)
    short = number.normalize()
    return Decimal(f"{short:f}") if short else Decimal(0)


def parse_figure(text: str) -> Decimal | None:
    """A figure alone, with or without thousands separators.

    >>> parse_figure("1,030,700.00"), parse_figure("-5"), parse_figure("1,0307")
    (Decimal('1030700.00'), Decimal('-5'), None)
    """
    if len(text) > _LONGEST or not _WHOLE_FIGURE.fullmatch(text):
        return None
    number = Decimal(text.replace(",", ""))
    return number if abs(number) < LIMIT else None


def parse_amount(text: str) -> Amount | None:
    """A whole text of the form of `AMOUNT`; None for a code (`007`) or magnitudes that do not descend.

    >>> parse_amount("3.8万")
    Amount(number=Decimal('38000'), scale=Decimal('10000'))
    >>> parse_amount("1亿2000万").number, parse_amount("1万2亿"), parse_amount("007")
    (Decimal('120000000'), None, None)
    """
    if len(text) > _LONGEST or _CODE.match(text) or not _WHOLE_AMOUNT.fullmatch(text):
        return None
    parts = [
        (Decimal(figure.replace(",", "")), MAGNITUDES[magnitude] if magnitude else Decimal(1))
        for figure, magnitude in _PART.findall(text)
    ]
    factors = [factor for _, factor in parts]
    descending = all(later < earlier for earlier, later in pairwise(factors))
    fits = all(figure * factor < before for (figure, factor), before in zip(parts[1:], factors, strict=False))
    number = sum((figure * factor for figure, factor in parts), Decimal(0))
    if not (descending and fits) or number >= LIMIT:
        return None
    return Amount(plain(number), factors[0] if len(factors) == 1 else Decimal(1))


def parse_numeral(text: str) -> Decimal | None:
    """A number in Chinese numerals, also the formal ones; None for anything else.

    A bare 百, 千, 万 or 点 is no number, and neither are a row of digits (`一一`) and spoken short
    forms that two readers would read differently (`一百二`).

    >>> [str(parse_numeral(text)) for text in ("二十", "一百零五", "三千二百万", "两", "半", "十二点五")]
    ['20', '105', '32000000', '2', '0.5', '12.5']
    >>> parse_numeral("壹佰万"), parse_numeral("两亿零五万"), parse_numeral("零")
    (Decimal('1000000'), Decimal('200050000'), Decimal('0'))
    >>> [parse_numeral(text) for text in ("万", "一一", "三半", "一百二", "三万五")]
    [None, None, None, None, None]
    """
    if text == "半":
        return Decimal("0.5")
    if len(text) > _LONGEST:
        return None
    point = _POINT.fullmatch(text)
    if point is not None:
        whole = _whole_numeral(point["whole"])
        places = "".join(str(_DIGITS[character]) for character in point["places"])
        factor = MAGNITUDES[point["magnitude"]] if point["magnitude"] else Decimal(1)
        return None if whole is None else plain(Decimal(f"{whole}.{places}") * factor)
    number = _whole_numeral(text)
    return None if number is None else Decimal(number)


def _whole_numeral(text: str) -> int | None:
    """Read by sections of 亿 and 万, each of at most four places.

    What follows a gap must begin with 零: 三万五 means 35 000 to a speaker and 30 005 to a reader by
    rule, so it is no number here.
    """
    total, place = 0, 10**12
    for name, factor in (("亿", 10**8), ("万", 10**4), ("", 1)):
        head, found, tail = text.partition(name) if name else (text, name == "" and text != "", "")
        if not found:
            continue
        section = _section(head)
        if section is None or (name and not section):
            return None
        if total and section * factor < place // 10 and head[0] not in "零〇":
            return None
        total, place, text = total + section * factor, factor, tail
    return total if place < 10**12 else None


def _section(text: str) -> int | None:
    """A numeral below ten thousand: digit and place by turns, places descending."""
    total, digit, last_place, gap = 0, None, 10_000, False
    for character in text:
        if character in _DIGITS:
            if digit:
                return None
            gap = digit == 0 or character in "零〇"
            digit = _DIGITS[character]
        elif character in _TENS:
            place = _TENS[character]
            # 十 may stand without a digit at the front (十二); 百 and 千 may not.
            if place >= last_place or digit == 0 or (digit is None and (place != 10 or total)):
                return None
            total += (digit or 1) * place
            digit, last_place, gap = None, place, False
        else:
            return None
    if digit is None:
        return total or None
    # 一百二 is 120 to a speaker, 102 to a reader by rule; 一百零 breaks off.
    unsure = total and (digit == 0 or (last_place > 10 and not gap))
    return None if unsure else total + digit


def parse_written(text: str) -> Decimal | None:
    """A number in figures or in Chinese numerals.

    >>> parse_written("95.5"), parse_written("九十")
    (Decimal('95.5'), Decimal('90'))
    """
    figure = parse_figure(text)
    return figure if figure is not None else parse_numeral(text)


def spell_out_shares(text: str) -> str:
    """Shares in words as percent: 百分之九十, 千分之三, 三分之二, 九成.

    A fraction becomes a percentage (at eight places), since that is how its indicator is answered.

    >>> spell_out_shares("不低于百分之九十五"), spell_out_shares("千分之三以内"), spell_out_shares("九成以上")
    ('不低于95%', '3‰以内', '90%以上')
    >>> spell_out_shares("三分之二"), spell_out_shares("百分之百"), spell_out_shares("十分之几")
    ('66.66666667%', '100%', '十分之几')
    """
    if "分之" in text:
        text = _PERCENT.sub(lambda match: _share(match, "%"), text)
        text = _PERMILLE.sub(lambda match: _share(match, "‰"), text)
        text = _FRACTION.sub(_fraction, text)
    if "成" in text:
        text = _TENTHS.sub(_tenths, text)
    return text


def _share(match: re.Match[str], sign: str) -> str:
    number = Decimal(100) if match[1] in {"百", "一百"} else parse_written(match[1])
    return match[0] if number is None else f"{number:f}{sign}"


def _fraction(match: re.Match[str]) -> str:
    whole, part = parse_written(match[1]), parse_written(match[2])
    if not whole or part is None or part > whole:
        return match[0]
    return f"{plain(part * 100 / whole):f}%"


def _tenths(match: re.Match[str]) -> str:
    number = parse_written(match[1])
    if number is None:
        return match[0]
    return f"{number * 10 + (5 if match[2] else 0):f}%"
