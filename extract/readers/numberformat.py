r"""Number formats of spreadsheets: a stored number and its format code to the text that the sheet shows.

A sheet stores 0.95 and shows `95%`, stores 45291 and shows `2023年12月31日`. Readers hand over what is
shown. Codes are those of Excel and WPS: up to four sections divided by `;`, each a row of tokens.

What depends on the screen is left out: colours, fill characters (`*x`), the width of the column, and
Chinese numerals (`[DBNum1]`, `[DBNum2]`), which come as Arabic ones.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

GENERAL = "General"
# The formats that files name by number only; 27 to 36 and 50 to 58 as the Chinese editions show them.
BUILT_IN: dict[int, str] = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: '"¥"#,##0;"¥"-#,##0', 6: '"¥"#,##0;"¥"-#,##0', 7: '"¥"#,##0.00;"¥"-#,##0.00', 8: '"¥"#,##0.00;"¥"-#,##0.00',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy",
    16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 41: '#,##0;-#,##0;"-"', 42: '"¥"#,##0;"¥"-#,##0;"¥""-"',
    43: '#,##0.00;-#,##0.00;"-"', 44: '"¥"#,##0.00;"¥"-#,##0.00;"¥""-"', 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"', 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: 'm"月"d"日"', 55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}  # fmt: skip

_LONGEST = 255  # Excel's own limit for a code
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)
_LAST_DAY = 2_958_466  # the day after 9999-12-31
_TOKEN = re.compile(
    r"""
      "(?P<quoted>[^"]*)"?
    | [\\!](?P<escaped>.) | [_*](?P<space>.)
    | \[(?P<bracket>[^\]]*)\]
    | (?P<general>General|G/通用格式)
    | (?P<half_day>AM/PM|A/P|上午/下午)
    | (?P<exponent>(?<=[0\#?.])[eE][+-])
    | (?P<date>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|[eE]+|[aA]{3,4})
    | (?P<digit>[0\#?])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SIMPLE = re.compile(r"0(?:\.(0{1,30}))?(%?)")
_CONDITION = re.compile(r"(?P<sign><=|>=|<>|<|>|=)(?P<limit>-?\d+(?:\.\d+)?)")
_SIGNS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_ELAPSED = re.compile(r"[hH]+|[mM]+|[sS]+")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class _Token:
    """One piece of a section: its kind (literal, digit, date, elapsed, …) and its text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Section:
    tokens: tuple[_Token, ...]
    condition: tuple[str, Decimal] | None = None

    def has(self, *kinds: str) -> bool:
        return any(token.kind in kinds for token in self.tokens)


def render(number: float | Decimal | str, code: str, *, since_1904: bool = False) -> str:
    r"""The text that a cell with this number and this format code shows.

    Numbers are taken to 15 figures, as spreadsheets do, and rounded half up. A date that no calendar
    has, and a code that is none, are shown as General. ValueError where `number` is not a number.

    >>> render(0.95, "0%"), render(24.5, "0.00"), render("1234.5", "#,##0.00"), render(24.5, '0.00"万元"')
    ('95%', '24.50', '1,234.50', '24.50万元')
    >>> render(45291, 'yyyy"年"m"月"d"日"'), render(45291.75, "yyyy/m/d h:mm"), render(45291, "yyyy\\-mm\\-dd")
    ('2023年12月31日', '2023/12/31 18:00', '2023-12-31')
    >>> render(0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '), render(-3.456, "0.00_);(0.00)")
    ('-', '(3.46)')
    >>> render(12.0, "General"), render(0.1 + 0.2, "G/通用格式"), render(0.285, "0%")
    ('12', '0.3', '29%')
    """
    value = _figures(number)
    simple = _simple(code)
    if simple is not None:
        decimals, is_percent = simple
        figures = value * 100 if is_percent else value
        return f"{figures.quantize(decimals, context=_EXACT):f}" + ("%" if is_percent else "")
    if code == GENERAL or not code or len(code) > _LONGEST:
        return _general(value)
    section, negative = _chosen(_sections(code), value)
    if section.has("date", "elapsed", "half_day"):
        moment = _moment(value, since_1904=since_1904)
        return _date(section, value, moment) if moment is not None else _general(value)
    # A section of its own for negative numbers writes their sign itself, or brackets instead.
    magnitude, sign = abs(value), "-" if value < 0 and not negative else ""
    return (sign + _number(section, magnitude)).strip() if section.tokens else ""


def render_text(text: str, code: str) -> str:
    """The text that a cell with text and this format code shows: `@"元"` adds a word to it.

    >>> render_text("无", '0.00;-0.00;0;@"（元）"'), render_text("无", "0.00")
    ('无（元）', '无')
    """
    if "@" not in code or code == "@" or len(code) > _LONGEST:
        return text
    section = _sections(code)[-1]
    if not section.has("text"):
        return text
    return "".join(text if token.kind == "text" else token.text for token in section.tokens)


@lru_cache(maxsize=256)
def _simple(code: str) -> tuple[Decimal, bool] | None:
    """The last decimal and whether there is a percent sign, of the codes that nearly all cells have.

    >>> _simple("0.00%"), _simple("#,##0")
    ((Decimal('0.01'), True), None)
    """
    match = _SIMPLE.fullmatch(code)
    return (Decimal(1).scaleb(-len(match[1] or "")), match[2] == "%") if match else None


def _figures(number: float | Decimal | str) -> Decimal:
    """The number to 15 figures: what is behind them is the dust of binary fractions."""
    value = Decimal(format(float(number), ".15g"))
    if not value.is_finite():
        raise ValueError(f"not a number: {number!r}")
    return value


def _general(value: Decimal) -> str:
    """As General shows a number in a column that is wide enough: no more than ten decimals in a fraction.

    Whole numbers keep all their figures (the screen turns to powers of ten at twelve), because they
    may be codes.

    >>> _general(Decimal("123456789012")), _general(Decimal(1) / 3), _general(Decimal("1e-20"))
    ('123456789012', '0.3333333333', '1E-20')
    """
    if value == 0:
        return "0"
    if abs(value) >= Decimal(10) ** 15 or abs(value) < Decimal("1e-9"):
        text = f"{value.normalize(_EXACT):E}"
        mantissa, _, exponent = text.partition("E")
        return f"{mantissa}E{exponent[0]}{exponent[1:]:0>2}"
    rounded = value.quantize(Decimal("1e-10"), context=_EXACT)
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    """The sections of a code. A `;` in quotes or behind a backslash divides nothing.

    >>> len(_sections('0.00;"a;b"@')), _sections("[>=100]0;0")[0].condition
    (2, ('>=', Decimal('100')))
    """
    sections: list[_Section] = []
    tokens: list[_Token] = []
    condition: tuple[str, Decimal] | None = None
    for match in _TOKEN.finditer(code):
        kind, text = match.lastgroup or "other", match[match.lastgroup or 0]
        if kind == "other" and text == ";":
            sections.append(_Section(tuple(tokens), condition))
            tokens, condition = [], None
        elif kind == "bracket" and (found := _CONDITION.fullmatch(text)):
            condition = (found["sign"], Decimal(found["limit"]))
        else:
            tokens += _token(kind, text)
    sections.append(_Section(tuple(tokens), condition))
    return tuple(sections)


def _token(kind: str, text: str) -> Iterator[_Token]:
    if kind in ("quoted", "escaped"):
        yield _Token("literal", text)
    elif kind == "space":
        yield _Token("literal", " ")
    elif kind == "bracket":
        if _ELAPSED.fullmatch(text):
            yield _Token("elapsed", text.lower())
        elif text.startswith("$"):  # [$¥-804]: a currency and a language
            yield _Token("literal", text[1:].partition("-")[0])
    elif kind == "other":
        yield _Token({"@": "text", ".": "point", ",": "comma", "%": "percent"}.get(text, "literal"), text)
    else:
        yield _Token(kind, text.lower() if kind == "date" else text)


def _chosen(sections: tuple[_Section, ...], value: Decimal) -> tuple[_Section, bool]:
    """The section for a value, and whether it is the one for negative numbers only."""
    numeric = sections[:3]
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None or _SIGNS[section.condition[0]](value, section.condition[1]):
                return section, False
        return numeric[-1], False
    if len(sections) == 2 and sections[1].has("text"):
        numeric = sections[:1]
    if value < 0 and len(numeric) > 1:
        return numeric[1], True
    if value == 0 and len(numeric) > 2:
        return numeric[2], False
    return numeric[0], False


def _number(section: _Section, value: Decimal) -> str:
    """A section of digits, for a value that is not negative."""
    if not section.has("digit"):
        return "".join(
            _general(value) if token.kind in ("general", "text") else token.text for token in section.tokens
        )
    tokens = section.tokens
    value = value * 100 ** sum(token.kind == "percent" for token in tokens)
    if section.has("exponent"):
        return _scientific(tokens, value)
    if any(token.text == "/" for token in tokens) and not section.has("point"):
        return _fraction(tokens, value)
    point = next((at for at, token in enumerate(tokens) if token.kind == "point"), len(tokens))
    last = max(at for at, token in enumerate(tokens) if token.kind == "digit")
    thousands = 0
    while last + thousands + 1 < len(tokens) and tokens[last + thousands + 1].kind == "comma":
        thousands += 1
    value /= 1000**thousands
    decimals = sum(token.kind == "digit" for token in tokens[point:])
    whole, _, rest = f"{value.quantize(Decimal(1).scaleb(-decimals), context=_EXACT):f}".partition(".")
    grouped = any(token.kind == "comma" for token in tokens[: min(point, last)])
    before = _whole(tokens[:point], "" if whole == "0" else whole, grouped=grouped)
    return before + _rest(tokens[point:], rest)


def _whole(tokens: tuple[_Token, ...], digits: str, *, grouped: bool) -> str:
    """The part before the point, filled from the right; the first place takes all that is left over."""
    places = sum(token.kind == "digit" for token in tokens)
    if not places:
        return "".join(token.text for token in tokens if token.kind != "comma") + digits
    written: list[str] = []
    at = 0  # figures written, counted from the right
    for token in reversed(tokens):
        if token.kind == "comma":
            continue
        if token.kind != "digit":
            written.append(token.text)
            continue
        places -= 1
        figures = digits[::-1][at:] if places == 0 else digits[::-1][at : at + 1]
        figures = figures or {"0": "0", "?": " "}.get(token.text, "")
        for figure in figures:
            if grouped and at and at % 3 == 0 and figure.isdigit():
                written.append(",")
            written.append(figure)
            at += 1
    return "".join(reversed(written))


def _rest(tokens: tuple[_Token, ...], digits: str) -> str:
    """The point and what is behind it; `#` leaves out the zeros at the end."""
    significant = len(digits.rstrip("0"))
    written = []
    at = 0
    for token in tokens:
        if token.kind == "digit":
            shown = token.text == "0" or at < significant
            written.append(digits[at] if shown else {"?": " "}.get(token.text, ""))
            at += 1
        elif token.kind != "comma":
            written.append(token.text)
    return "".join(written)


def _scientific(tokens: tuple[_Token, ...], value: Decimal) -> str:
    at = next(at for at, token in enumerate(tokens) if token.kind == "exponent")
    point = next((place for place, token in enumerate(tokens[:at]) if token.kind == "point"), at)
    decimals = sum(token.kind == "digit" for token in tokens[point:at])
    width = sum(token.kind == "digit" for token in tokens[at:])
    mantissa, _, exponent = f"{value:.{decimals}E}".partition("E")
    sign = "-" if exponent.startswith("-") else "+" if tokens[at].text.endswith("+") else ""
    return f"{mantissa}E{sign}{exponent[1:]:0>{width}}"


def _fraction(tokens: tuple[_Token, ...], value: Decimal) -> str:
    """`# ?/?` and `?/?`: the nearest fraction whose denominator has that many figures.

    >>> render(1.25, "# ?/?"), render(0.5, "# ??/??"), render(3, "# ?/?"), render(2.5, "?/?")
    ('1 1/4', '1/2', '3', '5/2')
    >>> render(0.5, "# ?/10"), render(0.5, "?/")
    ('5/10', '0')
    """
    slash = next(at for at, token in enumerate(tokens) if token.text == "/")
    below = "".join(token.text for token in tokens[slash + 1 :]).strip()
    gaps = [at for at, token in enumerate(tokens[:slash]) if token.text.isspace()]
    mixed = any(token.kind == "digit" for token in tokens[: gaps[0]]) if gaps else False
    whole = int(value) if mixed else 0
    if below.isdecimal() and int(below):  # `# ?/10`
        numerator, denominator = round(Fraction(value - whole) * int(below)), int(below)
    else:
        width = sum(char in "0#?" for char in below)
        fraction = Fraction(value - whole).limit_denominator(max(10**width - 1, 1))
        numerator, denominator = fraction.numerator, fraction.denominator
    if numerator % denominator == 0:
        return str(whole + numerator // denominator)
    text = f"{numerator}/{denominator}"
    return f"{whole} {text}" if whole else text


def _moment(value: Decimal, *, since_1904: bool) -> datetime | None:
    """The date and time that a serial number stands for; None where the calendar has none.

    >>> _moment(Decimal(45291), since_1904=False), _moment(Decimal(59), since_1904=False)
    (datetime.datetime(2023, 12, 31, 0, 0), datetime.datetime(1900, 2, 28, 0, 0))
    """
    if not 0 <= value < _LAST_DAY:
        return None
    if since_1904:
        start = datetime(1904, 1, 1)
    else:
        # Lotus took 1900 for a leap year, and every spreadsheet since keeps its 29 February.
        start = datetime(1899, 12, 30) if value >= 60 else datetime(1899, 12, 31)
    try:
        return start + timedelta(milliseconds=int((value * 86_400_000).to_integral_value(ROUND_HALF_UP)))
    except OverflowError:
        return None


def _date(section: _Section, value: Decimal, moment: datetime) -> str:
    """A section with parts of dates; `m` is minutes behind hours and before seconds, months elsewhere."""
    tokens = _merged_seconds(section.tokens)
    if not any(token.kind == "digit" for token in tokens):
        moment = _to_second(moment)
    dated = [token for token in tokens if token.kind in ("date", "elapsed")]
    half_day = section.has("half_day")
    written = []
    at = 0
    for token in tokens:
        if token.kind in ("date", "elapsed"):
            before = dated[at - 1].text[0] if at else ""
            after = dated[at + 1].text[0] if at + 1 < len(dated) else ""
            minutes = token.text[0] == "m" and len(token.text) <= 2 and (before == "h" or after == "s")
            if token.kind == "elapsed":
                written.append(_elapsed(token.text, value))
            else:
                text = "i" * len(token.text) if minutes else token.text
                written.append(_date_part(text, moment, half_day=half_day))
            at += 1
        elif token.kind == "half_day":
            first, _, second = token.text.partition("/")
            written.append(first if moment.hour < 12 else second)
        elif token.kind == "digit":  # fractions of a second, `.000` merged into one token
            written.append(f"{moment.microsecond // 1000:03}"[: len(token.text)])
        else:
            written.append(token.text)
    return "".join(written).strip()


def _merged_seconds(tokens: tuple[_Token, ...]) -> list[_Token]:
    merged: list[_Token] = []
    for token in tokens:
        if token.kind == "digit" and merged and merged[-1].kind == "digit":
            merged[-1] = _Token("digit", merged[-1].text + token.text)
        elif token.kind != "text":
            merged.append(token)
    return merged


def _to_second(moment: datetime) -> datetime:
    """Half a second is dust of binary fractions: 3:04 may be stored as 3:03:59.9999."""
    rounded = moment.replace(microsecond=0)
    return rounded + timedelta(seconds=1) if moment.microsecond >= 500_000 else rounded


def _elapsed(text: str, value: Decimal) -> str:
    units = {"h": 24, "m": 24 * 60, "s": 24 * 3600}[text[0]]
    return f"{int(value * units + Decimal('1e-6')):0{len(text)}}"


def _date_part(text: str, moment: datetime, *, half_day: bool) -> str:
    hour = (moment.hour % 12 or 12) if half_day else moment.hour
    numbers = {"m": moment.month, "d": moment.day, "h": hour, "i": moment.minute, "s": moment.second}
    letter, length = text[0], len(text)
    if letter == "y":
        return f"{moment.year % 100:02}" if length <= 2 else f"{moment.year:04}"
    if letter == "e":
        return str(moment.year)
    if letter == "a":
        return ("星期" if length == 4 else "") + "一二三四五六日"[moment.weekday()]
    if letter in "md" and length >= 3:
        name = _MONTHS[moment.month - 1] if letter == "m" else _DAYS[moment.weekday()]
        return name[:1] if length == 5 else name if length == 4 else name[:3]
    return f"{numbers[letter]:02}" if length >= 2 else str(numbers[letter])
