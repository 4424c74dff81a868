"""What `jixiao inspect` shows of a document."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from rich.console import Console

from audit.rule import Check, Outcome, Severity
from extract.document import Document, Issue, Locator, Printed, Source
from extract.forms.form import Form, HeaderField, Total
from normalize.match import Match
from review.tree import Reviewed, as_json, as_tree
from tests.records import record

SOURCE = Source("档案/自评表.txt", "ab" * 32, "text/plain", 4096)
ISSUE = Issue("unread_amount", "金额无法确定：24.S", Locator(line=12))
DOCUMENT = Document(SOURCE, "text", (), pages=None, issues=(Issue("encoding", "按 GB18030 读取"),))


def header(name: str, label: str, text: str, line: int) -> HeaderField:
    return HeaderField(name, label, Printed(text, Locator(line=line, column=2)))


FORM = Form(
    ordinal=1,
    kind="self_evaluation",
    title=None,
    year=None,
    header=(
        header("project_name", "项目名称", "平台运维[二期]", 5),
        header("department", "主管部门及代码", "[010]霍山县数据资源管理局", 6),
        header("filing_date", "填报日期", "2023年3月", 7),
        header("contact", "项目负责人", "王某", 8),
    ),
    funding=(),
    goals=(),
    indicators=(),
    total=Total(score=Printed("98", Locator(line=90))),
    narratives=(),
    leftover=(Printed("[bookmark] 3.5", Locator(line=40)),),
    complete=False,
    confidence=0.875,
    locator=Locator(line=1, last_line=99),
)
RECORD = record(
    {
        "fiscal_year": 2022,
        "title": "项目支出绩效自评表",
        "project_name": "平台运维[二期]",
        "department": "霍山县数据资源管理局",
        "department_code": "010",
        "total_score": "98",
        "complete": False,
        "needs_review": True,
        "confidence": 0.875,
        "issues": [{"code": "unread_amount", "message": "金额无法确定：24.S", "locator": "L12"}],
    },
    lines=[{"annual_budget_cny": "245000.00", "execution_rate": "0.985", "weight": "10", "score": "10"}],
    rows=[
        {
            "name": "数据归集",
            "level1": "output",
            "level2": "quantity",
            "match": Match("data_volume", 0.91, "fuzzy"),
            "target": {
                "text": "≥2亿条",
                "kind": "numeric",
                "op": ">=",
                "low": "200000000",
                "unit": "条",
            },
            "actual": {"text": "效果显著", "kind": "qualitative"},
            "weight": "10",
            "score": "8",
            "deviation_reason": "疫情影响",
            "needs_review": True,
        }
    ],
    passages=[{"section": "problems", "heading": "四、问题", "text": "办理迟缓。" * 20}],
)
CHECKS = (
    Check("R4", Severity.ERROR, Outcome.PASS, "分值相符。", "100", "100", (), None),
    Check("R5a", Severity.ERROR, Outcome.UNDETERMINED, "表单不完整，不能判定。", "9", "98", (), None),
    Check("R13", Severity.WARNING, Outcome.FAIL, "扣2分而未说明原因。", "8", "10", (Locator(line=21),), 1),
)
REVIEWED = Reviewed(FORM, RECORD, CHECKS)


@pytest.fixture(scope="module")
def shown() -> str:
    console = Console(file=StringIO(), width=200, color_system=None)
    console.print(as_tree(DOCUMENT, [REVIEWED]))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    "piece",
    [
        "档案/自评表.txt  text/plain · text · 1张表单",
        "encoding 按 GB18030 读取",
        "表单 1  self_evaluation · 2022 · 项目支出绩效自评表  置信度 0.88  不完整  待复核  L1-99",
        "项目名称 平台运维[二期]  L5c2",
        "主管部门代码 010",
        "填报日期 2023年3月  L7c2",
        "总分：得分 98  L90",
        "年度资金总额： total  全年 245000.00  执行率 98.500%  分值 10  得分 10  L11",
        "1 数据归集  output/quantity  data_volume fuzzy 0.91  待复核  L21",
        "目标 ≥2亿条  ≥ 200000000 条 (numeric)",
        "完成 效果显著  (qualitative)",
        "分值 10  得分 8  原因 疫情影响",
        "problems 【四、问题】办理迟缓。",
        "[bookmark] 3.5  L40",
        "unread_amount 金额无法确定：24.S  L12",
        "R13 warning 扣2分而未说明原因。  L21",
        "R5a error 表单不完整，不能判定。",
    ],
)
def test_the_tree_shows(shown, piece):
    assert piece in shown


def test_the_tree_leaves_out_persons_and_passed_rules(shown):
    assert "王某" not in shown
    assert "R4" not in shown


def test_json_is_plain_and_complete():
    data = as_json(DOCUMENT, [REVIEWED])
    assert json.loads(json.dumps(data, ensure_ascii=False)) == data
    (form,) = data["forms"]
    assert data["source"]["uri"] == SOURCE.uri
    assert (form["total_score"], form["locator"], form["confidence"]) == ("98", "L1-99", 0.875)
    target = form["indicators"][0]["target"]
    assert [target[name] for name in ("text", "kind", "op", "low", "high", "unit", "date")] == [
        "≥2亿条",
        "numeric",
        ">=",
        "200000000",
        None,
        "条",
        None,
    ]
    assert form["indicators"][0]["match"]["concept_id"] == "data_volume"
    assert form["leftover"] == [{"text": "[bookmark] 3.5", "locator": "L40"}]
    assert [(one["rule_id"], one["outcome"]) for one in form["checks"]] == [
        ("R4", "pass"),
        ("R5a", "undetermined"),
        ("R13", "fail"),
    ]
    assert form["checks"][2]["locators"] == ["L21"]
    assert [one["name"] for one in form["header"]] == ["project_name", "department", "filing_date"]


def test_persons_are_shown_where_the_record_keeps_them():
    kept = Reviewed(FORM, record({"contact": "王某"}))
    assert "contact" in [one["name"] for one in as_json(DOCUMENT, [kept])["forms"][0]["header"]]


def test_a_document_without_a_form():
    assert as_json(DOCUMENT, [])["forms"] == []
    assert as_tree(DOCUMENT, []).children
