"""规范化: a Form to a Record, every text interpreted, every doubt kept as an issue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from extract.document import Issue, Locator, Printed
from extract.forms.form import Form, FundingLine, IndicatorRow, Narrative
from extract.forms.titles import year_in
from normalize.attainment import attainment
from normalize.match import match_name
from normalize.money import parse_money, parse_number, parse_rate
from normalize.names import clean_name
from normalize.organisations import split_code
from normalize.record import FundingRecord, IndicatorRecord, NarrativeRecord, Record
from normalize.redact import PERSONAL_FIELDS
from normalize.taxonomy import taxonomy
from normalize.values import Value, join_text, parse_value, suspicion, unit_in_name

_LOST = re.compile(r"[248]\d{2,}")
_REVIEW_BELOW = 0.75
_COLUMNS = (
    "project_name", "project_code", "department", "department_code", "implementing_unit",
    "implementing_unit_code", "project_source", "project_period", "project_attribute",
)  # fmt: skip
_FIELDS = ("project_source", "project_period", "project_attribute")


def normalise(form: Form) -> Record:
    """The form with money in yuan, values typed, names mapped.

    Of a form that was not redacted, the first contact comes along.
    """
    year = fiscal_year(form)
    funding, funding_issues = _funding(form.funding)
    indicators = _indicators(form.indicators, year)
    indicators = _suspects(indicators)
    issues = (*form.issues, *funding_issues)
    project_code, project_name = _coded(form, "project_name", "project_code")
    department_code, department = _coded(form, "department", "department_code")
    unit_code, unit = _coded(form, "implementing_unit", "implementing_unit_code")
    goal = next((one for one in form.goals if one.term == "annual"), None)
    doubtful = any(row.needs_review for row in indicators) or bool(issues) or bool(form.leftover)
    return Record(
        ordinal=form.ordinal,
        form_type=form.kind,
        title=form.title.text if form.title else None,
        fiscal_year=year,
        project_name=project_name,
        project_code=project_code,
        department=department,
        department_code=department_code,
        implementing_unit=unit,
        implementing_unit_code=unit_code,
        **{name: _text(form.first(name)) for name in _FIELDS},
        others_text=_others(form),
        contact=_text(form.first("contact")),
        goal_expected=_text(goal.expected) if goal else None,
        goal_actual=_text(goal.actual) if goal else None,
        total_weight=_number(form.total.weight),
        total_score=_number(form.total.score),
        grade=_text(form.total.grade),
        region_code=None,
        region_name=None,
        complete=form.complete,
        confidence=form.confidence,
        needs_review=doubtful or not form.complete or form.confidence < _REVIEW_BELOW,
        locator=form.locator,
        funding=funding,
        indicators=indicators,
        narratives=tuple(
            NarrativeRecord(number, one.section, one.heading, one.text, one.locator)
            for number, one in enumerate((*_longer_goals(form), *form.narratives), 1)
        ),
        issues=issues,
        leftover=tuple(one.text for one in form.leftover),
        total_locators=tuple(one.locator for one in (form.total.weight, form.total.score) if one),
    )


def fiscal_year(form: Form) -> int | None:
    """The year the form is about: from title or year line, the head, or the project's name."""
    places = (
        form.year,
        form.title,
        form.first("year"),
        form.first("project_name"),
        form.first("filing_date"),
    )
    return next((year for one in places if one and (year := year_in(one.text))), None)


def _coded(form: Form, name: str, code: str) -> tuple[str | None, str | None]:
    printed = form.first(name)
    if printed is None:
        return _text(form.first(code)), None
    glued, text = split_code(printed.text)
    return _text(form.first(code)) or glued, text


def _longer_goals(form: Form) -> list[Narrative]:
    """Goals for longer than the year: the columns are the year's, so they are kept as passages."""
    return [
        Narrative("other", heading, printed.text, printed.locator)
        for goal in form.goals
        if goal.term == "medium_term"
        for heading, printed in (("中期目标", goal.expected), ("中期目标完成情况", goal.actual))
        if printed
    ]


def _others(form: Form) -> str | None:
    """Head fields that no column holds, and second values of those that one does."""
    shown = {id(form.first(name)) for name in _COLUMNS}
    rest = [
        (field.label.rstrip("：:"), field.value.text)
        for field in form.header
        if field.value.text and id(field.value) not in shown and field.name not in PERSONAL_FIELDS
    ]
    return _labelled(rest)


def _labelled(pairs: Iterable[tuple[str, str]]) -> str | None:
    """`label：text`, one behind the other."""
    return "；".join(dict.fromkeys(f"{label}：{text}" for label, text in pairs if text)) or None


def _text(printed: Printed | None) -> str | None:
    return printed.text or None if printed else None


def _number(printed: Printed | None) -> Decimal | None:
    return parse_number(printed.text) if printed else None


def _funding(lines: Sequence[FundingLine]) -> tuple[tuple[FundingRecord, ...], list[Issue]]:
    records: list[FundingRecord] = []
    issues: list[Issue] = []
    for number, line in enumerate(lines, 1):
        amounts: dict[str, Decimal | None] = {}
        for name in ("initial_budget", "annual_budget", "executed", "executed_to_date", "forecast"):
            printed: Printed | None = getattr(line, name)
            amount = parse_money(printed.text, line.unit_of(name)) if printed else None
            if printed and amount is None and any(char.isdigit() for char in printed.text):
                what = "未注明金额单位" if line.unit_of(name) is None else "金额无法确定"
                issues.append(Issue("unread_amount", f"{what}：{printed.text}", printed.locator))
            amounts[f"{name}_cny"] = amount
        rate = (
            parse_rate(line.rate.text, amounts["annual_budget_cny"], amounts["executed_cny"])
            if line.rate
            else None
        )
        records.append(
            FundingRecord(
                ordinal=number,
                line=line.line,
                label=line.label.text,
                term=line.term,
                locator=line.locator,
                **amounts,
                execution_rate=rate,
                weight=_number(line.weight),
                score=_number(line.score),
            )
        )
    return tuple(records), issues


def _indicators(rows: Sequence[IndicatorRow], year: int | None) -> tuple[IndicatorRecord, ...]:
    records: list[IndicatorRecord] = []
    for row in rows:
        name = clean_name(row.name.text)
        if name:
            records.append(_indicator(len(records) + 1, row, name, year))
    return tuple(records)


def _indicator(ordinal: int, row: IndicatorRow, name: str, year: int | None) -> IndicatorRecord:
    operator, unit = _text(row.operator), _text(row.unit) or unit_in_name(row.name.text)
    target_text = _text(row.target)
    target = parse_value(target_text, operator=operator, unit=unit, year=year) if target_text else None
    actual_text = _text(row.actual)
    actual_unit = unit or (target.unit if target and target.kind == "numeric" else None)
    actual = parse_value(actual_text, unit=unit, year=year) if actual_text else None
    match = match_name(
        name, level1=row.level1, level2=row.level2, unit=actual_unit, kind=target.kind if target else None
    )
    concept = taxonomy().get(match.concept_id) if match.concept_id else None
    issues = row.issues + tuple(_suspicions(row))
    return IndicatorRecord(
        ordinal=ordinal,
        term=row.term,
        level1=row.level1,
        level2=row.level2,
        level1_text=row.level1_text,
        level2_text=row.level2_text,
        name=name,
        name_text=row.name.text,
        match=match,
        target_text=join_text(operator, target_text, _text(row.unit)) if target_text else None,
        target=target,
        actual_text=actual_text,
        actual=actual,
        previous_text=_text(row.previous),
        progress_text=_text(row.progress),
        forecast_text=_text(row.forecast),
        likelihood=_text(row.likelihood),
        region_name=row.region,
        weight=_number(row.weight),
        score=_number(row.score),
        deviation_reason=_text(row.reason),
        others_text=_labelled((label, printed.text) for label, printed in row.others),
        attainment=_attainment(target, actual, concept.direction if concept else None),
        confidence=row.confidence,
        needs_review=bool(issues) or row.confidence < _REVIEW_BELOW,
        locator=row.locator,
        issues=issues,
    )


def _suspicions(row: IndicatorRow) -> list[Issue]:
    """A comparator that a scan turned into a digit is named, never repaired."""
    found = []
    for printed in (row.target, row.actual):
        likely = suspicion(printed.text) if printed else None
        if printed and likely:
            message = f"“{printed.text}”疑为“{likely}”，比较符可能被识别成数字，未作改动"
            found.append(Issue("suspect_ocr", message, printed.locator))
    return found


def _suspects(rows: tuple[IndicatorRecord, ...]) -> tuple[IndicatorRecord, ...]:
    """Where a scan lost one comparator, a target that begins like a lost one is suspect too.

    2 stands for ≥, 4 for ≤ and 8 for ≥ in such scans; one that has its comparator is not meant.
    """
    if not any(issue.code == "suspect_ocr" for row in rows for issue in row.issues):
        return rows
    return tuple(
        replace(row, needs_review=True, issues=(*row.issues, _suspect(row.target_text or "", row.locator)))
        if _LOST.match(row.target_text or "") and not row.issues
        else row
        for row in rows
    )


def _suspect(text: str, locator: Locator) -> Issue:
    return Issue("suspect_ocr", f"本表有比较符被识别成数字，“{text}”也可能如此，未作改动", locator)


def _attainment(target: Value | None, actual: Value | None, direction: str | None) -> float | None:
    return attainment(target, actual, direction) if target and actual else None
