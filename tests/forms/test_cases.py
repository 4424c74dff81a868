"""Layouts and damage of their own kind: small documents with what is to be read from them beside.

`cases/<name>.expected` holds a line for each form, funding line, indicator and leftover text,
checked against the document. `JIXIAO_WRITE_GOLDENS=1` writes those that are missing, and fails.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extract.document import Source
from extract.forms.form import Form
from extract.forms.recognise import recognise
from extract.readers import text

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name for path in CASES.iterdir() if path.suffix in (".md", ".txt"))
_CELLS = ("operator", "target", "unit", "previous", "actual", "weight", "score", "reason")
_FIGURES = (
    "initial_budget",
    "annual_budget",
    "executed",
    "executed_to_date",
    "forecast",
    "rate",
    "weight",
    "score",
)


def lines(form: Form) -> list[str]:
    """What a person checks a reading by."""
    project, year = form.first("project_name"), form.year
    told = [form.kind, year.text if year else "-", project.text if project else "-"]
    found = [" | ".join(["form", *told, "complete" if form.complete else "incomplete"])]
    found += [f"issue | {issue.code}" for issue in form.issues]
    for goal in form.goals:
        sides = [side.text if side else "-" for side in (goal.expected, goal.actual)]
        found.append(" | ".join(["goal", goal.term, *sides]))
    for line in form.funding:
        figures = [f"{name}={one.text}" for name in _FIGURES if (one := getattr(line, name))]
        found.append(" | ".join(["funding", line.term, line.line, line.unit or "-", *figures]))
    for row in form.indicators:
        cells = [f"{name}={one.text}" for name in _CELLS if (one := getattr(row, name))]
        place = [row.term, row.level1 or "-", row.level2 or "-", row.name.text]
        more = [f"region={row.region}"] if row.region else []
        flags = [issue.code for issue in row.issues]
        found.append(" | ".join(["row", *place, *cells, *more, *flags]))
    total = [one.text if one else "-" for one in (form.total.weight, form.total.score, form.total.grade)]
    found.append(" | ".join(["total", *total]))
    found += [f"leftover | {one.text}" for one in form.leftover]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str) -> None:
    data = (CASES / name).read_bytes()
    forms = recognise(text.read(data, Source(name, "0" * 64, "text/plain", len(data))))
    found = "\n".join(line for form in forms for line in lines(form)) + "\n"
    expected = CASES / f"{name}.expected"
    if not expected.exists() and os.environ.get("JIXIAO_WRITE_GOLDENS") == "1":
        expected.write_text(found, encoding="utf-8")
        pytest.fail(f"{expected.name} was written: read it, then run the tests again")
    assert found == expected.read_text(encoding="utf-8")
