"""对应: from the printed name of an indicator to a concept of the taxonomy, with how surely and how.

The name itself and the spellings the taxonomy lists are found by dictionary. What is not there is
`fuzzy`: a spelling with more words before it (中小学教师培训合格率), a frame (促进…经济发展), or a name
that segmentation and comparison of strings put next to a listed one. A fuzzy match that is not
sure enough is none: `concept_id` is None, and `nearest` says what came close.

jieba and rapidfuzz are imported when the first name needs them.
"""

from __future__ import annotations

import logging
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

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
from normalize.names import clean_name, loose_keys, matching_key
from normalize.taxonomy import Concept, Taxonomy, family, speaks_against, taxonomy
from normalize.units import read_unit

EXACT, ALIAS, LOOSE = 1.0, 0.98, 0.95
THRESHOLD = 0.84
# A name under a heading where its concept does not belong is mapped, but less surely.
_MISPLACED = 0.05
# Words lighter than this (全年, 组织, 提高) are said of everything.
_GENERIC = 0.5
# From this share of a name on, its listed ending says more than its place in the form.
_MOST = 0.5
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Match:
    """对应: the concept that a printed name was mapped onto, how surely, and how.

    `method` is `exact`, `alias`, `fuzzy` or None; `nearest` keeps up to three (concept_id, score)
    for review when nothing was sure enough.
    """

    concept_id: str | None
    score: float | None
    method: str | None
    nearest: tuple[tuple[str, float], ...] = ()


UNMAPPED = Match(None, None, None)


class Query(NamedTuple):
    """A name and what its form says around it: level codes, the unit's text, the value's kind."""

    name: str
    level1: str | None = None
    level2: str | None = None
    unit: str | None = None
    kind: str | None = None


class _Entry(NamedTuple):
    concept: Concept
    level2: str | None
    method: str


class _Scored(NamedTuple):
    score: float
    concept: Concept


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
        index: dict[str, list[_Entry]] = defaultdict(list)
        for concept in source:
            index[matching_key(concept.name_zh)].append(_Entry(concept, None, "exact"))
        for one in source.aliases:
            entry = _Entry(source[one.concept_id], one.level2, "alias")
            index[matching_key(one.alias)].append(entry)
        self._index = {key: tuple(entries) for key, entries in index.items()}
        self._loose = self._loose_index()
        self._by_head: dict[str | None, list[str]] = defaultdict(list)
        for key in self._index:
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
        listed = list(queries)
        found = {query: self._sure(query) for query in dict.fromkeys(listed)}
        left: dict[str | None, list[Query]] = defaultdict(list)
        for query, match in found.items():
            if match is None:
                left[split_head(matching_key(clean_name(query.name)))[1]].append(query)
        for head, open_queries in left.items():
            keys = [matching_key(clean_name(query.name)) for query in open_queries]
            for query, close in zip(open_queries, _closest(keys, self._by_head[head]), strict=True):
                found[query] = self._compared(query, close)
        return [match for query in listed if (match := found[query]) is not None]

    def _match(self, query: Query) -> Match:
        match = self._sure(query)
        if match is None:
            key = matching_key(clean_name(query.name))
            (close,) = _closest([key], self._by_head[split_head(key)[1]])
            match = self._compared(query, close)
        return match

    # ------------------------------------------------------------------ without comparing strings

    def _sure(self, query: Query) -> Match | None:
        """The match that needs no comparison; None where only comparison can tell."""
        name = clean_name(query.name)
        key = matching_key(name)
        if not key:
            return UNMAPPED
        if key in self._index:
            return self._listed(query, self._index[key])
        for loose, level2 in loose_keys(name):
            match = self._loosely_listed(query, loose, level2)
            if match is not None:
                return match
        plain = rewritten(key)
        if plain in self._index:
            return self._listed(query, self._index[plain], LOOSE)
        return self._framed(query, plain) or self._ending(query, plain) or self._uncounted(query, plain)

    def _listed(self, query: Query, entries: tuple[_Entry, ...], top: float = ALIAS) -> Match:
        if len(entries) > 1:
            told = [entry for entry in entries if entry.level2 == query.level2]
            told = told or [entry for entry in entries if not _misplaced(query, entry.concept)]
            if len(told) != 1:
                nearest = sorted((entry.concept.concept_id, ALIAS / 2) for entry in entries)
                return replace(UNMAPPED, nearest=tuple(nearest[:_NEAREST]))
            entries = (told[0],)
        (entry,) = entries
        score = EXACT if entry.method == "exact" and top == ALIAS else top
        score -= _MISPLACED * _misplaced(query, entry.concept)
        return Match(entry.concept.concept_id, round(score, 4), entry.method if top == ALIAS else "alias")

    def _loosely_listed(self, query: Query, key: str, level2: str | None) -> Match | None:
        if level2 is not None and query.level2 not in (None, level2):
            return None
        if key in self._index:
            match = self._listed(query, self._index[key], LOOSE)
            return match if match.concept_id else None
        entry = self._loose.get(key)
        if entry is None or (entry.level2 is not None and query.level2 != entry.level2):
            return None
        return None if _misplaced(query, entry.concept) else self._listed(query, (entry,), LOOSE)

    def _loose_index(self) -> dict[str, _Entry]:
        """Shortened spellings that lead to one concept only and are no spelling of another."""
        found: dict[str, set[_Entry]] = defaultdict(set)
        for key, entries in self._index.items():
            for loose, level2 in loose_keys(key):
                if loose not in self._index:
                    found[loose].update(_Entry(one.concept, level2, "alias") for one in entries)
        return {
            key: next(iter(entries))
            for key, entries in found.items()
            if len({entry.concept.concept_id for entry in entries}) == 1 and len(entries) == 1
        }

    def _framed(self, query: Query, key: str) -> Match | None:
        for pattern in PATTERNS:
            if pattern.fits(key, query.level2):
                concept = self._taxonomy.get(pattern.concept)
                if concept and not _contradicted(query, concept):
                    score = pattern.score - _MISPLACED * _misplaced(query, concept)
                    return Match(concept.concept_id, round(score, 4), "fuzzy") if score >= self._threshold else None
        return None

    def _ending(self, query: Query, key: str) -> Match | None:
        """The longest listed spelling that the name ends in, where that makes it a kind of it."""
        for start in range(1, len(key) - 2):
            ending = key[start:]
            entries = self._index.get(ending, ())
            if not entries or not _at_word_boundary(key, start):
                continue
            # A spelling that may not take words before it hides the shorter ones in it.
            before = key[:start]
            if len(entries) > 1 or not may_end_a_name(ending) or turned(before) or too_special(before, ending):
                return None
            (entry,) = entries
            if self._belongs_elsewhere(before, ending, entry.concept):
                return None
            share = len(ending) / len(key)
            misplaced = _misplaced(query, entry.concept)
            if _contradicted(query, entry.concept) or (misplaced and not self._bears(query, entry, share)):
                return None
            score = round(0.86 + 0.1 * share - _MISPLACED * misplaced, 4)
            return Match(entry.concept.concept_id, score, "fuzzy") if score >= self._threshold else None
        return None

    def _belongs_elsewhere(self, before: str, ending: str, concept: Concept) -> bool:
        """Whether the word before a general head is known as the object of another concept.

        救援 before 及时率 speaks of emergencies, whatever the general 及时率 says.
        """
        if not heads_alone(ending):
            return False
        last = _cut(before)[-1]
        owners = self._objects(split_head(ending)[1]).get(last)
        return bool(owners) and concept.concept_id not in owners and weight(last) > _GENERIC

    def _objects(self, head: str | None) -> dict[str, set[str]]:
        """The words before heads of one kind, with the concepts they are said of."""
        if head not in self._objects_of:
            said: dict[str, set[str]] = defaultdict(set)
            for key in self._by_head[head]:
                for word in _words(split_head(key)[0]):
                    said[word].update(entry.concept.concept_id for entry in self._index[key])
            self._objects_of[head] = said
        return self._objects_of[head]

    @staticmethod
    def _bears(query: Query, entry: _Entry, share: float) -> bool:
        """Whether the ending is most of the name, so that its place in the form matters less."""
        return share > _MOST and "satisfaction" not in (query.level2, entry.concept.level2)

    def _uncounted(self, query: Query, key: str) -> Match | None:
        """办理法律援助案件 as 办理法律援助案件数量: a quantity that leaves out what is counted."""
        if query.level2 != "quantity":
            return None
        stem, head = split_head(key)
        if head is not None and (head != "count" or not key.endswith("数") or len(stem) < len(key) - 1):
            return None
        found = {}
        for counted in COUNTED:
            entries = self._index.get(stem + counted, ())
            match = (
                self._listed(query, entries, LOOSE) if entries else self._ending(query, stem + counted)
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
        key = matching_key(clean_name(query.name))
        best: dict[str, _Scored] = {}
        for other, ratio in close:
            alike = _likeness(key, other, ratio)
            for entry in self._index[other]:
                score = alike * _fitting(query, entry)
                known = best.get(entry.concept.concept_id)
                if score > 0 and (known is None or score > known.score):
                    best[entry.concept.concept_id] = _Scored(score, entry.concept)
        ranked = sorted(best.values(), key=lambda one: (-one.score, one.concept.concept_id))
        nearest = tuple((one.concept.concept_id, round(one.score, 4)) for one in ranked[:_NEAREST])
        wanted = max(self._threshold, _SHORT_WANTS if len(key) < _SHORT_NAME else _LONG_WANTS)
        if not ranked or ranked[0].score < wanted:
            return replace(UNMAPPED, nearest=nearest)
        if len(ranked) > 1 and ranked[0].score - ranked[1].score < _AMBIGUOUS:
            return replace(UNMAPPED, nearest=nearest)
        return Match(ranked[0].concept.concept_id, min(nearest[0][1], _FUZZY_TOP), "fuzzy")


def _misplaced(query: Query, concept: Concept) -> bool:
    """Whether the form prints the name where the concept does not belong."""
    expected = family(concept.level2)
    printed = family(query.level2) or (query.level1 if query.level1 in _FIRST_LEVELS else None)
    return expected is not None and printed is not None and expected != printed or _contradicted(query, concept)


_FIRST_LEVELS = frozenset({"output", "benefit", "satisfaction", "cost"})


def _contradicted(query: Query, concept: Concept) -> bool:
    """Whether unit or value show that something else is measured."""
    return speaks_against(
        concept.dimension, unit_dimension=_unit_dimension(query.unit), kind=query.kind
    )


@lru_cache(maxsize=4096)
def _unit_dimension(text: str | None) -> str | None:
    unit = read_unit(text) if text else None
    return unit.dimension if unit else None


# ------------------------------------------------------------------------ likeness of two names

_CLOSE, _FEWEST = 12, 0.5
_AMBIGUOUS = 0.05
# One character of a short name is much of it.
_SHORT_NAME, _SHORT_WANTS, _LONG_WANTS = 5, 0.93, 0.88
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


def _fitting(query: Query, entry: _Entry) -> float:
    if _contradicted(query, entry.concept) or entry.level2 not in (None, query.level2):
        return 0.0
    return 0.92 if _misplaced(query, entry.concept) else 1.0


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
