"""Every rule against its cases: `cases/<rule_id>.toml`, one `[[case]]` each, no Python needed.

A case has a `name`, an `outcome`, and the record as data: `record` (fields of the form), `funding`
and `indicators` (lists of lines and rows; `tests/records.py` says what is assumed where they are
silent). `settings` changes thresholds. All verdicts of the rule must have the outcome, unless
`outcomes` lists them one by one. A failing case also states the `message`, with its figures, and may
state `severity`, `observed`, `expected`, `locators` and `indicator_ordinal`.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from audit.rule import (
    Check,
    Outcome,
    Rule,
    Severity,
    Verdict,
    all_rules,
    check,
    findings,
    register,
)
from audit.settings import default_settings, read_settings
from tests.records import record

CASES = Path(__file__).parent / "cases"
STATED = ("severity", "observed", "expected", "indicator_ordinal")


def cases() -> list[Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}-{case['name']}")
        for path in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


def checks_of(rule_id: str, case: dict[str, Any]) -> list[Check]:
    given = record(case.get("record"), lines=case.get("funding"), rows=case.get("indicators"))
    changes = {name: Decimal(text) for name, text in case.get("settings", {}).items()}
    settings = replace(default_settings(), **changes)
    return [item for item in check(given, settings) if item.rule_id == rule_id]


@pytest.mark.parametrize(("rule_id", "case"), cases())
def test_case(rule_id, case):
    found = checks_of(rule_id, case)
    expected = case.get("outcomes") or [case["outcome"]] * len(found)
    assert found
    assert [item.outcome for item in found] == expected
    failed = [item for item in found if item.outcome is Outcome.FAIL]
    if failed:
        (one,) = failed
        assert one.message == case["message"]
        for name in STATED:
            if name in case:
                assert getattr(one, name) == case[name], name
        if "locators" in case:
            assert [str(place) for place in one.locators] == case["locators"]
    elif "message" in case:
        assert case["message"] in [item.message for item in found]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.rule_id)
def test_every_rule_has_cases_of_every_outcome(rule):
    path = CASES / f"{rule.rule_id}.toml"
    assert path.exists(), f"no cases for {rule.rule_id}"
    stated = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    seen = {outcome for case in stated for outcome in case.get("outcomes", [case.get("outcome")])}
    assert seen >= set(Outcome)


def test_every_file_of_cases_has_its_rule():
    assert {path.stem for path in CASES.glob("*.toml")} == {rule.rule_id for rule in all_rules()}


def test_every_rule_is_published_in_chinese_and_english():
    for rule in all_rules():
        chinese, english = rule.text.split("。", maxsplit=1)
        assert chinese
        assert english.rstrip(".")
        assert english.endswith(".")


def test_modules_are_named_for_their_rules():
    for rule in all_rules():
        stem = rule.judge.__module__.rsplit(".", maxsplit=1)[-1].split("_")[0]
        assert stem.removeprefix("r").lstrip("0") == rule.rule_id.removeprefix("R").lower()


def nothing(*_: object) -> tuple[Verdict, ...]:
    return ()


def test_two_rules_of_one_id_are_an_error():
    rule = Rule("R1", Severity.INFO, nothing, "一条规则。A rule.")
    with pytest.raises(ValueError, match="R1"):
        register([rule, rule])


def test_a_rule_without_a_text_is_an_error():
    with pytest.raises(ValueError, match="R1"):
        register([Rule("R1", Severity.INFO, nothing, " ")])


def test_findings_are_the_checks_that_fail():
    given = record({"total_weight": "100"}, rows=[{"weight": "110"}])
    (finding,) = findings(given)
    assert (finding.rule_id, finding.severity) == ("R4", Severity.ERROR)
    assert len(check(given)) > 1
    assert findings(record()) == ()


def test_settings_lacking_a_threshold_are_refused():
    with pytest.raises(KeyError):
        read_settings("[weights]\nevaluated_totals = []")


@pytest.mark.parametrize(
    "sign", ["", None, " ", "无", "—", "——", "－", "-", "/", "／", "0", "０", "无。", "*"]
)
def test_signs_of_no_reason(sign):
    assert default_settings().is_blank(sign)


@pytest.mark.parametrize("reason", ["疫情影响", "无法按时完成", "0.5分因样本不足", "见附件"])
def test_reasons(reason):
    assert not default_settings().is_blank(reason)
