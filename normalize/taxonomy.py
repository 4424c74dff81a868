"""The taxonomy: concepts that indicator names stand for, and the spellings forms print for them.

`normalize/data/concepts.csv` and `aliases.csv` hold it, `taxonomy.toml` says what their columns may
hold. `taxonomy()` reads them once; `check()` lists what is wrong with them.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from extract.text import fold
from normalize.names import clean_name, matching_key
from normalize.resources import load

_RULES: dict[str, Any] = load("taxonomy")
TAXONOMY_VERSION: str = _RULES["version"]


@dataclass(frozen=True, slots=True)
class Concept:
    """概念: what an indicator measures, whatever a form calls it.

    `level1` and `level2` are codes of the tables, `dimension` and `direction` of `taxonomy.toml`.
    """

    concept_id: str
    level1: str
    level2: str
    name_zh: str
    dimension: str
    direction: str
    sectors: tuple[str, ...] = ("all",)


@dataclass(frozen=True, slots=True)
class Alias:
    """别名: a spelling forms print for a concept; with `level2`, only under that second level."""

    alias: str
    concept_id: str
    level2: str | None = None
    source: str = "usage"


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """分类体系: all concepts and aliases of one version.

    >>> t = taxonomy()
    >>> t["satisfaction_parent"].name_zh, "no_such_concept" in t, t.get("no_such_concept")
    ('家长满意度', False, None)
    """

    version: str
    concepts: tuple[Concept, ...]
    aliases: tuple[Alias, ...]
    _by_id: Mapping[str, Concept] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {concept.concept_id: concept for concept in self.concepts})

    def __getitem__(self, concept_id: str) -> Concept:
        return self._by_id[concept_id]

    def __contains__(self, concept_id: object) -> bool:
        return concept_id in self._by_id

    def __iter__(self) -> Iterator[Concept]:
        return iter(self.concepts)

    def __len__(self) -> int:
        return len(self.concepts)

    def get(self, concept_id: str) -> Concept | None:
        """The concept, or None where there is none of that id."""
        return self._by_id.get(concept_id)

    def aliases_of(self, concept_id: str) -> tuple[str, ...]:
        """The concept's spellings beside its name.

        >>> taxonomy().aliases_of("gov_procurement_rate")[:3]
        ('政府采购完成率', '政府采购比例', '政府采购率')
        """
        return tuple(one.alias for one in self.aliases if one.concept_id == concept_id)


@cache
def taxonomy() -> Taxonomy:
    """The taxonomy that comes with the program.

    >>> taxonomy().version == TAXONOMY_VERSION, taxonomy()["road_length"].dimension
    (True, 'length')
    """
    concepts = tuple(
        Concept(**{**row, "sectors": tuple(row["sectors"].split("|"))}) for row in _rows("concepts.csv")
    )
    aliases = tuple(
        Alias(row["alias"], row["concept_id"], row["level2"] or None, row["source"])
        for row in _rows("aliases.csv")
    )
    return Taxonomy(TAXONOMY_VERSION, concepts, aliases)


def _rows(name: str) -> list[dict[str, Any]]:
    text = (resources.files("normalize") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def family(level2: str | None) -> str | None:
    """The first level that a second level belongs to, None where it tells nothing.

    >>> family("social"), family("cost"), family("other"), family(None)
    ('benefit', 'cost', None, None)
    """
    families: dict[str, list[str]] = _RULES["families"]
    return next((name for name, members in families.items() if level2 in members), None)


@cache
def speaks_against(dimension: str, *, unit_dimension: str | None = None, kind: str | None = None) -> bool:
    """Whether a unit or a kind of value shows that something else than `dimension` is measured.

    >>> speaks_against("count", unit_dimension="share"), speaks_against("ratio", unit_dimension="share")
    (True, False)
    >>> speaks_against("ratio", kind="date"), speaks_against("time_point", kind="date")
    (True, False)
    """
    by_unit = _RULES["unit_conflicts"].get(unit_dimension, ())
    return dimension in by_unit or dimension in _RULES["kind_conflicts"].get(kind, ())


def check(concepts: Sequence[Concept] | None = None, aliases: Sequence[Alias] | None = None) -> list[str]:
    """What is wrong with a taxonomy, one line a problem; without arguments the shipped one is checked.

    >>> check()
    []
    >>> count = Concept("staff", "output", "quantity", "在岗人数", "count", "positive")
    >>> check([count], [Alias("在岗率", "staff"), Alias("在岗 人数", "staff")])[:1]
    ['staff: 别名“在岗 人数”与概念名称“在岗人数”相同']
    """
    concepts = taxonomy().concepts if concepts is None else concepts
    aliases = taxonomy().aliases if aliases is None else aliases
    return [
        *_concept_problems(concepts),
        *_alias_problems(concepts, aliases),
        *_shared_problems(aliases),
        *_hint_problems(concepts, aliases),
        *_count_problems(concepts, aliases),
    ]


def _concept_problems(concepts: Iterable[Concept]) -> Iterator[str]:
    ids: set[str] = set()
    names: dict[str, str] = {}
    for one in concepts:
        if one.concept_id in ids:
            yield f"{one.concept_id}: 概念编号重复"
        ids.add(one.concept_id)
        other = names.setdefault(matching_key(one.name_zh), one.concept_id)
        if other != one.concept_id:
            yield f"{one.concept_id}: 名称“{one.name_zh}”与 {other} 的名称相同"
        if one.level2 not in _RULES["tree"].get(one.level1, ()):
            yield f"{one.concept_id}: 一级 {one.level1} 下没有二级 {one.level2}"
        for column, allowed in (("dimension", "dimensions"), ("direction", "direction")):
            if getattr(one, column) not in _RULES[allowed]:
                yield f"{one.concept_id}: {column} 不能是 {getattr(one, column)}"
        if not one.sectors or not all(one.sectors):
            yield f"{one.concept_id}: sectors 为空"


def _alias_problems(concepts: Iterable[Concept], aliases: Iterable[Alias]) -> Iterator[str]:
    names = {matching_key(one.name_zh): one for one in concepts}
    ids = {one.concept_id for one in names.values()}
    for one in aliases:
        if one.concept_id not in ids:
            yield f"{one.concept_id}: 别名“{one.alias}”的概念不存在"
        concept = names.get(matching_key(one.alias))
        if concept is not None:
            yield f"{one.concept_id}: 别名“{one.alias}”与概念名称“{concept.name_zh}”相同"
        if one.level2 is not None and one.level2 not in _RULES["level2"]:
            yield f"{one.concept_id}: 别名“{one.alias}”的二级 {one.level2} 不存在"
        if one.source not in _RULES["source"]:
            yield f"{one.concept_id}: 别名“{one.alias}”的来源 {one.source} 未说明"
        # An alias is looked up by cleaned names, so one that cleaning changes is never found.
        if clean_name(one.alias) != one.alias:
            yield f"{one.concept_id}: 别名“{one.alias}”不是整理后的名称"


def _shared_problems(aliases: Iterable[Alias]) -> Iterator[str]:
    by_key: dict[str, list[Alias]] = defaultdict(list)
    for one in aliases:
        by_key[matching_key(one.alias)].append(one)
    for sharing in by_key.values():
        first = sharing[0]
        if len(sharing) == 1:
            if first.level2 is not None:
                yield f"{first.concept_id}: 别名“{first.alias}”只属一个概念，二级应留空"
            continue
        if len({one.concept_id for one in sharing}) < len(sharing):
            yield f"{first.concept_id}: 别名“{first.alias}”重复"
        elif None in {one.level2 for one in sharing} or len({one.level2 for one in sharing}) < len(sharing):
            owners = "、".join(one.concept_id for one in sharing)
            yield f"{first.concept_id}: 别名“{first.alias}”由 {owners} 共用，须以二级区分"


def _hint_problems(concepts: Iterable[Concept], aliases: Iterable[Alias]) -> Iterator[str]:
    by_id = {one.concept_id: one for one in concepts}
    spellings = [(one.concept_id, one.name_zh) for one in by_id.values()]
    spellings += [(one.concept_id, one.alias) for one in aliases if one.concept_id in by_id]
    for concept_id, spelling in spellings:
        folded = fold(spelling)
        for hint in _RULES["hint"]:
            if not folded.endswith(tuple(hint["ends"])) or any(
                word in folded for word in hint.get("but", ())
            ):
                continue
            for column, allowed in (("dimension", "dimensions"), ("level1", "level1"), ("level2", "level2")):
                value = getattr(by_id[concept_id], column)
                if allowed in hint and value not in hint[allowed]:
                    yield f"{concept_id}: “{spelling}”不合 {column} {value}"


_FEWEST_ALIASES = 3


def _count_problems(concepts: Iterable[Concept], aliases: Iterable[Alias]) -> Iterator[str]:
    counts: dict[str, int] = defaultdict(int)
    for one in aliases:
        counts[one.concept_id] += 1
    for concept in concepts:
        if counts[concept.concept_id] < _FEWEST_ALIASES:
            yield f"{concept.concept_id}: 别名不足 {_FEWEST_ALIASES} 个"
