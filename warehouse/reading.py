"""Reading a lake: tables out of one version of it, even while another is being published."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from extract.errors import UsageError
from warehouse import manifest
from warehouse.manifest import Manifest
from warehouse.tables import TABLES

if TYPE_CHECKING:
    import pandas

_ATTEMPTS = 50
_PAUSE_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Version:
    """What read a stored document, and what came of it."""

    software_version: str
    taxonomy_version: str
    status: str


def known(directory: Path) -> dict[tuple[str, str], Version]:
    """The documents of a lake: (document_id, source) → what read them; empty where there is no lake."""
    if not (directory / manifest.NAME).exists():
        return {}
    return versions(read_tables(directory, ["documents"])["documents"])


def read_tables(directory: Path, names: Collection[str] = tuple(TABLES)) -> dict[str, pa.Table]:
    """Whole tables, all out of the same version of the lake; UsageError where there is no lake."""
    for name in names:
        if name not in TABLES:
            raise UsageError(f"没有名为 {name} 的表；可用：{'、'.join(TABLES)}。")
    for attempt in range(_ATTEMPTS):
        try:
            with _opened(directory) as version:
                return {name: version.table(name) for name in names}
        except FileNotFoundError:
            # A new version took the place of the one being read.
            time.sleep(_PAUSE_SECONDS * (attempt > 0))
    raise UsageError(f"{directory} 不是输出目录：没有清单 {manifest.NAME}，或清单所列的文件不在。")


def read_table(directory: Path, name: str) -> pandas.DataFrame:
    """One table as a data frame with Arrow types: decimals stay exact, absent stays absent."""
    import pandas as pd  # noqa: PLC0415 - most runs never need it, and it is slow to load

    table = read_tables(directory, [name])[name]
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def read_part(directory: Path, table: str, number: int) -> pa.Table:
    """One part; for the writer, who holds the lock."""
    with (directory / manifest.part_path(table, number)).open("rb") as stream:
        return _read(stream, table)


def versions_by_part(directory: Path, numbers: Iterable[int]) -> Iterator[tuple[int, str, str, Version]]:
    """(part, document_id, source, version) of each document in these parts; for the writer."""
    for number in numbers:
        for key, version in versions(read_part(directory, "documents", number)).items():
            yield number, *key, version


@dataclass(frozen=True, slots=True)
class _Opened:
    """One version of a lake. `descriptor` holds on to its folder, whatever takes its name."""

    directory: Path
    descriptor: int | None
    manifest: Manifest

    def table(self, name: str) -> pa.Table:
        tables = []
        for part in self.manifest.of_table(name):
            with _open(self.directory, self.descriptor, part.path) as stream:
                tables.append(_read(stream, name))
        return pa.concat_tables(tables or [TABLES[name].empty_table()])


@contextmanager
def _opened(directory: Path) -> Iterator[_Opened]:
    descriptor = os.open(directory, os.O_RDONLY) if os.open in os.supports_dir_fd else None
    try:
        with _open(directory, descriptor, manifest.NAME) as stream:
            text = stream.read().decode("utf-8")
        yield _Opened(directory, descriptor, manifest.parse(text, str(directory)))
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _open(directory: Path, descriptor: int | None, path: str) -> BinaryIO:
    if descriptor is None:
        return (directory / path).open("rb")
    return os.fdopen(os.open(path, os.O_RDONLY, dir_fd=descriptor), "rb")


def _read(stream: BinaryIO, table: str) -> pa.Table:
    return pq.read_table(stream, schema=TABLES[table])


def versions(documents: pa.Table) -> dict[tuple[str, str], Version]:
    """(document_id, source) → what read it, out of the table `documents`."""
    columns = ("document_id", "source", "software_version", "taxonomy_version", "status")
    rows = zip(*(documents[name].to_pylist() for name in columns), strict=True)
    return {(document_id, source): Version(*rest) for document_id, source, *rest in rows}
