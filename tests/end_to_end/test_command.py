"""Promises of the command: nothing is lost, nothing doubled, nothing half written, errors told."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from warehouse.reading import read_table, read_tables

FIXTURES = Path(__file__).parents[2] / "fixtures"


def jixiao(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    environment = {"PYTHONPATH": str(FIXTURES.parent), "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    shutil.copytree(FIXTURES, folder / "archive", ignore=shutil.ignore_patterns("README.md"))
    return folder


@pytest.fixture(scope="module")
def lake(archive: Path) -> Path:
    done = jixiao("ingest", "archive", "--out", "tables", cwd=archive)
    assert done.returncode == 0, done.stderr
    assert "未能读取" in done.stdout
    return archive / "tables"


def test_every_document_has_a_row_with_a_reason(lake: Path) -> None:
    rows = {Path(row["source"]).name: row for row in read_tables(lake)["documents"].to_pylist()}
    codes = {name: row["error_code"] for name, row in rows.items() if row["status"] == "rejected"}
    assert codes == {
        "empty.txt": "empty",
        "junk.txt": "unsupported",
        "truncated.docx": "corrupt",
        "encrypted.docx": "encrypted",
    }
    assert rows["no-form.docx"]["status"] == "no_form"
    assert all("请" in row["error"] for row in rows.values() if row["status"] == "rejected")
    assert {row["status"] for name, row in rows.items() if name[:3] in ("huo", "xin", "chi", "sic")} == {
        "parsed"
    }


def test_a_second_run_changes_nothing(archive: Path, lake: Path) -> None:
    before = {
        path: (path.stat().st_mtime_ns, path.read_bytes()) for path in lake.rglob("*") if path.is_file()
    }
    again = jixiao("ingest", "archive", "--out", "tables", cwd=archive)
    assert again.returncode == 0, again.stderr
    after = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in lake.rglob("*") if path.is_file()}
    assert after == before


def test_the_same_input_gives_the_same_tables(archive: Path, lake: Path) -> None:
    done = jixiao("ingest", "archive", "--out", "other", cwd=archive)
    assert done.returncode == 0, done.stderr
    one, other = read_tables(lake), read_tables(archive / "other")
    for name, table in one.items():
        drop = ["ingested_at"] if name == "documents" else []
        assert table.drop_columns(drop).equals(other[name].drop_columns(drop)), name


def test_duckdb_and_pandas_open_the_tables(lake: Path) -> None:
    query = f"""
        select f.project_name, count(*) as n
        from '{lake}/forms/*.parquet' f join '{lake}/indicators/*.parquet' i using (form_id)
        where f.fiscal_year = 2023 and f.department_code = '010' group by all order by n desc limit 1
    """
    assert duckdb.sql(query).fetchall() == [("业务费", 30)]
    frame = read_table(lake, "funding")
    assert isinstance(frame["annual_budget_cny"].dtype.pyarrow_dtype, pa.Decimal128Type)


def test_a_path_that_does_not_exist_stops_the_run_before_it_writes(archive: Path) -> None:
    done = jixiao("ingest", "archive", "no-such-folder", "--out", "never", cwd=archive)
    assert done.returncode == 2
    assert "no-such-folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (archive / "never").exists()


def test_a_folder_that_is_no_lake_is_left_alone(archive: Path) -> None:
    precious = archive / "precious"
    precious.mkdir()
    (precious / "letter.txt").write_text("keep me", encoding="utf-8")
    done = jixiao("ingest", "archive", "--out", "precious", cwd=archive)
    assert done.returncode == 2
    assert [path.name for path in precious.iterdir()] == ["letter.txt"]


def test_nothing_to_read(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    assert jixiao("ingest", "nothing", "--out", "tables", cwd=tmp_path).returncode == 1


@pytest.mark.parametrize("command", ["ingest", "inspect", "schema"])
def test_help_is_complete(command: str, tmp_path: Path) -> None:
    done = jixiao(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "Example" in done.stdout


def test_inspect_says_why_a_document_is_rejected(archive: Path) -> None:
    done = jixiao("inspect", "archive/rejected/encrypted.docx", cwd=archive)
    assert done.returncode == 1
    assert "密码" in done.stderr


def test_schema_makes_a_database(tmp_path: Path) -> None:
    shown = jixiao("schema", cwd=tmp_path)
    assert "annual_budget_cny" in shown.stdout
    ddl = jixiao("schema", "--ddl", "duckdb", cwd=tmp_path)
    duckdb.connect().execute(ddl.stdout)
    assert jixiao("schema", "--ddl", "oracle", cwd=tmp_path).returncode == 2


def test_an_archive_is_read_like_a_folder(archive: Path) -> None:
    shutil.make_archive(str(archive / "packed"), "zip", archive / "archive" / "targets")
    done = jixiao("ingest", "packed.zip", "--out", "unpacked", cwd=archive)
    assert done.returncode == 0, done.stderr
    tables = read_tables(archive / "unpacked")
    sources = {row["source"]: row["forms"] for row in tables["documents"].to_pylist()}
    assert sources["packed.zip!/huoshan-2023.txt"] == 5
    shown = jixiao("inspect", "packed.zip!/huoshan-2023.txt", cwd=archive)
    assert "大厅工作人员满意度" in shown.stdout
