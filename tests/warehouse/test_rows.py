"""From records to Arrow tables."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.records import record
from tests.warehouse.samples import FINDING, document, form, reading, rejected, tables
from warehouse.rows import FormReading, Reading, build, fit, form_id, ingestion_time, storable
from warehouse.tables import TABLES


def test_schemas_are_kept_with_and_without_rows():
    for made in (tables(reading("a")), build([])):
        assert {name: table.schema for name, table in made.items()} == dict(TABLES)
        assert all(table.schema.metadata == TABLES[name].metadata for name, table in made.items())


def test_a_form_goes_to_its_rows():
    made = tables(reading("a"))
    (row,) = made["forms"].to_pylist()
    assert row["form_id"] == form_id(document("a").document_id, 1)
    assert row["document_id"] == document("a").document_id
    assert (row["fiscal_year"], row["total_score"]) == (2022, Decimal("98.0000"))
    assert (row["locator"], row["contact"]) == ("L1-99", None)

    total, other = made["funding"].to_pylist()
    assert (total["annual_budget_cny"], total["execution_rate"]) == (Decimal("245000.00"), 1.0)
    assert (other["ordinal"], other["line"], other["executed_cny"], other["weight"]) == (
        2,
        "other",
        None,
        None,
    )


def test_an_indicator_keeps_text_value_and_concept():
    satisfaction, deadline = tables(reading("a"))["indicators"].to_pylist()
    assert satisfaction["name_text"] == "指标1：工作人员满意度"
    assert satisfaction["concept_id"] == "staff_satisfaction"
    assert (satisfaction["concept_score"], satisfaction["concept_method"]) == (1.0, "exact")
    assert (satisfaction["target_text"], satisfaction["target_kind"], satisfaction["target_op"]) == (
        "≥95%",
        "numeric",
        ">=",
    )
    assert (satisfaction["target_low"], satisfaction["target_high"]) == (Decimal(95), None)
    assert (satisfaction["actual_low"], satisfaction["actual_high"]) == (Decimal(95), Decimal(95))
    assert deadline["target_date"] == date(2022, 12, 31)
    assert deadline["actual_kind"] is None
    assert deadline["concept_id"] is None


def test_a_finding_names_every_place_it_rests_on():
    (row,) = tables(reading("a"))["findings"].to_pylist()
    assert (row["rule_id"], row["severity"], row["ordinal"], row["indicator_ordinal"]) == (
        "R13",
        "warning",
        1,
        1,
    )
    assert row["locator"] == "L31; L33"
    bare = Reading(document("b"), (FormReading(form(), (replace(FINDING, locators=()),)),))
    assert tables(bare)["findings"]["locator"].to_pylist() == [None]


def test_contacts_are_written_only_where_asked_for():
    assert tables(reading("a"))["forms"]["contact"].to_pylist() == [None]
    kept = tables(reading("a"), keep_contacts=True)["forms"]["contact"].to_pylist()
    assert kept == ["王某 0350-1234567"]


def test_rows_are_sorted_whatever_the_order_of_the_readings():
    one, two, three = reading("b", forms=2), reading("a"), rejected("c")
    made = tables(one, two, three)
    assert made["documents"]["source"].to_pylist() == ["archive/a.txt", "archive/b.txt", "archive/c.txt"]
    assert made["forms"]["project_name"].to_pylist() == ["a", "b", "b"]
    assert made["forms"]["ordinal"].to_pylist() == [1, 1, 2]
    assert all(table.equals(made[name]) for name, table in tables(three, two, one).items())


def test_the_same_bytes_under_two_paths_have_their_forms_once():
    made = tables(reading("a", "x/copy.txt"), reading("a", "original.txt"))
    assert made["documents"]["source"].to_pylist() == ["original.txt", "x/copy.txt"]
    assert made["forms"].num_rows == 1


def test_a_copy_that_was_rejected_takes_over_the_reading_of_the_other():
    made = tables(rejected("a", "a.txt", error_code="timeout"), reading("a", "b.txt"))
    assert made["documents"]["status"].to_pylist() == ["parsed", "parsed"]
    assert made["forms"].num_rows == 1


def test_what_a_column_cannot_hold_is_null_and_its_text_stays():
    huge = record(
        {"fiscal_year": 99999, "total_weight": "1E+9"},
        rows=[{"target": {"text": "9" * 40, "kind": "numeric", "op": "=", "low": "9" * 40}}],
        lines=[{"annual_budget_cny": "1" + "0" * 16, "executed_cny": "NaN"}],
    )
    made = tables(Reading(document("a"), (FormReading(huge),)))
    assert made["forms"].select(["fiscal_year", "total_weight"]).to_pylist() == [
        {"fiscal_year": None, "total_weight": None}
    ]
    assert made["indicators"].select(["target_text", "target_low"]).to_pylist() == [
        {"target_text": "9" * 40, "target_low": None}
    ]
    assert made["funding"].select(["annual_budget_cny", "executed_cny"]).to_pylist() == [
        {"annual_budget_cny": None, "executed_cny": None}
    ]


def test_a_file_name_that_is_no_utf_8_does_not_break_the_batch():
    made = tables(reading("a", "档案/\udcbc\udca8.txt"))
    assert made["documents"]["source"].to_pylist() == ["档案/\\udcbc\\udca8.txt"]


@given(st.decimals(), st.sampled_from([(18, 2), (9, 4), (28, 8)]))
def test_fit_never_raises_and_always_fits(value, shape):
    precision, scale = shape
    fitted = fit(value, precision, scale)
    if fitted is not None:
        assert len(fitted.as_tuple().digits) <= precision
        assert fitted.as_tuple().exponent == -scale
        assert abs(fitted - value) <= Decimal(5).scaleb(-scale - 1)
        assert bool(fitted) == bool(value)


@given(st.text(st.characters()))
def test_any_text_can_be_stored(text):
    assert "\x00" not in storable(text)
    storable(text).encode("utf-8")


def test_the_time_of_reading_can_be_fixed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert ingestion_time() == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert abs(datetime.now(UTC) - ingestion_time()).total_seconds() < 60


def test_a_reading_crosses_a_process_boundary():
    made = reading("a")
    assert pickle.loads(pickle.dumps(made)) == made
