"""Readings and concepts for tests of the tables."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from audit.rule import Finding, Severity
from extract.document import Locator
from normalize.match import Match
from tests.records import record
from warehouse.rows import ConceptRow, DocumentRow, FormReading, Reading, build

WHEN = datetime(2024, 5, 1, 8, 30, tzinfo=UTC)
LATER = datetime(2025, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)

FINDING = Finding(
    "R13",
    Severity.WARNING,
    "“工作人员满意度”扣2分，目标已完成而未说明原因。",
    "8",
    "10",
    (Locator(line=31), Locator(line=33)),
    1,
)


def concepts(version: str = "1") -> tuple[ConceptRow, ...]:
    return (
        ConceptRow(
            "staff_satisfaction",
            "satisfaction",
            "satisfaction",
            "工作人员满意度",
            "ratio",
            "positive",
            ("all",),
            ("职工满意度", "干部满意度"),
            version,
        ),
        ConceptRow("cost_saving", "output", "cost", "成本节约率", "ratio", "positive", (), (), version),
    )


def document(content: str, source: str | None = None, **changes: Any) -> DocumentRow:
    data: dict[str, Any] = {
        "document_id": hashlib.sha256(content.encode()).hexdigest(),
        "source": source or f"archive/{content}.txt",
        "media_type": "text/plain",
        "bytes": len(content),
        "pages": None,
        "status": "parsed",
        "error_code": None,
        "error": None,
        "ocr": False,
        "forms": 1,
        "software_version": "0.1.0",
        "taxonomy_version": "1",
        "ingested_at": WHEN,
    }
    return DocumentRow(**(data | changes))


def reading(content: str, source: str | None = None, *, forms: int = 1, **changes: Any) -> Reading:
    """A document of `forms` equal forms, whose project bears the name of the content."""
    made = tuple(FormReading(form(ordinal, content), (FINDING,)) for ordinal in range(1, forms + 1))
    return Reading(document(content, source, forms=forms, **changes), made)


def rejected(content: str, source: str | None = None, **changes: Any) -> Reading:
    said = {"status": "rejected", "error_code": "encrypted", "error": "文档有密码，请先解除。", "forms": 0}
    return Reading(document(content, source, **(said | changes)))


def form(ordinal: int = 1, project: str = "运维服务费") -> Any:
    return record(
        {
            "ordinal": ordinal,
            "title": "项目支出绩效自评表",
            "fiscal_year": 2022,
            "project_name": project,
            "contact": "王某 0350-1234567",
            "total_weight": "100",
            "total_score": "98",
        },
        lines=[
            {
                "initial_budget_cny": "245000.0",
                "annual_budget_cny": "245000.0",
                "executed_cny": "245000.0",
                "execution_rate": "1",
                "weight": "10",
                "score": "10",
            },
            {"line": "other", "label": "其他资金"},
        ],
        rows=[
            {
                "name": "工作人员满意度",
                "name_text": "指标1：工作人员满意度",
                "level1": "satisfaction",
                "level2": "satisfaction",
                "match": Match("staff_satisfaction", 1.0, "exact"),
                "target": {"text": "≥95%", "kind": "numeric", "op": ">=", "low": "95", "unit": "%"},
                "actual": {
                    "text": "95%",
                    "kind": "numeric",
                    "op": "=",
                    "low": "95",
                    "high": "95",
                    "unit": "%",
                },
                "weight": "10",
                "score": "8",
                "attainment": 1.0,
            },
            {"name": "完成时间", "target": {"text": "12月底前", "kind": "date", "date": "2022-12-31"}},
        ],
        passages=[{"section": "problems", "heading": "四、问题", "text": "手续办理迟缓。"}],
    )


def tables(*readings: Reading, **options: Any) -> dict[str, pa.Table]:
    return build(readings, concepts(), **options)
