"""Sets of the seven tables in memory: choose documents, join, and put in order.

A set is whole: the forms of its documents are in it, and the rows of its forms.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.tables import FORM_TABLES, TABLES

Tables = Mapping[str, pa.Table]

# The tables that are cut into parts by document; `concepts` is one part for all.
PARTED = ("documents", "forms", *FORM_TABLES)


def empty() -> dict[str, pa.Table]:
    """The tables without a row."""
    return {name: schema.empty_table() for name, schema in TABLES.items()}


def of_documents(tables: Tables, document_ids: Collection[str]) -> dict[str, pa.Table]:
    """What `tables` say of these documents; `concepts` is left out."""
    wanted = pa.array(sorted(document_ids), pa.string())
    documents = _rows_in(tables["documents"], "document_id", wanted)
    forms = _rows_in(tables["forms"], "document_id", wanted)
    form_ids = forms["form_id"].combine_chunks()
    return {
        "documents": documents,
        "forms": forms,
        **{name: _rows_in(tables[name], "form_id", form_ids) for name in FORM_TABLES},
    }


def join(sets: Sequence[Tables]) -> dict[str, pa.Table]:
    """Several sets as one, in the order that a fresh build of all their rows would have."""
    tables = {name: pa.concat_tables([one[name] for one in sets]).combine_chunks() for name in PARTED}
    documents = tables["documents"].sort_by([("source", "ascending"), ("document_id", "ascending")])
    forms = _sorted(tables["forms"], "document_id", pc.unique(documents["document_id"]))
    form_ids = forms["form_id"]
    return {
        "documents": documents,
        "forms": forms,
        **{name: _sorted(tables[name], "form_id", form_ids) for name in FORM_TABLES},
    }


def pieces(tables: Tables, size: int) -> Iterator[dict[str, pa.Table]]:
    """`tables` cut into sets of at most `size` different documents, in order of their first source."""
    ids = iter(dict.fromkeys(tables["documents"]["document_id"].to_pylist()))
    while chosen := list(islice(ids, size)):
        yield join([of_documents(tables, chosen)])


def merge_concepts(stored: pa.Table, fresh: pa.Table) -> pa.Table:
    """The concepts of `fresh`, and those stored ones that it no longer has.

    A retired concept stays, under its old `taxonomy_version`, for rows that still name it.
    """
    kept = stored.filter(pc.invert(_is_in(stored["concept_id"], fresh["concept_id"].combine_chunks())))
    return pa.concat_tables([fresh, kept]).sort_by("concept_id").combine_chunks()


def _rows_in(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.filter(_is_in(table[column], values)).combine_chunks()


def _is_in(column: pa.ChunkedArray, values: pa.Array) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=values)


def _sorted(table: pa.Table, column: str, order: pa.ChunkedArray) -> pa.Table:
    """`table` by the place of `column` in `order`, then by ordinal."""
    value_set = order.combine_chunks() if isinstance(order, pa.ChunkedArray) else order
    rank = pc.index_in(table[column], value_set=value_set)
    keys = pa.table({"rank": rank, "ordinal": table["ordinal"]})
    return table.take(pc.sort_indices(keys, [("rank", "ascending"), ("ordinal", "ascending")]))
