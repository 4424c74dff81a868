"""Broken rows to aligned rows: which cell of a row belongs under which column.

A row whose geometry was lost keeps the order of its cells, but cells may be missing, extra or moved.
Placing them is an alignment of two sequences at least cost. This module knows nothing of forms: what
a placement costs is the caller's knowledge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Cost = Callable[[int, int], float]


@dataclass(frozen=True, slots=True)
class Alignment:
    """One reading of a row: for each cell the column it belongs under (None: under none), its cost."""

    cost: float
    columns: tuple[int | None, ...]


def align(
    cells: int,
    columns: int,
    place: Cost,
    drop: Sequence[float],
    skip: Sequence[float],
    *,
    matters: Sequence[bool] | None = None,
    keep: int = 3,
) -> list[Alignment]:
    """The cheapest order-preserving placements of `cells` under `columns`, best first.

    `place(i, j)` is the cost of cell i under column j, `drop[i]` of leaving cell i out, `skip[j]` of
    leaving column j empty. Up to `keep` readings come back that differ in a cell that `matters`
    (by default all do), so that the caller can see how near the second best is.

    >>> texts, roles = ["培训人次", "≥3次"], ["level", "name", "value"]
    >>> cost = lambda i, j: 0.0 if (texts[i][0] == "≥") == (roles[j] == "value") else 5.0
    >>> align(2, 3, cost, drop=[3, 3], skip=[0.1, 4, 1])[0].columns
    (1, 2)
    """
    matters = matters if matters is not None else [True] * cells
    # best[j]: readings of the cells so far that used columns before j
    best: list[list[Alignment]] = [[] for _ in range(columns + 1)]
    best[0] = [Alignment(0.0, ())]
    for j in range(columns):
        best[j + 1] = [Alignment(one.cost + skip[j], one.columns) for one in best[j]]
    for i in range(cells):
        following: list[list[Alignment]] = [[] for _ in range(columns + 1)]
        for j in range(columns + 1):
            options = [Alignment(one.cost + drop[i], (*one.columns, None)) for one in best[j]]
            if j > 0:
                cost = place(i, j - 1)
                options += [Alignment(one.cost + cost, (*one.columns, j - 1)) for one in best[j - 1]]
                skipped = skip[j - 1]
                options += [Alignment(one.cost + skipped, one.columns) for one in following[j - 1]]
            following[j] = _cheapest(options, matters, keep)
        best = following
    return best[columns]


def _cheapest(options: list[Alignment], matters: Sequence[bool], keep: int) -> list[Alignment]:
    chosen: dict[tuple[int | None, ...], Alignment] = {}
    for option in sorted(options, key=lambda one: one.cost):
        reading = tuple(column for column, counts in zip(option.columns, matters, strict=False) if counts)
        if reading not in chosen:
            chosen[reading] = option
            if len(chosen) == keep:
                break
    return list(chosen.values())
