"""What a PDF page draws: characters with their boxes, lines, shaded areas, form fields.

The only module that talks to PDFium. Everything it hands over is in points as the page is shown: `x`
to the right, `y` down from its top left corner, whatever /Rotate and the page box say.
"""

from __future__ import annotations

import ctypes
import math
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

from extract.errors import CorruptDocument, EncryptedDocument, TooLarge, UnsupportedDocument
from extract.tables.rulings import Ruling

THIN = 4.0  # PDFium's bounds of a line are up to twice as thick as the line
MAX_FORM_DEPTH = 8
MAX_OBJECTS = 300_000
MAX_CHARACTERS = 300_000
MAX_SEGMENTS = 2_000  # a path of more is a drawing
_PDFIUM = threading.Lock()  # PDFium must not be entered twice, not even for two documents
_SPACES = " \t\r\n\u00a0\u3000"
_HYPHENS = "\x02\ufffe"  # what PDFium makes of a hyphen at the end of a line
_WRONG_PASSWORD, _UNKNOWN_SECURITY = 4, 5
_WIDGET, _FREE_TEXT = raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT
_TEXT, _PATH, _IMAGE = raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE
_FORM = raw.FPDF_PAGEOBJ_FORM
_HIDDEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW


class Glyph(NamedTuple):
    """A character in its box, written from the origin (`x`, `y`); a space behind it is part of `text`.

    The box is as wide as the character advances. How high it is means nothing: of some fonts it is that
    of the ink, of others more than a line. `turn` is by how many degrees the character is turned clockwise
    as the page is shown, of 0, 90, 180 and 270, or -1 for anything between. `number` is PDFium's own,
    -1 for the value of a form field, which comes as one glyph however long it is.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    x: float
    y: float
    number: int = -1
    turn: int = 0

    def moved(self, matrix: Matrix, turn: int) -> Glyph:
        """The character where a matrix puts it."""
        box = matrix.box(self.x0, self.top, self.x1, self.bottom)
        return Glyph(self.text, *box, *matrix.point(self.x, self.y), self.number, turn)


class Box(NamedTuple):
    """A rectangle."""

    x0: float
    top: float
    x1: float
    bottom: float


class Paint(NamedTuple):
    """How a character is painted: in which text object, in what style, whether faintly or not in black."""

    text_object: int
    style: tuple[float, ...]
    is_faint: bool
    is_coloured: bool


@dataclass(slots=True)
class Drawing:
    """All that one page draws. `number` counts from 1; `unmapped` is the share of unknown characters."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    horizontals: list[Ruling] = field(default_factory=list)
    verticals: list[Ruling] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)
    image_share: float = 0.0
    paths: int = 0
    unmapped: float = 0.0


class Matrix(NamedTuple):
    """x' = ax + cy + e, y' = bx + dy + f, as in PDF."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """Where a rectangle comes to lie; one that is turned obliquely, its bounds."""
        corners = [self.point(x, y) for x in (x0, x1) for y in (y0, y1)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return Box(min(xs), min(ys), max(xs), max(ys))

    def after(self, inner: Matrix) -> Matrix:
        """First `inner`, then this one."""
        a, b, c, d, e, f = inner
        return Matrix(
            self.a * a + self.c * b,
            self.b * a + self.d * b,
            self.a * c + self.c * d,
            self.b * c + self.d * d,
            *self.point(e, f),
        )


def _frame(quarters: int, box: Box) -> Matrix:
    """Page space to the page as shown, turned clockwise by `quarters` of a circle."""
    left, bottom, right, top = box.x0, box.top, box.x1, box.bottom
    return (
        Matrix(1, 0, 0, -1, -left, top),
        Matrix(0, 1, 1, 0, -bottom, -left),
        Matrix(-1, 0, 0, 1, right, -bottom),
        Matrix(0, -1, -1, 0, top, right),
    )[quarters % 4]


class Pages:
    """An open PDF."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self.count: int = len(document)
        self._has_form = document.get_formtype() != raw.FORMTYPE_NONE
        if self._has_form:
            document.init_forms()

    @contextmanager
    def page(self, number: int) -> Iterator[OpenPage | None]:
        """Page `number`, counted from 1; None where PDFium cannot load it."""
        page = raw.FPDF_LoadPage(self._document.raw, number - 1)
        if not page:
            yield None
            return
        form = self._document.formenv.raw if self._has_form else None
        text = raw.FPDFText_LoadPage(page)
        try:
            yield OpenPage(page, text, form, number)
        finally:
            if text:
                raw.FPDFText_ClosePage(text)
            raw.FPDF_ClosePage(page)

    def render(self, number: int, dpi: int) -> Any:
        """Page `number` as a grey picture (PIL image), as it is shown."""
        page = self._document[number - 1]
        try:
            return page.render(scale=dpi / 72, grayscale=True, may_draw_forms=self._has_form).to_pil()
        finally:
            page.close()


@contextmanager
def open_pdf(data: bytes, password: str | None = None) -> Iterator[Pages]:
    """The pages of a PDF. Raises EncryptedDocument, UnsupportedDocument or CorruptDocument."""
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data, password=password)
        except pypdfium2.PdfiumError as error:
            raise _refusal(error.err_code, password) from error
        try:
            yield Pages(document)
        finally:
            document.close()


def _refusal(
    code: int | None, password: str | None
) -> EncryptedDocument | UnsupportedDocument | CorruptDocument:
    if code == _WRONG_PASSWORD:
        told = "所给密码不能打开" if password else "文件有打开密码"
        return EncryptedDocument(f"{told}；请提供密码，或去掉密码后重新提交")
    if code == _UNKNOWN_SECURITY:
        return UnsupportedDocument("文件用不认识的方式加密（如数字证书）；请去掉保护后重新提交")
    return CorruptDocument("不是完整的 PDF 文件；请重新下载或上传")


class OpenPage:
    """A page while PDFium holds it."""

    def __init__(self, page: Any, text: Any, form: Any, number: int) -> None:
        self._page, self._text, self._form, self._number = page, text, form, number

    def draw(self) -> Drawing:
        """What the page draws. Raises TooLarge."""
        bounds = raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(self._page, bounds)
        box = Box(bounds.left, bounds.bottom, bounds.right, bounds.top)
        quarters = raw.FPDFPage_GetRotation(self._page)
        frame = _frame(quarters, box)
        shown = frame.box(*box)
        drawing = Drawing(self._number, shown.x1, shown.bottom)
        walk = _Walk(drawing)
        walk.read(self._objects(), Matrix(1, 0, 0, 1, 0, 0), frame, 0)
        drawing.image_share = min(1.0, walk.image_area / max(shown.x1 * shown.bottom, 1.0))
        drawing.glyphs = self._glyphs(frame, quarters, turned=walk.has_turned_text)
        drawing.glyphs += self._annotations(frame)
        return drawing

    def _objects(self) -> list[Any]:
        page, get = self._page, raw.FPDFPage_GetObject
        return [get(page, index) for index in range(raw.FPDFPage_CountObjects(page))]

    def _glyphs(self, frame: Matrix, quarters: int, *, turned: bool) -> list[Glyph]:
        count = max(raw.FPDFText_CountChars(self._text), 0) if self._text else 0
        if count > MAX_CHARACTERS:
            raise TooLarge(f"第 {self._number} 页有 {count} 个字符，超过上限；请拆分文件后重试")
        glyphs = self._plain_glyphs(count, frame)
        if quarters:
            glyphs = [glyph.moved(frame, 0) for glyph in glyphs]
        if not turned:
            return glyphs
        text, angle = self._text, raw.FPDFText_GetCharAngle
        return [glyph._replace(turn=_turn(angle(text, glyph.number), quarters)) for glyph in glyphs]

    def _plain_glyphs(self, count: int, frame: Matrix) -> list[Glyph]:
        """All characters but spaces, in the order of the content; shown upright if the page is."""
        text, box = self._text, raw.FS_RECTF()
        x, y = ctypes.c_double(), ctypes.c_double()
        get_box, get_origin = raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharOrigin
        is_generated = raw.FPDFText_IsGenerated
        upright = frame.a == 1
        left, top = (-frame.e, frame.f) if upright else (0.0, 0.0)
        sign = -1.0 if upright else 1.0
        glyphs: list[Glyph] = []
        append, new = glyphs.append, tuple.__new__  # Glyph() does the same in twice the time
        for index, char in enumerate(self._characters(count)):
            if char in _SPACES:
                # PDFium adds spaces of its own where text is drawn in parts.
                if glyphs and char not in "\r\n" and is_generated(text, index) != 1:
                    glyphs[-1] = glyphs[-1]._replace(text=glyphs[-1].text.rstrip() + " ")
                continue
            get_box(text, index, box)
            get_origin(text, index, x, y)
            append(
                new(
                    Glyph,
                    (
                        "-" if char in _HYPHENS else char,
                        box.left - left,
                        top + sign * box.top,
                        box.right - left,
                        top + sign * box.bottom,
                        x.value - left,
                        top + sign * y.value,
                        index,
                        0,
                    ),
                )
            )
        return glyphs

    def _characters(self, count: int) -> Iterable[str]:
        """Each character by PDFium's number, U+FFFD for what has no meaning."""
        if not count:
            return ""
        buffer = ctypes.create_string_buffer(2 * count + 2)
        pointer = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        written = raw.FPDFText_GetText(self._text, 0, count, pointer)
        # One call for all of them, if none was left out and none took two units.
        whole = buffer.raw[: 2 * max(written - 1, 0)].decode("utf-16-le", "replace")
        if written == count + 1 and len(whole) == count:
            return whole
        get = raw.FPDFText_GetUnicode
        codes = (get(self._text, index) for index in range(count))
        return (chr(code) if 0 < code <= 0x10FFFF else "\ufffd" for code in codes)

    def unmapped(self, indices: Iterable[int]) -> int:
        """How many of these characters have no known meaning in their fonts."""
        return sum(raw.FPDFText_HasUnicodeMapError(self._text, index) == 1 for index in indices)

    def paint(self, index: int) -> Paint:
        """How a character is painted."""
        parts = tuple(ctypes.c_uint() for _ in range(4))
        raw.FPDFText_GetFillColor(self._text, index, *parts)
        red, green, blue, alpha = (part.value for part in parts)
        light = (red * 299 + green * 587 + blue * 114) / 1000
        pointer = raw.FPDFText_GetTextObject(self._text, index)
        identity = ctypes.cast(pointer, ctypes.c_void_p).value or 0
        is_faint = light > 140 or alpha < 160
        style = (red, green, blue, alpha, raw.FPDFText_GetFontSize(self._text, index))
        return Paint(identity, style, is_faint, is_faint or max(red, green, blue) > 100)

    def _annotations(self, frame: Matrix) -> Iterator[Glyph]:
        """The values of form fields, and text typed over the page, each as one glyph."""
        for index in range(raw.FPDFPage_GetAnnotCount(self._page)):
            annotation = raw.FPDFPage_GetAnnot(self._page, index)
            if not annotation:
                continue
            try:
                text = self._value(annotation)
                if text.strip():
                    box = raw.FS_RECTF()
                    raw.FPDFAnnot_GetRect(annotation, box)
                    place = frame.box(box.left, box.bottom, box.right, box.top)
                    yield Glyph(text, *place, place.x0, (place.top + place.bottom) / 2)
            finally:
                raw.FPDFPage_CloseAnnot(annotation)

    def _value(self, annotation: Any) -> str:
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        if kind not in (_WIDGET, _FREE_TEXT) or raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
            return ""
        if kind == _FREE_TEXT:
            return _string(
                lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size)
            )
        if self._form is None:
            return ""
        field_type = raw.FPDFAnnot_GetFormFieldType(self._form, annotation)
        if field_type in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
            state = _string(
                lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, b"AS", buffer, size)
            )
            return "√" if state not in ("", "Off") else ""
        if field_type in (
            raw.FPDF_FORMFIELD_TEXTFIELD,
            raw.FPDF_FORMFIELD_COMBOBOX,
            raw.FPDF_FORMFIELD_LISTBOX,
        ):
            return _string(
                lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(self._form, annotation, buffer, size)
            )
        return ""


def _string(get: Any) -> str:
    """A string that PDFium writes as UTF-16 with its end marked."""
    size = get(None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    get(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def _turn(angle: float, quarters: int) -> int:
    """Clockwise degrees on the page as shown, from PDFium's clockwise radians on the page as stored."""
    degrees = (math.degrees(angle) + 90 * quarters) % 360
    nearest = round(degrees / 90) * 90
    return nearest % 360 if abs(degrees - nearest) < 5 else -1


def set_upright(drawing: Drawing) -> Drawing:
    """The drawing turned so that most of its characters stand upright."""
    turns = Counter(glyph.turn for glyph in drawing.glyphs)
    turn, count = max(turns.items(), key=lambda item: item[1], default=(0, 0))
    if turn <= 0 or count * 2 <= len(drawing.glyphs):
        return drawing
    width, height = drawing.width, drawing.height
    matrix = {
        90: Matrix(0, -1, 1, 0, 0, width),
        180: Matrix(-1, 0, 0, -1, width, height),
        270: Matrix(0, 1, -1, 0, height, 0),
    }[turn]
    page = matrix.box(0, 0, width, height)
    across = [matrix.box(start, at, end, at) for at, start, end in drawing.horizontals]
    down = [matrix.box(at, start, at, end) for at, start, end in drawing.verticals]
    if turn != 180:
        across, down = down, across
    return Drawing(
        drawing.number,
        page.x1,
        page.bottom,
        [
            glyph.moved(matrix, glyph.turn if glyph.turn < 0 else (glyph.turn - turn) % 360)
            for glyph in drawing.glyphs
        ],
        [Ruling(box.top, box.x0, box.x1) for box in across],
        [Ruling(box.x0, box.top, box.bottom) for box in down],
        [matrix.box(*box) for box in drawing.shades],
        drawing.image_share,
        drawing.paths,
        drawing.unmapped,
    )


class _Walk:
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
        width, height = x1 - x0, bottom - top
        if width > THIN and height > THIN:
            return False
        if width > 1.5 * height or (width <= THIN and height <= 1.5 * width):
            self._across(Ruling((top + bottom) / 2, x0, x1))
        if height > 1.5 * width or (height <= THIN and width <= 1.5 * height):
            self._down(Ruling((x0 + x1) / 2, top, bottom))
        return True

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
