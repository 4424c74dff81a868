"""Symbol fonts to Unicode: the boxes, ticks and signs that forms are filled in with.

A symbol font draws its own picture at the code of a letter: a ticked box may be stored as `R`.
"""

from __future__ import annotations

UNKNOWN = "\ufffd"
"""What stands for a sign whose picture is not known."""

_CIRCLED = {0x80 + number: char for number, char in enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩")}
_DARK_CIRCLED = {0x8C + number: char for number, char in enumerate("❶❷❸❹❺❻❼❽❾❿")}
# fmt: off
_PICTURES: dict[str, dict[int, str]] = {
    "wingdings": _CIRCLED | _DARK_CIRCLED | {
        0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "□", 0x72: "□", 0x74: "◆", 0x75: "◆",
        0x76: "❖", 0x77: "◆", 0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA4: "◉", 0xA7: "▪", 0xA8: "□", 0xAB: "★",
        0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒",
        0xFE: "☑",
    },
    "wingdings 2": {
        0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA2: "■", 0xA3: "□",
    },
    "webdings": {0x61: "✓", 0x63: "□", 0x67: "■", 0x6E: "●", 0x72: "✗"},
    "symbol": {
        0x25: "%", 0x2B: "+", 0x2D: "-", 0x3C: "<", 0x3D: "=", 0x3E: ">", 0x44: "Δ", 0x53: "Σ", 0x57: "Ω",
        0x61: "α", 0x62: "β", 0x67: "γ", 0x6D: "μ", 0x70: "π", 0x73: "σ", 0x7E: "~", 0xA2: "′", 0xA3: "≤",
        0xA5: "∞", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥",
        0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xD6: "√", 0xD7: "·",
        0xE5: "∑",
    },
}
# fmt: on


def is_symbol_font(font: str) -> bool:
    """Does this font draw pictures where others draw letters?"""
    return font.lower() in _PICTURES


def symbol(font: str, code: int) -> str:
    """The character that a font prints at a code; UNKNOWN for a picture that is not listed.

    Codes of symbol fonts are written plain or moved to the private area F000 to F0FF.

    >>> symbol("Wingdings 2", 0xF052), symbol("Symbol", 0xB3), symbol("宋体", 0x2460)
    ('☑', '≥', '①')
    """
    private = 0xF000 <= code <= 0xF0FF
    if is_symbol_font(font) and (private or code < 0x100):
        return _PICTURES[font.lower()].get(code & 0xFF, UNKNOWN)
    if private or not 0x20 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return UNKNOWN
    return chr(code)


def in_symbol_font(font: str, text: str) -> str:
    """The text of a run as a symbol font prints it; what the font has no known picture for stays.

    >>> in_symbol_font("Wingdings 2", "R是")
    '☑是'
    """
    pictures = _PICTURES[font.lower()]
    return "".join(
        pictures.get(ord(char) & 0xFF, char) if ord(char) < 0x100 or 0xF000 <= ord(char) <= 0xF0FF else char
        for char in text
    )
