"""What a picture of a page holds: the mask of ink, how far it is askew, the ruling lines in it.

Pictures are arrays of grey bytes, rows first; a mask has 255 where there is ink. Sizes are given in
inches, since pixels depend on the resolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.tables.rulings import JOIN, Grid, Ruling, find_grids

Grey = NDArray[np.uint8]

MOST_SKEW = 5.0  # degrees
_LEAST_SKEW = 0.04
_SEARCHES = ((50, 0.5, MOST_SKEW), (100, 0.1, 0.5), (100, 0.05, 0.05))  # dpi, then degrees: step and reach
_SHADE = 16  # how much darker than its surroundings ink is, of 255
_WINDOW = 0.16  # what counts as the surroundings of a pixel
_RULE = 0.17  # shorter than any row or column, longer than the strokes of text
_GAP = 0.025  # how much of a ruling a bad scan may leave out
_SOLID = 0.9  # the share of a ruling that was ink before gaps were closed
_THICK = 0.06  # what is thicker is a bar or an area
SPECK = 0.045
_SHORT = 100.0  # points: a line so short must lead from one line to another, or it is a stroke of a character
_TOUCH = 3.0  # points
_STRAIGHT = 1.0  # points: how far pieces of one line lie from one another
_SMALLEST = (72.0, 12.0)  # points: width and height of a table; large characters look like smaller ones


def ink_of(grey: Grey, dpi: int) -> Grey:
    """The mask of what is darker than the paper around it, so that shadows and grey paper are no ink."""
    size = round(dpi * _WINDOW) | 1
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)  # a median would take thin strokes away together with dust
    mask = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, size, _SHADE)
    return bytes_of(mask)


def skew_of(ink: Grey, dpi: int) -> float:
    """The degrees by which the page must be turned counter-clockwise to stand upright, MOST_SKEW at most.

    Where it stands upright, rows of pixels with and without ink differ most.
    """
    best = 0.0
    for coarse_dpi, step, reach in _SEARCHES:
        scale = coarse_dpi / dpi
        small = bytes_of(cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        count = round(reach / step)
        contrasts = {
            angle: _contrast(small, angle) for angle in [best + step * at for at in range(-count, count + 1)]
        }
        # Of equals the least turn: a picture without rows stays as it is.
        best = min(contrasts, key=lambda angle: (-contrasts[angle], abs(angle)))
    return best if abs(best) >= _LEAST_SKEW else 0.0


def _contrast(ink: Grey, angle: float) -> float:
    rows = turned(ink, angle, paper=0).sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum())


def turned(image: Grey, degrees: float, *, paper: int = 255) -> Grey:
    """The image turned counter-clockwise around its middle, its size kept."""
    if not degrees:
        return image
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return bytes_of(
        cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(paper,))
    )


def grids_of(ink: Grey, dpi: int) -> tuple[Grid, ...]:
    """The tables that ruling lines form, in points."""
    across, down = _mended(_lines(ink, dpi)), _mended(_lines(bytes_of(ink.T), dpi))
    grids = find_grids(_led(across, down), _led(down, across))
    width, height = _SMALLEST
    return tuple(
        [grid for grid in grids if grid.xs[-1] - grid.xs[0] > width and grid.ys[-1] - grid.ys[0] > height]
    )


def _lines(ink: Grey, dpi: int) -> list[Ruling]:
    """The horizontal lines of a mask, in points."""
    # A line that is a little askew steps from one row of pixels to the next.
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    gap, length = np.ones((1, max(3, round(dpi * _GAP)))), np.ones((1, round(dpi * _RULE)))
    whole = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, bytes_of(gap))
    lines = cv2.morphologyEx(whole, cv2.MORPH_OPEN, bytes_of(length))
    count, labels, stats, centres = cv2.connectedComponentsWithStats(lines, connectivity=8)
    inked = np.bincount(labels[thick > 0], minlength=count)
    found = []
    for number in range(1, count):
        x, _, width, height, area = (int(value) for value in stats[number])
        # A bar is thick all along, text that touches a line makes it so in places. Where the feet of
        # figures in a row look like a line, the gaps between them had to be closed for that.
        is_thin = area <= _THICK * dpi * width and height < 3 * _THICK * dpi
        if is_thin and inked[number] > _SOLID * area:
            at = float(centres[number][1])
            found.append(Ruling(at * 72 / dpi, x * 72 / dpi, (x + width) * 72 / dpi))
    return found


def _mended(pieces: Sequence[Ruling]) -> list[Ruling]:
    """Lines out of the pieces that a bad scan leaves of them; strokes of text beside a line stay apart."""
    lines: list[Ruling] = []
    for piece in sorted(pieces, key=lambda piece: piece.start):
        before = next(
            (
                line
                for line in lines
                if abs(line.at - piece.at) < _STRAIGHT and -JOIN < piece.start - line.end < JOIN
            ),
            None,
        )
        if before is None:
            lines.append(piece)
            continue
        lines.remove(before)
        parts = (before.end - before.start, piece.end - piece.start)
        at = (before.at * parts[0] + piece.at * parts[1]) / sum(parts)
        lines.append(Ruling(at, before.start, max(before.end, piece.end)))
    return lines


def _led(lines: Sequence[Ruling], crossing: Sequence[Ruling]) -> list[Ruling]:
    """The lines without short ones that do not lead from one crossing line to another."""

    def meets(place: float, at: float) -> bool:
        return any(
            abs(other.at - place) < _TOUCH and other.start - _TOUCH < at < other.end + _TOUCH
            for other in crossing
        )

    return [
        line
        for line in lines
        if line.end - line.start > _SHORT or (meets(line.start, line.at) and meets(line.end, line.at))
    ]


def without_specks(ink: Grey, dpi: int) -> Grey:
    """The mask without what is too small to be a character: dust, and points as well."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    sizes = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    kept = np.where(sizes >= SPECK * dpi, 255, 0)
    kept[0] = 0
    return bytes_of(kept[labels])


def bytes_of(image: Any) -> Grey:
    """An array as bytes that lie in order, which OpenCV asks for."""
    return cast(Grey, np.ascontiguousarray(image, dtype=np.uint8))
