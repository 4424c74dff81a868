"""Funding block: one line per source of money, each figure under the column it belongs to.

Where columns are facts they decide. Where they were lost, cells are placed by type and order, and
among placements that fit about equally well the one in which budget × rate = executed holds is the
right one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from extract.document import Issue, Printed
from extract.forms.cells import Type, cell_type, is_amount, is_score
from extract.forms.form import FundingLine
from extract.forms.labels import MEDIUM_TERM, bare, look_up, look_up_alike, money_unit, split_pair
from extract.forms.parts import Kind, Part
from extract.forms.rows import Row, Slot
from extract.forms.signs import is_labelled_funding
from extract.tables.ragged import Alignment, align
from extract.text import fold

_AMOUNTS = ("initial_budget", "annual_budget", "executed", "executed_to_date", "forecast")
_SCORES = ("weight", "score")
_FIELDS = (*_AMOUNTS, "rate", *_SCORES)
_NEAR = 1.0
_BROKEN_ARITHMETIC = 4.0

# A column is a role and the grid columns that its header covers.
Column = tuple[str, int, int]


def read_funding(
    parts: Sequence[Part], unit: str | None
) -> tuple[list[FundingLine], list[Printed], list[Issue]]:
    """The lines of the funding block, text left over, and trouble met on the way.

    `unit` is the unit of money that the form prints elsewhere (单位：万元); the block's own wins.
    """
    columns: list[Column] = []
    units: tuple[tuple[str, str], ...] = ()
    header: Row | None = None
    terms: list[str] = []
    term = "annual"
    lines: list[FundingLine] = []
    leftover: list[Printed] = []
    issues: list[Issue] = []
    for part in parts:
        row = part.row
        if part.kind is Kind.FUNDING_HEADER:
            columns, header, units = _columns(row), row, _column_units(row)
        if part.kind is not Kind.FUNDING_HEADER or not units:
            unit = next((found for slot in row.filled if (found := money_unit(slot.text))), unit)
        if part.kind is not Kind.FUNDING:
            continue
        read = (
            [_labelled(row, unit)]
            if is_labelled_funding(row)
            else _lines(row, columns, header=header, unit=unit)
        )
        totals = [line.term for line, _, _ in read if line.line == "total"]
        if not totals and len(read) == len(terms) > 1:
            # Parts stand under the totals of two terms, side by side.
            own = terms
        else:
            # One behind or below the other, a part has the term of the total before it.
            own = []
            for line, _, _ in read:
                term = line.term if line.line == "total" else term
                own.append(term)
        read = [
            (replace(line, term=one), rest, trouble)
            for (line, rest, trouble), one in zip(read, own, strict=True)
        ]
        terms = totals if totals else terms
        for line, rest, trouble in read:
            lines.append(replace(line, column_units=units))
            leftover += rest
            issues += trouble
    return lines, leftover, issues


def _column_units(row: Row) -> tuple[tuple[str, str], ...]:
    """Units that headers of single columns print: 全年预算数（万元）."""
    found = []
    for slot in row.filled:
        label, unit = look_up_alike(slot.text, "budget_column"), money_unit(slot.text)
        if label is not None and unit is not None:
            found.append((label.code, unit))
    return tuple(found)


def _labelled(row: Row, unit: str | None) -> tuple[FundingLine, list[Printed], list[Issue]]:
    """预算数： | 1200 | 执行数： | 1150: the total, each figure behind its label."""
    figures: dict[str, Printed] = {}
    rest: list[Printed] = []
    label: str | None = None
    for slot in row.filled:
        found = look_up(slot.text, "budget_column")
        if found is not None:
            label = found.code
        elif label is not None and label not in figures and _fits(label, slot.text):
            figures[label] = slot.printed
            label = None
        elif not look_up(slot.text, "budget_block"):
            rest.append(slot.printed)
    name = row.filled[0].printed
    return _line("total", name, "annual", unit=unit, row=row, figures=figures), rest, []


def _line(
    code: str, label: Printed, term: str, *, unit: str | None, row: Row, figures: Mapping[str, Printed]
) -> FundingLine:
    return FundingLine(
        line=code,
        label=label,
        term=term,
        unit=unit,
        locator=row.locator,
        initial_budget=figures.get("initial_budget"),
        annual_budget=figures.get("annual_budget"),
        executed=figures.get("executed"),
        executed_to_date=figures.get("executed_to_date"),
        forecast=figures.get("forecast"),
        rate=figures.get("rate"),
        weight=figures.get("weight"),
        score=figures.get("score"),
    )


def _columns(row: Row) -> list[Column]:
    """The roles of the header's cells in order; cells in front of the first column label have none."""
    found: list[Column] = []
    for slot in row.slots:
        label = look_up_alike(slot.text, "budget_column") if slot.text else None
        if label is not None:
            code = "unknown" if label.code == "line" else label.code
            found.append((code, slot.column, slot.column + slot.span))
        elif found:
            found.append(("unknown", slot.column, slot.column + slot.span))
    return found


def _lines(
    row: Row, columns: list[Column], *, header: Row | None, unit: str | None
) -> list[tuple[FundingLine, list[Printed], list[Issue]]]:
    """A row holds one line, or, in blocks without columns, several label-figure pairs side by side."""
    labels = _line_labels(row)
    trouble: list[Issue] = []
    if not labels:
        first = next(slot for slot in row.filled if not is_amount(slot.text))
        labels = [("other", first)]
        trouble = [Issue("unknown_funding_line", f"不认识的资金来源：{first.text}", first.locator)]
    exact = header is not None and header.exact and row.exact
    whole = header is not None and len(header.slots) == len(row.slots) and len(labels) == 1
    result = []
    for number, (code, label) in enumerate(labels):
        position = row.slots.index(label)
        following = labels[number + 1][1] if number + 1 < len(labels) else None
        end = row.slots.index(following) if following else len(row.slots)
        behind = [slot for slot in row.slots[position + 1 : end] if slot.fresh]
        pair = split_pair(label.text)
        if pair and pair[1]:
            behind = [Slot(pair[1], label.locator, label.column), *behind]
        full = len(labels) == 1 and len(behind) == len(columns)
        if full and not whole and not exact:
            behind = [replace(slot, column=one[1], span=1) for slot, one in zip(behind, columns, strict=True)]
        placed, rest, issues = _place(behind, columns, exact=exact, whole=whole or full)
        term = "medium_term" if any(word in fold(label.text) for word in MEDIUM_TERM) else "annual"
        inner = money_unit(label.text) or unit
        figures = {role: slot.printed for role, slot in placed.items()}
        text = pair[0] if pair and pair[1] else label.text
        line = _line(code, Printed(text, label.locator), term, unit=inner, row=row, figures=figures)
        result.append((line, rest, [*trouble, *issues]))
    return result


def _line_labels(row: Row) -> list[tuple[str, Slot]]:
    """The cells that name a source of money, the block's own label in front of them left out."""
    found = []
    for slot in row.filled:
        pair = split_pair(slot.text)
        label = look_up(slot.text, "budget_line") or (
            look_up(pair[0], "budget_line") if pair and is_amount(pair[1]) else None
        )
        if label is not None:
            found.append((label.code, slot))
        elif _is_total_figure(slot, row):
            found.append(("total", slot))
    if len(found) > 1 and found[0][1] is row.filled[0] and look_up(found[0][1].text, "budget_block"):
        found = found[1:]
    return found


def _is_total_figure(slot: Slot, row: Row) -> bool:
    """预算数 | 650 | 其中：财政资金 | 600: the name of an amount with its figure behind it is the total."""
    label = look_up(slot.text, "budget_column")
    behind = row.filled[row.filled.index(slot) + 1 :]
    return label is not None and label.code == "annual_budget" and bool(behind) and is_amount(behind[0].text)


def _place(
    cells: list[Slot], columns: list[Column], *, exact: bool, whole: bool
) -> tuple[dict[str, Slot], list[Printed], list[Issue]]:
    """`whole` says that an inexact row has as many cells as its header, so that places can be right."""
    if not columns:
        return _without_header(cells)
    if exact:
        return _by_column(cells, columns)
    by_place = _by_column(cells, columns)
    if whole and not by_place[1] and not by_place[2]:
        return by_place
    return _by_alignment(cells, columns)


def _without_header(cells: list[Slot]) -> tuple[dict[str, Slot], list[Printed], list[Issue]]:
    """No header: the one figure is the annual budget; more than one figure is not for guessing."""
    figures = [slot for slot in cells if slot.text and is_amount(slot.text)]
    marks = (Type.MARK, Type.BLANK)
    rest = [slot.printed for slot in cells if slot not in figures and cell_type(slot.text) not in marks]
    if len(figures) <= 1:
        return ({"annual_budget": figures[0]} if figures else {}), rest, []
    issue = Issue("funding_without_header", "资金行有多个数字而无表头，未取值", figures[0].locator)
    return {}, rest + [slot.printed for slot in figures], [issue]


def _by_column(
    cells: list[Slot], columns: list[Column]
) -> tuple[dict[str, Slot], list[Printed], list[Issue]]:
    placed: dict[str, Slot] = {}
    rest: list[Printed] = []
    issues: list[Issue] = []
    for slot in cells:
        if not slot.text:
            continue
        role = next((r for r, a, b in columns if a < slot.column + slot.span and slot.column < b), None)
        if role in _FIELDS and role not in placed:
            placed[role] = slot
            if not _fits(role, slot.text):
                issues.append(Issue("funding_type", f"资金列内容与列名不符：{slot.text}", slot.locator))
        elif role not in ("reason", "method"):
            rest.append(slot.printed)
    return placed, rest, issues


def _fits(role: str, text: str) -> bool:
    kind = cell_type(text)
    if kind in (Type.MARK, Type.BLANK):
        return True
    if role in _SCORES:
        return is_score(text)
    if role == "rate":
        return kind in (Type.PERCENT, Type.NUMBER)
    return is_amount(text)


def _by_alignment(
    cells: list[Slot], columns: list[Column]
) -> tuple[dict[str, Slot], list[Printed], list[Issue]]:
    roles = [role for role, _, _ in columns]
    texts = [slot.text for slot in cells]
    shift = 0.4 if len(texts) == len(roles) else 0.0
    readings = align(
        len(texts),
        len(roles),
        lambda i, j: _cost(roles[j], texts[i]) + (shift * abs(i - j) if texts[i] else 0.0),
        drop=[3.0 if text else 0.05 for text in texts],
        skip=[0.3 if role in _FIELDS else 0.1 for role in roles],
        matters=[bool(text) for text in texts],
        keep=4,
    )
    ranked = sorted(readings, key=lambda one: one.cost + _arithmetic(one, roles, texts))
    best = ranked[0]
    placed = {
        roles[j]: slot
        for slot, j in zip(cells, best.columns, strict=True)
        if j is not None and slot.text and roles[j] in _FIELDS
    }
    rest = [slot.printed for slot, j in zip(cells, best.columns, strict=True) if slot.text and j is None]
    limit = best.cost + _arithmetic(best, roles, texts) + _NEAR
    rivals = any(
        one.cost + _arithmetic(one, roles, texts) < limit and _figures(one, texts) != _figures(best, texts)
        for one in ranked[1:]
        if _arithmetic(best, roles, texts, proven=True) > 0.0
    )
    if rivals and shift == 0.0 and sum(map(bool, texts)) < len(roles):
        # Two readings that fit are not decided by a coin: no figure goes under a column.
        figures = [slot for slot in cells if slot.text and cell_type(slot.text) is not Type.MARK]
        issue = Issue(
            "ambiguous_funding", "资金行缺列，数字归属有多种可能，未取值，请核对", figures[0].locator
        )
        return {}, [slot.printed for slot in figures], [issue]
    return placed, rest, []


def _figures(reading: Alignment, texts: list[str]) -> list[tuple[str, int | None]]:
    return [
        (text, j)
        for text, j in zip(texts, reading.columns, strict=True)
        if text and cell_type(text) is not Type.MARK
    ]


def _cost(role: str, text: str) -> float:
    kind = cell_type(text)
    if kind is Type.BLANK:
        return 0.0
    if kind is Type.MARK:
        return 0.1
    if role in _SCORES:
        return 0.0 if is_score(text) else 4.0
    if role == "rate":
        # A bare number can be a rate only as far as rates go (1, 0.95, 98.7).
        return 0.0 if kind is Type.PERCENT else 0.6 if is_score(text) else 5.0
    if role in _AMOUNTS:
        return 0.1 if is_amount(text) else 5.0
    return 0.5 if kind in (Type.WORDS, Type.PROSE) else 2.0


def _arithmetic(reading: Alignment, roles: list[str], texts: list[str], *, proven: bool = False) -> float:
    """A penalty where executed ÷ annual budget is not the rate.

    Nothing where it cannot be told; with `proven` that is no proof, and costs as much.
    """
    figures = {
        roles[j]: _number(texts[i]) for i, j in enumerate(reading.columns) if j is not None and texts[i]
    }
    budget, executed, rate = (figures.get(role) for role in ("annual_budget", "executed", "rate"))
    if not budget or executed is None or rate is None:
        return _BROKEN_ARITHMETIC if proven else 0.0
    ratio = executed / budget * 100
    return 0.0 if min(abs(ratio - rate), abs(ratio - rate * 100)) < Decimal(1) else _BROKEN_ARITHMETIC


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(bare(text).rstrip("%分万元亿").replace(",", ""))
    except InvalidOperation:
        return None
