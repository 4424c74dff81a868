"""Members of a tar, and of files packed by gzip, bzip2 or xz, whether a tar is in them or not."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from io import BufferedIOBase, BufferedReader, BytesIO, RawIOBase
from typing import IO

from extract.archives.entry import Entry, LimitReached, Meter, damaged
from extract.archives.names import decoded
from extract.errors import DocumentError, UnsupportedDocument

_DAMAGE = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, LookupError)
_ENDINGS = {"gz": "", "bz2": "", "xz": "", "tgz": ".tar", "tbz": ".tar", "tbz2": ".tar", "txz": ".tar"}
_MAGIC = slice(257, 262)
_HEADER = 512


def entries(data: bytes, name: str, meter: Meter) -> Iterator[Entry]:
    """The files in a tar, packed or plain; the one file in anything else that is packed.

    Links, devices and folders are no files. Raises CorruptDocument where the file breaks off, after
    the entries before that place, and LimitReached where it is too much.
    """
    unpacked = _unpacked(data)
    stream = BufferedReader(_Counted(unpacked, meter))
    try:
        is_tar = stream.peek(_HEADER)[:_HEADER][_MAGIC] == b"ustar"
        if is_tar:
            yield from _tar_entries(stream, meter)
        elif isinstance(unpacked, BytesIO):
            raise damaged("没有 tar 文件头")
        else:
            meter.count_member()
            yield _single(stream, name, meter)
    except _DAMAGE as error:
        raise damaged(error) from error


def _unpacked(data: bytes) -> BufferedIOBase:
    if data.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=BytesIO(data))
    if data.startswith(b"BZh"):
        return bz2.BZ2File(BytesIO(data))
    if data.startswith(b"\xfd7zXZ\x00"):
        return lzma.LZMAFile(BytesIO(data))
    return BytesIO(data)


class _Counted(RawIOBase):
    """A stream that counts all that is unpacked, also what is only skipped."""

    def __init__(self, stream: BufferedIOBase, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._stream.read(len(buffer))
        self._meter.take(len(piece))
        buffer[: len(piece)] = piece
        return len(piece)


def _tar_entries(stream: IO[bytes], meter: Meter) -> Iterator[Entry]:
    with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape") as archive:
        for info in archive:
            meter.count_member()
            archive.members = []  # type: ignore[attr-defined]  # tarfile keeps all that it has seen
            if info.isreg():
                yield _entry(archive, info, meter)


def _entry(archive: tarfile.TarFile, info: tarfile.TarInfo, meter: Meter) -> Entry:
    name = decoded(info.name.encode("utf-8", "surrogateescape"))
    try:
        meter.check_member(info.size)
        if info.issparse():  # its holes count nowhere
            raise UnsupportedDocument("稀疏文件（sparse）不读取；请用普通方式重新打包")
        file = archive.extractfile(info)
        data = file.read(info.size) if file is not None else b""
    except LimitReached:
        raise
    except DocumentError as error:
        return Entry(name, error=error)
    if len(data) < info.size:
        raise EOFError(f"{name} 只有 {len(data)} 字节，应有 {info.size}")
    return Entry(name, data)


def _single(stream: IO[bytes], name: str, meter: Meter) -> Entry:
    """The file in a .gz, .bz2 or .xz, under the name of the container without its ending."""
    last = name.rpartition("/")[2]
    stem, _, ending = last.rpartition(".")
    inner = stem + _ENDINGS[ending.lower()] if stem and ending.lower() in _ENDINGS else f"{last}.out"
    pieces = []
    size = 0
    try:
        while piece := stream.read(1 << 20):
            size += len(piece)
            meter.check_member(size)
            pieces.append(piece)
    except LimitReached:
        raise
    except DocumentError as error:
        return Entry(inner, error=error)
    return Entry(inner, b"".join(pieces))
