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

    A text is (column, column_span, text, top, bottom), in order; positions without text are left out.
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
    parts = [part for line in lines[first:last] for part in line]
    inner = [(one[1] + other[0]) / 2 for one, other in zip(columns, columns[1:], strict=False)]
    xs = [min(part.x0 for part in parts) - 1, *inner, max(part.x1 for part in parts) + 1]
    rows = []
    for line in lines[first:last]:
        placed: dict[int, tuple[int, str]] = {}
        for part in line:
            covered = [
                column
                for column, (x0, x1) in enumerate(columns)
                if min(part.x1, x1) - max(part.x0, x0) > 0.3 * part.em
            ]
            middle = (part.x0 + part.x1) / 2
            at = covered[0] if covered else sum(x < middle for x in inner)
            at = max(at, max((column + span for column, (span, _) in placed.items()), default=0))
            span = max(1, covered[-1] - at + 1) if covered else 1
            if at >= len(columns):
                at = max(placed)
                placed[at] = (placed[at][0], f"{placed[at][1]} {part.text}")
            else:
                placed[at] = (span, part.text)
        rows.append(tuple((column, span, text) for column, (span, text) in sorted(placed.items())))
    ys = [lines[first][0].top, *((one[0].bottom + other[0].top) / 2 for one, other in zip(lines[first:last], lines[first + 1 : last], strict=False)), lines[last - 1][0].bottom]
    return Guess(first, last, tuple(xs), tuple(rows), tuple(ys))
