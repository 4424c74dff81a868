"""PDFium: pages opened, and what they draw read into plain data.

Only here and in `pdfpaths` is PDFium talked to. It must not be entered twice at a time, so that a lock
is held while a document is open.
"""

from __future__ import annotations

import ctypes
import math
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

from extract.errors import CorruptDocument, EncryptedDocument, TooLarge, UnsupportedDocument
from extract.readers.pdfpage import Box, Drawing, Glyph, Matrix
from extract.readers.pdfpaths import Walk

MAX_CHARACTERS = 300_000
_PDFIUM = threading.Lock()
_SPACES = " \t\r\n\u00a0\u3000"
_HYPHENS = "\x02\ufffe"  # what PDFium makes of a hyphen at the end of a line
_WRONG_PASSWORD, _UNKNOWN_SECURITY = 4, 5
_WIDGET, _FREE_TEXT = raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT
_INVISIBLE = raw.FPDF_TEXTRENDERMODE_INVISIBLE
_HIDDEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW


class Paint(NamedTuple):
    """How a character is painted: in which text object, in what style, whether faintly or not in black."""

    text_object: int
    style: tuple[float, ...]
    is_faint: bool
    is_coloured: bool


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
        walk = Walk(drawing)
        walk.read(self._objects(), Matrix(1, 0, 0, 1, 0, 0), frame, 0)
        drawing.image_share = min(1.0, walk.image_area / max(shown.x1 * shown.bottom, 1.0))
        drawing.has_turned = walk.has_turned_text or quarters > 0
        drawing.glyphs = self._glyphs(frame)
        if drawing.has_turned:
            drawing.glyphs = [self._turned(glyph, frame, quarters) for glyph in drawing.glyphs]
        drawing.glyphs += self._annotations(frame)
        return drawing

    def _objects(self) -> list[Any]:
        page, get = self._page, raw.FPDFPage_GetObject
        return [get(page, index) for index in range(raw.FPDFPage_CountObjects(page))]

    def _glyphs(self, frame: Matrix) -> list[Glyph]:
        """All characters but spaces, in the order of the content, as if they and the page stood upright."""
        count = max(raw.FPDFText_CountChars(self._text), 0) if self._text else 0
        if count > MAX_CHARACTERS:
            raise TooLarge(f"第 {self._number} 页有 {count} 个字符，超过上限；请拆分文件后重试")
        text, box = self._text, raw.FS_RECTF()
        x, y = ctypes.c_double(), ctypes.c_double()
        get_box, get_origin = raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharOrigin
        is_generated = raw.FPDFText_IsGenerated
        right, top = frame.e, frame.f
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
            base = top - y.value
            x0 = box.left + right
            shown = "-" if char in _HYPHENS else char
            append(new(Glyph, (shown, x0, base, box.right + right, base, x0, base, index, 0)))
        return glyphs

    def _turned(self, glyph: Glyph, frame: Matrix, quarters: int) -> Glyph:
        """A character as the page shows it, whichever way it and the page are turned."""
        box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetLooseCharBox(self._text, glyph.number, box)
        raw.FPDFText_GetCharOrigin(self._text, glyph.number, x, y)
        place = frame.box(box.left, box.bottom, box.right, box.top)
        turn = _turn(raw.FPDFText_GetCharAngle(self._text, glyph.number), quarters)
        return Glyph(glyph.text, *place, *frame.point(x.value, y.value), glyph.number, turn)

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

    def hidden(self, numbers: Iterable[int]) -> int:
        """How many of these characters are not shown, as those behind the picture of a scan."""
        objects = (raw.FPDFText_GetTextObject(self._text, number) for number in numbers)
        return sum(raw.FPDFTextObj_GetTextRenderMode(one) == _INVISIBLE for one in objects if one)

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


def _frame(quarters: int, box: Box) -> Matrix:
    """Page space to the page as shown, turned clockwise by `quarters` of a circle."""
    left, bottom, right, top = box.x0, box.top, box.x1, box.bottom
    return (
        Matrix(1, 0, 0, -1, -left, top),
        Matrix(0, 1, 1, 0, -bottom, -left),
        Matrix(-1, 0, 0, 1, right, -bottom),
        Matrix(0, -1, -1, 0, top, right),
    )[quarters % 4]


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
