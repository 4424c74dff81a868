"""Rows out of a stream: a table whose every cell stands alone, with no mark where a row ends.

Converters write such streams as a line for each cell. Labels say where the rows of the head begin;
the header of the indicator block says how wide its rows are. Where blank cells were lost too, rows
are the division of the stream whose rows fit the header best.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from extract.forms.cells import Type, cell_type, is_score
from extract.forms.columns import Column, columns_of
from extract.forms.labels import codes, is_label, look_up, split_pair
from extract.forms.placing import misfit, place
from extract.forms.rows import Row, Slot
from extract.forms.signs import LEVEL_COLUMNS, VALUE_COLUMNS
from extract.forms.titles import is_title, is_year

_MIN_STREAM = 24  # cells in one row, or rows of one cell, before it can be a stream
_GOOD_FIT = 1.0  # mean misfit of a row that still looks like one
_HEADS = ("field", "budget_block", "budget_line", "goal")


def unbroken(rows: Iterable[Row]) -> list[Row]:
    """The rows, with each stream of lone cells among them divided into rows of its own."""
    result: list[Row] = []
    lone: list[Row] = []
    for row in rows:
        if len(row.slots) == 1 and (row.is_paragraph or not row.exact):
            lone.append(row)
            continue
        result += _divide([slot for one in lone for slot in one.slots], lone)
        lone = []
        result += _divide(list(row.slots), [row]) if _may_be_stream(row) else [row]
    return result + _divide([slot for one in lone for slot in one.slots], lone)


def _may_be_stream(row: Row) -> bool:
    return not row.exact and len(row.slots) >= _MIN_STREAM


def _divide(slots: list[Slot], rows: list[Row]) -> list[Row]:
    header = _header(slots) if len(slots) >= _MIN_STREAM else None
    if header is None:
        return rows
    first, last = header
    table = max(rows[0].table, 1)
    end = _end_of_indicators(slots, last)
    head = _row([slot for slot in slots[first:last] if slot.text], table)
    columns = columns_of([head])
    body = _body_rows(slots[last:end], columns, len(columns))
    parts = [*_head_rows(slots[:first]), slots[first:last], *body, *_tail_rows(slots[end:])]
    found = [_row(cells, table if len(cells) > 1 else rows[0].table) for cells in parts if cells]
    return [row for row in found if row.filled]


def _row(cells: Sequence[Slot], table: int) -> Row:
    numbered = tuple(replace(slot, column=column, span=1) for column, slot in enumerate(cells))
    return Row(numbered, table, exact=False)


def _header(slots: Sequence[Slot]) -> tuple[int, int] | None:
    """The run of column labels of the indicator block, as its first and last place (exclusive)."""
    found = codes([slot.text for slot in slots], "column")
    start = 0
    while start < len(found):
        if found[start] is None:
            start += 1
            continue
        stop = start
        while stop < len(found) and found[stop] is not None:
            stop += 1
        roles = {code for code in found[start:stop] if code}
        if len(roles) >= 3 and roles & LEVEL_COLUMNS and roles & VALUE_COLUMNS:
            return start, _second_storey(slots, found, start, stop)
        start = stop
    return None


def _second_storey(slots: Sequence[Slot], found: Sequence[str | None], start: int, stop: int) -> int:
    """Where a header ends whose lower labels (指标性质 | 指标值 | 度量单位) follow behind blank cells."""
    lower = stop
    while lower < len(slots) and not slots[lower].text:
        lower += 1
    end = lower
    while end < len(slots) and found[end] in ("operator", "target", "unit"):
        end += 1
    if lower == stop or end - lower < 2 or "target" not in found[start:stop]:
        return stop
    behind = stop - start - list(found[start:stop]).index("target") - 1
    blanks = slots[end : end + behind]
    return end + behind if not any(slot.text for slot in blanks) else end


def _end_of_indicators(slots: Sequence[Slot], start: int) -> int:
    for place_, slot in enumerate(slots[start:], start):
        total = look_up(slot.text, "total")
        following = [one.text for one in slots[place_ + 1 :] if one.text][:1]
        if total is not None and (not following or is_score(following[0])):
            return place_
        if look_up(slot.text, "section") and following and cell_type(following[0]) is Type.PROSE:
            return place_
    return len(slots)


def _head_rows(slots: Sequence[Slot]) -> Iterator[list[Slot]]:
    """A row for each label of the head; the labels of funding columns make one row together."""
    row: list[Slot] = []
    width = 0
    for place_, slot in enumerate(slots):
        text = slot.text
        columns = _column_run(slots, place_)
        alone = bool(text) and (is_title(text) or is_year(text))
        prose = bool(row) and not any(slot.text and is_label(slot.text) for slot in row)
        starts = alone or prose or (bool(text) and _starts_row(text) and not _in_header(row))
        full = width and _is_line(row) and _behind_label(row) >= width
        if row and (starts or full):
            blank = row.pop() if not row[-1].text and len(row) > 1 and starts and not full else None
            yield row
            row = [blank] if blank else []
        row.append(slot)
        if columns >= 2:
            width = max(width, columns)
    yield row


def _starts_row(text: str) -> bool:
    pair = split_pair(text)
    if pair and look_up(pair[0], "field"):
        return True
    return any(look_up(text, family) for family in _HEADS) and not look_up(text, "budget_column")


def _in_header(row: Sequence[Slot]) -> bool:
    """Goal labels stand side by side (年度总体目标 | 预期目标 | 实际完成情况): one row."""
    filled = [slot.text for slot in row if slot.text]
    return bool(filled) and all(look_up(text, "goal") for text in filled)


def _column_run(slots: Sequence[Slot], start: int) -> int:
    count = 0
    for slot in slots[start:]:
        if not look_up(slot.text, "budget_column"):
            break
        count += 1
    return count


def _is_line(row: Sequence[Slot]) -> bool:
    return any(look_up(slot.text, "budget_line") for slot in row if slot.text)


def _behind_label(row: Sequence[Slot]) -> int:
    place_ = next(i for i, slot in enumerate(row) if slot.text and look_up(slot.text, "budget_line"))
    return len(row) - place_ - 1


def _body_rows(slots: Sequence[Slot], columns: Sequence[Column], width: int) -> list[list[Slot]]:
    """Rows as wide as the header where these fit it, else the division that fits best."""
    for step in (width, width - 1, width + 1):
        chunks = [list(slots[at : at + step]) for at in range(0, len(slots), step)]
        if chunks and _mean_misfit(chunks, columns, step - width) <= _GOOD_FIT:
            return chunks
    return _best_division(slots, columns, width)


def _mean_misfit(chunks: Sequence[Sequence[Slot]], columns: Sequence[Column], offset: int) -> float:
    total = 0.0
    for chunk in chunks:
        for at, slot in enumerate(chunk):
            role = at - offset
            if slot.text:
                total += misfit(columns[role].role, slot.text) if 0 <= role < len(columns) else 3.0
    return total / len(chunks)


def _best_division(slots: Sequence[Slot], columns: Sequence[Column], width: int) -> list[list[Slot]]:
    """The rows of least total misfit, where a row may begin only at a label or at words."""
    filled = [slot for slot in slots if slot.text]
    starts = [at for at, slot in enumerate(filled) if _may_begin(slot)]
    if not filled or not starts:
        return [list(slots)]
    ends = [*starts[1:], len(filled)]
    if starts[0]:
        starts[0] = 0
    best: dict[int, tuple[float, int]] = {0: (0.0, 0)}
    for number, end in enumerate(ends, 1):
        options = []
        for begin_number in range(max(0, number - 6), number):
            begin = starts[begin_number]
            if end - begin <= width + 1 and begin_number in best:
                cost = best[begin_number][0] + place(_row(filled[begin:end], 1), columns, exact=False).cost
                options.append((cost + 0.2, begin_number))
        if options:
            best[number] = min(options)
    if len(ends) not in best:
        return [filled]
    rows: list[list[Slot]] = []
    number = len(ends)
    while number:
        before = best[number][1]
        rows.append(list(filled[starts[before] : ends[number - 1]]))
        number = before
    return rows[::-1]


def _may_begin(slot: Slot) -> bool:
    if look_up(slot.text, "level1") or look_up(slot.text, "level2") or look_up(slot.text, "column"):
        return True
    return cell_type(slot.text) in (Type.WORDS, Type.NUMBERED, Type.PROSE)


def _ends_total(slot: Slot, total: bool) -> bool:
    return total and cell_type(slot.text) is Type.PROSE


def _tail_rows(slots: Sequence[Slot]) -> Iterator[list[Slot]]:
    """The total with its figures, then a row for each label and the text behind it."""
    row: list[Slot] = []
    for slot in slots:
        label = slot.text and any(look_up(slot.text, family) for family in ("total", "section", "field"))
        labels = [bool(look_up(one.text, "section")) for one in row if one.text]
        total = any(look_up(one.text, "total") for one in row)
        told = bool(labels) and not labels[-1] and not total
        if row and (is_title(slot.text) or (label and not all(labels)) or told or _ends_total(slot, total)):
            yield row
            row = []
        row.append(slot)
    yield row
