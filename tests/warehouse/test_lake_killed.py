"""A writer killed at any moment: whoever reads sees whole versions only, and the next run goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.warehouse.samples import reading, tables
from warehouse.lake import publish
from warehouse.reading import known, read_tables

ROOT = Path(__file__).parents[2]
KILLS = 4

WRITER = """
import itertools, os, sys
from pathlib import Path
from tests.warehouse.samples import reading, tables
from warehouse.lake import publish

for number in itertools.count():
    name = f"{os.getpid()}-{number}"
    again = reading("first", "first.txt", software_version=name, forms=1 + number % 3)
    publish(Path(sys.argv[1]), tables(again, reading(name), reading(name, f"copies/{name}.txt")))
    print(number, flush=True)
"""


def check(lake: Path) -> int:
    """One consistent version, or an assertion fails; how many documents it holds."""
    stored = read_tables(lake, ["documents", "forms", "indicators"])
    documents = stored["documents"]
    counted = dict(zip(documents["document_id"].to_pylist(), documents["forms"].to_pylist(), strict=True))
    found = stored["forms"]["document_id"].to_pylist()
    assert {item: found.count(item) for item in counted} == counted
    assert set(found) <= set(counted)
    assert set(stored["indicators"]["form_id"].to_pylist()) == set(stored["forms"]["form_id"].to_pylist())
    return documents.num_rows


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX systems")
def test_a_reader_never_sees_half_a_version(tmp_path):
    lake = tmp_path / "tables"
    publish(lake, tables(reading("first", "first.txt")))
    moments = random.Random(20240501)
    documents = 1
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(lake)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "0\n"  # it is at work
            end = time.monotonic() + moments.uniform(0.01, 0.15)
            while time.monotonic() < end:
                seen = check(lake)
                assert seen >= documents
                documents = seen
            child.send_signal(signal.SIGKILL)
        assert check(lake) >= documents

    publish(lake, tables(reading("last")))
    assert check(lake) == len(known(lake))
    assert os.listdir(tmp_path) == ["tables"]
