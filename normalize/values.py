"""placeholder"""
from __future__ import annotations
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

@dataclass(frozen=True, slots=True)
class Value:
    """量值: what a target or actual cell says, beside the text it was read from."""

    text: str
    kind: str
    op: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    date: date | None = None
