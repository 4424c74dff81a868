"""The shipped taxonomy is sound, and what can be wrong with one is noticed."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from normalize.taxonomy import TAXONOMY_VERSION, Alias, Concept, Taxonomy, check, taxonomy

STAFF = Concept("staff_count", "output", "quantity", "在岗人数", "count", "neutral")
RATE = Concept("pass_rate", "output", "quality", "合格率", "ratio", "positive")
ALIASES = [
    *(Alias(name, "staff_count") for name in ("聘用人数", "在职人数", "职工人数")),
    *(Alias(name, "pass_rate") for name in ("质量合格率", "工程合格率", "项目合格率")),
]


def test_the_shipped_taxonomy_has_no_problems() -> None:
    assert check() == []


def test_the_small_taxonomy_of_this_file_has_none_either() -> None:
    assert check([STAFF, RATE], ALIASES) == []


@pytest.mark.parametrize(
    ("concepts", "aliases", "problem"),
    [
        ([STAFF, STAFF], [], "概念编号重复"),
        ([STAFF, replace(RATE, name_zh="在岗 人数")], [], "的名称相同"),
        ([replace(STAFF, level2="economic")], [], "下没有二级"),
        ([replace(STAFF, dimension="size")], [], "dimension 不能是"),
        ([replace(STAFF, direction="up")], [], "direction 不能是"),
        ([replace(STAFF, sectors=("",))], [], "sectors 为空"),
        ([STAFF], [Alias("人数", "nobody")], "概念不存在"),
        ([STAFF, RATE], [Alias("合 格率", "staff_count")], "与概念名称“合格率”相同"),
        ([STAFF], [Alias("人数", "staff_count", "amount")], "二级 amount 不存在"),
        ([STAFF], [Alias("人数", "staff_count", None, "somewhere")], "未说明"),
        ([STAFF], [Alias("指标1：人数", "staff_count")], "不是整理后的名称"),
        ([STAFF], [Alias("人数", "staff_count"), Alias("人 数", "staff_count")], "重复"),
        (
            [STAFF, RATE],
            [Alias("情况", "staff_count"), Alias("情况", "pass_rate", "quality")],
            "须以二级区分",
        ),
        ([STAFF, RATE], [Alias("情况", "staff_count", "quantity")], "二级应留空"),
        ([STAFF], [Alias("在岗率", "staff_count")], "“在岗率”不合 dimension count"),
        ([RATE], [Alias("合格人数", "pass_rate")], "“合格人数”不合 dimension ratio"),
        ([RATE], [Alias("职工满意度", "pass_rate")], "“职工满意度”不合 level1 output"),
        ([STAFF], [Alias("聘用人数", "staff_count")], "别名不足 3 个"),
    ],
)
def test_a_problem_is_found(concepts: list[Concept], aliases: list[Alias], problem: str) -> None:
    assert any(problem in line for line in check(concepts, aliases))


def test_an_efficiency_is_no_rate() -> None:
    grade = Concept("efficiency", "benefit", "economic", "资金使用效率", "grade", "positive")
    assert not any("不合" in line for line in check([grade], []))


def test_lookups() -> None:
    one = taxonomy()
    assert one.version == TAXONOMY_VERSION
    assert len(one) == len(list(one)) >= 320
    assert one["staff_count"].name_zh == "在岗人数"
    assert one.get("nobody") is None
    assert "nobody" not in one
    with pytest.raises(KeyError):
        one["nobody"]
    assert "村组干部人数" in one.aliases_of("staff_count")


def test_every_id_of_the_first_draft_is_kept(first_draft_ids: list[str]) -> None:
    assert [concept_id for concept_id in first_draft_ids if concept_id not in taxonomy()] == []


@pytest.fixture
def first_draft_ids() -> list[str]:
    """A sample of ids that data in the field may carry."""
    return [
        "budget_execution_rate", "fund_arrival_rate", "carryover_rate", "beneficiary_count", "village_count",
        "report_timeliness", "service_timeliness", "total_project_cost", "per_capita_subsidy", "social_cost",
        "statistics_capacity", "equipment_standardization", "satisfaction_patient", "complaint_count",
    ]  # fmt: skip


def test_a_taxonomy_travels_between_processes() -> None:
    small = Taxonomy("test", (STAFF, RATE), tuple(ALIASES))
    copy = pickle.loads(pickle.dumps(small))
    assert copy == small
    assert copy["staff_count"] == STAFF
