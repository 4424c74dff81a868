"""CREATE TABLE statements, run in DuckDB and read for PostgreSQL."""

from __future__ import annotations

import re

import duckdb
import pytest

from extract.errors import UsageError
from tests.warehouse.samples import reading, rejected, tables
from warehouse.ddl import ddl, dialects
from warehouse.tables import TABLES, comment

_STATEMENT = re.compile(
    r'CREATE TABLE "\w+" \(\n(    .+,\n)*    .+\n\);|COMMENT ON (TABLE "\w+"|COLUMN "\w+"\."\w+") IS \'.+\';'
)


def run(connection: duckdb.DuckDBPyConnection, statement: str) -> list[tuple]:
    return connection.execute(statement).fetchall()


def test_duckdb_takes_the_statements_and_the_rows():
    connection = duckdb.connect()
    run(connection, ddl("duckdb"))
    made = tables(reading("a"), rejected("b"))
    for name in ("documents", "concepts", "forms", "funding", "indicators", "narratives", "findings"):
        rows = made[name]
        connection.register("incoming", rows)
        run(connection, f"INSERT INTO {name} SELECT * FROM incoming")
        connection.unregister("incoming")
        assert run(connection, f"SELECT count(*) FROM {name}") == [(rows.num_rows,)]
    stored = run(connection, "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'forms'")
    assert dict(stored) == {field.name: comment(field) for field in TABLES["forms"]}
    with pytest.raises(duckdb.ConstraintException):
        run(connection, "INSERT INTO narratives VALUES ('nowhere-001', 1, 'other', NULL, '', NULL)")


@pytest.mark.parametrize("dialect", dialects())
def test_every_statement_is_of_a_known_shape(dialect):
    text = ddl(dialect)
    rest = _STATEMENT.sub("", text)
    assert rest.strip() == ""
    assert text.count("(") == text.count(")")
    columns = sum(len(schema) for schema in TABLES.values())
    assert text.count("COMMENT ON COLUMN") == columns
    assert text.count("CREATE TABLE") == text.count("COMMENT ON TABLE") == len(TABLES)


def test_postgres_types():
    text = ddl("postgres")
    for line in (
        '"annual_budget_cny" decimal(18,2)',
        '"target_low" decimal(28,8)',
        '"confidence" double precision',
        '"aliases" text[]',
        '"ingested_at" timestamptz NOT NULL',
        '"fiscal_year" smallint',
        '"target_date" date',
        'PRIMARY KEY ("document_id", "source")',
        'FOREIGN KEY ("form_id") REFERENCES "forms" ("form_id")',
    ):
        assert f"    {line}" in text
    created: list[str] = []
    for statement in text.split("CREATE TABLE ")[1:]:
        assert set(re.findall(r'REFERENCES "(\w+)"', statement)) <= set(created)
        created.append(statement.split('"')[1])


def test_quotes_in_comments_are_doubled():
    assert "joined by ''; ''" in ddl("postgres")


def test_another_dialect_is_a_usage_error():
    with pytest.raises(UsageError, match="duckdb"):
        ddl("oracle")
