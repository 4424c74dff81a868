"""Codes glued before names: `[010]霍山县数据资源管理局`, `219-池州市…`, `51000021R…-工资性支出`."""

from __future__ import annotations

import re
import unicodedata

_BRACKETED = re.compile(
    r"[\[【〔(（]\s*(?P<code>[0-9A-Za-z]{2,30})\s*[\]】〕)）]\s*[-—－:：]?\s*(?P<name>.+)"
)
_DASHED = re.compile(r"(?P<code>[0-9A-Za-z]{2,30})\s*[-—–－_]+\s*(?P<name>\D.*)")
_GLUED = re.compile(r"(?P<code>\d{6,})(?P<name>[\u4e00-\u9fff].+)")
_YEAR = re.compile(r"(?:19|20)\d\d")


def split_code(text: str) -> tuple[str | None, str]:
    """The code in front of a name, None where there is none, and the name without it.

    A code holds a digit and is set off by brackets or a dash, or is six digits and more directly
    before a Chinese name. A year is no code, nor is a number that belongs to the name.

    >>> split_code("[010]霍山县数据资源管理局")
    ('010', '霍山县数据资源管理局')
    >>> split_code("51000021R000000019951-工资性支出")
    ('51000021R000000019951', '工资性支出')
    >>> split_code("12345热线运行费"), split_code("2023-信息化项目")
    ((None, '12345热线运行费'), (None, '2023-信息化项目'))
    """
    key = text.strip()
    for pattern in (_BRACKETED, _DASHED, _GLUED):
        match = pattern.fullmatch(key)
        if match is None:
            continue
        code = unicodedata.normalize("NFKC", match["code"])
        if any(char.isdigit() for char in code) and not _YEAR.fullmatch(code):
            return code, match["name"].strip()
    return None, key
