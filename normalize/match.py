"""placeholder"""
from __future__ import annotations
from dataclasses import dataclass

@dataclass(frozen=True, slots=True)
class Match:
    """对应: the concept that a printed name was mapped onto, how surely, and how.

    `method` is `exact`, `alias`, `fuzzy` or None; `nearest` keeps up to three (concept_id, score)
    for review when nothing was sure enough.
    """

    concept_id: str | None
    score: float | None
    method: str | None
    nearest: tuple[tuple[str, float], ...] = ()
