"""Members of a 7z, by py7zr (extra `archives`)."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from extract.archives.entry import Entry, LimitReached, Meter, damaged
from extract.errors import DocumentError, EncryptedDocument, TooLarge, UnsupportedDocument


def entries(data: bytes, name: str, meter: Meter) -> Iterator[Entry]:
    """The files in a 7z. Links and folders are none.

    Members are packed together, so they are unpacked together, into memory, after their sizes have
    been added up. Raises UnsupportedDocument where py7zr is not installed, CorruptDocument,
    EncryptedDocument where not even the names can be read, LimitReached.
    """
    try:
        py7zr: Any = importlib.import_module("py7zr")
    except ImportError as error:
        raise UnsupportedDocument("读取 7z 需要 py7zr；请安装 jixiao[archives]，或解压后提交") from error
    try:
        archive = py7zr.SevenZipFile(BytesIO(data))
    except py7zr.exceptions.PasswordRequired as error:
        raise _locked() from error
    except LimitReached:
        raise
    except Exception as error:  # damaged headers come out as many types, AssertionError and struct.error too
        raise damaged(error) from error
    with archive:
        wanted = []
        for info in archive.list():
            meter.count_member()
            if not info.is_file:
                continue
            error_ = _refused(info, meter, locked=archive.needs_password())
            if error_ is not None:
                yield Entry(info.filename, error=error_)
            else:
                wanted.append(info)
        yield from _unpacked(archive, wanted, meter)


def _refused(info: Any, meter: Meter, *, locked: bool) -> DocumentError | None:
    if locked:
        return _locked()
    if ".." in info.filename.replace("\\", "/").split("/"):  # for which py7zr would give up the whole archive
        return UnsupportedDocument("文件名指向压缩包之外，未读取；请核实来源，或解压后提交")
    try:
        meter.check_member(info.uncompressed)
    except TooLarge as error:
        return error
    return None


def _locked() -> EncryptedDocument:
    return EncryptedDocument("压缩包有密码保护；请去掉密码后重新压缩")


class _Product:
    """Where py7zr writes one member; `is_whole` once it has been written and its checksum was right."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self.content = bytearray()
        self.is_whole = False

    def write(self, piece: bytes) -> int:
        self._meter.take(len(piece))
        self.content += piece
        return len(piece)

    def read(self, size: int | None = None) -> bytes:
        return bytes(self.content)

    def seek(self, offset: int, whence: int = 0) -> int:
        return offset

    def flush(self) -> None:
        return

    def size(self) -> int:
        return len(self.content)

    def close(self) -> None:
        self.is_whole = True


class _Factory:
    """Gives py7zr a place in memory for each member, by its name; no file is opened."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self.products: list[tuple[str, _Product]] = []

    def create(self, filename: str) -> _Product:
        product = _Product(self._meter)
        self.products.append((filename, product))
        return product


def _unpacked(archive: Any, wanted: list[Any], meter: Meter) -> Iterator[Entry]:
    factory = _Factory(meter)
    trouble: Exception | None = None
    try:
        archive.extract(targets=[info.filename for info in wanted], factory=factory)
    except Exception as error:  # see above; what was whole before is kept
        trouble = error
    for name, product in factory.products:
        if product.is_whole:
            yield Entry(name, bytes(product.content))
    if isinstance(trouble, DocumentError):
        raise trouble
    if trouble is not None:
        raise damaged(trouble) from trouble
