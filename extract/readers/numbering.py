"""The numbers that a word processor prints before paragraphs and does not store in their text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from extract.readers.names import VAL, is_on, w

_MAX_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_MAX_CLIMB = 32  # styles that are based on one another in a circle end here

_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


def _chinese(number: int, digits: str = _DIGITS, units: tuple[str, ...] = ("", "十", "百", "千")) -> str:
    """一百零一, 二十, 十一; beyond 9999 the digits one by one."""
    if not 0 < number < 10_000:
        return "".join(digits[int(digit)] for digit in str(number))
    text = str(number)
    parts = [
        digits[int(digit)] + units[len(text) - place] if digit != "0" else "零"
        for place, digit in enumerate(text, 1)
    ]
    spoken = re.sub("零+", "零", "".join(parts)).rstrip("零")
    return spoken[1:] if digits == _DIGITS and 10 <= number < 20 else spoken


def _chinese_digits(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _letters(number: int) -> str:
    """A to Z, then AA to ZZ, as word processors count."""
    repeat, letter = divmod(number - 1, 26)
    return chr(ord("A") + letter) * min(repeat + 1, 20)


def _roman(number: int) -> str:
    if number > 3999:
        return str(number)
    parts = []
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        parts.append(letters * count)
    return "".join(parts)


def _sign_from(first: str, last: int) -> Callable[[int], str]:
    """Numbers 1 to `last` have a sign of their own, the first of which is given."""
    return lambda number: chr(ord(first) + number - 1) if number <= last else str(number)


def _cyclic(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)]


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: str(number).translate({48 + n: 0xFF10 + n for n in range(10)}),
    "decimalFullWidth2": lambda number: str(number).translate({48 + n: 0xFF10 + n for n in range(10)}),
    "decimalEnclosedCircle": _sign_from("①", 20),
    "decimalEnclosedCircleChinese": _sign_from("①", 20),
    "decimalEnclosedFullstop": _sign_from("⒈", 20),
    "decimalEnclosedParen": _sign_from("⑴", 20),
    "ideographEnclosedCircle": _sign_from("㊀", 10),
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "chineseCounting": lambda number: _chinese(number) if number < 100 else _chinese_digits(number),
    "chineseCountingThousand": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "ideographDigital": _chinese_digits,
    "japaneseDigitalTenThousand": _chinese_digits,
    "taiwaneseDigital": _chinese_digits,
    "chineseLegalSimplified": lambda number: _chinese(number, _LEGAL_DIGITS, ("", "拾", "佰", "仟")),
    "ideographTraditional": _cyclic(_STEMS),
    "ideographZodiac": _cyclic(_BRANCHES),
    "bullet": lambda number: "",
    "none": lambda number: "",
}


def number_text(number: int, style: str) -> str:
    """A number as a numbering format prints it; an unknown format prints plain digits.

    >>> [number_text(12, style) for style in ("decimal", "chineseCounting", "ideographDigital", "lowerRoman")]
    ['12', '十二', '一二', 'xii']
    """
    return _FORMATS.get(style, str)(number) if number > 0 else str(number)


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is counted and printed; `text` has %1 to %9 for the levels' numbers.

    `restart` is the level, counted from 1, whose next number starts this one afresh: 0 none, None any
    that is above.
    """

    style: str = "decimal"
    text: str = ""
    start: int = 1
    gap: str = " "
    restart: int | None = None
    plain: bool = False
    paragraph_style: str | None = None


@dataclass(frozen=True, slots=True)
class List:
    """One list of a document. Lists with the same `counters` count on from one another."""

    counters: str
    levels: dict[int, Level]
    overrides: frozenset[int] = frozenset()

    def level_of(self, paragraph_style: str) -> int:
        """The level that a paragraph style is bound to, 0 if to none."""
        bound = (n for n, level in self.levels.items() if level.paragraph_style == paragraph_style)
        return next(bound, 0)


@dataclass(slots=True)
class Counter:
    """Counts through one document: `label` must be asked once per numbered paragraph, in order."""

    lists: dict[str, List]
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, number_id: str, level: int) -> str:
        """What is printed before the next paragraph of this list and level; "" for bullets."""
        chosen = self.lists.get(number_id)
        if chosen is None or level not in chosen.levels:
            return ""
        shape = chosen.levels[level]
        counts = self._counts.setdefault(chosen.counters, {})
        begins = level in chosen.overrides and (number_id, level) not in self._begun
        self._begun.add((number_id, level))
        counts[level] = shape.start if begins or level not in counts else counts[level] + 1
        for deeper in [other for other in counts if other > level]:
            restart = chosen.levels.get(deeper, Level()).restart
            if restart is None or 0 < level + 1 <= restart:
                del counts[deeper]
        if shape.style == "bullet":
            return ""
        text = _PLACE.sub(lambda place: self._number(chosen, counts, int(place[1]) - 1, shape), shape.text)
        return text + shape.gap if text else ""

    @staticmethod
    def _number(chosen: List, counts: dict[int, int], level: int, printed_in: Level) -> str:
        """The number of one level; a level that was skipped shows where it would start."""
        shape = chosen.levels.get(level, Level())
        number = counts.get(level, shape.start)
        return str(number) if printed_in.plain else number_text(number, shape.style)


@dataclass(frozen=True, slots=True)
class Styles:
    """What paragraph and character styles add to text: numbers, or hiding it."""

    numbered: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()


def read_styles(root: etree._Element) -> Styles:
    """The styles that number their paragraphs as (list, level), and those that hide their text."""
    styles = {style.get(w("styleId"), ""): style for style in root.iterchildren(w("style"))}
    numbered: dict[str, tuple[str, int | None]] = {}
    hidden = []
    for name in styles:
        line = list(_ancestry(styles, name))
        numbers = [found for style in line if (found := style.find(f"{w('pPr')}/{w('numPr')}")) is not None]
        ids = [text for number in numbers if (text := value(number, "numId")) is not None]
        levels = [text for number in numbers if (text := value(number, "ilvl")) is not None]
        if ids and ids[0] != "0":
            numbered[name] = (ids[0], _integer(levels[0], 0) if levels else None)
        vanish = (style.find(f"{w('rPr')}/{w('vanish')}") for style in line)
        if is_on(next((found for found in vanish if found is not None), None)):
            hidden.append(name)
    return Styles(numbered, frozenset(hidden))


def _ancestry(styles: dict[str, etree._Element], name: str | None) -> Iterator[etree._Element]:
    """A style and those it is based on, the nearest first."""
    for _ in range(_MAX_CLIMB):
        style = styles.get(name) if name is not None else None
        if style is None:
            return
        yield style
        name = value(style, "basedOn")


def read_lists(root: etree._Element) -> dict[str, List]:
    """The lists of a numbering part, by the id that paragraphs refer to."""
    abstract = {
        item.get(w("abstractNumId"), ""): {
            number: level
            for number, level in map(_level, item.iterchildren(w("lvl")))
            if number < _MAX_LEVELS
        }
        for item in root.iterchildren(w("abstractNum"))
    }
    # A list may leave its levels to a list style, which another list defines.
    styled = {value(item, "styleLink"): item for item in root.iterchildren(w("abstractNum"))}
    linked = {
        item.get(w("abstractNumId"), ""): styled[link].get(w("abstractNumId"), "")
        for item in root.iterchildren(w("abstractNum"))
        if (link := value(item, "numStyleLink")) is not None and link in styled
    }
    lists = {}
    for item in root.iterchildren(w("num")):
        counters = value(item, "abstractNumId") or ""
        counters = linked.get(counters, counters)
        levels = dict(abstract.get(counters, {}))
        overrides = []
        for override in item.iterchildren(w("lvlOverride")):
            number = _integer(override.get(w("ilvl")), 0)
            replacement = override.find(w("lvl"))
            if replacement is not None:
                levels[number] = _level(replacement)[1]
            start = value(override, "startOverride")
            if start is not None and number in levels:
                levels[number] = replace(levels[number], start=_integer(start, 1))
                overrides.append(number)
        lists[item.get(w("numId"), "")] = List(counters, levels, frozenset(overrides))
    return lists


def _level(element: etree._Element) -> tuple[int, Level]:
    restart = value(element, "lvlRestart")
    return _integer(element.get(w("ilvl")), 0), Level(
        style=value(element, "numFmt") or "decimal",
        text=value(element, "lvlText") or "",
        start=_integer(value(element, "start"), 0),
        gap="" if value(element, "suff") == "nothing" else " ",
        restart=None if restart is None else _integer(restart, 0),
        plain=is_on(element.find(w("isLgl"))),
        paragraph_style=value(element, "pStyle"),
    )


def value(element: etree._Element, child: str) -> str | None:
    """The `w:val` of a child, None without the child or the attribute."""
    found = element.find(w(child))
    return None if found is None else found.get(VAL)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,6}", text) else default
