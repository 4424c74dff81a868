"""How indicator names are built: heads, opposites, frames. What `data/heads.toml` says, ready to ask.

Everything here works on matching keys (`normalize.names.matching_key`) and knows no taxonomy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from normalize.names import matching_key
from normalize.resources import load, longest_first

_DATA: dict[str, Any] = load("heads")
_WORDS: dict[str, Any] = _DATA["words"]
_SUFFIX: dict[str, Any] = _DATA["suffix"]


def _kinds() -> dict[str, str]:
    return {end: kind["name"] for kind in _DATA["kind"] for end in kind["ends"]}


_KINDS = _kinds()
_LONGEST_HEAD = max(map(len, _KINDS))


def split_head(key: str) -> tuple[str, str | None]:
    """What stands before the head, and the head's kind; the whole key and None without a head.

    >>> split_head("农产品抽检合格率"), split_head("产品不合格率"), split_head("重大项目")
    (('农产品抽检', 'pass'), ('产品', 'failure'), ('重大项目', None))
    """
    for length in range(min(_LONGEST_HEAD, len(key)), 0, -1):
        kind = _KINDS.get(key[-length:])
        if kind is not None:
            return key[:-length], kind
    return key, None


_NOT_NEGATIONS = re.compile("|".join(map(re.escape, longest_first(_WORDS["not_negations"]))))
_NEGATIONS = re.compile("|".join(_WORDS["negations"]))
_OPPOSITES: list[tuple[str, str]] = [(one, other) for one, other in _WORDS["opposites"]]


def negated(key: str) -> bool:
    """Whether the name says that something is not.

    >>> negated("抽检不合格率"), negated("垃圾无害化处理率")
    (True, False)
    """
    return _NEGATIONS.search(_NOT_NEGATIONS.sub("", key)) is not None


def opposed(one: str, other: str) -> bool:
    """Whether two names cannot mean the same, however alike they look.

    >>> opposed("税收增长率", "税收下降率"), opposed("优良率", "不良率"), opposed("学生满意度", "家长满意度")
    (True, True, True)
    >>> opposed("参训学员满意度", "培训学员满意度")
    False
    """
    if negated(one) != negated(other):
        return True
    return any(
        (left in one and right in other and left not in other and right not in one)
        or (right in one and left in other and right not in other and left not in one)
        for left, right in _OPPOSITES
    )


@cache
def _canonical_words() -> Mapping[str, str]:
    groups = [*_WORDS["verbs"], *_WORDS["synonyms"]]
    return {word: group[0] for group in reversed(groups) for word in group}


@cache
def _weights() -> Mapping[str, float]:
    light = dict.fromkeys(_WORDS["generic"], 0.12)
    return {**light, **{group[0]: 0.35 for group in _WORDS["verbs"]}}


def same_word(word: str) -> str:
    """The word that stands for a group of synonyms, or the word itself.

    >>> same_word("采购"), same_word("推动"), same_word("垃圾")
    ('购置', '促进', '垃圾')
    """
    return _canonical_words().get(word, word)


def weight(word: str) -> float:
    """How much of a name's meaning the word carries, after `same_word`.

    >>> weight("项目") < weight("促进") < weight("采") < weight("垃圾") < weight("农产品")
    True
    """
    return _weights().get(word) or 0.25 + 0.375 * min(len(word), 4)


_SHORT = frozenset(_SUFFIX["short"])
_CLOSED = frozenset(map(matching_key, _SUFFIX["closed"]))
_TURNING: tuple[str, ...] = tuple(_SUFFIX["turning"])
_UNLESS: dict[str, tuple[str, ...]] = {end: tuple(words) for end, words in _SUFFIX["unless"].items()}
COUNTED: tuple[str, ...] = tuple(_SUFFIX["counted"])


def may_end_a_name(key: str) -> bool:
    """Whether a longer name that ends in this spelling is a kind of it.

    >>> may_end_a_name("验收合格率"), may_end_a_name("满意度"), may_end_a_name("项目数量"), may_end_a_name("网速")
    (True, True, False, False)
    """
    return key in _SHORT or (len(key) >= _SUFFIX["shortest"] and key not in _CLOSED)


def heads_alone(key: str) -> bool:
    """Whether the spelling is a bare head, which says nothing of what is measured.

    >>> heads_alone("及时率"), heads_alone("验收合格率")
    (True, False)
    """
    return key in _SHORT


def turned(before: str) -> bool:
    """Whether what stands before a spelling turns its meaning.

    >>> turned("减少群众"), turned("抽检不"), turned("无害化处理设备"), turned("农村公路")
    (True, True, False, False)
    """
    plain = _NOT_NEGATIONS.sub("", before)
    return plain.startswith(_TURNING) or plain.endswith(_TURNING)


def too_special(before: str, key: str) -> bool:
    """Whether what stands before a general spelling asks for a more special concept.

    >>> too_special("补助资金", "及时率"), too_special("设备调试", "及时率")
    (True, False)
    """
    return any(word in before for word in _UNLESS.get(key, ()))


_REWRITE: dict[str, str] = _DATA["rewrite"]
_REWRITTEN = re.compile("|".join(map(re.escape, longest_first(list(_REWRITE)))))


def rewritten(key: str) -> str:
    """The key with each word and ending in its one way of writing.

    >>> rewritten("造林总面积"), rewritten("药品抽验及时性")
    ('造林面积', '药品抽检及时率')
    """
    return _REWRITTEN.sub(lambda found: _REWRITE[found[0]], key)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A frame of names: how they begin and end, the concept they stand for, and how surely."""

    ends: tuple[str, ...]
    concept: str
    score: float
    starts: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    level2: tuple[str, ...] = ()

    def fits(self, key: str, level2: str | None) -> bool:
        """Whether the name has this frame, under a second level where the frame holds."""
        return (
            (not self.starts or key.startswith(self.starts))
            and key.endswith(self.ends)
            and (not self.has or any(word in key for word in self.has))
            and not any(word in key for word in self.unless)
            and (not self.level2 or level2 in (None, "other", *self.level2))
        )


def _pattern(one: dict[str, Any]) -> Pattern:
    words = {name: tuple(value) for name, value in one.items() if isinstance(value, list)}
    return Pattern(concept=one["concept"], score=one["score"], **words)


PATTERNS: tuple[Pattern, ...] = tuple(_pattern(one) for one in _DATA["pattern"])
