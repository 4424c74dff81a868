"""Bytes of a text file to text: UTF-8, UTF-16 (with mark or without) and GB18030 told apart.

Our own ten lines: on short GB18030 texts the general detectors are right in only two cases of three,
while Chinese text is practically never valid UTF-8 by accident.
"""

from __future__ import annotations

import re

from extract.errors import CorruptDocument

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAMPLE = 4096
# What Chinese text is made of: ASCII, punctuation and signs, CJK, full-width forms.
_EXPECTED = re.compile("[\\s\x20-\x7e\u00a0-\u00ff\u2000-\u22ff\u2460-\u27bf\u3000-\u9fff\uff00-\uffef]")
_CONTROLS = {chr(code) for code in range(32)} - set("\t\n\r\f\v\x1c\x1e")


def decode(data: bytes) -> tuple[str, str]:
    r"""The text of `data` and the name of its encoding; CorruptDocument where no encoding fits.

    A mark at the start decides; then strict UTF-8; then UTF-16 without a mark where one byte of each
    pair is plainly a high byte; then GB18030, which also reads GBK and GB2312. A tail cut in the
    middle of a character is dropped, so a truncated text is still read.

    >>> decode("绩效".encode("gb18030")), decode("绩效".encode("utf-8"))
    (('绩效', 'gb18030'), ('绩效', 'utf-8'))
    >>> decode("项目名称\t业务费\n".encode("utf-16-le"))[1]
    'utf-16-le'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding), encoding
    if b"\x00" not in data[:_SAMPLE]:
        for encoding in ("utf-8", "gb18030"):
            try:
                return _strict(data, encoding), encoding
            except CorruptDocument:
                pass
    wide = _unmarked_utf16(data)
    if wide is not None:
        return _strict(data, wide), wide
    raise CorruptDocument("文本编码无法识别（既不是 UTF-8、UTF-16，也不是 GB18030）；请另存为 UTF-8 后重试")


def _strict(data: bytes, encoding: str) -> str:
    for cut in range(4):
        try:
            text = data[: len(data) - cut].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(data) - 4:
                break
            continue
        if _is_text(text):
            return text
        break
    raise CorruptDocument(f"不是有效的 {encoding} 文本；请检查文件是否损坏")


def _is_text(text: str) -> bool:
    """Control characters are no text; one in a thousand is forgiven (form feeds of old converters)."""
    sample = text[: 4 * _SAMPLE]
    controls = sum(char in _CONTROLS for char in sample)
    return controls * 1000 <= len(sample)


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without its mark: Chinese forms hold line feeds, digits and tabs, whose high byte is 0."""
    sample = data[: _SAMPLE & ~1]
    low, high = sample[::2].count(0), sample[1::2].count(0)
    if low == high:
        return None
    encoding = "utf-16-le" if high > low else "utf-16-be"
    try:
        text = sample[: len(sample) & ~1].decode(encoding, errors="strict")
    except UnicodeDecodeError:
        return None
    plain = sum(bool(_EXPECTED.match(char)) for char in text)
    return encoding if text and plain / len(text) > 0.9 else None
