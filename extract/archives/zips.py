"""Members of a zip, with the names that Chinese Windows gives them."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from lzma import LZMAError

from extract.archives.entry import Entry, LimitReached, Meter, damaged
from extract.archives.names import decoded
from extract.errors import DocumentError, EncryptedDocument, UnsupportedDocument

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
)
_UTF8, _ENCRYPTED = 0x800, 0x1


def entries(data: bytes, name: str, meter: Meter) -> Iterator[Entry]:
    """The files in a zip, in the order of its directory. Links and folders are none.

    Raises CorruptDocument where the directory cannot be read, LimitReached where it is too much.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (*_DAMAGE, NotImplementedError) as error:
        raise damaged(error) from error
    with archive:
        for info in archive.infolist():
            meter.count_member()
            if not info.filename.endswith("/") and not stat.S_ISLNK(info.external_attr >> 16):
                yield _entry(archive, info, meter)


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, meter: Meter) -> Entry:
    name = _name(info)
    try:
        meter.check_member(info.file_size)
        if info.flag_bits & _ENCRYPTED:
            raise EncryptedDocument("压缩包内的文件有密码保护；请去掉密码后重新压缩")
        with archive.open(info) as stream:
            return Entry(name, meter.read(stream.read))
    except LimitReached:
        raise
    except DocumentError as error:
        return Entry(name, error=error)
    except NotImplementedError as error:
        method = UnsupportedDocument(f"压缩方式不支持（{error}）；请用普通 zip 方式重新压缩")
        return Entry(name, error=method)
    except (*_DAMAGE, RuntimeError) as error:
        return Entry(name, error=damaged(error))


def _name(info: zipfile.ZipInfo) -> str:
    """The name as written: zipfile takes bytes that are not marked as UTF-8 for a code page of DOS."""
    if info.flag_bits & _UTF8:
        return info.orig_filename
    try:
        return decoded(info.orig_filename.encode("cp437"))
    except UnicodeEncodeError:
        return info.orig_filename
