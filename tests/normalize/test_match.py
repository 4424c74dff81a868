"""Names onto concepts: tables of what must meet and what must not, and what holds for any text."""

from __future__ import annotations

import csv
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalize.match import THRESHOLD, Match, Matcher, Query, default_matcher, match_name
from normalize.taxonomy import Alias, Concept, Taxonomy, taxonomy

DATA = Path(__file__).parent / "data"
TABLES: dict[str, list[dict[str, Any]]] = tomllib.loads((DATA / "matches.toml").read_text(encoding="utf-8"))
HELDOUT = list(csv.DictReader((DATA / "heldout_names.csv").read_text(encoding="utf-8").splitlines()))


def _match(case: dict[str, Any]) -> Match:
    return match_name(case["name"], level2=case.get("level2"), unit=case.get("unit"))


@pytest.mark.parametrize("case", TABLES["seed"], ids=lambda case: f"{case['name']}-{case['level2']}")
def test_every_name_of_the_two_documents(case: dict[str, Any]) -> None:
    match = _match(case)
    assert (match.concept_id or "") == case["concept"]
    assert match.method in {"exact", "alias", None}


@pytest.mark.parametrize("case", TABLES["found"], ids=lambda case: case["name"])
def test_names_that_must_be_found(case: dict[str, Any]) -> None:
    assert _match(case).concept_id == case["concept"]


@pytest.mark.parametrize("case", TABLES["different"], ids=lambda case: "-".join(case["names"]))
def test_opposites_and_near_misses_do_not_meet(case: dict[str, Any]) -> None:
    one, other = (match_name(name).concept_id for name in case["names"])
    assert one is None or one != other


@pytest.mark.parametrize("case", TABLES["unmapped"], ids=lambda case: case["name"])
def test_names_that_no_concept_stands_for(case: dict[str, Any]) -> None:
    match = _match(case)
    assert (match.concept_id, match.score, match.method) == (None, None, None)
    assert len(match.nearest) <= 3


def test_the_concept_s_own_name_is_exact_and_every_alias_leads_home() -> None:
    matcher = default_matcher()
    for concept in taxonomy():
        found = matcher.match(concept.name_zh, level2=concept.level2)
        assert (found.concept_id, found.score, found.method) == (concept.concept_id, 1.0, "exact")
    for one in taxonomy().aliases:
        level2 = one.level2 or taxonomy()[one.concept_id].level2
        assert matcher.match(one.alias, level2=level2).concept_id == one.concept_id, one.alias


def test_level_2_decides_between_the_owners_of_an_alias() -> None:
    assert match_name("保障期限", level2="timeliness").concept_id == "implementation_period"
    assert match_name("保障期限", level2="sustainability").concept_id == "guarantee_duration"
    undecided = match_name("保障期限")
    assert undecided.concept_id is None
    assert {concept_id for concept_id, _ in undecided.nearest} == {
        "implementation_period",
        "guarantee_duration",
    }


def test_a_name_in_a_strange_place_is_mapped_less_surely() -> None:
    sure = match_name("群众满意度", level2="satisfaction").score
    strange = match_name("群众满意度", level2="quantity").score
    assert sure is not None
    assert strange is not None
    assert sure > strange > THRESHOLD


def test_a_unit_or_a_date_speaks_against_a_concept() -> None:
    assert match_name("乡村医生培训合格率", level2="quality", unit="%").concept_id == "training_pass_rate"
    assert match_name("乡村医生培训合格率", level2="quality", unit="万元").concept_id is None
    assert match_name("乡村医生培训合格率", level2="quality", kind="date").concept_id is None


def test_many_at_once_is_the_same_as_one_by_one() -> None:
    queries = [Query(row["name"], level2=row["level2"]) for row in HELDOUT] * 2
    matcher = Matcher(taxonomy())
    single = [matcher.match(query.name, level2=query.level2) for query in queries]
    assert matcher.match_many(queries) == single


def test_held_out_names_are_not_spellings_of_one_s_own_making() -> None:
    assert len(HELDOUT) >= 200
    assert all(row["provenance"] for row in HELDOUT)
    accepted = {concept for row in HELDOUT for concept in row["concept_id"].split("|")} - {"none"}
    assert sorted(accepted - {concept.concept_id for concept in taxonomy()}) == []


def test_what_is_mapped_on_held_out_names_is_right() -> None:
    mapped = [(row, match_name(row["name"], level2=row["level2"])) for row in HELDOUT]
    mapped = [(row, match) for row, match in mapped if match.concept_id is not None]
    wrong = [row["name"] for row, match in mapped if match.concept_id not in row["concept_id"].split("|")]
    assert len(mapped) >= 100
    assert len(wrong) <= 0.02 * len(mapped), wrong


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=24),
    st.sampled_from([None, "quantity", "quality", "social", "other", "nonsense"]),
    st.one_of(st.none(), st.text(max_size=4)),
)
def test_nothing_makes_matching_fail(name: str, level2: str | None, unit: str | None) -> None:
    match = match_name(name, level2=level2, unit=unit)
    assert (match.concept_id is None) == (match.method is None) == (match.score is None)
    assert match.score is None or 0 < match.score <= 1


def test_an_empty_slot_is_no_concept() -> None:
    assert match_name("指标2：") == Match(None, None, None)


def test_a_small_taxonomy_of_one_s_own() -> None:
    concept = Concept("x", "output", "quantity", "熊猫数量", "count", "positive")
    matcher = Matcher(Taxonomy("test", (concept,), (Alias("大熊猫只数", "x"),)))
    assert matcher.match("大熊猫只数").method == "alias"
    assert matcher.match("熊猫数量").method == "exact"
    assert matcher.match("桥梁数量").concept_id is None


def test_known_names_need_neither_segmentation_nor_comparison() -> None:
    code = (
        "import sys\n"
        "from normalize.match import match_name\n"
        "assert match_name('群众满意度').method == 'exact'\n"
        "assert match_name('公众满意度').method == 'alias'\n"
        "assert not {'jieba', 'rapidfuzz'} & set(sys.modules)\n"
        "match_name('乡村医生培训合格率')\n"
        "match_name('从未有人见过')\n"
        "assert {'jieba', 'rapidfuzz'} <= set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
