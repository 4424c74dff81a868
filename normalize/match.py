"""对应: from the printed name of an indicator to a concept of the taxonomy, with how surely and how.

The name itself and the spellings the taxonomy lists are found by dictionary (`normalize.lookup`).
What is not there is `fuzzy`: a spelling with more words before it (中小学教师培训合格率), a frame
(促进…经济发展), or a name that segmentation and comparison of strings put next to a listed one. A
fuzzy match that is not sure enough is none: `concept_id` is None, `nearest` says what came close.

jieba and rapidfuzz are imported when the first name needs them.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from normalize.heads import (
    COUNTED,
    PATTERNS,
    heads_alone,
    may_end_a_name,
    opposed,
    rewritten,
    same_word,
    split_head,
    too_special,
    turned,
    weight,
)
from normalize.lookup import (
    LOOSE,
    MISPLACED,
    NEAREST,
    UNMAPPED,
    Entry,
    Lookup,
    Match,
    Query,
    contradicted,
    misplaced,
)
from normalize.names import clean_name, matching_key
from normalize.taxonomy import Concept, Taxonomy, taxonomy

__all__ = ["THRESHOLD", "Match", "Matcher", "Query", "default_matcher", "match_name"]

# Below this nothing is mapped, however it was found.
THRESHOLD = 0.84
# Words lighter than this (全年, 组织, 提高) are said of everything.
_GENERIC = 0.5
# From this share of a name on, its listed ending says more than its place in the form.
_MOST = 0.5
# Two statements in one name: neither is what the whole stands for.
_CLAUSES = re.compile("[；;。，,](?=.)")


def match_name(
    name: str,
    *,
    level1: str | None = None,
    level2: str | None = None,
    unit: str | None = None,
    kind: str | None = None,
) -> Match:
    """The concept that an indicator's name stands for in the shipped taxonomy.

    >>> match_name("竣工验收合格率").concept_id, match_name("竣工验收合格率").method
    ('acceptance_pass_rate', 'alias')
    >>> match_name("系统正常运行", level2="quality").concept_id
    'system_availability'
    >>> match_name("系统正常运行", level2="sustainability").concept_id
    'system_sustainability'
    >>> match_name("乡村医生培训合格率", level2="quality").method
    'fuzzy'
    >>> match_name("公章类型").concept_id is None
    True
    """
    return default_matcher().match(name, level1=level1, level2=level2, unit=unit, kind=kind)


@cache
def default_matcher() -> Matcher:
    """The matcher of the shipped taxonomy, built once."""
    return Matcher(taxonomy())


class Matcher:
    """Maps names onto the concepts of one taxonomy.

    >>> matcher = Matcher(taxonomy())
    >>> [one.concept_id for one in matcher.match_many([Query("培训人次"), Query("项目总投资")])]
    ['training_person_times', 'total_project_cost']
    """

    def __init__(self, source: Taxonomy, *, threshold: float = THRESHOLD) -> None:
        self._taxonomy = source
        self._threshold = threshold
        self._lookup = Lookup(source)
        self._by_head: dict[str | None, list[str]] = defaultdict(list)
        for key in self._lookup.index:
            self._by_head[split_head(key)[1]].append(key)
        self._objects_of: dict[str | None, dict[str, set[str]]] = {}
        self._one = lru_cache(maxsize=65536)(self._match)

    def match(
        self,
        name: str,
        *,
        level1: str | None = None,
        level2: str | None = None,
        unit: str | None = None,
        kind: str | None = None,
    ) -> Match:
        """The concept for one name; see `match_name`."""
        return self._one(Query(name, level1, level2, unit, kind))

    def match_many(self, queries: Iterable[Query]) -> list[Match]:
        """`match` for many names at once: the same answers, the comparison of strings in bulk."""
        listed = [query._replace(name=clean_name(query.name)) for query in queries]
        found: dict[Query, Match] = {}
        left: dict[str | None, list[Query]] = defaultdict(list)
        for query in dict.fromkeys(listed):
            match = self._sure(query)
            if match is None:
                left[split_head(matching_key(query.name))[1]].append(query)
            else:
                found[query] = match
        for head, unsure in left.items():
            keys = [matching_key(query.name) for query in unsure]
            for query, close in zip(unsure, _closest(keys, self._by_head[head]), strict=True):
                found[query] = self._compared(query, close)
        return [found[query] for query in listed]

    def _match(self, query: Query) -> Match:
        query = query._replace(name=clean_name(query.name))
        match = self._sure(query)
        if match is None:
            key = matching_key(query.name)
            (close,) = _closest([key], self._by_head[split_head(key)[1]])
            match = self._compared(query, close)
        return match

    # ------------------------------------------------------------------ without comparing strings

    def _sure(self, query: Query) -> Match | None:
        """The match that needs no comparison; None where only comparison can tell."""
        if not query.name:
            return UNMAPPED
        match = self._lookup.find(query)
        if match is not None or _CLAUSES.search(query.name):
            return match
        key = rewritten(matching_key(query.name))
        return self._framed(query, key) or self._ending(query, key) or self._uncounted(query, key)

    def _framed(self, query: Query, key: str) -> Match | None:
        for pattern in PATTERNS:
            if pattern.fits(key, query.level2):
                concept = self._taxonomy.get(pattern.concept)
                if concept and not contradicted(query, concept):
                    return self._fuzzy(concept, pattern.score - MISPLACED * misplaced(query, concept))
        return None

    def _ending(self, query: Query, key: str) -> Match | None:
        """The longest listed spelling that the name ends in, where that makes it a kind of it."""
        for start in range(1, len(key) - 2):
            ending = key[start:]
            entries = self._lookup.index.get(ending, ())
            if not entries or not _at_word_boundary(key, start):
                continue
            # A spelling that may not take words before it hides the shorter ones in it.
            before = key[:start]
            if (
                len(entries) > 1
                or not may_end_a_name(ending)
                or turned(before)
                or too_special(before, ending)
            ):
                return None
            (entry,) = entries
            if self._belongs_elsewhere(before, ending, entry.concept):
                return None
            share = len(ending) / len(key)
            astray = misplaced(query, entry.concept)
            if contradicted(query, entry.concept) or (astray and not _bears(query, entry, share)):
                return None
            return self._fuzzy(entry.concept, 0.86 + 0.1 * share - MISPLACED * astray)
        return None

    def _fuzzy(self, concept: Concept, score: float) -> Match | None:
        return Match(concept.concept_id, round(score, 4), "fuzzy") if score >= self._threshold else None

    def _belongs_elsewhere(self, before: str, ending: str, concept: Concept) -> bool:
        """Whether the word before a general head is known as the object of another concept.

        救援 before 及时率 speaks of emergencies, whatever the general 及时率 says.
        """
        if not heads_alone(ending):
            return False
        last = _cut(before)[-1]
        owners = self._objects(split_head(ending)[1]).get(last)
        return owners is not None and concept.concept_id not in owners and weight(last) > _GENERIC

    def _objects(self, head: str | None) -> dict[str, set[str]]:
        """The words before heads of one kind, with the concepts they are said of."""
        if head not in self._objects_of:
            said: dict[str, set[str]] = defaultdict(set)
            for key in self._by_head[head]:
                for word in _words(split_head(key)[0]):
                    said[word].update(entry.concept.concept_id for entry in self._lookup.index[key])
            self._objects_of[head] = said
        return self._objects_of[head]

    def _uncounted(self, query: Query, key: str) -> Match | None:
        """办理法律援助案件 as 办理法律援助案件数量: a quantity that leaves out what is counted."""
        if query.level2 != "quantity":
            return None
        stem, head = split_head(key)
        if head is not None and (head != "count" or not key.endswith("数") or len(stem) < len(key) - 1):
            return None
        found = {}
        for counted in COUNTED:
            entries = self._lookup.index.get(stem + counted, ())
            match = (
                self._lookup.listed(query, entries, LOOSE) if entries else self._ending(query, stem + counted)
            )
            if match is not None and match.concept_id is not None:
                found[match.concept_id] = match
        if len(found) != 1:
            return None
        (match,) = found.values()
        return replace(match, score=round(min(match.score or 0.0, 0.92), 4), method="fuzzy")

    # --------------------------------------------------------------------- by comparing strings

    def _compared(self, query: Query, close: Sequence[tuple[str, float]]) -> Match:
        """The best of the listed spellings that look alike, if it is sure and alone."""
        key = matching_key(query.name)
        best: dict[str, float] = {}
        for other, ratio in close:
            alike = _likeness(key, other, ratio)
            for entry in self._lookup.index[other]:
                score = round(alike * _fitting(query, entry), 4)
                if score > best.get(entry.concept.concept_id, 0.0):
                    best[entry.concept.concept_id] = score
        ranked = sorted(best.items(), key=lambda one: (-one[1], one[0]))[:NEAREST]
        unmapped = replace(UNMAPPED, nearest=tuple(ranked))
        wanted = max(self._threshold, _SHORT_WANTS if len(key) < _SHORT_NAME else _LONG_WANTS)
        if not ranked or ranked[0][1] < wanted or _CLAUSES.search(query.name):
            return unmapped
        if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _AMBIGUOUS:
            return unmapped
        return Match(ranked[0][0], min(ranked[0][1], _FUZZY_TOP), "fuzzy")


def _bears(query: Query, entry: Entry, share: float) -> bool:
    """Whether the ending is most of the name, so that its place in the form matters less."""
    return share > _MOST and "satisfaction" not in (query.level2, entry.concept.level2)


# ------------------------------------------------------------------------ likeness of two names

_CLOSE, _FEWEST = 12, 0.5
_AMBIGUOUS = 0.05
# One character of a short name is much of it.
_SHORT_NAME, _SHORT_WANTS, _LONG_WANTS = 5, 0.93, 0.9
_FUZZY_TOP = 0.94
_CHUNK = 1024
_IN_PART = 0.6


def _closest(keys: Sequence[str], others: Sequence[str]) -> Iterator[list[tuple[str, float]]]:
    """For each key the spellings most like it, by characters, best first."""
    if not others:
        yield from ([] for _ in keys)
        return
    from rapidfuzz import process  # noqa: PLC0415
    from rapidfuzz.distance import Indel  # noqa: PLC0415

    if len(keys) == 1:
        found = process.extract(
            keys[0], others, scorer=Indel.normalized_similarity, limit=_CLOSE, score_cutoff=_FEWEST
        )
        yield [(other, ratio) for other, ratio, _ in found]
        return
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        ratios = process.cdist(chunk, others, scorer=Indel.normalized_similarity, score_cutoff=_FEWEST)
        for row in ratios:
            places = row.nonzero()[0].tolist()
            places.sort(key=lambda place: (-row[place], place))
            yield [(others[place], float(row[place])) for place in places[:_CLOSE]]


def _likeness(one: str, other: str, ratio: float) -> float:
    """How surely two names of one kind of head mean the same, 0 to 1.

    Characters alone cannot tell 培训合格率 from 设备合格率: what is measured must agree word for word,
    each word by its weight.
    """
    if opposed(one, other):
        return 0.0
    agreed = _agreement(_words(split_head(one)[0]), _words(split_head(other)[0]))
    return 0.35 * ratio + 0.65 * agreed


def _agreement(one: frozenset[str], other: frozenset[str]) -> float:
    total = sum(map(weight, one)) + sum(map(weight, other))
    if not total:
        return 1.0
    return (_found(one, other) + _found(other, one)) / total


def _found(words: frozenset[str], among: frozenset[str]) -> float:
    found = 0.0
    for word in words:
        if word in among:
            found += weight(word)
        elif len(word) > 1 and any(len(it) > 1 and (word in it or it in word) for it in among):
            found += weight(word) * _IN_PART
    return found


def _fitting(query: Query, entry: Entry) -> float:
    if contradicted(query, entry.concept) or entry.level2 not in (None, query.level2):
        return 0.0
    return 0.92 if misplaced(query, entry.concept) else 1.0


@cache
def _segment() -> Callable[[str], list[str]]:
    with warnings.catch_warnings():
        # jieba's own source: invalid escapes, and pkg_resources where setuptools still has it.
        warnings.filterwarnings("ignore", category=SyntaxWarning)
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        warnings.filterwarnings("ignore", message=".*pkg_resources.*")
        import jieba  # type: ignore[import-untyped]  # noqa: PLC0415

    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()

    def cut(text: str) -> list[str]:
        return [str(word) for word in tokenizer.cut(text, HMM=False)]

    return cut


@lru_cache(maxsize=65536)
def _cut(text: str) -> tuple[str, ...]:
    """The words of a text in order, each synonym under one name."""
    return tuple(map(same_word, _segment()(text)))


@lru_cache(maxsize=65536)
def _words(text: str) -> frozenset[str]:
    return frozenset(_cut(text))


def _at_word_boundary(key: str, start: int) -> bool:
    place = 0
    for word in _segment()(key):
        if place >= start:
            break
        place += len(word)
    return place == start
