"""Promise: what is installed works anywhere: the built wheel, run in an empty directory."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_alone_reads_a_form(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("jixiao-*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(installed)
    assert not [name for name in names if name.startswith(("tests/", "fixtures/", "benchmarks/"))]
    empty = tmp_path / "empty"
    empty.mkdir()
    shutil.copy(ROOT / "fixtures/targets/huoshan-2023.txt", empty / "form.txt")
    run = "import sys; sys.path.insert(0, sys.argv.pop(1)); import pipeline; pipeline.main()"
    command = [sys.executable, "-I", "-c", run, str(installed), "inspect", "form.txt", "--json"]
    shown = subprocess.run(command, cwd=empty, check=True, capture_output=True, text=True)
    assert [len(form["indicators"]) for form in json.loads(shown.stdout)["forms"]] == [30, 13, 14, 12, 17]
