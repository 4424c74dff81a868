"""Header of the indicator block: which role the cells of each column play."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.forms.cells import is_score
from extract.forms.labels import look_up_alike
from extract.forms.signs import LEVEL_COLUMNS, is_indicator_header
from extract.forms.rows import Row, Slot


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
        return _in_order(top, lower) if is_indicator_header(top) else _in_order(*_swapped(rows))
    owners: dict[int, tuple[str, Slot]] = {}
    for row in [top, *lower]:
        for slot in row.slots:
            code = _code(slot)
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


def _swapped(rows: Sequence[Row]) -> tuple[Row, list[Row]]:
    """The storey that names the levels, and the others."""
    main = next((row for row in rows if is_indicator_header(row)), rows[0])
    level = next((row for row in rows if _names_levels(row)), main)
    return level, [row for row in rows if row is not level]


def _names_levels(row: Row) -> bool:
    return len({_code(slot) for slot in row.filled} & LEVEL_COLUMNS) >= 2


def _in_order(top: Row, lower: Sequence[Row]) -> tuple[Column, ...]:
    slots = list(top.slots)
    while slots and not slots[-1].text:
        slots.pop()
    roles = [_code(slot) or "unknown" for slot in slots]
    labels = [slot.text for slot in slots]
    for row in lower:
        below = [_code(slot) for slot in row.slots[: len(roles)]]
        if len(row.slots) == len(top.slots) and _fits_under(below, roles):
            roles = [code or role for code, role in zip(below, roles, strict=True)]
            continue
        inner = [code for slot in row.filled if (code := _code(slot))]
        if len(inner) > 1 and "target" in roles and "target" in inner:
            place = roles.index("target")
            roles[place : place + 1] = inner
    roles = _spliced(_without_repeats(roles))
    labels = labels if len(labels) == len(roles) else [""] * len(roles)
    return _finished(
        [
            Column(role, place, place + 1, label)
            for place, (role, label) in enumerate(zip(roles, labels, strict=True))
        ]
    )


def _fits_under(below: Sequence[str | None], roles: Sequence[str]) -> bool:
    """Lower labels stand under the value's label, under a blank, or repeat what is above."""
    return all(
        code is None or role in (code, "target", "unknown") for code, role in zip(below, roles, strict=True)
    )


def _without_repeats(roles: list[str]) -> list[str]:
    """A converter that repeats merged cells prints a label several times side by side."""
    return [role for place, role in enumerate(roles) if place == 0 or role != roles[place - 1]]


def _spliced(roles: list[str]) -> list[str]:
    """The lower storey of a header that was written in one line stands at its end.

    一级 | 二级 | 三级 | 年度指标值 | 完成值 | 分值 | 指标性质 | 指标值 | 度量单位: the last three belong under
    the fourth.
    """
    tail = len(roles)
    while tail and roles[tail - 1] in ("operator", "target", "unit"):
        tail -= 1
    inner = roles[tail:]
    if len(inner) < 2 or "target" not in inner or "target" not in roles[:tail]:
        return roles
    place = roles.index("target")
    return [*roles[:place], *inner, *roles[place + 1 : tail]]


def _lead_is_group(columns: list[Column]) -> list[Column]:
    first = next((i for i, one in enumerate(columns) if one.role != "unknown"), len(columns))
    return [replace(one, role="group") if index < first else one for index, one in enumerate(columns)]


def _code(slot: Slot) -> str | None:
    label = look_up_alike(slot.text, "column") if slot.text else None
    return label.code if label else None
