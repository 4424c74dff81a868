"""标签词典: which field a printed label means.

The lexicon is data (`data/labels.toml`): families of codes, each with its spellings. A look-up is
always within one family, because the same word means different things in different places
(`得分` is a column of the funding block and of the indicator block, `成本指标` a first and a second
level).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from extract.text import fold

_BRACKETS = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_POINTS = re.compile(r"\(\d+(?:[-~至]\d+)?分?\)分?")  # 成本指标(0-20)分
_ENUMERATION = re.compile(
    r"(?:\([一二三四五六七八九十\d]+\)|[①-⑳]|[一二三四五六七八九十]+[、.]|\d+(?:[、]|\.(?!\d)))"
)
_LEADING = re.compile(r"[*★☆·\-]+|其中[::]?")
_MONTHS = re.compile(r"1-(?:\d{1,2}|n)月(?:份)?")
_YEAR = re.compile(r"^(?:19|20)\d\d年度?(?=\S)")
_COLONS = ":："
_FAMILIES = (
    "field", "budget_block", "budget_column", "budget_line", "goal", "column", "total", "section", "noise",
)  # fmt: skip
MEDIUM_TERM = ("中期", "实施期", "长期", "总投资")  # words that tell a term longer than the year
_INNER_LABEL = re.compile(r"[\u4e00-\u9fff（）()]{2,12}(?=[:：])")
_FUZZY = 0.8
_FUZZY_MARGIN = 0.1
_MONEY_UNIT = re.compile(r"(亿元|万元|万圆|千元|百万元|元)")


@dataclass(frozen=True, slots=True)
class Label:
    """What a label means: its code in a family, and 1.0 for a known spelling, less for a likely one."""

    code: str
    score: float


@lru_cache(maxsize=1)
def _data() -> dict[str, dict[str, list[str]]]:
    text = resources.files("extract.forms").joinpath("data/labels.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _family(family: str) -> dict[str, str]:
    """Folded spelling → code; the first code in the file keeps a spelling that two claim."""
    spellings: dict[str, str] = {}
    for code, labels in _data()[family].items():
        for label in labels:
            for key in (fold(label), bare(label)):
                spellings.setdefault(key, code)
    return spellings


def words(family: str, code: str) -> tuple[str, ...]:
    """The folded words that the lexicon lists under a code."""
    return tuple(fold(word) for word in _data()[family][code])


@lru_cache(maxsize=8192)
def bare(text: str) -> str:
    r"""The folded label without brackets, enumeration, marks and a trailing colon.

    >>> bare("1、全年预算数（A）："), bare("其中：财政拨款"), bare("产出指标\n(50分)")
    ('全年预算数', '财政拨款', '产出指标')
    """
    return _trim(_BRACKETS.sub("", _POINTS.sub("", fold(text))))


def _trim(key: str) -> str:
    before = None
    while key != before:
        before = key
        key = _LEADING.sub("", key, count=1) if _LEADING.match(key) else key
        match = _ENUMERATION.match(key)
        key = key[match.end() :] if match else key
        key = key.strip(_COLONS)
    return _MONTHS.sub("1-n月", key)


@lru_cache(maxsize=65536)
def look_up(text: str, family: str) -> Label | None:
    r"""The code that `text` is a known spelling of in `family`, or None.

    >>> look_up("项目资金\n（万元）", "budget_block"), look_up("达标", "column")
    (Label(code='funding', score=1.0), None)
    """
    if len(text) > 60:
        return None
    spellings = _family(family)
    plain = bare(text)
    for key in (_trim(fold(text)), plain, _YEAR.sub("", plain), plain.rstrip("0123456789")):
        if key in spellings:
            return Label(spellings[key], 1.0)
    return None


def is_label(text: str) -> bool:
    """Is this a label of any family but the levels, whose two columns may rightly say the same?"""
    return any(look_up(text, family) for family in _FAMILIES)


@lru_cache(maxsize=65536)
def look_up_alike(text: str, family: str) -> Label | None:
    """As `look_up`, but a single slip (OCR, a lost character) is forgiven where one code is nearest.

    For cells that must be labels by their place, such as those of a header row.

    >>> look_up_alike("年初预匏数", "budget_column")
    Label(code='initial_budget', score=0.8)
    """
    found = look_up(text, family)
    key = bare(text)
    if found is not None or not 4 <= len(key) <= 24:
        return found
    from rapidfuzz import fuzz, process  # noqa: PLC0415  only a damaged label pays for it

    spellings = _family(family)
    # The last character is what a label is about (执行数, 执行率): there no slip is forgiven.
    choices = [spelling for spelling in spellings if spelling[-1] == key[-1]]
    hits = process.extract(key, choices, scorer=fuzz.ratio, limit=8, score_cutoff=_FUZZY * 100)
    if not hits:
        return None
    best, score = spellings[hits[0][0]], hits[0][1] / 100
    rivals = [hit[1] / 100 for hit in hits if spellings[hit[0]] != best]
    return Label(best, round(score, 3)) if not rivals or score - rivals[0] >= _FUZZY_MARGIN else None


@lru_cache(maxsize=65536)
def fragment_of(text: str, families: tuple[str, ...]) -> Label | None:
    """The code whose spelling contains `text`, a label broken by a page or line (`满意`, `度指`).

    None where `text` is shorter than two characters or part of spellings of several codes.

    >>> fragment_of("度指", ("level1",)), fragment_of("指标", ("level1",))
    (Label(code='satisfaction', score=0.5), None)
    """
    key = bare(text)
    if len(key) < 2:
        return None
    codes = {code for family in families for spelling, code in _family(family).items() if key in spelling}
    return Label(codes.pop(), 0.5) if len(codes) == 1 else None


def section_of(heading: str) -> str:
    r"""The section that a passage belongs to, from the label or heading it stands under.

    >>> section_of("项目管理中存在的\n主要问题及原因分析"), section_of("三、其他")
    ('problems', 'other')
    """
    exact = look_up(heading, "section")
    if exact is not None:
        return "other" if exact.code == "management_columns" else exact.code
    key = bare(heading)
    for code, keywords in _data()["section_keyword"].items():
        if any(keyword in key for keyword in keywords):
            return code
    return "other"


def money_unit(text: str) -> str | None:
    """The unit of money that a label prints in brackets or behind `单位：`.

    >>> money_unit("项目资金（万元）"), money_unit("单位：元"), money_unit("项目资金")
    ('万元', '元', None)
    """
    key = fold(text).replace("兀", "元")
    places = [match.group() for match in _BRACKETS.finditer(key)]
    if "单位:" in key or key.startswith("单位"):
        places.append(key)
    for place in places:
        match = _MONEY_UNIT.search(place)
        if match:
            return match.group(1).replace("万圆", "万元")
    return None


def split_pair(text: str) -> tuple[str, str] | None:
    """A cell or line that holds `label：value` taken apart; None where no label stands before a colon.

    >>> split_pair("填报单位（盖章）：某县财政局")
    ('填报单位（盖章）', '某县财政局')
    """
    for index, char in enumerate(text[:40]):
        if char in _COLONS:
            label = text[:index]
            if any(look_up(label, family) for family in ("field", "budget_line", "goal", "total")):
                return label.strip(), text[index + 1 :].strip()
            return None
    return None


def split_pairs(text: str) -> list[tuple[str, str]]:
    """All the `label：value` of a line that holds several; one or none is as `split_pair` says.

    >>> split_pairs("单位名称：某县路灯所 填报日期：2024年3月10日")
    [('单位名称', '某县路灯所'), ('填报日期', '2024年3月10日')]
    """
    first = split_pair(text)
    if first is None:
        return []
    label, rest = first
    for match in _INNER_LABEL.finditer(rest):
        start = next(
            (at for at in range(match.start(), match.end()) if look_up(rest[at : match.end()], "field")), None
        )
        if start is not None and match.end() - start >= 2:
            following = split_pairs(f"{rest[start:]}")
            return [(label, rest[:start].strip()), *following]
    return [(label, rest)]


def codes(cells: Iterable[str], family: str) -> list[str | None]:
    """The code of each cell in one family, None where it is no label of it."""
    found = (look_up(cell, family) if cell else None for cell in cells)
    return [label.code if label else None for label in found]
