"""Text as printed and text as compared: the two foldings that recognition rests on.

`repair` is what every `*_text` column has been through; `fold` is only ever a key to look up by.
"""

from __future__ import annotations

import re
import unicodedata

_DEBRIS = re.compile(r"\[bookmark:[^\]]*\]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_SPACES = re.compile(r"\s+")
# A space is meant only between two Latin words or numbers; elsewhere it is typesetting.
_CJK = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…、，。；：（）《》【】"
_SPACE_BY_CJK = re.compile(rf"(?<=[{_CJK}]) | (?=[{_CJK}])")


def repair(text: str) -> str:
    r"""`text` as printed, its white space repaired and converter debris taken out.

    Runs of white space become one space, and none is left beside a Chinese character, where it is
    only typesetting (`绩 效\n指 标`). Nothing visible is changed otherwise.

    >>> repair("绩\n效\n指\n标"), repair("  24.5\u00a0万元 "), repair("[bookmark: _GoBack]进一步")
    ('绩效指标', '24.5万元', '进一步')
    >>> repair("IP RAN 专线")
    'IP RAN专线'
    """
    text = _DEBRIS.sub("", text)
    text = _INVISIBLE.sub("", text)
    text = _SPACES.sub(" ", text).strip()
    return _SPACE_BY_CJK.sub("", text)


_FOLDED = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "﹣": "-", "－": "-", "–": "-", "—": "-"})


def fold(text: str) -> str:
    """A key under which two spellings of the same label or name compare equal.

    Compatibility forms (full-width letters, digits, brackets) become plain, dashes and quotes one
    glyph each, letters lower case, white space goes. Folding twice changes nothing.

    >>> fold("项目资金 （万元）"), fold("ＩＰ—专线")
    ('项目资金(万元)', 'ip-专线')
    """
    before = None
    while text != before:  # folding a character may make one that folds again (a lone cedilla)
        before = text
        text = unicodedata.normalize("NFKC", _DEBRIS.sub("", text)).translate(_FOLDED).casefold()
        text = _SPACES.sub("", _INVISIBLE.sub("", text))
    return text
