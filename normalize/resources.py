"""The data files of this room, read once.

Every file is TOML under `normalize/data` and holds words or figures only. What is read is shared by
all callers and is not to be changed.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The tables of `normalize/data/<name>.toml`.

    >>> load("units")["magnitudes"]["万"]
    '10000'
    """
    path = resources.files("normalize") / "data" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def words(name: str, table: str, key: str = "words") -> tuple[str, ...]:
    """A word list of a data file, longest word first, so that an alternation finds the longest.

    >>> words("expressions", "approximate", "after")
    ('左右', '上下')
    """
    listed: list[str] = load(name)[table][key]
    return longest_first(listed)


def longest_first(listed: list[str]) -> tuple[str, ...]:
    """`listed` without repetition, longest first; words of one length keep their order.

    >>> longest_first(["约", "大约", "近", "约"])
    ('大约', '约', '近')
    """
    return tuple(sorted(dict.fromkeys(listed), key=len, reverse=True))
