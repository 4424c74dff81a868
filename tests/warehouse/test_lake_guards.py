"""What a lake refuses, survives and leaves as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extract.errors import UsageError
from tests.warehouse.samples import reading, tables
from warehouse import swap
from warehouse.lake import check_target, publish, writer
from warehouse.reading import known


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return tmp_path / "out" / "tables"


def state(directory: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file below a folder: inode, time of change, content."""
    return {
        str(path.relative_to(directory)): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def refused(directory: Path, match: str) -> None:
    with pytest.raises(UsageError, match=match):
        publish(directory, tables(reading("a")))


def test_a_folder_of_other_things_is_refused_and_left_alone(lake):
    lake.mkdir(parents=True)
    (lake / "thesis.docx").write_text("precious")
    refused(lake, "不是空目录")
    assert os.listdir(lake) == ["thesis.docx"]
    assert os.listdir(lake.parent) == ["tables"]


def test_a_file_a_mount_point_and_the_current_folder_are_refused(lake, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    refused(tmp_path / "file", "是文件")
    refused(Path("/"), "挂载点")
    lake.mkdir(parents=True)
    monkeypatch.chdir(lake)
    refused(Path("."), "当前目录")


def test_a_damaged_lake_is_refused(lake):
    publish(lake, tables(reading("a")))
    part = lake / "forms" / "part-00001.parquet"
    content = part.read_bytes()
    part.write_bytes(content[:-1])
    refused(lake, "forms/part-00001.parquet")
    part.write_bytes(content)
    (lake / "_manifest.json").write_text("{")
    refused(lake, "清单")


def test_another_schema_version_is_refused(lake):
    publish(lake, tables(reading("a")))
    manifest = lake / "_manifest.json"
    manifest.write_text(manifest.read_text().replace('"schema_version": 1', '"schema_version": 99'))
    refused(lake, "版本是 99")


def test_a_second_writer_is_refused_until_the_first_is_done(lake):
    with writer(lake) as first:
        refused(lake, "另一个运行")
        first.publish(tables(reading("a")))
        refused(lake, "另一个运行")
        first.publish(tables(reading("b")))
    publish(lake, tables(reading("c")))
    assert len(known(lake)) == 3


def test_a_failure_while_writing_leaves_the_folder_as_it_was(lake, monkeypatch):
    publish(lake, tables(reading("a")))
    before = state(lake)

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("warehouse.lake.pq.write_table", full)
        with pytest.raises(OSError, match="No space"):
            publish(lake, tables(reading("b")))
    assert state(lake) == before
    assert os.listdir(lake.parent) == ["tables"]


def test_without_hard_links_files_are_copied(lake, monkeypatch):
    def no_links(*args: object, **kwargs: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr("warehouse.swap.os.link", no_links)
    publish(lake, tables(reading("a")))
    publish(lake, tables(reading("b")))
    assert len(known(lake)) == 2


def test_a_target_can_be_checked_beforehand(lake):
    check_target(lake)
    assert not lake.parent.exists()


class TestSwap:
    @pytest.fixture
    def site(self, lake: Path) -> swap.Site:
        publish(lake, tables(reading("a")))
        return swap.Site(lake.resolve())

    def test_what_a_killed_run_was_building_is_swept(self, site):
        (site.following / "forms").mkdir(parents=True)
        (site.following / "forms" / "part-00001.parquet").write_bytes(b"half")
        site.lock.touch()
        publish(site.folder, tables(reading("a")))
        assert os.listdir(site.folder.parent) == ["tables"]

    def test_without_exchange_the_folder_is_replaced_by_two_renames(self, site, monkeypatch):
        monkeypatch.setattr(swap, "exchange", lambda one, other: False)
        publish(site.folder, tables(reading("b")))
        assert len(known(site.folder)) == 2
        assert os.listdir(site.folder.parent) == ["tables"]

    def test_a_run_killed_between_the_renames_is_finished(self, site):
        swap.copy_linked(site.folder, site.following)
        os.rename(site.folder, site.previous)
        publish(site.folder, tables(reading("b")))
        assert len(known(site.folder)) == 2
        assert os.listdir(site.folder.parent) == ["tables"]

    def test_a_run_killed_after_the_first_rename_alone_is_undone(self, site):
        os.rename(site.folder, site.previous)
        publish(site.folder, tables(reading("b")))
        assert len(known(site.folder)) == 2

    def test_exchange_swaps_two_folders(self, tmp_path):
        one, other = tmp_path / "one", tmp_path / "other"
        for path in (one, other):
            path.mkdir()
            (path / path.name).touch()
        if not swap.exchange(one, other):
            pytest.skip("no exchange on this system")
        assert (os.listdir(one), os.listdir(other)) == (["other"], ["one"])
        with pytest.raises(FileNotFoundError):
            swap.exchange(one, tmp_path / "nowhere")
