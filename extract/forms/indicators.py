"""Indicator block: header and rows to one IndicatorRow for each filled third-level indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.document import Issue, Printed
from extract.forms.cells import is_comparator, is_empty_slot, is_hint, is_template
from extract.forms.columns import DEFAULT, OTHERS, REGION, SECOND, Column, base, columns_of
from extract.forms.doubts import doubts
from extract.forms.form import IndicatorRow
from extract.forms.hierarchy import Levels, levels_of
from extract.forms.labels import MEDIUM_TERM
from extract.forms.parts import Kind, Part
from extract.forms.placing import LEVELS, Placed, place
from extract.forms.rows import Row
from extract.forms.torn import EVIDENCE, cut_names_joined, fragments_doubted, torn_names_joined

_CELLS = (
    "operator", "target", "unit", "previous", "actual", "progress", "forecast",
    "likelihood", "weight", "score", "reason",
)  # fmt: skip


def read_indicators(
    parts: Sequence[Part],
) -> tuple[list[IndicatorRow], list[Printed], list[Issue], tuple[Column, ...]]:
    """The filled indicators, text left over, trouble met, and the columns of the last header."""
    blocks = _blocks(parts)
    rows: list[IndicatorRow] = []
    leftover: list[Printed] = []
    issues: list[Issue] = []
    placed: list[Placed] = []
    columns: tuple[Column, ...] = ()
    exact = True
    for header, body in blocks:
        columns = columns_of(header) if header else DEFAULT
        sure = bool(header) and all(row.exact for row in header)
        if not header and body:
            issues.append(Issue("no_header", "指标区没有表头，按常见列序读取", body[0].locator))
        exact = exact and sure and all(row.exact for row in body)
        term = _term_of(header)
        placed += [
            replace(place(row, columns, exact=sure and _same_grid(row, header)), term=term) for row in body
        ]
    if _is_rubric(columns):
        issues.append(
            Issue("rubric", "这是评分标准表，没有指标值与完成值，不作为指标读取", parts[0].row.locator)
        )
        return [], leftover, issues, columns
    placed = cut_names_joined(placed) if exact else fragments_doubted(torn_names_joined(placed))
    for view, term in _sets(placed, columns):
        for one, levels in zip(view, levels_of(view, exact=exact), strict=True):
            for region, part in _regions(one):
                row, rest = _indicator(part, levels, term, region, exact=exact)
                if row is not None:
                    rows.append(row)
                leftover += [text for text in rest if text not in leftover]
    return rows, leftover, issues, columns


def _sets(placed: list[Placed], columns: Sequence[Column]) -> list[tuple[list[Placed], str]]:
    """The rows of each set of indicators with its term; a second set shares levels it has not itself."""
    if not any(column.role.endswith(SECOND) for column in columns):
        return _by_term(placed)
    second = []
    for one in placed:
        shared = {role: slot for role, slot in one.cells.items() if role in LEVELS}
        own = {base(role): slot for role, slot in one.cells.items() if role.endswith(SECOND)}
        second.append(replace(one, cells={**shared, **own}, rest=()))
    first = [
        replace(one, cells={role: slot for role, slot in one.cells.items() if not role.endswith(SECOND)})
        for one in placed
    ]
    return [(first, "medium_term"), (second, "annual")]


def _by_term(placed: list[Placed]) -> list[tuple[list[Placed], str]]:
    """The rows under each label of the block (长期绩效指标, then 年度绩效指标), in one set where there is one."""
    sets: list[tuple[list[Placed], str]] = []
    label = ""
    for number, one in enumerate(placed):
        fresh = number == 0 or one.term != placed[number - 1].term
        label = one.text("group") or ("" if fresh else label)
        term = "medium_term" if any(word in label for word in MEDIUM_TERM) else one.term
        if not sets or sets[-1][1] != term:
            sets.append(([], term))
        sets[-1][0].append(one)
    return sets


def _term_of(header: Sequence[Row]) -> str:
    """The term that the block's own label tells in front of the header or over it."""
    texts = [slot.text for row in header for slot in row.slots[:2]]
    return "medium_term" if any(word in text for text in texts for word in MEDIUM_TERM) else "annual"


def _regions(placed: Placed) -> list[tuple[str | None, Placed]]:
    """One reading of the row for each region that it has a target for."""
    regions = [role for role in placed.cells if role.startswith(REGION)]
    if not regions:
        return [(None, placed)]
    shared = {role: slot for role, slot in placed.cells.items() if role not in regions}
    return [
        (role.removeprefix(REGION), replace(placed, cells={**shared, "target": placed.cells[role]}))
        for role in regions
    ]


def _is_rubric(columns: Sequence[Column]) -> bool:
    """指标解释 | 评分标准 | 得分: how points are given, without anything that was aimed at or reached."""
    roles = {base(column.role) for column in columns}
    return "method" in roles and roles.isdisjoint(("target", "actual", "progress", "forecast"))


def _same_grid(row: Row, header: Sequence[Row]) -> bool:
    """Columns of a header hold for its own table; on a later page, for a table as wide."""
    return bool(header) and (row.table == header[0].table or _width(row) == _width(header[0]))


def _width(row: Row) -> int:
    return row.slots[-1].column + row.slots[-1].span


def _blocks(parts: Sequence[Part]) -> list[tuple[list[Row], list[Row]]]:
    """Headers with the rows below them; a header that comes again opens a new block."""
    blocks: list[tuple[list[Row], list[Row]]] = []
    last: Kind | None = None
    for part in parts:
        if part.kind is Kind.INDICATOR_HEADER:
            if last is not Kind.INDICATOR_HEADER:
                blocks.append(([], []))
            blocks[-1][0].append(part.row)
        elif part.kind is Kind.INDICATOR:
            if not blocks:
                blocks.append(([], []))
            blocks[-1][1].append(part.row)
        last = part.kind
    return blocks


def _indicator(
    placed: Placed, levels: Levels, term: str, region: str | None, *, exact: bool
) -> tuple[IndicatorRow | None, list[Printed]]:
    """The indicator of a row, None for an empty slot, and the text no field accounts for."""
    locator = placed.row.locator
    rest = [slot.printed for slot in placed.rest]
    rest += [placed.cells[role].printed for role in LEVELS if placed.text(role) in levels.unread]
    name = placed.cells.get("name")
    if name is None or _is_slot(placed):
        values = [placed.cells[role].printed for role in _CELLS if placed.text(role)]
        marks = [value for value in values if not is_empty_slot(value.text)]
        return None, rest + (marks if any(placed.text(role) for role in ("target", "actual")) else [])
    issues = doubts(placed, levels, rest)
    adjusted = placed.cells.get("adjusted_target")
    if adjusted is not None and not is_empty_slot(adjusted.text):
        first = placed.text("target")
        issues.append(
            Issue(
                "adjusted_target", f"指标值由“{first}”调整为“{adjusted.text}”，按调整后读取", adjusted.locator
            )
        )
        placed = replace(placed, cells={**placed.cells, "target": adjusted})
    printed = {role: placed.cells[role].printed for role in _CELLS if placed.text(role)}
    for role, slot in placed.cells.items():
        # Some layouts print the operator under 指标方向, others 正向 and 反向.
        if base(role) == "direction" and is_comparator(slot.text):
            printed.setdefault("operator", slot.printed)
    row = IndicatorRow(
        term=term,
        level1=levels.level1,
        level2=levels.level2,
        level1_text=levels.level1_text,
        level2_text=levels.level2_text,
        name=name.printed,
        locator=locator,
        confidence=_confidence(placed, levels, len(rest), exact=exact),
        issues=tuple(issues),
        operator=printed.get("operator"),
        target=printed.get("target"),
        unit=printed.get("unit"),
        previous=printed.get("previous"),
        actual=printed.get("actual"),
        progress=printed.get("progress"),
        forecast=printed.get("forecast"),
        likelihood=printed.get("likelihood"),
        weight=printed.get("weight"),
        score=printed.get("score"),
        reason=printed.get("reason"),
        region=region,
        others=tuple(
            (role.partition(":")[2] or base(role), slot.printed)
            for role, slot in placed.cells.items()
            if base(role) in OTHERS
        ),
    )
    return row, rest


def _is_slot(placed: Placed) -> bool:
    """A place that nobody filled in: no name, or a template's name without a value of its own."""
    name, values = placed.text("name"), [placed.text(role) for role in EVIDENCE if placed.text(role)]
    if is_empty_slot(name):
        return True
    return (is_template(name) or is_hint(name)) and all(
        is_template(value) or is_empty_slot(value) for value in values
    )


def _confidence(placed: Placed, levels: Levels, rest: int, *, exact: bool) -> float:
    """1 for a row whose cells all stand and look as they should; less for each thing that does not.

    What was recognised on a picture is no surer than the cell that was recognised worst.
    """
    base = 1.0 if exact else 0.97
    base -= 0.04 * max(placed.oddity, 0.0)
    base -= 0.05 if placed.moved else 0.0
    base -= 0.2 if placed.joined else 0.0
    base -= 0.3 if placed.ambiguous else 0.0
    base -= 0.15 * rest
    base -= 0.2 if levels.level2 is None else 0.0
    least = min(slot.confidence for slot in placed.row.slots)
    return round(min(max(base * least, 0.05), 1.0), 3)
