"""The closing table of a run: what was read, what awaits a person, what was rejected and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.table import Table

from warehouse.rows import Reading


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of one run; those of two shards add up. `rejected` counts by error code.

    `unchanged` are documents that were already stored and were not read again.
    """

    documents: int = 0
    forms: int = 0
    indicators: int = 0
    for_review: int = 0
    findings: int = 0
    no_form: int = 0
    unchanged: int = 0
    rejected: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Summary) -> Summary:
        return Summary(
            self.documents + other.documents,
            self.forms + other.forms,
            self.indicators + other.indicators,
            self.for_review + other.for_review,
            self.findings + other.findings,
            self.no_form + other.no_form,
            self.unchanged + other.unchanged,
            self.rejected + other.rejected,
        )


def summarise(readings: Iterable[Reading], *, unchanged: int = 0) -> Summary:
    """The counts of `readings`; rows for review are indicators that a person should look at."""
    total = Summary(unchanged=unchanged)
    for reading in readings:
        document = reading.document
        records = [form.record for form in reading.forms]
        rows = [row for record in records for row in record.indicators]
        code = document.error_code or "rejected"
        total += Summary(
            documents=1,
            forms=len(records),
            indicators=len(rows),
            for_review=sum(row.needs_review for row in rows),
            findings=sum(len(form.findings) for form in reading.forms),
            no_form=int(document.status == "no_form"),
            rejected=Counter({code: 1} if document.status == "rejected" else {}),
        )
    return total


def as_table(summary: Summary) -> Table:
    """The summary as a table to print."""
    table = Table(show_header=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    said = [
        ("文档 documents", summary.documents, f"另有{summary.unchanged}个未变" if summary.unchanged else ""),
        ("表单 forms", summary.forms, f"{summary.no_form}个文档没有表单" if summary.no_form else ""),
        ("指标 indicators", summary.indicators, ""),
        ("待复核 for review", summary.for_review, ""),
        ("疑点 findings", summary.findings, ""),
        ("未能读取 rejected", summary.rejected.total(), _reasons(summary.rejected)),
    ]
    for label, count, aside in said:
        table.add_row(label, str(count), aside)
    return table


def _reasons(rejected: Counter[str]) -> str:
    """The reasons with their counts, most frequent first.

    >>> _reasons(Counter(empty=1, encrypted=2, corrupt=1))
    'encrypted 2, corrupt 1, empty 1'
    """
    ordered = sorted(rejected.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{code} {count}" for code, count in ordered)
