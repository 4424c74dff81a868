"""入库: a folder of Parquet tables that is only ever seen whole.

`DIR/<table>/part-00001.parquet`, and `DIR/_manifest.json`. A part number stands for the same
documents in every table, and all rows of a document are in one part, whatever paths it was found
under. Publishing builds the next version of DIR beside it, sharing the files that stay, and puts it
in DIR's place at one stroke (see `warehouse.swap`).

Documents are told apart by their bytes; a row of `documents` by bytes and path. The same bytes under
a new path add a row to `documents` and nothing else. Other bytes under a known path are another
document: nothing is ever dropped because a path was used again.

A reading that is already stored (same bytes, same software and taxonomy version) is left alone, and
when nothing else came, so is every file of DIR. A reading by another version takes the place of the
stored one, under every path; so does one that succeeds where the stored one was rejected.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from extract.errors import UsageError
from warehouse import manifest, parts, plan, swap
from warehouse.manifest import Manifest, Part
from warehouse.reading import versions_by_part
from warehouse.tables import TABLES


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication came to, counted in rows of `documents`."""

    run_id: str
    added: int
    replaced: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Writer:
    """The one who may publish into a folder; `writer` makes one."""

    site: swap.Site

    def publish(self, tables: parts.Tables, *, refresh: bool = False) -> Published:
        """Bring what `tables` say into the folder.

        `tables` is what `warehouse.rows.build` makes; `concepts` may be empty, and the stored ones
        then stay. With `refresh`, stored readings of the same version are replaced as well. OSError
        where the disk does not allow it; the folder is then as it was.
        """
        folder = self.site.folder
        current = _manifest_of(folder)
        planned = plan.make(folder, current, tables, refresh=refresh)
        if current is not None and not planned.writes:
            return Published(current.run_id, 0, 0, planned.unchanged)
        fresh = self._build(current, planned.writes)
        return Published(fresh.run_id, planned.added, planned.replaced, planned.unchanged)

    def _build(self, current: Manifest | None, writes: Mapping[tuple[str, int], pa.Table]) -> Manifest:
        following, folder = self.site.following, self.site.folder
        try:
            if folder.exists():
                swap.copy_linked(folder, following)
            else:
                following.mkdir()
            stored = {(part.table, part.number): part for part in current.parts} if current else {}
            for (table, number), rows in writes.items():
                stored[table, number] = _write_part(following, table, number, rows)
            fresh = manifest.make(stored.values(), _facts(following, stored.values()))
            (following / manifest.NAME).unlink(missing_ok=True)
            manifest.write(fresh, following)
            swap.replace(self.site)
        except BaseException:
            with suppress(OSError):
                swap.recover(self.site)
            raise
        return fresh


def publish(directory: Path, tables: parts.Tables, *, refresh: bool = False) -> Published:
    """Bring what `tables` say into the lake at `directory`, which is made where it is not there.

    UsageError for a folder that is not ours or that another run is writing; see `Writer.publish`.
    """
    with writer(directory) as opened:
        return opened.publish(tables, refresh=refresh)


@contextmanager
def writer(directory: Path) -> Iterator[Writer]:
    """Hold `directory` for one run: checked, locked, and cleared of what a killed run left.

    UsageError, and nothing touched, for a folder that cannot become or is not a lake, or that
    another run holds.
    """
    site = swap.Site(directory.resolve())
    check_target(site.folder)
    with _locked(site):
        # What a killed run left is put right first: only then is it known what the folder is.
        swap.recover(site)
        check_target(site.folder)
        _check_parts(site.folder, _manifest_of(site.folder))
        yield Writer(site)


def check_target(directory: Path) -> None:
    """UsageError, with what to do, where `directory` cannot be written as a lake."""
    folder = directory.resolve()
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{directory} 是文件，不能作输出目录。")
    if os.path.ismount(folder):
        raise UsageError(
            f"{directory} 是挂载点，不能整体替换；请用其下的一个子目录，如 {folder / 'tables'}。"
        )
    if folder.exists() and _inside(Path.cwd(), folder):
        raise UsageError(f"当前目录在输出目录 {directory} 之内；请换到别处再运行。")
    if folder.exists() and not (folder / manifest.NAME).exists() and any(folder.iterdir()):
        raise UsageError(f"{directory} 不是空目录，也不是已有的输出目录，未作改动；请换一个目录。")


@contextmanager
def _locked(site: swap.Site) -> Iterator[None]:
    lock = FileLock(site.lock, timeout=0)
    try:
        site.lock.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise UsageError(f"另一个运行正在写 {site.folder}，请等它结束后再试。") from None
    except OSError as error:
        raise UsageError(f"不能在 {site.folder.parent} 下写文件：{error.strerror}。") from error
    try:
        yield
    finally:
        # Removed while it is held: whoever opened it meanwhile sees that it has no name and tries again.
        with suppress(OSError):
            site.lock.unlink()
        lock.release()


def _write_part(folder: Path, table: str, number: int, rows: pa.Table) -> Part:
    path = folder / manifest.part_path(table, number)
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    pq.write_table(rows.cast(TABLES[table]), path, compression="zstd")
    return manifest.describe(folder, table, number, rows.num_rows)


def _facts(folder: Path, entries: Iterable[Part]) -> Iterator[tuple[str, ...]]:
    """Each document and what read it: what the run id says of the table with the clock in it."""
    numbers = sorted(part.number for part in entries if part.table == "documents")
    for _, document_id, source, version in versions_by_part(folder, numbers):
        yield document_id, source, version.software_version, version.taxonomy_version, version.status


def _check_parts(folder: Path, current: Manifest | None) -> None:
    for part in current.parts if current else ():
        path = folder / part.path
        if not path.is_file() or path.stat().st_size != part.bytes:
            raise UsageError(f"{folder} 已损坏：{part.path} 缺失或被改动；请换一个输出目录重新入库。")


def _inside(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


def _manifest_of(folder: Path) -> Manifest | None:
    path = folder / manifest.NAME
    return manifest.parse(path.read_text(encoding="utf-8"), str(folder)) if path.exists() else None
