"""Promise: what was read once is read the same for ever, or a person has looked at the difference.

Beside each document of `fixtures/` lies its golden, `<name>.golden.json`: what `jixiao inspect --json`
prints. `JIXIAO_WRITE_GOLDENS=1` writes those that are missing, and fails, so that they are read before
they are kept; to renew one, delete it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import GOLDEN, app

FIXTURES = Path(__file__).parents[2] / "fixtures"
DOCUMENTS = sorted(
    path
    for folder in ("targets", "self_evaluations")
    for path in (FIXTURES / folder).iterdir()
    if not path.name.endswith(GOLDEN)
)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_golden(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES)
    shown = CliRunner().invoke(app, ["inspect", path.relative_to(FIXTURES).as_posix(), "--json"])
    assert shown.exit_code == 0, shown.output
    golden = path.with_name(path.name + GOLDEN)
    if not golden.exists() and os.environ.get("JIXIAO_WRITE_GOLDENS") == "1":
        golden.write_text(shown.stdout, encoding="utf-8")
        pytest.fail(f"{golden.name} was written: read it, then run the tests again")
    assert json.loads(shown.stdout) == json.loads(golden.read_text(encoding="utf-8"))


def test_goldens_are_not_written_in_ci() -> None:
    assert not (os.environ.get("CI") and os.environ.get("JIXIAO_WRITE_GOLDENS"))


def test_ledger_names_every_fixture() -> None:
    ledger = (FIXTURES / "README.md").read_text(encoding="utf-8")
    files = [path for path in FIXTURES.rglob("*") if path.is_file() and not path.name.endswith(GOLDEN)]
    missing = [path.name for path in files if path.name != "README.md" and path.name not in ledger]
    assert missing == []
