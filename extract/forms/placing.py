"""A row's cells under the columns of the indicator block: by place, by type, or by both.

Where the table is exact, columns decide, and types only say whether to believe them. Where columns
were lost, the row is aligned at least cost; the costs below say how ill a kind of cell fits a role.
They are orders of magnitude, not measurements: 0 fits, 1 is odd, 3 and more is against the nature of
the column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.forms.cells import Type, cell_type, is_empty_slot, is_score
from extract.forms.columns import Column, base
from extract.forms.labels import bare, fragment_of, look_up
from extract.forms.rows import Row, Slot
from extract.tables.ragged import Alignment, align

LEVELS = ("level1", "level2")
VALUES = ("target", "adjusted_target", "actual", "previous", "progress", "forecast")
SCORES = ("weight", "score")
_DROP_TEXT, _DROP_BLANK = 3.0, 0.05
_MISPLACED = 0.3  # for each column that a cell stands off its own, where the row has all its cells
_BELIEVABLE = 2.5  # an exact row that costs more contradicts its own columns
_AT_HOME = 0.5  # a cell that fits its own column so well needs no other
_CLEAR = 0.75  # the second reading must be this much dearer, or the row is ambiguous
# Labels reach down over the rows they are merged with; values belong to the row they begin in.
_REACHING_DOWN = frozenset({"level1", "level2", "group"})
# A value printed once for several rows is the value of each; points are shared, and cannot be split.
_POINTS = frozenset({"weight", "score", "reason"})
_SHARED_VALUES = frozenset({"name", "target", "actual", "operator", "unit", "previous"})
_LONE_LEVEL = 2.0  # a label of both levels (成本指标, 满意度指标) that stands alone is the second
_LONGEST_UNIT = 3  # 平方米, 万人次; longer ones are rates (元/人·月)
_SKIP = {"name": 4.0, "target": 1.5, "actual": 1.0, "weight": 0.7, "score": 0.7, "operator": 0.5}


@dataclass(frozen=True, slots=True)
class Placed:
    """A row taken apart: the cell of each role, cells under none, and how the reading came about.

    `cost` is the price of the whole reading, `oddity` how ill its texts fit their roles; `moved` says that cells stood off their
    columns; `ambiguous` that another reading fits about as well; `joined` that it was two rows; `shared`
    that its points stand in a cell merged over several rows; `term` is the block's.
    """

    row: Row
    cells: dict[str, Slot]
    rest: tuple[Slot, ...]
    cost: float = 0.0
    oddity: float = 0.0
    moved: bool = False
    ambiguous: bool = False
    joined: bool = False
    shared: bool = False
    term: str = "annual"

    def text(self, role: str) -> str:
        slot = self.cells.get(role)
        return slot.text if slot else ""


def place(row: Row, columns: Sequence[Column], *, exact: bool) -> Placed:
    """The cells of a row under their roles; `exact` says that columns are facts for this row too."""
    if exact and row.exact:
        by_column = _by_columns(row, columns)
        if by_column.cost <= _BELIEVABLE:
            return by_column
        aligned = _by_alignment(row, columns)
        return aligned if aligned.cost + 2.0 < by_column.cost else by_column
    return _by_alignment(row, columns)


def _by_columns(row: Row, columns: Sequence[Column]) -> Placed:
    cells: dict[str, Slot] = {}
    rest: list[Slot] = []
    cost = 0.0
    own = any(slot.fresh and slot.text and not _roles(slot, columns) <= _REACHING_DOWN for slot in row.slots)
    reaching = _REACHING_DOWN | (_SHARED_VALUES if own else frozenset())
    shared = any(slot.tall and slot.text and _roles(slot, columns) & _POINTS for slot in row.slots)
    for slot in row.slots:
        if not slot.text or (not slot.fresh and _roles(slot, columns).isdisjoint(reaching)):
            continue
        free = [one.role for one in columns if _covers(one, slot) and one.role not in cells]
        if not free:
            if slot.fresh:
                rest.append(slot)
                cost += _DROP_TEXT
            continue
        role = min(free, key=lambda one: misfit(one, slot.text))
        cells[role] = slot
        cost += misfit(role, slot.text) if slot.fresh else 0.0
    return Placed(row, cells, tuple(rest), cost, cost, shared=shared)


def _covers(column: Column, slot: Slot) -> bool:
    return column.start < slot.column + slot.span and slot.column < column.stop


def _roles(slot: Slot, columns: Sequence[Column]) -> set[str]:
    return {base(column.role) for column in columns if _covers(column, slot)}


def _in_place(row: Row, columns: Sequence[Column]) -> Placed | None:
    """A row that has all its cells, each at home where it stands: nothing to align."""
    if len(row.slots) != len(columns):
        return None
    cells: dict[str, Slot] = {}
    for slot, column in zip(row.slots, columns, strict=True):
        if not slot.text:
            continue
        lone = base(column.role) == "level1" and look_up(slot.text, "level2")
        if lone or column.role in cells or misfit(column.role, slot.text) > _AT_HOME:
            return None
        cells[column.role] = slot
    if "name" not in cells or is_empty_slot(cells["name"].text):
        return None
    oddity = sum(misfit(role, slot.text) for role, slot in cells.items())
    return Placed(row, cells, (), oddity, oddity)


def _by_alignment(row: Row, columns: Sequence[Column]) -> Placed:
    in_place_reading = _in_place(row, columns)
    if in_place_reading is not None:
        return in_place_reading
    slots = [slot for slot in row.slots if slot.fresh]
    roles = [column.role for column in columns]
    if roles[0] != "group":
        roles = ["group", *roles]
    printed = len(slots)
    own = len(columns)
    offset = len(roles) - own if printed == own else 0
    in_place = printed in (own, len(roles))
    texts = [slot.text for slot in slots]

    # Merged cells vanish from the left, so a short row that kept its blanks counts from the right.
    from_right = printed < len(roles) and not in_place and not all(texts)

    def cost(i: int, j: int) -> float:
        shift = 0.0
        if texts[i] and in_place:
            shift = _MISPLACED * abs(i + offset - j)
        elif texts[i] and from_right:
            shift = _MISPLACED / 2 * abs((printed - i) - (len(roles) - j))
        optional = _OPTIONAL if texts[i] and not in_place and base(roles[j]) in _OPTIONAL_ROLES else 0.0
        lone = _LONE_LEVEL if base(roles[j]) == "level1" and look_up(texts[i], "level2") else 0.0
        return misfit(roles[j], texts[i]) + shift + lone + optional

    readings = align(
        printed,
        len(roles),
        cost,
        drop=[_DROP_TEXT if text else _DROP_BLANK for text in texts],
        skip=[_SKIP.get(base(role), 0.05) for role in roles],
        matters=[bool(text) for text in texts],
    )
    readings = sorted(
        (replace(one, cost=one.cost + _unlike(one, roles, texts)) for one in readings),
        key=lambda one: one.cost,
    )
    best = readings[0]
    cells: dict[str, Slot] = {}
    rest: list[Slot] = []
    moved = False
    for i, (slot, j) in enumerate(zip(slots, best.columns, strict=True)):
        if not slot.text:
            continue
        if j is None or roles[j] in cells:
            rest.append(slot)
        else:
            cells[roles[j]] = slot
            moved = moved or not in_place or i + offset != j
    rival = readings[1].cost - best.cost if len(readings) > 1 else _CLEAR
    oddity = sum(misfit(role, slot.text) for role, slot in cells.items()) + _DROP_TEXT * len(rest)
    return Placed(row, cells, tuple(rest), best.cost, oddity, moved, moved and rival < _CLEAR)


def _unlike(reading: Alignment, roles: Sequence[str], texts: Sequence[str]) -> float:
    """A penalty where target and actual are not of one kind."""
    shapes = {}
    for text, j in zip(texts, reading.columns, strict=True):
        if text and j is not None and roles[j] in ("target", "actual"):
            shapes[roles[j]] = cell_type(text) in (Type.WORDS, Type.PROSE)
    return _UNLIKE if len(set(shapes.values())) == 2 else 0.0


def misfit(role: str, text: str) -> float:
    """How ill a text fits a role of the indicator block, from 0 up."""
    role, kind = base(role), cell_type(text)
    if kind is Type.BLANK:
        return _BLANK.get(role, 0.0)
    if role in LEVELS:
        return _misfit_level(role, text, kind)
    level = bool(look_up(text, "level1") or look_up(text, "level2")) and "指标" in bare(text)
    if role == "group":
        known = look_up(text, "column") or fragment_of(text, ("column",)) or bare(text) in "年度绩效指标"
        return 0.0 if known else 4.0
    if role == "name":
        if level:
            return 5.0
        return _NAME.get(kind, 0.0) if not is_empty_slot(text) else 0.3
    if level:
        return 4.0
    if role in VALUES:
        bracketed = text[0] in "（(" and text[-1] in "）)"
        return _VALUE.get(kind, 0.0) + (2.0 if bracketed else 0.0)
    if role in SCORES:
        return 0.0 if is_score(text) else 0.1 if kind is Type.MARK else 4.0
    if role == "likelihood":
        return 0.0 if look_up(text, "likelihood") or kind is Type.MARK else 3.0
    if role == "unit" and kind is Type.WORDS and len(text) > _LONGEST_UNIT and "/" not in text:
        return 1.5
    return _OTHER.get(role, {}).get(kind, 0.5)


_BLANK = {"name": 0.5, "target": 1.0, "actual": 0.7, "weight": 0.5, "score": 0.5}
_NAME = {
    Type.NUMBERED: -0.3, Type.WORDS: 0.0, Type.PROSE: 0.4, Type.MARK: 1.0,
    Type.QUANTITY: 3.0, Type.PERCENT: 4.0, Type.NUMBER: 4.0, Type.DATE: 2.0, Type.OPERATOR: 4.0,
}  # fmt: skip
_VALUE = {
    Type.QUANTITY: 0.0, Type.PERCENT: 0.0, Type.NUMBER: 0.1, Type.DATE: 0.0, Type.MARK: 0.3,
    Type.WORDS: 0.4, Type.PROSE: 0.8, Type.NUMBERED: 2.0, Type.OPERATOR: 2.0,
}  # fmt: skip
_OPTIONAL = 0.3  # added to filling a column that forms often leave blank, where cells were lost
_OPTIONAL_ROLES = frozenset({"previous", "basis", "method", "remark", "reason", "unknown", "core"})
_UNLIKE = 1.0  # a target in words and an actual in figures, or the other way round
_TEXT = {Type.WORDS: 0.3, Type.PROSE: 0.3, Type.MARK: 0.0, Type.NUMBER: 1.0, Type.PERCENT: 1.5}
_OTHER = {
    "operator": {Type.OPERATOR: 0.0, Type.MARK: 0.1, Type.WORDS: 2.0, Type.PROSE: 5.0, Type.NUMBER: 4.0},
    "unit": {Type.WORDS: 0.2, Type.MARK: 0.1, Type.PROSE: 4.0, Type.NUMBER: 4.0, Type.QUANTITY: 2.0},
    "rate": {Type.PERCENT: 0.0, Type.NUMBER: 0.3, Type.MARK: 0.1, Type.WORDS: 3.0, Type.PROSE: 5.0},
    "direction": {Type.OPERATOR: 0.0, Type.MARK: 0.1, Type.WORDS: 1.0, Type.PROSE: 4.0, Type.NUMBER: 4.0},
    "reason": _TEXT,
    "remark": _TEXT,
    "basis": _TEXT,
    "method": _TEXT,
}


def _misfit_level(role: str, text: str, kind: Type) -> float:
    label = look_up(text, role)
    if label is not None:
        return 0.0
    if fragment_of(text, (role,)) is not None:
        return 0.8
    # Layouts have second levels of their own (项目立项); text is rather one of those than nothing.
    return 5.0 if kind in (Type.NUMBER, Type.PERCENT, Type.QUANTITY) else 2.8
