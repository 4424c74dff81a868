"""The closing table of a run."""

from __future__ import annotations

from collections import Counter
from io import StringIO

from rich.console import Console

from review.summary import Summary, as_table, summarise
from tests.warehouse.samples import reading, rejected


def test_counts():
    summary = summarise(
        [
            reading("a", forms=2),
            reading("b", forms=0, status="no_form"),
            rejected("c"),
            rejected("d", error_code="empty"),
            rejected("e"),
        ],
        unchanged=4,
    )
    assert (summary.documents, summary.forms, summary.indicators, summary.findings) == (5, 2, 4, 2)
    assert (summary.no_form, summary.unchanged) == (1, 4)
    assert summary.rejected == Counter(encrypted=2, empty=1)
    assert summarise([]) + summary == summary


def test_the_table():
    console = Console(file=StringIO(), width=100, color_system=None)
    console.print(as_table(Summary(5, 2, 4, 1, 2, 1, 4, Counter(encrypted=2, empty=1))))
    assert isinstance(console.file, StringIO)
    lines = [line.strip("│ ").split() for line in console.file.getvalue().splitlines()]
    assert ["文档", "documents", "│", "5", "│", "另有4个未变"] in lines
    assert ["未能读取", "rejected", "│", "3", "│", "encrypted", "2,", "empty", "1"] in lines
