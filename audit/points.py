"""分值与得分: the cells of a form that carry points, and how far a sum over them can be trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from extract.document import Locator
from normalize.record import FundingRecord, IndicatorRecord, Record

_FIGURE = re.compile(r"-?\d+(\.\d+)?分?")


@dataclass(frozen=True, slots=True)
class Points:
    """The weight and score of one indicator (`ordinal` set) or of one funding line."""

    name: str
    weight: Decimal | None
    score: Decimal | None
    needs_review: bool
    locator: Locator
    ordinal: int | None = None


def of_indicators(record: Record) -> tuple[Points, ...]:
    """The points of every indicator row."""
    return tuple(_of_indicator(row) for row in record.indicators)


def of_funding(record: Record) -> tuple[Points, ...]:
    """The points of every funding line that prints a weight or a score."""
    return tuple(
        Points(line.label, line.weight, line.score, in_doubt(record, line.locator), line.locator)
        for line in record.funding
        if line.weight is not None or line.score is not None
    )


def counted_indicators(record: Record) -> tuple[Points, ...]:
    """The rows that count towards the total: one term, and one region where a form has several.

    A form with 中期目标 beside 年度目标, or with a target column per region, repeats its weights.
    """
    terms = [row.term for row in record.indicators]
    term = "annual" if "annual" in terms else next(iter(terms), "annual")
    rows = [row for row in record.indicators if row.term == term]
    region = next((row.region_name for row in rows if row.region_name is not None), None)
    return tuple(_of_indicator(row) for row in rows if row.region_name in (None, region))


def counted_funding(record: Record) -> tuple[Points, ...]:
    """The points of 预算执行率: the total line's, or the lines' own where the total has none.

    None where the form prints 预算执行率 among its indicators as well: that is the same fact twice.
    """
    if any("预算执行率" in row.name and row.weight is not None for row in record.indicators):
        return ()
    lines = [line for line in record.funding if line.term == "annual"]
    totals = [line for line in lines if line.line == "total" and _has_points(line)]
    chosen = totals or [line for line in lines if _has_points(line)]
    return tuple(
        Points("预算执行率", line.weight, line.score, in_doubt(record, line.locator), line.locator)
        for line in chosen
    )


def in_doubt(record: Record, locator: Locator) -> bool:
    """Whether an issue was raised about the row or line that `locator` stands in."""
    return any(
        issue.locator is not None and issue.locator.without_column() == locator.without_column()
        for issue in record.issues
    )


def doubts(record: Record, rows: Iterable[Points], *, missing: int) -> tuple[str, ...]:
    """Why a sum over `rows` that differs may be our fault, in Chinese; empty when it cannot be.

    `missing` counts rows whose figure is absent, where that could explain the difference.
    """
    reviewed = sum(row.needs_review for row in rows)
    loose = [text for text in record.leftover if _FIGURE.fullmatch(text.strip())]
    said = (
        ("表单不完整", not record.complete),
        (f"{reviewed}行待复核", reviewed > 0),
        (f"{len(loose)}个数字未能归位", bool(loose)),
        (f"{missing}行未印数值", missing > 0),
    )
    return tuple(text for text, holds in said if holds)


def _of_indicator(row: IndicatorRecord) -> Points:
    return Points(row.name, row.weight, row.score, row.needs_review, row.locator, row.ordinal)


def _has_points(line: FundingRecord) -> bool:
    return line.weight is not None or line.score is not None
