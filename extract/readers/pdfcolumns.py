"""Tables without rulings: columns guessed from how text is aligned.

A run of lines that all break at the same places is a table. Its rows are facts as far as lines are;
its columns are the stretches that free space parts, from the first line to the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from extract.readers.pdftext import Line

_LEAST_LINES = 3  # bands of lines
_LEAST_BROKEN = 0.6  # the share of lines of a table that stand in several columns
_OVERLAP = 0.9  # lines nearer than this many ems reach into one another
_APART = 1.2  # the full lines of two rows stand at least so many ems apart
_VOTES = 0.6  # a band in fewer of the most parts has no say in where columns are
_VALLEY = 0.35  # between two columns stands at most this share of what stands in the emptier one
_LEAST_GAP = 0.25  # free space between two columns, in ems


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
    bands = _bands(lines)
    firsts = [sum(count for _, count in bands[:index]) for index in range(len(bands) + 1)]
    parts = [band for band, _ in bands]
    guesses = []
    for first, last in _runs(parts):
        columns = _columns(parts[first:last])
        if len(columns) > 1:
            guesses.append(_guess(parts[first:last], columns, firsts[first], firsts[last]))
    return guesses


def _bands(lines: Sequence[Sequence[Line]]) -> list[tuple[list[Line], int]]:
    """Lines that reach into one another, as those of cells of different height in one row do, with their number."""
    chains: list[list[Sequence[Line]]] = []
    for line in lines:
        em = max(part.em for part in line)
        if chains and line[0].y - chains[-1][-1][0].y < _OVERLAP * em:
            chains[-1].append(line)
        else:
            chains.append([line])
    rows = [row for chain in chains for row in _rows_of_chain(chain)]
    return [([part for line in row for part in line], len(row)) for row in rows]


def _rows_of_chain(chain: Sequence[Sequence[Line]]) -> list[list[Sequence[Line]]]:
    """A chain of lines as rows: what is printed between two fuller lines belongs to the nearer one.

    Labels of several rows stand between those, and would tie them together.
    """
    places: list[float] = []
    for line in sorted(chain, key=lambda line: -len(line)):
        y, least = line[0].y, _APART * line[0].em
        if len(line) > 1 and all(abs(y - other) > least for other in places):
            places.append(y)
    if len(places) < 2:
        return [list(chain)]
    places.sort()
    rows: list[list[Sequence[Line]]] = [[] for _ in places]
    for line in chain:
        rows[min(range(len(places)), key=lambda index: abs(places[index] - line[0].y))].append(line)
    return rows


def _runs(bands: Sequence[Sequence[Line]]) -> list[tuple[int, int]]:
    """Stretches that begin and end with a band in several parts and mostly have some between."""
    runs: list[tuple[int, int]] = []
    first = 0
    while first < len(bands):
        last = _run_end(bands, first) if len(bands[first]) > 1 else first
        if last - first >= _LEAST_LINES:
            runs.append((first, last))
            first = last
        else:
            first += 1
    return runs


def _run_end(bands: Sequence[Sequence[Line]], first: int) -> int:
    """Behind the last band that belongs to a table which begins with band `first`."""
    end, broken = first, 0
    for index in range(first, len(bands)):
        if index > first and bands[index][0].y - bands[index - 1][-1].y > 5 * bands[index][0].em:
            break
        broken += len(bands[index]) > 1
        if broken < _LEAST_BROKEN * (index - first + 1):
            break
        if len(bands[index]) > 1:
            end = index + 1
    return end


def _columns(bands: Sequence[Sequence[Line]]) -> list[tuple[float, float]]:
    """The stretches that columns take up, as the bands in the most parts show them.

    Bands in few parts are rows of merged cells, and write across columns.
    """
    most = max(len(band) for band in bands)
    voters = [band for band in bands if len(band) >= _VOTES * most]
    ems = sorted(part.em for band in voters for part in band)
    edges = sorted(edge for band in voters for part in band for edge in ((part.x0, 1), (part.x1, -1)))
    profile: list[tuple[float, float, int]] = []  # stretches, and how many pieces of text stand there
    depth = 0
    for (x, step), (end, _) in pairwise(edges):
        depth += step
        if end > x:
            profile.append((x, end, depth))
    return _parted(profile, _LEAST_GAP * ems[len(ems) // 2])


def _parted(profile: Sequence[tuple[float, float, int]], least: float) -> list[tuple[float, float]]:
    """Stretches parted at valleys: where hardly anything stands, compared with both sides."""
    best: tuple[float, float, int] | None = None
    depths = [depth for _, _, depth in profile]
    highest_left = list(accumulate(depths, max))
    highest_right = list(accumulate(reversed(depths), max))[::-1]
    sides = zip(highest_left, highest_right, strict=True)
    for (x0, x1, depth), (left, right) in zip(profile, sides, strict=True):
        is_valley = x1 - x0 >= least and depth <= _VALLEY * min(left, right)
        if is_valley and (best is None or (depth, x0 - x1) < (best[2], best[0] - best[1])):
            best = (x0, x1, depth)
    if best is None:
        return [(profile[0][0], profile[-1][1])] if profile else []
    before = [one for one in profile if one[1] <= best[0]]
    behind = [one for one in profile if one[0] >= best[1]]
    return _parted(before, least) + _parted(behind, least)


def _guess(
    bands: Sequence[Sequence[Line]], columns: Sequence[tuple[float, float]], first: int, last: int
) -> Guess:
    inner = [(one[1] + other[0]) / 2 for one, other in pairwise(columns)]
    parts = [part for band in bands for part in band]
    xs = (min(part.x0 for part in parts) - 1, *inner, max(part.x1 for part in parts) + 1)
    groups = _wrapped(bands)
    rows = [_row(group, columns, inner) for group in groups]
    tops = [min(part.top for part in group) for group in groups]
    return Guess(first, last, xs, tuple(rows), (*tops, max(part.bottom for part in parts)))


def _wrapped(bands: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Bands by row: where some stand clearly closer together than others, text goes on in the close ones.

    Text that goes on stands below text, not below a free place as the label of several rows may.
    """
    steps = [other[0].y - one[-1].y for one, other in pairwise(bands)]
    closest = sorted(steps)[len(steps) // 10]
    is_parted = sum(step > 1.3 * closest for step in steps) * 4 >= len(steps)
    groups = [list(bands[0])]
    for step, band in zip(steps, bands[1:], strict=True):
        if is_parted and step <= 1.15 * closest and all(_is_below(part, groups[-1]) for part in band):
            groups[-1] += band
        else:
            groups.append(list(band))
    return groups


def _is_below(part: Line, above: Sequence[Line]) -> bool:
    """Does a piece of text stand below one that is at most a line and a half higher?"""
    return any(
        min(part.x1, other.x1) > max(part.x0, other.x0) and part.y - other.y < 1.6 * part.em
        for other in above
    )


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


def _covered(part: Line, columns: Sequence[tuple[float, float]], inner: Sequence[float]) -> tuple[int, int]:
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
