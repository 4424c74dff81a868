"""Lines and shaded areas out of the path objects of a PDF page."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from pypdfium2 import raw  # type: ignore[import-untyped]

from extract.errors import TooLarge
from extract.readers.pdfpage import Box, Drawing, Matrix
from extract.tables.rulings import Ruling

THIN = 4.0  # PDFium's bounds of a line are up to twice as thick as the line
MAX_FORM_DEPTH = 8
MAX_OBJECTS = 300_000
MAX_SEGMENTS = 2_000  # a path of more is a drawing
_TEXT, _PATH, _IMAGE = raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE
_FORM = raw.FPDF_PAGEOBJ_FORM


class Walk:
    """Lines and areas, read from page objects into a drawing."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self._across, self._down = drawing.horizontals.append, drawing.verticals.append
        self.has_turned_text = False
        self.image_area = 0.0
        self._objects = 0
        self._sides = tuple(ctypes.c_float() for _ in range(4))
        self._matrix = raw.FS_MATRIX()

    def read(self, objects: Sequence[Any], to_page: Matrix, frame: Matrix, depth: int) -> None:
        """Read objects whose space `to_page` maps to the page, and `frame` from there to the page as shown."""
        shown = frame.after(to_page)
        kind_of, bounds_of = raw.FPDFPageObj_GetType, raw.FPDFPageObj_GetBounds
        left, bottom, right, top = self._sides
        is_upright = shown.a == 1 and shown.d == -1 and shown.b == shown.c == 0
        self._objects += len(objects)
        if self._objects > MAX_OBJECTS:
            raise TooLarge(f"第 {self.drawing.number} 页图形过多，超过上限；请拆分文件后重试")
        for one in objects:
            kind = kind_of(one)
            if kind == _TEXT:
                self.has_turned_text = self.has_turned_text or self._is_turned(one, to_page)
            elif kind in (_PATH, _IMAGE):
                bounds_of(one, left, bottom, right, top)
                if is_upright:  # which nearly all are
                    x0, x1 = left.value + shown.e, right.value + shown.e
                    y0, y1 = shown.f - top.value, shown.f - bottom.value
                else:
                    x0, y0, x1, y1 = shown.box(left.value, bottom.value, right.value, top.value)
                if self._read_thin(x0, y0, x1, y1):
                    continue
                if kind == _IMAGE:
                    self.image_area += (x1 - x0) * (y1 - y0)
                else:
                    self._read_path(one, shown)
            elif kind == _FORM and depth < MAX_FORM_DEPTH:
                inner = to_page.after(self._matrix_of(one))
                count, get = raw.FPDFFormObj_CountObjects(one), raw.FPDFFormObj_GetObject
                self.read([get(one, index) for index in range(count)], inner, frame, depth + 1)

    def _is_turned(self, text: Any, to_page: Matrix) -> bool:
        raw.FPDFPageObj_GetMatrix(text, self._matrix)
        a, b = self._matrix.a, self._matrix.b
        if b or to_page.b:
            a, b = to_page.a * a + to_page.c * b, to_page.b * a + to_page.d * b
        return bool(abs(b) > 0.01 * abs(a) or a * to_page.a < 0)

    def _matrix_of(self, one: Any) -> Matrix:
        matrix = self._matrix
        raw.FPDFPageObj_GetMatrix(one, matrix)
        return Matrix(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)

    def _read_thin(self, x0: float, top: float, x1: float, bottom: float) -> bool:
        """Take a box for a line if it is thin, for a dot of a dotted one if it is small."""
        is_low, is_narrow = bottom - top <= THIN, x1 - x0 <= THIN
        if is_low:
            self._across(Ruling((top + bottom) / 2, x0, x1))
        if is_narrow:
            self._down(Ruling((x0 + x1) / 2, top, bottom))
        return is_low or is_narrow

    def _read_path(self, path: Any, shown: Matrix) -> None:
        """The lines that a path strokes, the bars and areas that it fills."""
        count = raw.FPDFPath_CountSegments(path)
        if count > MAX_SEGMENTS:
            self.drawing.paths += 1
            return
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(path, fill, stroke)
        matrix = shown.after(self._matrix_of(path))
        is_curved = False
        for points in _outlines(path, count, matrix):
            if None in points:
                is_curved = True
            if stroke.value:
                self._read_strokes(points)
            elif fill.value and None not in points:
                self._read_area([point for point in points if point is not None])
        self.drawing.paths += is_curved

    def _read_strokes(self, points: list[tuple[float, float] | None]) -> None:
        for one, other in pairwise(points):
            if one is None or other is None:
                continue
            (x0, y0), (x1, y1) = one, other
            if abs(y1 - y0) <= 0.5 < abs(x1 - x0):
                self._across(Ruling((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x1 - x0) <= 0.5 < abs(y1 - y0):
                self._down(Ruling((x0 + x1) / 2, min(y0, y1), max(y0, y1)))

    def _read_area(self, points: list[tuple[float, float]]) -> None:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = Box(min(xs), min(ys), max(xs), max(ys))
        at_corners = all(
            min(x - box.x0, box.x1 - x) < 1 and min(y - box.top, box.bottom - y) < 1 for x, y in points
        )
        if not self._read_thin(*box) and at_corners:
            self.drawing.shades.append(box)


def _outlines(path: Any, count: int, matrix: Matrix) -> Iterator[list[tuple[float, float] | None]]:
    """The points of each part of a path as shown; None stands before a point that a curve leads to."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float] | None] = []
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points
            points = []
        elif kind == raw.FPDF_SEGMENT_BEZIERTO:
            points.append(None)
        points.append(matrix.point(x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment) and points[0] is not None:
            points.append(points[0])
    if len(points) > 1:
        yield points
