"""The tables and their columns in words, for `jixiao schema`."""

from __future__ import annotations

from warehouse.tables import TABLES, comment


def as_text() -> str:
    """Every table with its comment, and a line for each column: name, type, comment."""
    lines: list[str] = []
    for name, schema in TABLES.items():
        lines += [f"{name} — {comment(schema)}"]
        width = max(len(item.name) for item in schema)
        kinds = max(len(str(item.type)) for item in schema)
        lines += [f"  {item.name:<{width}}  {item.type!s:<{kinds}}  {comment(item)}" for item in schema]
        lines.append("")
    return "\n".join(lines).rstrip()
