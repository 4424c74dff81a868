"""Promise: the two real documents become tables without one mistake.

Read are the fixtures, which have their structure, damage and figures, and, where the environment
variable JIXIAO_SEEDS names a folder, the documents in it.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline import run
from warehouse.reading import read_tables

HERE = Path(__file__).parent
FIXTURES = HERE.parents[1] / "fixtures"
EXPECTED: list[dict[str, Any]] = tomllib.loads((HERE / "data/seeds.toml").read_text(encoding="utf-8"))["form"]
Tables = dict[str, pa.Table]


def _folders() -> Iterator[Any]:
    yield pytest.param(
        [FIXTURES / "targets/huoshan-2023.txt", FIXTURES / "self_evaluations/xinzhou-2022.txt"], id="fixtures"
    )
    seeds = os.environ.get("JIXIAO_SEEDS")
    why = "JIXIAO_SEEDS names no folder: the real documents are not read"
    yield pytest.param(
        sorted(Path(seeds).iterdir()) if seeds else [],
        id="seeds",
        marks=pytest.mark.skipif(not seeds, reason=why),
    )


@pytest.fixture(scope="module", params=_folders())
def tables(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    out = tmp_path_factory.mktemp("lake") / "tables"
    run(request.param, out)
    return read_tables(out)


def _of(tables: Tables, name: str, form_id: str) -> list[dict[str, Any]]:
    return [row for row in tables[name].to_pylist() if row["form_id"] == form_id]


def _form(tables: Tables, project: str) -> dict[str, Any]:
    found = [row for row in tables["forms"].to_pylist() if row["project_name"] == project]
    assert len(found) == 1, f"{project}: {len(found)} forms"
    return dict(found[0])


def _plain(number: Decimal | None) -> str:
    return "-" if number is None else f"{number.normalize():f}"


def test_every_document_and_every_form_is_there(tables: Tables) -> None:
    documents = tables["documents"].to_pylist()
    assert sorted((row["status"], row["forms"]) for row in documents) == [("parsed", 1), ("parsed", 5)]
    assert sorted(row["project_name"] for row in tables["forms"].to_pylist()) == sorted(
        form["project"] for form in EXPECTED
    )
    assert all(row["complete"] for row in tables["forms"].to_pylist())


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda form: form["project"])
def test_form(tables: Tables, expected: dict[str, Any]) -> None:
    form = _form(tables, expected["project"])
    for column in ("form_type", "fiscal_year", "department", "implementing_unit"):
        assert form[column] == expected[column]
    assert (form["department_code"] or "") == expected["department_code"]
    assert form["contact"] is None
    rows = [
        " / ".join(
            (
                row["level1"],
                row["level2"],
                row["name"],
                row["target_text"],
                f"{row['target_op'] or row['target_kind']} {_plain(row['target_low'])} "
                f"{_plain(row['target_high'])} {row['target_unit'] or '-'}",
            )
        )
        for row in _of(tables, "indicators", form["form_id"])
    ]
    assert rows == expected["rows"]
    funding = _of(tables, "funding", form["form_id"])
    assert [f"{row['line']} {row['annual_budget_cny']}" for row in funding] == expected["funding"]
    narratives = _of(tables, "narratives", form["form_id"])
    assert len(narratives) == expected["headings"]
    assert all(row["heading"] and row["text"] for row in narratives)


def test_self_evaluation_in_full(tables: Tables) -> None:
    form = _form(tables, "“互联网+政务服务”平台运维服务费")
    assert (form["total_weight"], form["total_score"]) == (Decimal(100), Decimal(98))
    rows = _of(tables, "indicators", form["form_id"])
    points = [(row["weight"], row["score"]) for row in rows]
    assert points == [
        *[(Decimal(10), Decimal(10))] * 5,
        (Decimal(8), Decimal(8)),
        (Decimal(8), Decimal(8)),
        (Decimal(7), Decimal(7)),
        (Decimal(7), Decimal(7)),
        (Decimal(10), Decimal(8)),
    ]
    assert [row["actual_text"] for row in rows] == [row["target_text"] for row in rows]
    assert rows[0]["name_text"] == "指标1：技术服务内容（项）"
    total = _of(tables, "funding", form["form_id"])[0]
    money = Decimal("245000.00")
    assert [total[f"{name}_cny"] for name in ("initial_budget", "annual_budget", "executed")] == [money] * 3
    assert (total["execution_rate"], total["weight"], total["score"]) == (1.0, Decimal(10), Decimal(10))
    headings = [row["heading"] for row in _of(tables, "narratives", form["form_id"])]
    assert headings == [
        "1、项目立项背景",
        "2、资金用途及目的",
        "3、项目资金预算和执行情况",
        "二、绩效自评工作开展情况",
        "3、绩效自评结果及分析",
        "四、自评发现的问题及整改措施",
        "5、绩效自评结果应用建议",
        "项目实施和预算执行情况及分析",
        "产出情况及分析",
        "效益情况及分析",
        "满意度情况及分析",
        "主要经验做法",
        "项目管理中存在的主要问题及原因分析",
        "下一步改进措施及管理建议",
    ]
    texts = [value for table in tables.values() for row in table.to_pylist() for value in row.values()]
    assert not any(isinstance(text, str) and "bookmark" in text for text in texts)


def test_the_one_contradiction(tables: Tables) -> None:
    form = _form(tables, "“互联网+政务服务”平台运维服务费")
    (finding,) = tables["findings"].to_pylist()
    assert finding["form_id"] == form["form_id"]
    assert (finding["rule_id"], finding["indicator_ordinal"]) == ("R13", 10)
    assert (finding["observed"], finding["expected"]) == ("8", "10")
    for figure in ("工作人员满意度", "95%", "10分", "8分"):
        assert figure in finding["message"]


def test_damage_is_told(tables: Tables) -> None:
    rows = {row["name"]: row for row in tables["indicators"].to_pylist()}
    joined = rows["考勤考核奖月均发放标准"]
    assert joined["locator"] == "L77-78"
    doubtful = {name for name, row in rows.items() if row["needs_review"]}
    assert doubtful == {
        "考勤考核奖月均发放标准",  # put together from two rows
        "大厅工作人员满意度",  # saved from a row of page-break debris
        "应用场景后续应用及稳定性的影响",  # debris in front of its level
    }
