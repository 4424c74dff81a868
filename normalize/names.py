"""The name of an indicator: what remains of the printed slot without numbering, marks and hints.

`clean_name` gives the name that is stored, `matching_key` the key under which it is looked up, and
`loose_keys` what to try when that finds nothing. The words are in `data/names.toml`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from extract.text import fold, repair
from normalize.resources import load, longest_first
from normalize.units import unit_in_name

_WORDS = load("names")
_BLANK = frozenset(_WORDS["blank"])
_NUMBERED_WORDS = "|".join(longest_first(_WORDS["numbered"]))
_EXPLAINING = "|".join(map(re.escape, _WORDS["explaining"]))

_OPEN, _CLOSE = "（(﹙", "）)﹚"
_INSIDE = rf"[^{_OPEN}{_CLOSE}]"
_COMPARE = "≥≤≧≦<>＜＞=＝﹦═≮≯"
_DIGITS = r"[0-9０-９]{1,2}"
_CHINESE = "[一二三四五六七八九十]{1,3}"

_PINYIN = re.compile(
    rf"(?<=[一-龥])[{_OPEN}][a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜüńňǹḿ]+[{_CLOSE}]",
)
_LEADING = (
    re.compile(r"^[★☆✩✭⭐*＊●○◆◇■□▲△▪·•‧・\-－–—…~、，,。.；;：:/／_＿\s]+"),
    re.compile("^[①-⒛㈠-㈩❶-❿⓫-⓿]+[、.．：:]?"),
    re.compile(r"^其中[：:，,]?(?=.)"),
    # 指标12345热线办结率 is not indicator number 12; without a number a colon is needed.
    re.compile(
        rf"^(?:{_NUMBERED_WORDS})(?:(?:{_DIGITS}(?![0-9０-９])|{_CHINESE}(?=[：:、.．])|[①-⒛])"
        r"[：:、.．)）]?|[：:])"
    ),
    re.compile(rf"^[{_OPEN}](?:{_DIGITS}|{_CHINESE})[{_CLOSE}][、.．：:]?"),
    re.compile(rf"^(?:{_DIGITS}[、)）：:]|{_CHINESE}[、.．])"),
    # 1.培训人数 is numbered, 1.5公里道路 is not, 1.2022年度培训人数 is.
    re.compile(rf"^{_DIGITS}[.．](?:(?![0-9０-９])|(?=(?:19|20)[0-9]{{2}}年))"),
)
_TRAILING = (
    # Empty slots and hints in brackets: （≥**人）, (100字以内), （计算方法：…）.
    re.compile(
        rf"[{_OPEN}]\s*(?:[{_COMPARE}]{_INSIDE}*|[xX×]*[*＊_＿…]+{_INSIDE}{{0,8}}"
        rf"|(?:{_EXPLAINING}){_INSIDE}*|{_INSIDE}*字以内|\s*)[{_CLOSE}]"
    ),
    # A comparator ends a name; what follows is the value or its slot.
    re.compile(rf"(?<=.)(?:[{_COMPARE}]|[*＊_＿]{{2,}}|…{{2,}}).*$", re.DOTALL),
    # 救助标准——一户年最高5300元: a remark with a figure behind a dash.
    re.compile(r"(?<=..)(?:——|--)[^—]*[0-9][^—]*$"),
    re.compile(r"[：:；;，,、。.…\s_＿*＊—–/／\-－]+$"),
)
_LAST_BRACKET = re.compile(rf"[{_OPEN}]{_INSIDE}*[{_CLOSE}]$")


@lru_cache(maxsize=16384)
def clean_name(text: str) -> str:
    """The indicator's name as its form means it; empty for a slot that holds no name.

    Numbering, stars, template slots, a unit in brackets and bracketed pinyin go. Digits that
    belong to the name stay. Cleaning a clean name changes nothing.

    >>> clean_name("指标1：技术服务内容（项）"), clean_name("★★★其中：农村低保发放人数(≥**人)")
    ('技术服务内容', '农村低保发放人数')
    >>> clean_name("① 12345热线办结率（%）"), clean_name("1.2022年度培训人数"), clean_name("項(xiàng)目數量")
    ('12345热线办结率', '2022年度培训人数', '項目數量')
    >>> clean_name("指标2："), clean_name("……"), clean_name("/"), clean_name("无")
    ('', '', '', '')
    """
    name = repair(text)
    while True:
        cleaned = _clean_once(name)
        if cleaned == name:
            return "" if name in _BLANK else name
        name = cleaned


def _clean_once(name: str) -> str:
    name = _PINYIN.sub("", name)
    for pattern in _LEADING:
        name = pattern.sub("", name)
    for pattern in _TRAILING:
        name = pattern.sub("", name)
    if _LAST_BRACKET.search(name) and unit_in_name(name):
        name = _LAST_BRACKET.sub("", name)
    return repair(name)


_UNCOMPARED = re.compile(r"""["'()\[\]{}<>《》〈〉【】「」『』·•、,;:!?。\-_/*]""")
_YEAR = re.compile(r"^(?:19|20)[0-9]{2}(?:年度|年|-(?:19|20)[0-9]{2}年度?)(?=.{2})")


@lru_cache(maxsize=65536)
def matching_key(name: str) -> str:
    """What two printings of one name share: folded, without quotes, brackets, marks and a year.

    >>> matching_key("“三公”经费控制率"), matching_key("及时（按期）完工率"), matching_key("2022年度培训人数")
    ('三公经费控制率', '及时按期完工率', '培训人数')
    """
    key = name
    while True:
        # Taking a mark out can bring letters together that fold further.
        folded = fold(key)
        shorter = _UNCOMPARED.sub("", _YEAR.sub("", folded)) or folded
        if shorter == key:
            return key
        key = shorter


_BRACKETS = re.compile(r"\([^()]*\)")
_LOOSE_PREFIXES = longest_first(_WORDS["loose_prefixes"])
_LOOSE_SUFFIXES = longest_first(_WORDS["loose_suffixes"])
_SUFFIX_LEVEL2: dict[str, str] = _WORDS["suffix_level2"]
_SHORTEST = 3


def loose_keys(name: str) -> tuple[tuple[str, str | None], ...]:
    """Keys to try when the name's own finds nothing, each with the level 2 it is good for.

    What stands in brackets goes, then words such as 全县 before and 情况 or 影响程度 behind. Without
    数量 a name says no longer what is counted, so that key serves only where level 2 says so.

    >>> loose_keys("全县社会稳定情况")
    (('全县社会稳定', None), ('社会稳定情况', None), ('社会稳定', None))
    >>> loose_keys("宣传资料数量"), loose_keys("农村低保发放人数（按月平均）")
    ((('宣传资料', 'quantity'),), (('农村低保发放人数', None),))
    """
    whole = matching_key(name)
    bare = matching_key(_BRACKETS.sub("", fold(name)))
    keys: dict[str, str | None] = {} if len(bare) < _SHORTEST else {bare: None}
    for start in (bare, _without_prefix(bare)):
        shorter, level2 = _without_suffix(start)
        keys.setdefault(shorter, level2)
        keys.setdefault(start, None)
    keys.pop(whole, None)
    long_enough = ((key, level2) for key, level2 in keys.items() if len(key) >= _SHORTEST)
    return tuple(sorted(long_enough, key=lambda item: -len(item[0])))


def _without_prefix(key: str) -> str:
    for prefix in _LOOSE_PREFIXES:
        if key.startswith(prefix) and len(key) - len(prefix) >= _SHORTEST:
            return key[len(prefix) :]
    return key


def _without_suffix(key: str) -> tuple[str, str | None]:
    for suffix in _LOOSE_SUFFIXES:
        if key.endswith(suffix) and len(key) - len(suffix) >= _SHORTEST:
            return key[: -len(suffix)], _SUFFIX_LEVEL2.get(suffix)
    return key, None
