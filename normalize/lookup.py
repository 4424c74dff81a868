"""What is found by dictionary: names and spellings of the taxonomy, and shortened forms of them.

No string is compared here and no word is segmented, so this is all that most names ever need.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from normalize.heads import rewritten
from normalize.names import loose_keys, matching_key
from normalize.taxonomy import Concept, Taxonomy, family, speaks_against
from normalize.units import read_unit

EXACT, ALIAS, LOOSE = 1.0, 0.98, 0.95
# A name under a heading where its concept does not belong is mapped, but less surely.
MISPLACED = 0.05
NEAREST = 3


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


class Entry(NamedTuple):
    """What a key leads to: a concept, the second level it is good for (None for any), and how."""

    concept: Concept
    level2: str | None
    method: str


_FIRST_LEVELS = frozenset({"output", "benefit", "satisfaction", "cost"})


def misplaced(query: Query, concept: Concept) -> bool:
    """Whether the form prints the name where the concept does not belong.

    >>> rate = Concept("x", "output", "quality", "合格率", "ratio", "positive")
    >>> [misplaced(Query("", level2=level2), rate) for level2 in ("timeliness", "social", None)]
    [False, True, False]
    >>> misplaced(Query("", unit="万元"), rate)
    True
    """
    expected = family(concept.level2)
    printed = family(query.level2) or (query.level1 if query.level1 in _FIRST_LEVELS else None)
    elsewhere = expected is not None and printed is not None and expected != printed
    return elsewhere or contradicted(query, concept)


def contradicted(query: Query, concept: Concept) -> bool:
    """Whether unit or value show that something else is measured."""
    return speaks_against(concept.dimension, unit_dimension=_dimension(query.unit), kind=query.kind)


@lru_cache(maxsize=4096)
def _dimension(text: str | None) -> str | None:
    unit = read_unit(text) if text else None
    return unit.dimension if unit else None


class Lookup:
    """The dictionary of one taxonomy.

    >>> from normalize.taxonomy import taxonomy
    >>> lookup = Lookup(taxonomy())
    >>> lookup.find(Query("全县群众满意度情况")).concept_id, lookup.find(Query("从未见过的名称"))
    ('satisfaction_public', None)
    """

    def __init__(self, source: Taxonomy) -> None:
        index: dict[str, list[Entry]] = defaultdict(list)
        for concept in source:
            index[matching_key(concept.name_zh)].append(Entry(concept, None, "exact"))
        for one in source.aliases:
            index[matching_key(one.alias)].append(Entry(source[one.concept_id], one.level2, "alias"))
        self.index: Mapping[str, tuple[Entry, ...]] = {key: tuple(found) for key, found in index.items()}
        self._loose = self._loose_index()

    def find(self, query: Query) -> Match | None:
        """The match for a name that is listed, or is when shortened or rewritten; None otherwise.

        The name is clean (`normalize.names.clean_name`).
        """
        key = matching_key(query.name)
        if key in self.index:
            return self.listed(query, self.index[key])
        for loose, level2 in loose_keys(query.name):
            match = self._loosely(query, loose, level2)
            if match is not None:
                return match
        entries = self.index.get(rewritten(key))
        return self.listed(query, entries, LOOSE) if entries else None

    def listed(self, query: Query, entries: tuple[Entry, ...], top: float = ALIAS) -> Match:
        """The match for what one key leads to; the second level decides between several."""
        if len(entries) > 1:
            told = [entry for entry in entries if entry.level2 == query.level2]
            told = told or [entry for entry in entries if not misplaced(query, entry.concept)]
            if len(told) != 1:
                nearest = sorted((entry.concept.concept_id, ALIAS / 2) for entry in entries)
                return replace(UNMAPPED, nearest=tuple(nearest[:NEAREST]))
            entries = (told[0],)
        (entry,) = entries
        score = EXACT if entry.method == "exact" and top == ALIAS else top
        score -= MISPLACED * misplaced(query, entry.concept)
        return Match(entry.concept.concept_id, round(score, 4), entry.method if top == ALIAS else "alias")

    def _loosely(self, query: Query, key: str, level2: str | None) -> Match | None:
        if level2 is not None and query.level2 not in (None, level2):
            return None
        if key in self.index:
            match = self.listed(query, self.index[key], LOOSE)
            return match if match.concept_id else None
        entry = self._loose.get(key)
        if entry is None or (entry.level2 is not None and query.level2 != entry.level2):
            return None
        return None if misplaced(query, entry.concept) else self.listed(query, (entry,), LOOSE)

    def _loose_index(self) -> dict[str, Entry]:
        """Shortened spellings that lead to one concept only and are no spelling of another."""
        found: dict[str, set[Entry]] = defaultdict(set)
        for key, entries in self.index.items():
            for loose, level2 in loose_keys(key):
                if loose not in self.index:
                    found[loose].update(Entry(one.concept, level2, "alias") for one in entries)
        return {key: next(iter(entries)) for key, entries in found.items() if len(entries) == 1}
