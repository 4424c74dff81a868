"""Every layout on every carrier: what the printer printed is what recognition finds."""

from __future__ import annotations

import pytest

from extract.document import Document, Source
from extract.forms.form import Form
from extract.forms.recognise import recognise
from extract.readers import docx as docx_reader
from extract.readers import text as text_reader
from tests.forms import printer

# Carriers that keep every cell, in its place or in its order: nothing may be lost or doubted.
WHOLE = {
    "exact": printer.as_document,
    "docx": printer.as_docx,
    "tabs": printer.as_tabs,
    "pipes": lambda t, s: printer.as_pipes(t, s, repeat=False),
    "pipes-repeated": lambda t, s: printer.as_pipes(t, s, repeat=True),
    "cells": printer.as_cells,
    "pipe-ends": lambda t, s: printer.as_pipe_ends(t, s, gaps=True),
    "pipe-ends-unbroken": lambda t, s: printer.as_pipe_ends(t, s, gaps=False),
    "short-rows-pipes": lambda t, s: printer.as_short_rows(t, s, joint=" | "),
    "short-rows-tabs": lambda t, s: printer.as_short_rows(t, s, joint="\t"),
}
# Carriers that move or lose cells: what is wrong must at least be flagged.
LOSSY = {
    "shifted-tabs": printer.as_shifted_tabs,
    "spaces": lambda t, s: printer.as_spaces(t, s, joint="\n"),
    "one-line": lambda t, s: printer.as_spaces(t, s, joint=" "),
    "lone-lines": lambda t, s: printer.as_lone_lines(t, s, blanks=True),
    "lone-lines-no-blanks": lambda t, s: printer.as_lone_lines(t, s, blanks=False),
}
CARRIERS = {**WHOLE, **LOSSY}
SEEDS = range(4)
ROLES = (
    "operator", "target", "unit", "previous", "actual", "progress", "forecast", "likelihood",
    "weight", "score", "reason",
)  # fmt: skip
MONEY = (
    "initial_budget",
    "annual_budget",
    "executed",
    "executed_to_date",
    "forecast",
    "rate",
    "weight",
    "score",
)
SURE = 0.75


def document(carrier: str, truth: printer.Truth, sheet: printer.Sheet) -> Document:
    written = CARRIERS[carrier](truth, sheet)
    if isinstance(written, Document):
        return written
    data = written if isinstance(written, bytes) else written.encode()
    reader = docx_reader if isinstance(written, bytes) else text_reader
    return reader.read(data, Source("printed", "0" * 64, "", len(data)))


def found(form: Form) -> list[dict[str, str]]:
    rows = []
    for row in form.indicators:
        one = {"level1": row.level1, "level2": row.level2, "name": row.name.text}
        for role in ROLES:
            printed = getattr(row, role)
            one[role] = printed.text if printed else ""
        rows.append(one)
    return rows


def expected(truth: printer.Truth) -> list[dict[str, str]]:
    roles = ("level1", "level2", "name", *ROLES)
    return [{role: row.get(role, "") for role in roles} for row in truth.indicators]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("carrier", WHOLE)
@pytest.mark.parametrize("layout", printer.LAYOUTS)
def test_layout_on_carrier(layout: str, carrier: str, seed: int) -> None:
    truth, sheet = printer.make(layout, seed)
    forms = recognise(document(carrier, truth, sheet))
    assert len(forms) == 1
    form = forms[0]
    assert found(form) == expected(truth)
    assert form.kind == truth.kind
    assert form.title is not None
    assert form.title.text == truth.title
    assert {name: (form.first(name) or form).text for name in truth.head} == truth.head  # type: ignore[union-attr]
    lines = [
        {
            "line": line.line,
            **{role: (getattr(line, role).text if getattr(line, role) else "") for role in MONEY},
        }
        for line in form.funding
    ]
    roles = ("line", *MONEY)
    assert lines == [{role: line.get(role, "") for role in roles} for line in truth.funding]
    goal = form.goals[0]
    assert goal.expected is not None
    assert goal.expected.text == truth.goals[0]
    if printer.LAYOUTS[layout]["goal"][1]:
        assert goal.actual is not None
        assert goal.actual.text == truth.goals[1]
    total = tuple(one.text if one else "" for one in (form.total.weight, form.total.score))
    if truth.indicators:
        assert total == truth.total
    assert form.leftover == ()


def joined(row: dict[str, str]) -> dict[str, str]:
    """Operator and value as one: where only spaces divide cells, `≥ 90` may be one or two."""
    return {**row, "operator": "", "target": row["operator"].replace("定性", "") + row["target"]}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("carrier", LOSSY)
@pytest.mark.parametrize("layout", printer.LAYOUTS)
def test_nothing_wrong_without_a_flag(layout: str, carrier: str, seed: int) -> None:
    truth, sheet = printer.make(layout, seed)
    (form,) = recognise(document(carrier, truth, sheet))
    facts = {row["name"]: joined(row) for row in expected(truth)}
    sure = [
        row
        for row, printed in zip(map(joined, found(form)), form.indicators, strict=True)
        if not printed.issues and printed.confidence >= SURE
    ]
    assert [row for row in sure if row != facts.get(row["name"])] == []
    names = {row["name"] for row in found(form)}
    assert len(names & set(facts)) >= 0.7 * len(facts)
    if any(issue.code == "ambiguous_funding" for issue in form.issues):
        return
    figures = [(line.line, line.executed.text.strip("—") if line.executed else "") for line in form.funding]
    assert figures == [(line["line"], line.get("executed", "")) for line in truth.funding]
