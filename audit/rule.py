"""审核: what a rule is, what it says of a form, and how the rules are found.

A rule is one module of `audit/rules` that holds a `RULE`; the folder is the register. A rule judges
a `Record` and yields verdicts; `check` gives each the rule's id and severity, `findings` keeps those
that fail. What we could not read for sure is never held against the paper: the outcome is then
*undetermined*.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

import audit.rules
from audit.settings import Settings, default_settings
from extract.document import Locator
from normalize.record import Record


class Outcome(StrEnum):
    """What came of one rule on one form or indicator."""

    PASS = "pass"
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    UNDETERMINED = "undetermined"


class Severity(StrEnum):
    """How much a broken rule weighs: a contradiction, something to explain, something to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one form, or of one indicator or funding line of it.

    `message` is Chinese, with the figures in it; `observed` and `expected` are the two that were
    compared, as text; `locators` are the places that the verdict rests on. `severity` is set only
    where this verdict weighs less than its rule does.
    """

    outcome: Outcome
    message: str
    observed: str | None = None
    expected: str | None = None
    locators: tuple[Locator, ...] = ()
    indicator_ordinal: int | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A verdict under the name of its rule: one outcome on one form or indicator."""

    rule_id: str
    severity: Severity
    outcome: Outcome
    message: str
    observed: str | None
    expected: str | None
    locators: tuple[Locator, ...]
    indicator_ordinal: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """疑点: a contradiction of the paper with itself; one row of the table `findings`."""

    rule_id: str
    severity: Severity
    message: str
    observed: str | None
    expected: str | None
    locators: tuple[Locator, ...]
    indicator_ordinal: int | None


Judge = Callable[[Record, Settings], Iterable[Verdict]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id, the usual severity of breaking it, its judge, and its module's docstring."""

    rule_id: str
    severity: Severity
    judge: Judge
    doc: str | None

    @property
    def text(self) -> str:
        """The published text: the first line of the docstring; ValueError for a rule without one."""
        if not (self.doc or "").strip():
            raise ValueError(f"rule {self.rule_id} has no published text")
        return (self.doc or "").strip().splitlines()[0]


def register(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """`rules` in their order; ValueError where two share an id or one has no published text."""
    known: dict[str, Rule] = {}
    for rule in rules:
        if rule.rule_id in known:
            raise ValueError(f"two rules have the id {rule.rule_id}")
        if rule.text:
            known[rule.rule_id] = rule
    return tuple(known.values())


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the folder, in the order of the module names."""
    names = sorted(module.name for module in pkgutil.iter_modules(audit.rules.__path__))
    return register(importlib.import_module(f"audit.rules.{name}").RULE for name in names)


def check(record: Record, settings: Settings | None = None) -> tuple[Check, ...]:
    """Every outcome of every rule on `record`, in the order of the rules."""
    chosen = settings or default_settings()
    return tuple(
        Check(
            rule.rule_id,
            verdict.severity or rule.severity,
            verdict.outcome,
            verdict.message,
            verdict.observed,
            verdict.expected,
            verdict.locators,
            verdict.indicator_ordinal,
        )
        for rule in all_rules()
        for verdict in rule.judge(record, chosen)
    )


def broken(checks: Iterable[Check]) -> tuple[Finding, ...]:
    """The findings among `checks`: those that fail."""
    return tuple(
        Finding(
            item.rule_id,
            item.severity,
            item.message,
            item.observed,
            item.expected,
            item.locators,
            item.indicator_ordinal,
        )
        for item in checks
        if item.outcome is Outcome.FAIL
    )


def findings(record: Record, settings: Settings | None = None) -> tuple[Finding, ...]:
    """What `record` contradicts, in the order of the rules."""
    return broken(check(record, settings))


def figure(value: Decimal) -> str:
    """A figure as a message prints it, without idle zeros.

    >>> figure(Decimal("10.00")), figure(Decimal("1E+2")), figure(Decimal("-0.50"))
    ('10', '100', '-0.5')
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(ratio: Decimal, places: int = 2) -> str:
    """A ratio as a per cent figure, rounded to `places`.

    >>> percent(Decimal("0.86")), percent(Decimal(2) / 3)
    ('86%', '66.67%')
    """
    return f"{figure(round(ratio * 100, places))}%"
