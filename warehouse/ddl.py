"""CREATE TABLE statements of the output tables, out of the same schemas, for a database."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pyarrow as pa

from extract.errors import UsageError
from warehouse.tables import KEYS, REFERENCES, TABLES, Reference, comment

_COMMON = {
    pa.bool_(): "boolean",
    pa.int16(): "smallint",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.date32(): "date",
    pa.timestamp("us", tz="UTC"): "timestamptz",
}
_DIALECTS: Mapping[str, Mapping[pa.DataType, str]] = MappingProxyType(
    {
        "duckdb": {
            **_COMMON,
            pa.float64(): "double",
            pa.string(): "varchar",
            pa.list_(pa.string()): "varchar[]",
        },
        "postgres": {
            **_COMMON,
            pa.float64(): "double precision",
            pa.string(): "text",
            pa.list_(pa.string()): "text[]",
        },
    }
)

# A table comes after those that it refers to.
_ORDER = ("documents", "concepts", "forms", "funding", "indicators", "narratives", "findings")


def dialects() -> tuple[str, ...]:
    """The names that `ddl` knows."""
    return tuple(_DIALECTS)


def ddl(dialect: str) -> str:
    """The statements that create every table with keys and comments; UsageError for another dialect."""
    if dialect not in _DIALECTS:
        raise UsageError(f"没有 {dialect} 的建表语句；可用：{'、'.join(_DIALECTS)}。")
    return "\n".join(_create(name, dialect) for name in _ORDER)


def _create(name: str, dialect: str) -> str:
    schema = TABLES[name]
    lines = [f"    {_column(field, dialect)}" for field in schema]
    lines.append(f"    PRIMARY KEY ({_names(KEYS[name])})")
    lines.extend(f"    {_foreign(reference)}" for reference in REFERENCES.get(name, ()))
    comments = [f"COMMENT ON TABLE {_name(name)} IS {_literal(comment(schema))};"]
    comments.extend(
        f"COMMENT ON COLUMN {_name(name)}.{_name(field.name)} IS {_literal(comment(field))};"
        for field in schema
    )
    body = ",\n".join(lines)
    return f"CREATE TABLE {_name(name)} (\n{body}\n);\n" + "\n".join(comments) + "\n"


def _column(field: pa.Field, dialect: str) -> str:
    required = "" if field.nullable else " NOT NULL"
    return f"{_name(field.name)} {_type(field.type, dialect)}{required}"


def _type(kind: pa.DataType, dialect: str) -> str:
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    return _DIALECTS[dialect][kind]


def _foreign(reference: Reference) -> str:
    return (
        f"FOREIGN KEY ({_names(reference.columns)}) "
        f"REFERENCES {_name(reference.of)} ({_names(reference.of_columns)})"
    )


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(_name(column) for column in columns)


def _name(name: str) -> str:
    return f'"{name}"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
