"""清单: what a lake consists of, file by file; the file that makes a folder a lake."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from extract.errors import UsageError
from warehouse.tables import SCHEMA_VERSION, TABLES

NAME = "_manifest.json"
_FORMAT = "jixiao-lake"


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One Parquet file: its table and number, its rows, and what its bytes hash to."""

    table: str
    number: int
    rows: int
    bytes: int
    sha256: str

    @property
    def path(self) -> str:
        """The path below the folder of the lake."""
        return part_path(self.table, self.number)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parts of one version of a lake; `run_id` is made from what the version says."""

    run_id: str
    parts: tuple[Part, ...]
    schema_version: int = SCHEMA_VERSION

    def of_table(self, table: str) -> tuple[Part, ...]:
        """The parts of one table, in order of their numbers."""
        return tuple(sorted(part for part in self.parts if part.table == table))

    def numbers(self) -> tuple[int, ...]:
        """The numbers of the parts that documents are spread over."""
        return tuple(part.number for part in self.of_table("documents"))


def part_path(table: str, number: int) -> str:
    """Where a part lies below the folder of the lake.

    >>> part_path("forms", 1)
    'forms/part-00001.parquet'
    """
    return f"{table}/part-{number:05d}.parquet"


def describe(folder: Path, table: str, number: int, rows: int) -> Part:
    """The entry of a part that has just been written."""
    path = folder / part_path(table, number)
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return Part(table, number, rows, path.stat().st_size, digest.hexdigest())


def make(parts: Iterable[Part], documents: Iterable[tuple[str, ...]]) -> Manifest:
    """The manifest of these parts; `documents` names each document and what read it.

    The run id leaves out the bytes of `documents`, which hold the time of reading: the same input
    read by the same software gives the same id.
    """
    ordered = tuple(sorted(parts))
    said = [[part.path, part.sha256] for part in ordered if part.table != "documents"]
    facts = [said, sorted(list(row) for row in documents), SCHEMA_VERSION]
    text = json.dumps(facts, ensure_ascii=True, separators=(",", ":"))
    return Manifest(hashlib.sha256(text.encode("ascii")).hexdigest()[:16], ordered)


def write(manifest: Manifest, folder: Path) -> None:
    """Write the manifest into a folder that has none."""
    tables = {
        name: [
            {"path": part.path, **_without(asdict(part), "table", "number"), "number": part.number}
            for part in manifest.of_table(name)
        ]
        for name in TABLES
    }
    data = {
        "format": _FORMAT,
        "run_id": manifest.run_id,
        "schema_version": manifest.schema_version,
        "tables": tables,
    }
    with (folder / NAME).open("x", encoding="utf-8", newline="\n") as stream:
        json.dump(data, stream, ensure_ascii=False, indent=2)
        stream.write("\n")


def parse(text: str, where: str) -> Manifest:
    """The manifest that a text holds; UsageError where it is none, or of another schema version."""
    try:
        data = json.loads(text)
        if data["format"] != _FORMAT:
            raise KeyError("format")
        version = int(data["schema_version"])
        parts = tuple(
            Part(table, item["number"], item["rows"], item["bytes"], item["sha256"])
            for table, items in data["tables"].items()
            for item in items
        )
        manifest = Manifest(data["run_id"], parts, version)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{where} 的清单 {NAME} 已损坏，请换一个输出目录重新入库。") from error
    if version != SCHEMA_VERSION:
        raise UsageError(
            f"{where} 的表结构版本是 {version}，本软件写版本 {SCHEMA_VERSION}；请换一个输出目录重新入库。"
        )
    return manifest


def _without(mapping: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name not in names}
