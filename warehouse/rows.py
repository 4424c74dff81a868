"""From records to rows: one reading of one source, and the Arrow tables that many readings make.

Tables are built column by column. A figure that its column cannot hold becomes null, and text that
cannot be written as UTF-8 is escaped: no single document can break a batch.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from operator import attrgetter
from typing import Any

import pyarrow as pa

from audit.rule import Finding
from extract.document import Issue
from normalize.record import IndicatorRecord, Record
from normalize.values import Value
from warehouse.tables import TABLES

_WIDE = Context(prec=60)

Getter = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One input document: the columns of `documents`. `forms` is the number of forms found."""

    document_id: str
    source: str
    media_type: str | None
    bytes: int | None
    pages: int | None
    status: str
    error_code: str | None
    error: str | None
    ocr: bool
    forms: int
    software_version: str
    taxonomy_version: str
    ingested_at: datetime


@dataclass(frozen=True, slots=True)
class FormReading:
    """One form of a document, with what it contradicts."""

    record: Record
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one source puts into the tables."""

    document: DocumentRow
    forms: tuple[FormReading, ...] = ()


@dataclass(frozen=True, slots=True)
class ConceptRow:
    """One concept of the taxonomy: the columns of `concepts`."""

    concept_id: str
    level1: str | None
    level2: str | None
    name_zh: str
    dimension: str | None
    direction: str | None
    sectors: tuple[str, ...]
    aliases: tuple[str, ...]
    taxonomy_version: str


def form_id(document_id: str, ordinal: int) -> str:
    """The id of the form at `ordinal` of a document.

    >>> form_id("0123456789abcdef" * 4, 2)
    '0123456789abcdef-002'
    """
    return f"{document_id[:16]}-{ordinal:03d}"


def ingestion_time() -> datetime:
    """Now, in UTC; or the moment that SOURCE_DATE_EPOCH names, for output that repeats exactly."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)


def storable(text: str) -> str:
    r"""`text` as the tables can hold it: file names that are no UTF-8 escaped, NUL replaced.

    >>> storable("绩效\udcb1.txt"), storable("a\x00b")
    ('绩效\\udcb1.txt', 'a�b')
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\ufffd")


def fit(value: Decimal, precision: int, scale: int) -> Decimal | None:
    """`value` rounded half even to `scale` places, or None where the column cannot hold it.

    None for a figure that is too large or not finite, and for one that rounding would turn to zero.

    >>> fit(Decimal("245000"), 18, 2), fit(Decimal("151234.567"), 18, 2)
    (Decimal('245000.00'), Decimal('151234.57'))
    >>> fit(Decimal("1E+30"), 18, 2), fit(Decimal("0.001"), 18, 2), fit(Decimal("NaN"), 18, 2)
    (None, None, None)
    """
    if not value.is_finite():
        return None
    try:
        rounded = value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_EVEN, _WIDE)
    except InvalidOperation:
        return None
    if value and not rounded:
        return None
    # A zero has no sign worth keeping.
    return (rounded or abs(rounded)) if abs(rounded) < Decimal(10) ** (precision - scale) else None


def build(
    readings: Iterable[Reading], concepts: Iterable[ConceptRow] = (), *, keep_contacts: bool = False
) -> dict[str, pa.Table]:
    """The seven tables of `readings`, sorted by source and place.

    The same bytes under several sources are one reading: they have a row each in `documents`, which
    says the same, and their forms once. One that was rejected gives way to one that was not.
    `forms.contact` stays null unless `keep_contacts`.
    """
    by_key = {(r.document.source, r.document.document_id): r for r in readings}
    keys = sorted(by_key)
    once: dict[str, Reading] = {}
    for key in sorted(keys, key=lambda item: by_key[item].document.status == "rejected"):
        once.setdefault(key[1], by_key[key])
    documents = [replace(once[document_id].document, source=source) for source, document_id in keys]
    forms = [
        _FormRow(form_id(document_id, form.record.ordinal), document_id, form)
        for document_id in dict.fromkeys(document_id for _, document_id in keys)
        for form in sorted(once[document_id].forms, key=lambda item: item.record.ordinal)
    ]
    contact = _of("row.record.contact") if keep_contacts else _nothing
    return {
        "documents": _table("documents", documents),
        "forms": _table("forms", forms, {**_FORM_COLUMNS, "contact": contact}),
        "funding": _table("funding", _parts(forms, "record.funding"), _PART_COLUMNS),
        "indicators": _table("indicators", _parts(forms, "record.indicators"), _INDICATOR_COLUMNS),
        "narratives": _table("narratives", _parts(forms, "record.narratives"), _PART_COLUMNS),
        "findings": _table("findings", _parts(forms, "findings"), _FINDING_COLUMNS),
        "concepts": _table("concepts", sorted(concepts, key=attrgetter("concept_id"))),
    }


@dataclass(frozen=True, slots=True)
class _FormRow:
    form_id: str
    document_id: str
    row: FormReading


@dataclass(frozen=True, slots=True)
class _Part:
    """A row of a table below `forms`; `index` counts from 1 within the form."""

    form_id: str
    index: int
    row: Any


def _parts(forms: Iterable[_FormRow], path: str) -> list[_Part]:
    rows_of = attrgetter(path)
    return [
        _Part(form.form_id, index, row)
        for form in forms
        for index, row in enumerate(rows_of(form.row), start=1)
    ]


def _of(path: str) -> Getter:
    return attrgetter(path)


def _nothing(_: Any) -> None:
    return None


def _locator(item: Any) -> str:
    return str(item.row.locator)


def _of_record(name: str) -> Getter:
    return _of(f"row.record.{name}")


def _reasons(issues: Iterable[Issue]) -> str | None:
    """The messages of issues, each once."""
    return "；".join(dict.fromkeys(issue.message for issue in issues)) or None


def _of_value(side: str, name: str) -> Getter:
    def get(item: _Part) -> Any:
        row: IndicatorRecord = item.row
        value: Value | None = row.target if side == "target" else row.actual
        return None if value is None else getattr(value, name)

    return get


_FORM_COLUMNS: dict[str, Getter] = {
    **{name: _of_record(name) for name in TABLES["forms"].names},
    "form_id": _of("form_id"),
    "document_id": _of("document_id"),
    "locator": lambda item: str(item.row.record.locator),
    "review_reasons": lambda item: _reasons(item.row.record.issues),
    "leftover_text": lambda item: " | ".join(item.row.record.leftover) or None,
}
_PART_COLUMNS: dict[str, Getter] = {"form_id": _of("form_id"), "locator": _locator}
_INDICATOR_COLUMNS: dict[str, Getter] = {
    **_PART_COLUMNS,
    "concept_id": _of("row.match.concept_id"),
    "concept_score": _of("row.match.score"),
    "concept_method": _of("row.match.method"),
    **{
        f"{side}_{name}": _of_value(side, name)
        for side in ("target", "actual")
        for name in ("kind", "op", "low", "high", "unit", "date", "change")
    },
    "review_reasons": lambda item: _reasons(item.row.issues),
}
_FINDING_COLUMNS: dict[str, Getter] = {
    "form_id": _of("form_id"),
    "ordinal": _of("index"),
    "severity": lambda item: str(item.row.severity),
    "locator": lambda item: "; ".join(map(str, item.row.locators)) or None,
}


def _table(name: str, rows: Sequence[Any], columns: Mapping[str, Getter] | None = None) -> pa.Table:
    """The rows as a table; a column without a getter is the attribute of its name."""
    schema = TABLES[name]
    own = "{}" if columns is None else "row.{}"
    getters = {column: _of(own.format(column)) for column in schema.names} | dict(columns or {})
    arrays = [_array([getters[field.name](row) for row in rows], field.type) for field in schema]
    return pa.table(arrays, schema=schema)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    convert = _converter(kind)
    return pa.array([None if value is None else convert(value) for value in values], type=kind)


def _converter(kind: pa.DataType) -> Getter:
    if pa.types.is_decimal(kind):
        return lambda value: fit(value, kind.precision, kind.scale)
    if pa.types.is_string(kind):
        return storable
    if pa.types.is_list(kind):
        return lambda values: [storable(value) for value in values]
    if pa.types.is_floating(kind):
        return float
    if pa.types.is_integer(kind):
        limit = 2 ** (kind.bit_width - 1)
        return lambda value: value if -limit <= value < limit else None
    return lambda value: value
