"""Makes the smallest compound files (OLE): a root with empty streams of given names."""

from __future__ import annotations

import struct

_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF


def ole(*streams: str) -> bytes:
    """A compound file whose root holds these streams, none of which has content."""
    entries = [_entry("Root Entry", 5, child=1 if streams else _NONE)]
    for number, name in enumerate(streams, 1):
        right = number + 1 if number < len(streams) else _NONE
        entries.append(_entry(name, 2, right=right))
    entries += [b"\x00" * 128] * (-len(entries) % 4)
    sectors = len(entries) // 4
    header = struct.pack("<8s16s5H6x9I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, *(
        0, 1, 1, 0, 4096, _END, 0, _END, 0,
    ))  # fmt: skip
    table = [_FAT, *range(2, sectors + 1), _END]
    table += [_FREE] * (128 - len(table))
    fat = struct.pack("<109I", 0, *[_FREE] * 108)
    return header + fat + struct.pack("<128I", *table) + b"".join(entries)


def _entry(name: str, kind: int, *, right: int = _NONE, child: int = _NONE) -> bytes:
    text = name.encode("utf-16-le") + b"\x00\x00"
    return struct.pack("<64sHBBIII36xIQ", text, len(text), kind, 1, _NONE, right, child, _END, 0)
