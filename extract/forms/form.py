"""表单: one form as read, in raw text with locators; nothing in here has been interpreted as a value.

Codes (`kind`, `line`, `level1`, `level2`, `section`, field names) are what the label lexicon makes of
printed labels; they are the ones of the output tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from extract.document import Issue, Locator, Printed


@dataclass(frozen=True, slots=True)
class HeaderField:
    """One label-value pair of the form's head: `name` is the field's code, `value` what is printed."""

    name: str
    label: str
    value: Printed


@dataclass(frozen=True, slots=True)
class FundingLine:
    """One line of the funding block.

    `unit` is the unit of money that the block prints, if any; `column_units` those that headers of
    single columns print.
    """

    line: str
    label: Printed
    term: str
    unit: str | None
    locator: Locator
    initial_budget: Printed | None = None
    annual_budget: Printed | None = None
    executed: Printed | None = None
    executed_to_date: Printed | None = None
    forecast: Printed | None = None
    rate: Printed | None = None
    weight: Printed | None = None
    score: Printed | None = None
    column_units: tuple[tuple[str, str], ...] = ()

    def unit_of(self, column: str) -> str | None:
        """The unit of money of one column: its own where its header prints one, else the block's."""
        return dict(self.column_units).get(column, self.unit)


@dataclass(frozen=True, slots=True)
class Goal:
    """年度总体目标: what was expected and, on a self-evaluation, what was achieved."""

    term: str
    expected: Printed | None = None
    actual: Printed | None = None


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One filled third-level indicator.

    `name` is the cell as printed. `operator`, `target` and `unit` are the cells of that role: most
    layouts print all three in `target`. `others` are cells of columns that the tables have no field for
    (备注, 指标解释), each with its column's label. `confidence` is 0-1 for the reading of the row, and
    `issues` says what lowered it.
    """

    term: str
    level1: str | None
    level2: str | None
    level1_text: str | None
    level2_text: str | None
    name: Printed
    locator: Locator
    operator: Printed | None = None
    target: Printed | None = None
    unit: Printed | None = None
    previous: Printed | None = None
    actual: Printed | None = None
    progress: Printed | None = None
    forecast: Printed | None = None
    likelihood: Printed | None = None
    weight: Printed | None = None
    score: Printed | None = None
    reason: Printed | None = None
    region: str | None = None
    others: tuple[tuple[str, Printed], ...] = ()
    confidence: float = 1.0
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """The total row: 总分 | 100 | 98 | 优."""

    weight: Printed | None = None
    score: Printed | None = None
    grade: Printed | None = None


@dataclass(frozen=True, slots=True)
class Narrative:
    """One passage of prose around or inside the table, under the heading it is printed beneath."""

    section: str
    heading: str | None
    text: str
    locator: Locator


@dataclass(frozen=True, slots=True)
class Form:
    """One form: `ordinal` counts from 1 in reading order; `leftover` is text no field accounts for."""

    ordinal: int
    kind: str
    title: Printed | None
    year: Printed | None
    header: tuple[HeaderField, ...]
    funding: tuple[FundingLine, ...]
    goals: tuple[Goal, ...]
    indicators: tuple[IndicatorRow, ...]
    total: Total
    narratives: tuple[Narrative, ...]
    leftover: tuple[Printed, ...]
    complete: bool
    confidence: float
    locator: Locator
    issues: tuple[Issue, ...] = field(default=())

    def first(self, name: str) -> Printed | None:
        """The first non-empty header value under the field code `name`."""
        return next((f.value for f in self.header if f.name == name and f.value.text), None)
