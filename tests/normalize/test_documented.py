"""What docs/values.md says of values is what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from normalize.values import parse_value

PAGE = Path(__file__).parents[2] / "docs/values.md"
ROWS = [
    [cell.strip() for cell in line.strip("| \n").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| printed")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_row(row: list[str]) -> None:
    value = parse_value(row[0], year=2023)
    if row[1] == "(blank)":
        assert value is None
        return
    assert value is not None
    bounds = ["" if one is None else f"{one.normalize():f}" for one in (value.low, value.high)]
    found = [value.kind, value.op or "", *bounds, value.unit or "", str(value.date or "")]
    assert found == [*row[1:], *[""] * (len(found) + 1 - len(row))]
