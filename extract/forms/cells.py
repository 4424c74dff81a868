"""What kind of thing a cell holds, as far as its shape tells: the types that columns are checked by.

This is recognition, not interpretation: it never yields a value, only a type.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from extract.text import fold

_NUMBER = r"[+-]?\d[\d,]*(?:\.\d+)?"
_COMPARATOR = r"(?:[≥≤≧≦><=＝═﹦±》《]=?|不低于|不少于|不超过|不高于|不大于|不小于|大于等于|小于等于|大于|小于|等于|高于|低于|超过)"
_PLAIN_NUMBER = re.compile(rf"{_NUMBER}")
_SCORE = re.compile(rf"{_NUMBER}分?")
_PERCENT = re.compile(rf"{_NUMBER}(?:%|％|‰|百分比)")
_OPERATOR = re.compile(rf"{_COMPARATOR}|定性|定量|正向|反向|/")
_DATE = re.compile(
    r"(?:\d{2,4}年(?:度)?)?(?:\d{1,2}月(?:份)?)?(?:\d{1,2}日)?(?:底|末|中|初)?(?:之?前|内|完成|完毕)?"
)
# A unit never ends as names of indicators do, so that 12345热线接通率 is a name.
_QUANTITY = re.compile(
    rf"{_COMPARATOR}.{{0,24}}|{_NUMBER}[^\d\s，。；]{{0,8}}(?<![率性数量况度费])(?:以上|以下|以内|内|左右)?"
)
_RANGE = re.compile(rf"{_NUMBER}\D{{0,3}}[-~至]{_NUMBER}\D{{0,6}}")
_MARK = re.compile(r"[-—–/*\\.…·、]+|无|暂无|不适用")
_NUMBERED = re.compile(r"(?:指标|目标)\d+(?:[::].*)?|\d+[、.](?!\d).+|[①-⑳].+|[★*☆].+")
_EMPTY_SLOT = re.compile(
    r"\(\d+(?:[-~至]\d+)?分?\)分?|(?:指标|目标|绩效指标)?\d*[:：.、]?|[….·。\-—_/*]+|无|\(?[≥≤>=<]*\*+.{0,3}\)?"
)
_HINT = re.compile(
    r"(?:(?:目标\d+[::])?(?:[(]?.{0,8}\d+字(?:以内|左右|以上)?[)]?|[(](?:填写|说明|请|注|例|如|可).*[)]|[….·。]+))+"
)
_TEMPLATE = re.compile(r"[×xX*＊_]{2,}")
_SENTENCE = re.compile(r"[。；;]|，.*，")


class Type(Enum):
    """The type of a cell; `MARK` is a printed sign for nothing, `NUMBERED` a name with its number."""

    BLANK = "blank"
    MARK = "mark"
    OPERATOR = "operator"
    NUMBER = "number"
    PERCENT = "percent"
    QUANTITY = "quantity"
    DATE = "date"
    NUMBERED = "numbered"
    WORDS = "words"
    PROSE = "prose"


@lru_cache(maxsize=65536)
def cell_type(text: str) -> Type:
    """The type of a cell's text.

    >>> [cell_type(text).value for text in ("24.5", "≥3000件", "100%", "2022年12月底前", "—", "及时")]
    ['number', 'quantity', 'percent', 'date', 'mark', 'words']
    """
    key = fold(text)
    if not key:
        return Type.BLANK
    patterns = (
        (_MARK, Type.MARK),
        (_OPERATOR, Type.OPERATOR),
        (_PLAIN_NUMBER, Type.NUMBER),
        (_PERCENT, Type.PERCENT),
        (_DATE, Type.DATE),
        (_NUMBERED, Type.NUMBERED),
        (_RANGE, Type.QUANTITY),
        (_QUANTITY, Type.QUANTITY),
    )
    for pattern, kind in patterns:
        if pattern.fullmatch(key):
            return kind
    return Type.PROSE if len(key) > 40 or _SENTENCE.search(key) else Type.WORDS


def is_score(text: str) -> bool:
    """Could this be a weight or a score: a number from 0 to 100 or so, `10分` too.

    >>> is_score("10"), is_score("8.5分"), is_score("2022"), is_score("95%")
    (True, True, False, False)
    """
    key = fold(text)
    if not _SCORE.fullmatch(key):
        return False
    return abs(float(key.rstrip("分").replace(",", ""))) <= 120


def is_amount(text: str) -> bool:
    """Could this be a sum of money: a number, with a unit or without.

    >>> is_amount("1,030,700.00"), is_amount("854万"), is_amount("100%")
    (True, True, False)
    """
    return bool(re.fullmatch(rf"{_NUMBER}(?:亿元|万元|万|元|亿|千元|万兀)?", fold(text)))


def is_empty_slot(text: str) -> bool:
    """A place for a name that nobody filled in: blank, `指标2：`, `……`.

    >>> is_empty_slot("指标2："), is_empty_slot("……"), is_empty_slot("指标1：培训人次")
    (True, True, False)
    """
    return bool(_EMPTY_SLOT.fullmatch(fold(text)))


def is_hint(text: str) -> bool:
    """A hint of the template that nobody wrote over.

    >>> is_hint("（100字以内）"), is_hint("目标1：（限200字以内）目标2：……"), is_hint("建设1000字碑林")
    (True, True, False)
    >>> is_hint("（填写说明）")
    True
    """
    return bool(_HINT.fullmatch(fold(text)))


def is_template(text: str) -> bool:
    """Text with a place left open: `××人数`, `≤**万元`, `____`.

    >>> is_template("××人数（≥**人）"), is_template("办理案件数")
    (True, False)
    """
    return bool(_TEMPLATE.search(fold(text)))


def is_comparator(text: str) -> bool:
    """A sign or word that compares, and nothing else.

    >>> is_comparator("≥"), is_comparator("小于等于"), is_comparator("正向")
    (True, True, False)
    """
    return bool(re.fullmatch(_COMPARATOR, fold(text)))
