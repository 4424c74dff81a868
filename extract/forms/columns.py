"""Header of the indicator block: which role the cells of each column play."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.forms.cells import is_score
from extract.forms.rows import Row, Slot
from extract.forms.storeys import merged_storeys, role_of


@dataclass(frozen=True, slots=True)
class Column:
    """A role and the grid columns `start` to `stop` (exclusive) that it covers.

    Where two sets of indicators stand side by side (中期 beside 年度) the roles of the second end in
    `#2`. A target column of one region has the role `region:` and the region's name.
    """

    role: str
    start: int
    stop: int
    label: str = ""


SECOND = "#2"
REGION = "region:"
# Columns that only a form with a target for each region has no need of.
_VALUES = frozenset({"target", "actual", "progress", "forecast", "score"})


# Columns whose text is kept as it is, under its label; a form may print several of one kind.
OTHERS = frozenset({"basis", "method", "remark", "review_score", "core", "direction", "rate", "unknown"})


def base(role: str) -> str:
    """The role without the mark of the second set and without a label; a region's column is a target.

    >>> base("target#2"), base("region:秀屿区"), base("basis:佐证资料")
    ('target', 'target', 'basis')
    """
    kind = role.removesuffix(SECOND).partition(":")[0]
    return "target" if kind == "region" else kind


DEFAULT = tuple(
    Column(role, place, place + 1)
    for place, role in enumerate(("group", "level1", "level2", "name", "target"))
)


def columns_of(rows: Sequence[Row]) -> tuple[Column, ...]:
    """The columns that one header, of one row or two storeys, makes.

    In an exact table a lower label takes over the columns below it (年度指标值 over 指标性质 | 指标值 |
    度量单位). Where columns were lost, the lower labels take the place of the value column. Cells in
    front of the first label are the block's own (绩效指标); any other unlabelled cell is `unknown`.
    """
    top, lower = rows[0], rows[1:]
    if not all(row.exact for row in rows):
        named = [(role_of(slot) or "unknown", slot.text) for slot in _trimmed(top)]
        in_order = merged_storeys(named, rows)
        return _finished([Column(role, at, at + 1, label) for at, (role, label) in enumerate(in_order)])
    owners: dict[int, tuple[str, Slot]] = {}
    for row in [top, *lower]:
        for slot in row.slots:
            code = role_of(slot)
            if code is None and slot.column in owners:
                continue
            for place in range(slot.column, slot.column + slot.span):
                owners[place] = (code or "unknown", slot)
    columns: list[Column] = []
    last: Slot | None = None
    for place in sorted(owners):
        role, slot = owners[place]
        if columns and slot is last:
            columns[-1] = Column(role, columns[-1].start, place + 1, slot.text)
        else:
            columns.append(Column(role, place, place + 1, slot.text))
        last = slot
    return _finished(columns)


def _trimmed(row: Row) -> list[Slot]:
    slots = list(row.slots)
    while slots and not slots[-1].text:
        slots.pop()
    return slots


def _finished(columns: list[Column]) -> tuple[Column, ...]:
    return _labelled(_block_score(_regions(_second_set(_lead_is_group(columns)))))


def _block_score(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """A header cell that holds points (50) where no score is named: the block's, over its rows' scores."""
    if any(base(one.role) == "score" for one in columns):
        return columns
    return tuple(
        replace(one, role="score") if one.role == "unknown" and is_score(one.label) else one
        for one in columns
    )


def _labelled(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(
        replace(one, role=f"{one.role}:{one.label or one.start}") if one.role in OTHERS else one
        for one in columns
    )


def _second_set(columns: Sequence[Column]) -> list[Column]:
    """A name column that comes again behind a value begins a second set, with its own levels."""
    names = [place for place, one in enumerate(columns) if one.role == "name"]
    if len(names) < 2 or not any(one.role in _VALUES for one in columns[names[0] : names[1]]):
        return list(columns)
    begin = names[1]
    while columns[begin - 1].role in ("level1", "level2", "group"):
        begin -= 1
    return [
        replace(one, role=one.role + SECOND) if place >= begin and one.role != "unknown" else one
        for place, one in enumerate(columns)
    ]


def _regions(columns: list[Column]) -> tuple[Column, ...]:
    """Without any value column, the unknown labels behind the names are places with a target each."""
    names = [place for place, one in enumerate(columns) if one.role == "name"]
    if not names or any(one.role in _VALUES for one in columns):
        return tuple(columns)
    return tuple(
        replace(one, role=REGION + one.label)
        if place > names[0] and one.role == "unknown" and one.label
        else one
        for place, one in enumerate(columns)
    )


def _lead_is_group(columns: list[Column]) -> list[Column]:
    first = next((i for i, one in enumerate(columns) if one.role != "unknown"), len(columns))
    return [replace(one, role="group") if index < first else one for index, one in enumerate(columns)]
