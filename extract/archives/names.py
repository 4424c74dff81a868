"""Names of members as people wrote them: encodings undone, ways out of the archive taken off.

A name is only ever data: nothing is written to a disk under it.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DRIVE = re.compile(r"[A-Za-z]:")


def decoded(raw: bytes) -> str:
    """A name of which only the bytes are known: UTF-8, else GB18030, else Latin-1.

    >>> decoded("绩效.docx".encode("gbk")), decoded("绩效.docx".encode())
    ('绩效.docx', '绩效.docx')
    """
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            pass
    return raw.decode("latin-1")


def clean(name: str) -> str:
    r"""A name as a path that stays within its archive; empty where nothing of it is left.

    >>> clean("..\\..\\C:\\a/./b.docx"), clean("/etc/passwd"), clean("甲\x00乙.doc\n")
    ('a/b.docx', 'etc/passwd', '甲乙.doc')
    """
    parts = _UNSEEN.sub("", name.encode("utf-8", "replace").decode()).replace("\\", "/").split("/")
    return "/".join(
        part for part in parts if part.strip() not in ("", ".", "..") and not _DRIVE.fullmatch(part)
    )


def is_debris(name: str) -> bool:
    """Does a member come from the system that packed it, not from a person?

    >>> is_debris("__MACOSX/._a.docx"), is_debris("2023/~$表.xlsx"), is_debris("2023/表.xlsx")
    (True, True, False)
    """
    *folders, last = name.split("/")
    return (
        last.startswith((".", "~$"))
        or last.lower() in ("thumbs.db", "desktop.ini")
        or "__MACOSX" in folders
        or any(folder.startswith(".") for folder in folders)
    )
