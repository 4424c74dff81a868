"""Publishing: nothing twice, nothing lost, nothing half done."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.errors import UsageError
from tests.warehouse.samples import LATER, concepts, document, reading, rejected, tables
from warehouse import plan
from warehouse.lake import publish
from warehouse.reading import Version, known, read_table, read_tables
from warehouse.rows import build
from warehouse.tables import TABLES, comment


def state(directory: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file below a folder: inode, time of change, content."""
    return {
        str(path.relative_to(directory)): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def contents(directory: Path) -> dict[str, bytes]:
    return {name: content for name, (_, _, content) in state(directory).items()}


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return tmp_path / "out" / "tables"


def test_a_first_run_writes_every_table_and_leaves_nothing_beside(lake):
    done = publish(lake, tables(reading("a"), rejected("b")))
    assert (done.added, done.replaced, done.unchanged) == (2, 0, 0)
    expected = {f"{name}/part-00001.parquet" for name in TABLES} | {"_manifest.json"}
    assert set(contents(lake)) == expected
    assert os.listdir(lake.parent) == ["tables"]


def test_the_manifest_says_what_is_there(lake):
    done = publish(lake, tables(reading("a"), reading("b", forms=2)))
    manifest = json.loads((lake / "_manifest.json").read_text(encoding="utf-8"))
    assert (manifest["run_id"], manifest["schema_version"]) == (done.run_id, 1)
    for entries in manifest["tables"].values():
        for entry in entries:
            content = (lake / entry["path"]).read_bytes()
            assert entry["sha256"] == hashlib.sha256(content).hexdigest()
            assert entry["bytes"] == len(content)
            assert entry["rows"] == pq.ParquetFile(lake / entry["path"]).metadata.num_rows


def test_files_are_zstd_and_keep_schema_and_comments(lake):
    publish(lake, tables(reading("a")))
    for name, schema in TABLES.items():
        file = pq.ParquetFile(lake / name / "part-00001.parquet")
        assert file.schema_arrow.equals(schema)
        assert [comment(field) for field in file.schema_arrow] == [comment(field) for field in schema]
        assert comment(file.schema_arrow) == comment(schema)
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_no_document_at_all_still_gives_every_table(lake):
    publish(lake, build([]))
    for name in TABLES:
        assert duckdb.sql(f"SELECT count(*) FROM '{lake}/{name}/*.parquet'").fetchall() == [(0,)]
    publish(lake, tables(reading("a")))
    assert read_tables(lake, ["forms"])["forms"].num_rows == 1


def test_duckdb_and_pandas_read_decimals_exactly(lake):
    publish(lake, tables(reading("a")))
    query = f"SELECT annual_budget_cny, weight FROM '{lake}/funding/*.parquet' WHERE line = 'total'"
    assert duckdb.sql(query).fetchall() == [(Decimal("245000.00"), Decimal("10.0000"))]
    typed = f"DESCRIBE SELECT fiscal_year, total_score, needs_review FROM '{lake}/forms/*.parquet'"
    assert [row[1] for row in duckdb.sql(typed).fetchall()] == ["SMALLINT", "DECIMAL(9,4)", "BOOLEAN"]

    frame = read_table(lake, "indicators")
    assert frame["target_low"].tolist()[0] == Decimal("95.00000000")
    assert frame["target_low"].dtype == pd.ArrowDtype(pa.decimal128(28, 8))
    assert frame["weight"].isna().tolist() == [False, True]
    assert read_table(lake, "concepts")["aliases"].tolist()[1] == ["职工满意度", "干部满意度"]


def test_the_same_input_twice_changes_nothing(lake):
    first = publish(lake, tables(reading("a"), rejected("b")))
    before = state(lake)
    later = tables(reading("a", ingested_at=LATER), rejected("b", ingested_at=LATER))
    second = publish(lake, later)
    assert (second.added, second.replaced, second.unchanged) == (0, 0, 2)
    assert second.run_id == first.run_id
    assert state(lake) == before


def test_two_fresh_folders_differ_only_by_the_time_of_reading(tmp_path):
    one, two, three = tmp_path / "one", tmp_path / "two", tmp_path / "three"
    first = publish(one, tables(reading("a"), reading("b")))
    publish(two, tables(reading("b"), reading("a")))
    assert contents(one) == contents(two)
    third = publish(three, tables(reading("a", ingested_at=LATER), reading("b", ingested_at=LATER)))
    assert third.run_id == first.run_id
    differing = {name for name in contents(one) if contents(one)[name] != contents(three)[name]}
    assert differing == {"_manifest.json", "documents/part-00001.parquet"}


def test_new_documents_make_a_new_part_and_share_the_old_files(lake):
    publish(lake, tables(reading("a")))
    before = state(lake)
    done = publish(lake, tables(reading("b"), reading("a")))
    assert (done.added, done.unchanged) == (1, 1)
    after = state(lake)
    assert {name for name in before if before[name] != after[name]} == {"_manifest.json"}
    assert sorted(read_tables(lake, ["forms"])["forms"]["project_name"].to_pylist()) == ["a", "b"]


def test_another_version_replaces_the_rows_in_their_part(lake):
    publish(lake, tables(reading("a", forms=2), reading("b")))
    publish(lake, tables(reading("c")))
    before = state(lake)
    done = publish(lake, tables(reading("a", forms=3, software_version="0.2.0", ingested_at=LATER)))
    assert (done.added, done.replaced, done.unchanged) == (0, 1, 0)
    after = state(lake)
    assert {name for name in before if "00002" in name and before[name] != after[name]} == set()
    assert set(before) == set(after)

    stored = read_tables(lake)
    versions = {source: version.software_version for (_, source), version in known(lake).items()}
    assert versions == {
        "archive/a.txt": "0.2.0",
        "archive/b.txt": "0.1.0",
        "archive/c.txt": "0.1.0",
    }
    assert stored["forms"]["project_name"].to_pylist() == ["a", "a", "a", "b", "c"]
    assert stored["indicators"].num_rows == 10
    assert stored["findings"].num_rows == 5


def test_a_reading_that_now_finds_nothing_leaves_no_orphans(lake):
    publish(lake, tables(reading("a")))
    publish(lake, tables(rejected("a", "archive/a.txt", software_version="0.2.0")))
    stored = read_tables(lake)
    assert stored["documents"]["status"].to_pylist() == ["rejected"]
    assert [stored[name].num_rows for name in ("forms", "funding", "indicators", "findings")] == [0] * 4


def test_a_rejected_document_is_replaced_when_it_can_be_read(lake):
    publish(lake, tables(rejected("a", "a.txt", error_code="timeout")))
    done = publish(lake, tables(reading("a", "a.txt")))
    assert done.replaced == 1
    assert known(lake) == {(document("a").document_id, "a.txt"): Version("0.1.0", "1", "parsed")}
    again = publish(lake, tables(rejected("a", "a.txt", error_code="timeout")))
    assert (again.replaced, again.unchanged) == (0, 1)


def test_refresh_replaces_a_reading_of_the_same_version(lake):
    publish(lake, tables(reading("a")))
    kept = tables(reading("a"), keep_contacts=True)
    assert publish(lake, kept).unchanged == 1
    assert publish(lake, kept, refresh=True).replaced == 1
    assert read_tables(lake, ["forms"])["forms"]["contact"].to_pylist() == ["王某 0350-1234567"]


def test_the_same_bytes_under_a_new_path_add_only_a_document(lake):
    publish(lake, tables(reading("a", "a.txt"), reading("b", "b.txt")))
    before = state(lake)
    done = publish(lake, tables(reading("a", "copy.txt", ingested_at=LATER)))
    assert (done.added, done.replaced) == (1, 0)
    after = state(lake)
    assert {name for name in after if before.get(name) != after[name]} == {
        "_manifest.json",
        "documents/part-00001.parquet",
    }
    assert sorted(source for _, source in known(lake)) == ["a.txt", "b.txt", "copy.txt"]


def test_a_new_version_holds_under_every_path(lake):
    publish(lake, tables(reading("a", "a.txt"), reading("a", "copy.txt")))
    publish(lake, tables(reading("a", "third.txt", forms=2, software_version="0.2.0")))
    assert {source: item.software_version for (_, source), item in known(lake).items()} == {
        "a.txt": "0.2.0",
        "copy.txt": "0.2.0",
        "third.txt": "0.2.0",
    }
    assert read_tables(lake, ["forms"])["forms"].num_rows == 2


def test_other_bytes_under_a_known_path_are_another_document(lake):
    publish(lake, tables(reading("a", "report.txt")))
    publish(lake, tables(reading("b", "report.txt")))
    assert [source for _, source in known(lake)] == ["report.txt", "report.txt"]


def test_large_batches_are_cut_into_parts(lake, monkeypatch):
    monkeypatch.setattr(plan, "DOCUMENTS_PER_PART", 2)
    publish(lake, tables(*(reading(name) for name in "edcba")))
    sources = [
        pq.read_table(lake / "documents" / f"part-0000{number}.parquet")["source"].to_pylist()
        for number in (1, 2, 3)
    ]
    assert [[source[8] for source in part] for part in sources] == [["a", "b"], ["c", "d"], ["e"]]
    assert read_tables(lake, ["forms"])["forms"]["project_name"].to_pylist() == list("abcde")


def test_concepts_follow_the_taxonomy_and_retired_ones_stay(lake):
    publish(lake, tables(reading("a")))
    one, _ = concepts("2")
    publish(lake, build([], [replace(one, name_zh="职工满意度")]))
    stored = read_tables(lake, ["concepts"])["concepts"].to_pylist()
    assert [(row["concept_id"], row["taxonomy_version"]) for row in stored] == [
        ("cost_saving", "1"),
        ("staff_satisfaction", "2"),
    ]
    assert stored[1]["name_zh"] == "职工满意度"
    before = state(lake)
    publish(lake, build([]))
    assert state(lake) == before


def test_what_else_lies_in_the_folder_stays(lake):
    publish(lake, tables(reading("a")))
    (lake / "读我.md").write_text("说明", encoding="utf-8")
    (lake / "notes").mkdir()
    (lake / "notes" / "one.txt").write_text("1", encoding="utf-8")
    publish(lake, tables(reading("b")))
    assert (lake / "读我.md").read_text(encoding="utf-8") == "说明"
    assert (lake / "notes" / "one.txt").exists()


def test_an_empty_folder_becomes_a_lake(lake):
    lake.mkdir(parents=True)
    publish(lake, tables(reading("a")))
    assert known(lake)


def test_a_link_to_a_folder_is_followed(lake, tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to("real")
    publish(link, tables(reading("a")))
    assert link.is_symlink()
    assert known(tmp_path / "real")


def test_reading_what_is_no_lake(tmp_path):
    assert known(tmp_path / "nowhere") == {}
    assert known(tmp_path) == {}
    with pytest.raises(UsageError, match="不是输出目录"):
        read_tables(tmp_path)
    with pytest.raises(UsageError, match="没有名为 pages 的表"):
        read_table(tmp_path, "pages")
