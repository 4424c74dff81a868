"""Answers in words: 达标, 效果显著, 优良中低差, 便民、高效、快捷, 长期.

A text is qualitative when the words of `data/qualitative.toml` cover it whole, or when it is one
verb with a short object (促进就业) or a short subject with one predicate (运行平稳). Everything else
in words is prose. A word repeated without a mark between (`高高`) is two cells run together and is
left as prose.
"""

from __future__ import annotations

import re
from functools import lru_cache

from normalize.resources import load, longest_first, words
from normalize.text import canonical

_GROUPS = ("adverbs", "verbs", "predicates", "nouns", "time")
_DATA = load("qualitative")
_RANKS = {word: rank for rank, listed in enumerate(_DATA["grades"]["ranks"]) for word in listed}
_YES = frozenset(_DATA["boolean"]["yes"])
_NO = frozenset(_DATA["boolean"]["no"])
_ATTAINED = frozenset(_DATA["attained"]["words"])
_MISSED = frozenset(_DATA["attained"]["missed"])

_COVERING = frozenset(word for group in _GROUPS for word in words("qualitative", group))
_WHOLE = frozenset(_RANKS) | _YES | _NO | _ATTAINED | _MISSED
# A text that only nouns and adverbs cover says nothing yet (工作目标).
_TELLING = frozenset(
    word for group in ("verbs", "predicates", "time") for word in words("qualitative", group)
)
_LONGEST = max(map(len, _COVERING | _WHOLE))
_MARKS = frozenset("、,;和且及并/的地得了")
_LONGEST_TEXT = 32

_ADVERB = "|".join(map(re.escape, words("qualitative", "adverbs")))
_VERB = "|".join(map(re.escape, words("qualitative", "verbs")))
_PREDICATE = "|".join(map(re.escape, words("qualitative", "predicates")))
_VERB_OBJECT = re.compile(rf"(?:{_ADVERB}){{0,2}}(?:{_VERB})[一-龥]{{0,6}}")
_SUBJECT_PREDICATE = re.compile(rf"[一-龥]{{2,6}}?(?:{_ADVERB})?(?:{_PREDICATE}){{1,2}}")
_PATTERNS = re.compile("|".join(longest_first(_DATA["patterns"]["expressions"])))
_NEGATED = re.compile(r"[不未无非没]")
_SCALE = re.compile(r"[优良中低差好坏、,/]+")


@lru_cache(maxsize=16384)
def is_qualitative(text: str) -> bool:
    """Whether the text answers in words that need no number.

    >>> [is_qualitative(text) for text in ("达标", "效果显著", "便民、高效、快捷、规范", "优良中低差", "促进就业")]
    [True, True, True, True, True]
    >>> [is_qualitative(text) for text in ("控制在预算内", "全部提供芯片公章", "高高", "5天")]
    [False, False, False, False]
    """
    folded = canonical(text)
    if folded in _WHOLE or is_scale(folded) or grade(folded) is not None:
        return True
    if len(folded) > _LONGEST_TEXT or not folded:
        return False
    if folded[: len(folded) // 2] * 2 == folded:
        return False
    if _PATTERNS.fullmatch(folded) or _covered(folded):
        return True
    if _NEGATED.search(folded):
        return False
    return (_VERB_OBJECT.fullmatch(folded) or _SUBJECT_PREDICATE.fullmatch(folded)) is not None


def _covered(text: str) -> bool:
    """Whether listed words cover `text` from end to end and one of them tells something."""
    # reached[i]: the best that covers text[:i]: 0 not at all, 1 covered, 2 covered and telling.
    reached = [1] + [0] * len(text)
    for end in range(1, len(text) + 1):
        if text[end - 1] in _MARKS and end > 1:
            reached[end] = reached[end - 1]
        for start in range(max(0, end - _LONGEST), end):
            if reached[start] > 0 and reached[end] < 2:
                word = text[start:end]
                if word in _COVERING or word in _WHOLE:
                    telling = 2 if word in _TELLING or word in _WHOLE else 1
                    reached[end] = max(reached[end], reached[start], telling)
    return reached[-1] == 2


def is_scale(text: str) -> bool:
    """Whether the text is the whole scale of grades, not one of them: 优良中低差, 优/良/中/差.

    >>> is_scale("优良中低差"), is_scale("优/良/中/差"), is_scale("优良"), is_scale("好坏")
    (True, True, False, True)
    """
    folded = canonical(text)
    letters = [letter for letter in folded if letter not in "、,/"]
    return (
        _SCALE.fullmatch(folded) is not None
        and len(letters) == len(set(letters))
        and (len(letters) > 2 or letters == ["好", "坏"])
    )


def grade(text: str) -> int | None:
    """The rank of a grade, 0 for the best; None for a word that is no grade.

    >>> grade("优"), grade("良好"), grade("良好以上"), grade("差"), grade("达标")
    (0, 1, 1, 4, None)
    """
    return _RANKS.get(canonical(text).removesuffix("以上").removesuffix("及"))


def boolean(text: str) -> bool | None:
    """是 or 否, None for anything else.

    >>> boolean("是"), boolean("否"), boolean("完成")
    (True, False, None)
    """
    folded = canonical(text)
    return True if folded in _YES else False if folded in _NO else None


def claims_attainment(text: str) -> bool | None:
    """Whether the text says in so many words that its goal was reached, or was not.

    >>> claims_attainment("达成预期指标"), claims_attainment("部分达成"), claims_attainment("提高")
    (True, False, None)
    """
    folded = canonical(text)
    return True if folded in _ATTAINED else False if folded in _MISSED else None
