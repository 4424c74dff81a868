r"""The text of a value, folded for reading: widths, glyphs, comparators, spaces, in one fixed order.

`canonical` is what every value parser reads, and never what is stored: the printed text stays
beside the value. The order is

1. white space and converter debris (`extract.text.repair`),
2. full-width letters, digits and marks to plain ones, one glyph for each sign (`％ ≧ ═ － ～`),
3. comparators written with two signs (`>=`, `》=`, `=<`, `+-`) to one (`≥ ≤ ±`),
4. spaces and cell rules (`|`) out, save between two digits, where dropping them would make one
   number of two,
5. brackets or quotes round the whole text and closing punctuation off.

Letters that stand for digits (`l00%`, `1OO`) are left: nobody can know, so nobody may repair.
"""

from __future__ import annotations

import re
from functools import lru_cache

from extract.text import repair
from normalize.resources import load, words


def _glyph_table() -> dict[int, str]:
    # The full-width ASCII block first, so that a glyph of the data file may overrule it.
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    glyphs: dict[str, str] = load("expressions")["glyphs"]
    for canonical_glyph, variants in glyphs.items():
        table.update({ord(variant): canonical_glyph for variant in variants})
    return table


_GLYPHS = _glyph_table()
_BLANK_WORDS = frozenset(words("expressions", "blank"))

_SIGNS = (
    (re.compile(r">[>=]*=|=>|≥=+|>≥"), "≥"),
    (re.compile(r"<[<=]*=|=<|≤=+|<≤"), "≤"),
    (re.compile(r"\+/?-|正负"), "±"),
    (re.compile(r"==+"), "="),
    (re.compile(r"%%+"), "%"),
    # A closing title mark before a number is the ≥ that an input method or an OCR made of it; an
    # opening one is a ≤ only where no title follows.
    (re.compile(r"^》=?(?=[0-9.±])"), "≥"),
    (re.compile(r"^《=?(?=[0-9.±][^》]*$)"), "≤"),
)
_HAS_SIGN = re.compile(r"[<>=%≥≤》《+正]")
_DROPPED_SPACE = re.compile(r"(?<![0-9])[ |]+|[ |]+(?![0-9])")
_WRAPPED = re.compile(r"\(([^()]*)\)")
_CLOSING = "。;,、"
_QUOTES = "“”‘’\"'"

# A template slot that nobody filled: `≥**人`, `≤__万元`, `（≥XX%）`. A lone * or _ is a blank sign.
_SLOT = re.compile(r"[≥≤<>=±]?(?:[*_]+|[xX×]{2,})(?:[一-龥%‰/·.*]{0,8}|[a-zA-Z]{1,4})")
_BLANK_SIGNS = re.compile(r"[-/\\*.…_~、,。;:·—]*")


@lru_cache(maxsize=16384)
def canonical(text: str) -> str:
    """The form of a value text that parsers read. Doing it twice changes nothing.

    >>> canonical("≧ ９５ ％"), canonical("》90%"), canonical(">= 98 %"), canonical("（≥20万元）；")
    ('≥95%', '≥90%', '≥98%', '≥20万元')
    >>> canonical("≥｜95｜%"), canonical("24.5 24.5"), canonical("12 — 15 人"), canonical("＋－3％")
    ('≥95%', '24.5 24.5', '12-15人', '±3%')
    """
    return _settle(repair(text))


def _settle(text: str) -> str:
    """Fold until nothing changes: a bracket taken off may uncover another, or a comparator."""
    while True:
        folded = _fold_once(text)
        if folded == text:
            return folded
        text = folded


def _fold_once(text: str) -> str:
    text = text.translate(_GLYPHS)
    if _HAS_SIGN.search(text):
        for pattern, sign in _SIGNS:
            text = pattern.sub(sign, text)
    text = _DROPPED_SPACE.sub("", repair(text)).rstrip(_CLOSING).lstrip(":").strip(_QUOTES)
    wrapped = _WRAPPED.fullmatch(text)
    return wrapped[1] if wrapped else text


def is_blank(text: str) -> bool:
    r"""Whether the cell says nothing: empty, a blank sign (`—`, `/`, `无`, `……`), an unfilled slot.

    A printed zero is a value.

    >>> [is_blank(text) for text in ("", "——", "/", "无", "……", "≥**人", "\u00a0")]
    [True, True, True, True, True, True, True]
    >>> [is_blank(text) for text in ("0", "否", "无事故", "≥5%")]
    [False, False, False, False]
    """
    folded = canonical(text)
    return (
        _BLANK_SIGNS.fullmatch(folded) is not None
        or folded.casefold() in _BLANK_WORDS
        or _SLOT.fullmatch(folded) is not None
    )
