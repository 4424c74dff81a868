"""Makes archives of every kind out of (name, bytes), with the oddities that tests need."""

from __future__ import annotations

import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from io import BytesIO

import py7zr

Files = Iterable[tuple[str, bytes]]


def zipped(files: Files, *, encoding: str = "utf-8", compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip; under another encoding than UTF-8 its names are written as old programs write them."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files:
            info = zipfile.ZipInfo(name if encoding == "utf-8" else name.encode(encoding).decode("cp437"))
            info.compress_type = compression
            archive.writestr(info, data)
    data = out.getvalue()
    # zipfile marks what is not ASCII as UTF-8; the mark goes, and the bytes of the code page come back.
    if encoding != "utf-8":
        for name, _ in files:
            data = data.replace(name.encode(encoding).decode("cp437").encode(), name.encode(encoding))
    return data


def gbk_zip(name: str, data: bytes) -> bytes:
    """A stored zip of one file whose name is GBK without any mark, byte by byte."""
    raw = name.encode("gbk")
    crc, size = zlib.crc32(data), len(data)
    common = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x21, crc, size, size, len(raw), 0)
    local = b"PK\x03\x04" + common + raw + data
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + raw
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def encrypted_zip(name: str, data: bytes) -> bytes:
    """A zip whose only member is marked as encrypted."""
    archive = bytearray(zipped([(name, data)]))
    archive[6] |= 1
    archive[archive.index(b"PK\x01\x02") + 8] |= 1
    return bytes(archive)


def tarred(
    files: Files, mode: str = "w", links: Iterable[tuple[str, str]] = (), encoding: str = "utf-8"
) -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode=mode, encoding=encoding, format=tarfile.GNU_FORMAT) as archive:  # type: ignore[call-overload]
        for name, target in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, BytesIO(data))
    return out.getvalue()


def seven_zipped(files: Files, password: str | None = None) -> bytes:
    out = BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password) as archive:
        archive.set_encoded_header_mode(False)
        for name, data in files:
            archive.writestr(data, name)
    return out.getvalue()


def renamed_7z(archive: bytes, name: str, other: str) -> bytes:
    """The archive with a member's name replaced by one of the same length that no packer would write."""
    assert len(name) == len(other)
    data = bytearray(archive.replace(name.encode("utf-16-le"), other.encode("utf-16-le")))
    offset, size = struct.unpack("<QQ", data[12:28])
    data[28:32] = struct.pack("<I", zlib.crc32(data[32 + offset : 32 + offset + size]))
    data[8:12] = struct.pack("<I", zlib.crc32(data[12:32]))
    return bytes(data)


def rar(files: Files, *, method: int = 0x30, encrypted: bool = False) -> bytes:
    """A rar of the third version whose members are stored, or (method 0x33) said to be packed."""
    blocks = [b"Rar!\x1a\x07\x00", _rar_block(0x73, 0, b"\x00" * 6)]
    for name, data in files:
        raw = name.encode("utf-8")
        head = struct.pack(
            "<IIBIIBBHI",
            len(data),
            len(data),
            3,
            zlib.crc32(data),
            0x5821_0000,
            29,
            method,
            len(raw),
            0o100644,
        )
        blocks.append(_rar_block(0x74, 0x8000 | (0x04 if encrypted else 0), head + raw) + data)
    return b"".join([*blocks, _rar_block(0x7B, 0x4000, b"")])


def _rar_block(kind: int, flags: int, body: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head
