"""Where on a page text is to be read: boxes of text, cut where they run over the wall of a cell.

What is recognised is a piece of one line in one cell, so that nothing has to be parted afterwards.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

import cv2
import numpy as np

from extract.ocr.engine import Box, Reading, recognise
from extract.ocr.marks import SPECK, Grey, bytes_of
from extract.tables.rulings import Grid

OUTSIDE = (-1, -1)
_WALL = 0.02  # inches on each side of a ruling that belong to it
_SLIVER = 0.35  # a piece narrower than this share of its height is what a box reaches too far
_MARGIN = 0.15  # free space around text, of its height
_UPRIGHT = 1.8  # a piece that is higher than wide by more holds characters below one another
_FLAT = 0.25  # a stroke is flat if its height is a smaller share of its width
_THIN = 0.045  # inches: the height of a dash, at most
_SOLID = 0.5  # a stroke fills a larger share of its bounds
_NARROW = 1.3  # what is narrower than this many times its height is hard to read without paper around
_WIDE = 3.5
_DUST = frozenset(".,·。，、'`˙")
_SURE = 0.8  # what is read in ink in which no text was found is no reading below this
_UNREAD = 0.5  # the confidence in ink that says nothing


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of one line of text. `cell` is (grid, cell) by number, or OUTSIDE.

    `box` bounds its ink, `view` is what the engine gets to see of it. `is_sought` tells that only ink was
    found there, no text; it may then say nothing.
    """

    box: Box
    view: Box
    cell: tuple[int, int] = OUTSIDE
    text: str = ""
    confidence: float = 1.0
    is_sought: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """An upright page: its picture, its ink without specks, and its tables, whose places are points."""

    grey: Grey
    ink: Grey
    dpi: int
    grids: tuple[Grid, ...]

    def inside(self, cell: tuple[int, int]) -> Box:
        """The inner of a cell, without its walls."""
        grid = self.grids[cell[0]]
        x0, top, x1, bottom = (place * self.dpi / 72 for place in grid.box(grid.cells[cell[1]]))
        wall = _WALL * self.dpi
        return Box(x0 + wall, top + wall, x1 - wall, bottom - wall)

    def cut(self, box: Box) -> Grey:
        """The part of the picture in a box."""
        return self.grey[_slices(box, self.grey)]


def read_runs(sheet: Sheet, boxes: Sequence[Box]) -> list[Run]:
    """The text of a page, piece by piece; ink in cells in which no text was found is looked at too.

    The text of a run is empty where its ink is no text that can be read.
    """
    runs = [run for box in _parted(sheet, boxes) for run in _pieces(sheet, box)]
    seen: dict[tuple[int, int], list[Box]] = {}
    for run in runs:
        seen.setdefault(run.cell, []).append(run.view)
    for number, grid in enumerate(sheet.grids):
        for index in range(len(grid.cells)):
            runs += _overlooked(sheet, (number, index), seen.get((number, index), ()))
    drawn = {at for at, run in enumerate(runs) if _is_dash(sheet, run.box)}
    written = [at for at in range(len(runs)) if at not in drawn]
    usual = median([run.view.bottom - run.view.top for run in runs]) if runs else 0
    found = recognise([_framed(sheet.cut(runs[at].view), round(usual)) for at in written])
    readings = dict(zip(written, found, strict=True))
    # No engine tells a dash from the figure 一, but no cell holds that alone.
    return [_said(run, readings.get(at, Reading("—", 1.0))) for at, run in enumerate(runs)]


def _framed(view: Grey, least: int) -> Grey:
    """A picture of a character or two with paper around, as high as a line usually is, at least."""
    height, width = view.shape
    if width >= _NARROW * height:
        return view
    free_height = max(0, least - height)
    free_width = max(0, round(_WIDE * (height + free_height)) - width)
    above, left = free_height // 2, free_width // 2
    sides = (above, free_height - above, left, free_width - left)
    paper = float(np.percentile(view, 75))
    return bytes_of(cv2.copyMakeBorder(view, *sides, cv2.BORDER_CONSTANT, value=(paper,)))


def _said(run: Run, reading: Reading) -> Run:
    if _DUST.issuperset(reading.text.strip()) and reading.text.strip():
        return replace(run, text="")
    if not reading.text.strip() or (run.is_sought and reading.confidence < _SURE):
        return replace(run, text="", confidence=_UNREAD)
    return replace(run, text=reading.text.strip(), confidence=reading.confidence)


def _parted(sheet: Sheet, boxes: Sequence[Box]) -> list[Box]:
    """Boxes of which none reaches into the one below."""
    parted = sorted(boxes, key=lambda box: box.top)
    for at in range(len(parted)):
        for below in range(at + 1, len(parted)):
            if parted[below].top >= parted[at].bottom:
                break
            parted[at], parted[below] = _cut_apart(sheet, parted[at], parted[below])
    return parted


def _cut_apart(sheet: Sheet, upper: Box, lower: Box) -> tuple[Box, Box]:
    """Two boxes cut where there is least ink in what they share, if they are lines below one another."""
    x0, x1 = max(upper.x0, lower.x0), min(upper.x1, lower.x1)
    narrower = min(upper.x1 - upper.x0, lower.x1 - lower.x0)
    flatter = min(upper.bottom - upper.top, lower.bottom - lower.top)
    part = sheet.ink[_slices(Box(x0, lower.top, x1, upper.bottom), sheet.ink)]
    if x1 - x0 <= 0.5 * narrower or upper.bottom - lower.top >= 0.7 * flatter or not part.size:
        return upper, lower
    cut = lower.top + float(part.sum(axis=1, dtype=np.int64).argmin())
    return upper._replace(bottom=cut), lower._replace(top=cut)


def _pieces(sheet: Sheet, box: Box) -> Iterator[Run]:
    """A box of text, cut at the walls of cells; upright lines cut into characters."""
    for piece, cell in _cut_at_walls(sheet, box):
        ink = _ink_in(sheet, piece)
        if ink is None:
            continue
        if ink.bottom - ink.top > _UPRIGHT * (ink.x1 - ink.x0):
            for character in _characters(sheet, ink):
                yield Run(character, _padded(character, sheet, cell), cell)
        else:
            # The margins of the box hold the small marks that are no ink here: points, quotation marks.
            yield Run(ink, piece, cell)


def _cut_at_walls(sheet: Sheet, box: Box) -> Iterator[tuple[Box, tuple[int, int]]]:
    """The part of a box in each cell that it lies in, on the height of its middle."""
    scale = 72 / sheet.dpi
    middle = (box.top + box.bottom) / 2 * scale
    number = _grid_at(sheet.grids, (box.x0 + box.x1) / 2 * scale, middle)
    if number is None:
        yield box, OUTSIDE
        return
    grid = sheet.grids[number]
    row = bisect_right(grid.ys, middle) - 1
    covering = grid.positions()[row]
    for index in dict.fromkeys(covering):
        inside = sheet.inside((number, index))
        piece = Box(
            max(box.x0, inside.x0),
            max(box.top, inside.top),
            min(box.x1, inside.x1),
            min(box.bottom, inside.bottom),
        )
        if piece.x1 - piece.x0 > _SLIVER * (piece.bottom - piece.top) > 0:
            yield piece, (number, index)


def _grid_at(grids: Sequence[Grid], x: float, y: float) -> int | None:
    """The table at a place; of tables within one another, the smallest."""
    around = [
        (grid.xs[-1] - grid.xs[0], number)
        for number, grid in enumerate(grids)
        if grid.xs[0] <= x < grid.xs[-1] and grid.ys[0] <= y < grid.ys[-1]
    ]
    return min(around)[1] if around else None


def _overlooked(sheet: Sheet, cell: tuple[int, int], seen: Sequence[Box]) -> Iterator[Run]:
    """The lines of ink in a cell in which no text was found; `seen` is where some was."""
    ink = _ink_in(sheet, sheet.inside(cell))
    if ink is None:
        return
    for top, bottom in _bands(sheet.ink[_slices(ink, sheet.ink)], 2):
        if any(view.top < ink.top + bottom and ink.top + top < view.bottom for view in seen):
            continue
        line = _ink_in(sheet, Box(ink.x0, ink.top + top, ink.x1, ink.top + bottom))
        # What is smaller here than a speck is the edge of what stands elsewhere.
        if line is not None and max(line.x1 - line.x0, line.bottom - line.top) >= SPECK * sheet.dpi:
            yield Run(line, _padded(line, sheet, cell), cell, is_sought=True)


def _characters(sheet: Sheet, ink: Box) -> Iterator[Box]:
    """The characters of text that runs down, each as wide as the column and about as high."""
    size = ink.x1 - ink.x0
    bands = _bands(sheet.ink[_slices(ink, sheet.ink)], 1)
    top, bottom = bands[0]
    for band in bands[1:]:
        if band[1] - top > 1.25 * size:
            yield Box(ink.x0, ink.top + top, ink.x1, ink.top + bottom)
            top = band[0]
        bottom = band[1]
    yield Box(ink.x0, ink.top + top, ink.x1, ink.top + bottom)


def _bands(ink: Grey, least_gap: int) -> list[tuple[int, int]]:
    """The stretches of rows with ink, where gaps shorter than `least_gap` do not part."""
    bands: list[tuple[int, int]] = []
    for at in np.flatnonzero(np.any(ink, axis=1)).tolist():
        if bands and at - bands[-1][1] < least_gap:
            bands[-1] = (bands[-1][0], at + 1)
        else:
            bands.append((at, at + 1))
    return bands


def _ink_in(sheet: Sheet, box: Box) -> Box | None:
    """The bounds of the ink in a box; None where there is none."""
    rows, columns = _slices(box, sheet.ink)
    part = sheet.ink[rows, columns]
    down, across = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    if not len(down):
        return None
    return Box(
        columns.start + float(across[0]),
        rows.start + float(down[0]),
        columns.start + float(across[-1] + 1),
        rows.start + float(down[-1] + 1),
    )


def _padded(box: Box, sheet: Sheet, cell: tuple[int, int]) -> Box:
    """A box with the free space around it that the engine is used to, but nothing beyond its cell."""
    pad = max(2.0, _MARGIN * (box.bottom - box.top))
    wide = Box(box.x0 - pad, box.top - pad, box.x1 + pad, box.bottom + pad)
    if cell == OUTSIDE:
        return wide
    inside = sheet.inside(cell)
    return Box(
        max(wide.x0, inside.x0),
        max(wide.top, inside.top),
        min(wide.x1, inside.x1),
        min(wide.bottom, inside.bottom),
    )


def _is_dash(sheet: Sheet, box: Box) -> bool:
    """Is there nothing but one flat stroke in the box?"""
    width, height = box.x1 - box.x0, box.bottom - box.top
    is_flat = height <= _FLAT * width and height <= _THIN * sheet.dpi
    part = sheet.ink[_slices(box, sheet.ink)]
    return is_flat and bool(part.any(axis=1).all()) and float(part.mean()) > 255 * _SOLID


def _slices(box: Box, image: Grey) -> tuple[slice, slice]:
    height, width = image.shape
    return (
        slice(max(0, round(box.top)), min(height, max(0, round(box.bottom)))),
        slice(max(0, round(box.x0)), min(width, max(0, round(box.x1)))),
    )
