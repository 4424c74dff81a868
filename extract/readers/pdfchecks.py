"""What can be told of a PDF before PDFium gets to see it, or cheaply from what it sees.

PDFium takes all memory there is for a form that draws itself. Where that stands in plain objects it is
found here; where it is packed, only a limit on the process helps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from extract.errors import CorruptDocument, EmptyDocument

_FORM = re.compile(rb"/Subtype\s*/Form\b")
_OBJECT = re.compile(rb"(\d+)\s+\d+\s+obj\b")
_RESOURCES = re.compile(rb"/Resources\s+(\d+)\s+\d+\s+R")
_X_OBJECTS = re.compile(rb"/XObject\s*(?:<<(.*?)>>|(\d+)\s+\d+\s+R)", re.DOTALL)
_REFERENCE = re.compile(rb"(\d+)\s+\d+\s+R")
_WINDOW = 1 << 14
_END = 2048
_MOST_ILLEGIBLE = 0.15
_MOST_RARE = 0.6


def check_bytes(data: bytes) -> None:
    """Raises EmptyDocument for nothing, CorruptDocument for a form that draws itself."""
    if not data.strip():
        raise EmptyDocument("文件为空；请确认上传或转换是否成功")
    if _draws_itself(_drawn_by(data)):
        raise CorruptDocument("文件中的图形引用自身，无法安全打开；请重新导出 PDF")


def is_cut_short(data: bytes) -> bool:
    """Does the file lack its end? PDFium then reads what it finds."""
    return b"%%EOF" not in data[-_END:]


def _drawn_by(data: bytes) -> dict[int, list[int]]:
    """For each form in plain objects, the objects that it may draw."""
    drawn: dict[int, list[int]] = {}
    starts: dict[int, int] | None = None
    for match in _FORM.finditer(data):
        begin = data.rfind(b" obj", max(0, match.start() - _WINDOW), match.start())
        head = _OBJECT.search(data, max(0, begin - 24), match.start())
        if begin < 0 or head is None:
            continue
        body = _dictionary(data, head.end())
        if starts is None:
            starts = {int(found[1]): found.end() for found in _OBJECT.finditer(data)}
        for reference in _RESOURCES.findall(body):
            body += _dictionary(data, starts.get(int(reference), len(data)))
        numbers: list[int] = []
        for inner, reference in _X_OBJECTS.findall(body):
            listed = inner or _dictionary(data, starts.get(int(reference), len(data)))
            numbers += [int(number) for number in _REFERENCE.findall(listed)]
        drawn[int(head[1])] = numbers
    return drawn


def _dictionary(data: bytes, start: int) -> bytes:
    """What stands between the beginning of an object and its stream or end."""
    window = data[start : start + _WINDOW]
    return re.split(rb"\bstream\b|\bendobj\b", window, maxsplit=1)[0]


def _draws_itself(drawn: dict[int, list[int]]) -> bool:
    """Is there a way from a form back to itself? Forms that draw no form are taken away until none is left."""
    left = {form: {other for other in others if other in drawn} for form, others in drawn.items()}
    while True:
        leaves = {form for form, others in left.items() if not others}
        if not leaves:
            return bool(left)
        left = {form: others - leaves for form, others in left.items() if form not in leaves}


def is_illegible(texts: Iterable[str], unmapped: float) -> bool:
    """Do the characters of a page mean nothing, as where a font hides which is which?

    `unmapped` is the share of them that the font itself says nothing about. Told by private and unassigned
    code points, and by hanzi that hardly any Chinese text uses.

    >>> is_illegible(["项目名称", "≥95%"], 0.0), is_illegible(["\ue0a1\ue0b2", "\ufffd"], 0.0)
    (False, True)
    """
    text = "".join(texts)
    kinds = {char: kind for char in set(text) if (kind := _strangeness(char))}
    strange = sum(text.count(char) for char, kind in kinds.items() if kind == 2)
    rare = sum(text.count(char) for char, kind in kinds.items() if kind == 1)
    total = max(len(text), 1)
    return max(strange / total, unmapped) > _MOST_ILLEGIBLE or (strange + rare) / total > _MOST_RARE


@lru_cache(maxsize=1 << 16)
def _strangeness(char: str) -> int:
    """0 for what Chinese documents are written in, 1 for other letters and rare hanzi, 2 for no character."""
    code = ord(char)
    if char in " \t\r\n" or 0x20 <= code < 0x7F:
        return 0
    if code < 0x20 or 0xE000 <= code <= 0xF8FF or code >= 0xF0000 or code == 0xFFFD or not char.isprintable():
        return 2
    for encoding in ("gb2312", "big5"):
        try:
            char.encode(encoding)
        except UnicodeEncodeError:
            continue
        return 0
    return 1
