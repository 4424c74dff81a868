"""The schemas are the contract: every column by name and type."""

from __future__ import annotations

import pyarrow as pa
import pytest

from warehouse.tables import KEYS, REFERENCES, TABLES, comment

MONEY, POINTS, BOUND = "decimal128(18, 2)", "decimal128(9, 4)", "decimal128(28, 8)"

COLUMNS = {
    "documents": {
        "document_id": "string",
        "source": "string",
        "media_type": "string",
        "bytes": "int64",
        "pages": "int32",
        "status": "string",
        "error_code": "string",
        "error": "string",
        "ocr": "bool",
        "forms": "int32",
        "software_version": "string",
        "taxonomy_version": "string",
        "ingested_at": "timestamp[us, tz=UTC]",
    },
    "forms": {
        "form_id": "string",
        "document_id": "string",
        "ordinal": "int32",
        "form_type": "string",
        "title": "string",
        "fiscal_year": "int16",
        "project_name": "string",
        "project_code": "string",
        "department": "string",
        "department_code": "string",
        "implementing_unit": "string",
        "implementing_unit_code": "string",
        "project_source": "string",
        "project_period": "string",
        "project_attribute": "string",
        "others_text": "string",
        "goal_expected": "string",
        "goal_actual": "string",
        "total_weight": POINTS,
        "total_score": POINTS,
        "grade": "string",
        "region_code": "string",
        "region_name": "string",
        "complete": "bool",
        "confidence": "double",
        "needs_review": "bool",
        "review_reasons": "string",
        "leftover_text": "string",
        "locator": "string",
        "contact": "string",
    },
    "funding": {
        "form_id": "string",
        "ordinal": "int32",
        "line": "string",
        "label": "string",
        "term": "string",
        "initial_budget_cny": MONEY,
        "annual_budget_cny": MONEY,
        "executed_cny": MONEY,
        "executed_to_date_cny": MONEY,
        "forecast_cny": MONEY,
        "execution_rate": "double",
        "weight": POINTS,
        "score": POINTS,
        "locator": "string",
    },
    "indicators": {
        "form_id": "string",
        "ordinal": "int32",
        "term": "string",
        "level1": "string",
        "level2": "string",
        "level1_text": "string",
        "level2_text": "string",
        "name": "string",
        "name_text": "string",
        "concept_id": "string",
        "concept_score": "double",
        "concept_method": "string",
        "target_text": "string",
        "actual_text": "string",
        "target_kind": "string",
        "target_op": "string",
        "target_low": BOUND,
        "target_high": BOUND,
        "target_unit": "string",
        "target_date": "date32[day]",
        "target_change": "string",
        "actual_kind": "string",
        "actual_op": "string",
        "actual_low": BOUND,
        "actual_high": BOUND,
        "actual_unit": "string",
        "actual_date": "date32[day]",
        "actual_change": "string",
        "previous_text": "string",
        "progress_text": "string",
        "forecast_text": "string",
        "likelihood": "string",
        "region_name": "string",
        "weight": POINTS,
        "score": POINTS,
        "deviation_reason": "string",
        "others_text": "string",
        "attainment": "double",
        "confidence": "double",
        "needs_review": "bool",
        "review_reasons": "string",
        "locator": "string",
    },
    "narratives": {
        "form_id": "string",
        "ordinal": "int32",
        "section": "string",
        "heading": "string",
        "text": "string",
        "locator": "string",
    },
    "findings": {
        "form_id": "string",
        "ordinal": "int32",
        "indicator_ordinal": "int32",
        "rule_id": "string",
        "severity": "string",
        "message": "string",
        "observed": "string",
        "expected": "string",
        "locator": "string",
    },
    "concepts": {
        "concept_id": "string",
        "level1": "string",
        "level2": "string",
        "name_zh": "string",
        "dimension": "string",
        "direction": "string",
        "sectors": "list<item: string>",
        "aliases": "list<item: string>",
        "taxonomy_version": "string",
    },
}


def test_the_tables_are_the_seven_of_the_contract():
    assert list(TABLES) == list(COLUMNS)


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_and_types(name):
    def plain(kind: pa.DataType) -> str:
        return str(kind).replace("element", "item")

    assert {field.name: plain(field.type) for field in TABLES[name]} == COLUMNS[name]


@pytest.mark.parametrize("name", COLUMNS)
def test_every_table_and_column_has_a_comment_in_both_languages(name):
    for item in (TABLES[name], *TABLES[name]):
        chinese, english = comment(item).split(" | ")
        assert any("一" <= character <= "鿿" for character in chinese), item
        assert english.isascii() or "…" in english, item


def test_keys_are_columns_that_are_never_null():
    for name, columns in KEYS.items():
        assert not any(TABLES[name].field(column).nullable for column in columns)


def test_references_name_the_keys_of_their_tables():
    for name, references in REFERENCES.items():
        for reference in references:
            assert reference.of_columns == KEYS[reference.of]
            assert set(reference.columns) <= set(TABLES[name].names)
