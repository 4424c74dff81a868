"""Tables without rulings: columns guessed from how text is aligned.

A run of lines that all break at the same places is a table. Its rows are facts as far as lines are;
its columns are the stretches that free space parts, from the first line to the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.readers.pdftext import Line

_LEAST_LINES = 3
_LEAST_BROKEN = 0.6  # the share of lines of a table that stand in several columns
_LEAST_GAP = 0.8  # free space between two columns, in ems


@dataclass(frozen=True, slots=True)
class Guess:
    """A table read from lines `first` to `last` (without): boundaries, and each row's texts by column.

    A text is (column, column_span, text), in order; positions without text are left out.
    """

    first: int
    last: int
    xs: tuple[float, ...]
    rows: tuple[tuple[tuple[int, int, str], ...], ...]
    ys: tuple[float, ...]


def guess_tables(lines: Sequence[Sequence[Line]]) -> list[Guess]:
    """The tables among lines, each given as its parts from left to right; lines from top to bottom."""
    guesses = []
    for first, last in _runs(lines):
        columns = _columns(lines[first:last])
        if len(columns) > 1:
            guesses.append(_guess(lines, first, last, columns))
    return guesses


def _runs(lines: Sequence[Sequence[Line]]) -> list[tuple[int, int]]:
    """Stretches of lines that begin and end with a line in several parts and mostly have some between."""
    runs: list[tuple[int, int]] = []
    first = 0
    while first < len(lines):
        last = _run_end(lines, first) if len(lines[first]) > 1 else first
        if last - first >= _LEAST_LINES:
            runs.append((first, last))
            first = last
        else:
            first += 1
    return runs


def _run_end(lines: Sequence[Sequence[Line]], first: int) -> int:
    """Behind the last line that belongs to a table which begins with line `first`."""
    end, broken = first, 0
    for index in range(first, len(lines)):
        if index > first and lines[index][0].middle - lines[index - 1][0].middle > 5 * lines[index][0].size:
            break
        broken += len(lines[index]) > 1
        if broken < _LEAST_BROKEN * (index - first + 1):
            break
        if len(lines[index]) > 1:
            end = index + 1
    return end


def _columns(lines: Sequence[Sequence[Line]]) -> list[tuple[float, float]]:
    """The stretches that columns take up: what hardly any line writes across lies between them."""
    em = sorted(part.em for line in lines for part in line)[len(lines) // 2]
    edges = sorted(
        edge for line in lines if len(line) > 1 for part in line for edge in ((part.x0, 1), (part.x1, -1))
    )
    allowed = max(1, len(lines) // 12)  # lines that may write across a gap, as merged cells do
    columns: list[tuple[float, float]] = []
    depth, start, is_open = 0, 0.0, False
    for x, step in edges:
        depth += step
        if not is_open and depth > allowed:
            start, is_open = x, True
        elif is_open and depth <= allowed:
            if columns and start - columns[-1][1] < _LEAST_GAP * em:
                start = columns.pop()[0]
            columns.append((start, x))
            is_open = False
    return columns


def _guess(
    lines: Sequence[Sequence[Line]], first: int, last: int, columns: Sequence[tuple[float, float]]
) -> Guess:
    inner = [(one[1] + other[0]) / 2 for one, other in zip(columns, columns[1:], strict=False)]
    parts = [part for line in lines[first:last] for part in line]
    xs = (min(part.x0 for part in parts) - 1, *inner, max(part.x1 for part in parts) + 1)
    groups = _wrapped(lines[first:last])
    rows = [_row([part for line in group for part in line], columns, inner) for group in groups]
    tops = [min(part.top for part in group[0]) for group in groups]
    return Guess(first, last, xs, tuple(rows), (*tops, max(part.bottom for part in lines[last - 1])))


def _wrapped(lines: Sequence[Sequence[Line]]) -> list[list[Sequence[Line]]]:
    """Lines by row: where some stand clearly closer together than others, the close ones are one row."""
    steps = [other[0].middle - one[0].middle for one, other in zip(lines, lines[1:], strict=False)]
    ordered = sorted(steps)
    close = ordered[len(ordered) // 10] * 1.15
    wide = [step for step in steps if step > 1.3 * close / 1.15]
    is_parted = len(wide) * 4 >= len(steps)
    groups = [[lines[0]]]
    for step, line in zip(steps, lines[1:], strict=True):
        if is_parted and step <= close:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _row(
    parts: Sequence[Line], columns: Sequence[tuple[float, float]], inner: Sequence[float]
) -> tuple[tuple[int, int, str], ...]:
    """The texts of a row by column, lines of one column below one another."""
    covers = [_covered(part, columns, inner) for part in parts]
    texts: list[tuple[int, int, str]] = []
    for (first, last), part in sorted(zip(covers, parts, strict=True), key=lambda item: item[0][0]):
        if texts and first < texts[-1][0] + texts[-1][1]:
            at, span, text = texts[-1]
            texts[-1] = (at, max(span, last - at), f"{text}\n{part.text}")
        else:
            texts.append((first, last - first, part.text))
    return tuple(texts)


def _covered(
    part: Line, columns: Sequence[tuple[float, float]], inner: Sequence[float]
) -> tuple[int, int]:
    """The columns that a piece of text stands in: the first, and the one behind the last."""
    covered = [
        column
        for column, (x0, x1) in enumerate(columns)
        if min(part.x1, x1) - max(part.x0, x0) > 0.3 * part.em
    ]
    if covered:
        return covered[0], covered[-1] + 1
    at = sum(x < (part.x0 + part.x1) / 2 for x in inner)
    return at, at + 1
