"""What a publication has to write: the stored documents of a lake against the ones that came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from warehouse import parts
from warehouse.manifest import Manifest
from warehouse.reading import Version, read_part, versions, versions_by_part

DOCUMENTS_PER_PART = 20_000


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts to be written, by table and number, and what they come to."""

    writes: dict[tuple[str, int], pa.Table]
    added: int = 0
    replaced: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class _Stored:
    """One document of the lake: the part it is in, what read it, and the paths it was found under."""

    number: int
    version: Version
    sources: list[str] = field(default_factory=list)


def make(folder: Path, current: Manifest | None, tables: parts.Tables, *, refresh: bool) -> Plan:
    """What to write into the lake at `folder` so that it holds what `tables` say.

    Only parts that change are named. The home of a document is the part that holds it; new
    documents make new parts.
    """
    stored: dict[str, _Stored] = {}
    for number, document_id, source, version in _stored_rows(folder, current):
        stored.setdefault(document_id, _Stored(number, version)).sources.append(source)
    rows = [(*key, version) for key, version in versions(tables["documents"]).items()]
    reread = {
        document_id
        for document_id, _, version in rows
        if document_id in stored and (refresh or _supersedes(version, stored[document_id].version))
    }
    found = {
        (document_id, source)
        for document_id, source, _ in rows
        if document_id in stored and document_id not in reread and source not in stored[document_id].sources
    }
    new = {document_id for document_id, _, _ in rows if document_id not in stored}

    writes: dict[tuple[str, int], pa.Table] = {}
    touched = sorted({stored[item].number for item in reread | {document_id for document_id, _ in found}})
    for number in touched:
        here = {item for item, entry in stored.items() if entry.number == number}
        before = {name: read_part(folder, name, number) for name in parts.PARTED}
        after = _rewritten(before, tables, reread & here, found, stored)
        writes.update({(name, number): after[name] for name in after if not after[name].equals(before[name])})
    writes.update(_appended(current, parts.of_documents(tables, new)))
    writes.update(_concepts(folder, current, tables["concepts"]))
    replaced = sum(document_id in reread for document_id, _, _ in rows)
    added = len(found) + sum(document_id in new for document_id, _, _ in rows)
    return Plan(writes, added, replaced, len(rows) - added - replaced)


def _stored_rows(folder: Path, current: Manifest | None) -> Iterator[tuple[int, str, str, Version]]:
    return versions_by_part(folder, current.numbers() if current else ())


def _supersedes(fresh: Version, stored: Version) -> bool:
    """Whether a new reading is to take the place of a stored one of the same bytes."""
    if stored.status == "rejected" and fresh.status != "rejected":
        return True
    return (fresh.software_version, fresh.taxonomy_version) != (
        stored.software_version,
        stored.taxonomy_version,
    )


def _rewritten(
    before: parts.Tables,
    tables: parts.Tables,
    reread: set[str],
    found: set[tuple[str, str]],
    stored: Mapping[str, _Stored],
) -> dict[str, pa.Table]:
    """One part with its re-read documents replaced, and the new paths of its documents added."""
    here = set(before["documents"]["document_id"].to_pylist())
    fresh = parts.of_documents(tables, reread)
    after = parts.join([parts.of_documents(before, here - reread), fresh])
    owed = {(item, source) for item in reread for source in stored[item].sources}
    owed |= {key for key in found if key[0] in here}
    documents = _with_paths(after["documents"], owed)
    return parts.join([after | {"documents": documents}])


def _with_paths(documents: pa.Table, owed: set[tuple[str, str]]) -> pa.Table:
    """`documents`, and the row of each (document_id, source) of `owed` that they lack.

    What is said of a document is said of its bytes: a row under another path is a copy.
    """
    ids, sources = (documents[name].to_pylist() for name in ("document_id", "source"))
    row_of = {document_id: row for row, document_id in enumerate(ids)}
    lacking = sorted(owed - set(zip(ids, sources, strict=True)))
    copies = documents.take(pa.array([row_of[document_id] for document_id, _ in lacking], pa.int64()))
    position = documents.schema.get_field_index("source")
    paths = pa.array([source for _, source in lacking], pa.string())
    return pa.concat_tables([documents, copies.set_column(position, documents.schema.field(position), paths)])


def _appended(current: Manifest | None, new: parts.Tables) -> dict[tuple[str, int], pa.Table]:
    """The parts that new documents make; a lake without any has one empty part."""
    first = max(current.numbers(), default=0) + 1 if current else 1
    sets = list(parts.pieces(new, DOCUMENTS_PER_PART))
    if current is None and not sets:
        sets = [parts.join([parts.empty()])]
    return {
        (name, number): one[name] for number, one in enumerate(sets, start=first) for name in parts.PARTED
    }


def _concepts(folder: Path, current: Manifest | None, fresh: pa.Table) -> dict[tuple[str, int], pa.Table]:
    if current is None:
        return {("concepts", 1): fresh}
    stored = read_part(folder, "concepts", 1)
    merged = parts.merge_concepts(stored, fresh)
    return {} if merged.equals(stored) else {("concepts", 1): merged}
