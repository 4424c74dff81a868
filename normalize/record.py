"""Record: the normalised form, ready for rules and tables. Field names are the columns' names.

Every number is Decimal (a rate too), every money figure is in yuan, every absent thing is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from extract.document import Issue, Locator
from normalize.match import Match
from normalize.values import Value


@dataclass(frozen=True, slots=True)
class FundingRecord:
    """One funding line in yuan. `execution_rate` is the printed rate as a ratio (1 for 100%)."""

    ordinal: int
    line: str
    label: str
    term: str
    locator: Locator
    initial_budget_cny: Decimal | None = None
    annual_budget_cny: Decimal | None = None
    executed_cny: Decimal | None = None
    executed_to_date_cny: Decimal | None = None
    forecast_cny: Decimal | None = None
    execution_rate: Decimal | None = None
    weight: Decimal | None = None
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class IndicatorRecord:
    """One indicator: printed text beside the typed value, the concept beside the printed name.

    `target` and `actual` are None where the form prints nothing there. `others_text` holds the cells
    of columns that have no field of their own, each behind its label.
    """

    ordinal: int
    term: str
    level1: str | None
    level2: str | None
    level1_text: str | None
    level2_text: str | None
    name: str
    name_text: str
    match: Match
    target_text: str | None
    target: Value | None
    actual_text: str | None
    actual: Value | None
    previous_text: str | None
    progress_text: str | None
    forecast_text: str | None
    likelihood: str | None
    region_name: str | None
    weight: Decimal | None
    score: Decimal | None
    deviation_reason: str | None
    others_text: str | None
    attainment: float | None
    confidence: float
    needs_review: bool
    locator: Locator
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class NarrativeRecord:
    """One passage of text around the table."""

    ordinal: int
    section: str
    heading: str | None
    text: str
    locator: Locator


@dataclass(frozen=True, slots=True)
class Record:
    """记录: one form, normalised."""

    ordinal: int
    form_type: str
    title: str | None
    fiscal_year: int | None
    project_name: str | None
    project_code: str | None
    department: str | None
    department_code: str | None
    implementing_unit: str | None
    implementing_unit_code: str | None
    project_source: str | None
    project_period: str | None
    project_attribute: str | None
    others_text: str | None
    contact: str | None
    goal_expected: str | None
    goal_actual: str | None
    total_weight: Decimal | None
    total_score: Decimal | None
    grade: str | None
    region_code: str | None
    region_name: str | None
    complete: bool
    confidence: float
    needs_review: bool
    locator: Locator
    funding: tuple[FundingRecord, ...]
    indicators: tuple[IndicatorRecord, ...]
    narratives: tuple[NarrativeRecord, ...]
    issues: tuple[Issue, ...] = ()
    leftover: tuple[str, ...] = ()
    total_locators: tuple[Locator, ...] = ()
