"""Members of a rar, by rarfile (extra `archives`) and whatever program on this machine can unpack them."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from extract.archives.entry import Entry, LimitReached, Meter, damaged
from extract.errors import DocumentError, EncryptedDocument, UnsupportedDocument


def entries(data: bytes, name: str, meter: Meter) -> Iterator[Entry]:
    """The files in a rar. Links and folders are none.

    Members that are only stored need no program; for others unrar, unar, 7z or bsdtar must be there.
    Raises UnsupportedDocument where rarfile or such a program is missing, CorruptDocument,
    EncryptedDocument where not even the names can be read, LimitReached.
    """
    try:
        rarfile: Any = importlib.import_module("rarfile")
    except ImportError as error:
        raise UnsupportedDocument(
            "读取 rar 需要 rarfile；请安装 jixiao[archives] 和 unar，或解压后提交"
        ) from error
    try:
        archive = rarfile.RarFile(BytesIO(data))
    except (
        Exception
    ) as error:  # beside its own errors, ValueError, struct.error and others on damaged headers
        raise damaged(error) from error
    with archive:
        infos = archive.infolist()
        if not infos and archive.needs_password():
            raise EncryptedDocument("压缩包有密码保护；请去掉密码后重新压缩")
        for info in infos:
            meter.count_member()
            if info.is_file():
                yield _entry(rarfile, archive, info, meter)


def _entry(rarfile: Any, archive: Any, info: Any, meter: Meter) -> Entry:
    try:
        meter.check_member(info.file_size)
        if info.needs_password():
            raise EncryptedDocument("压缩包内的文件有密码保护；请去掉密码后重新压缩")
        with archive.open(info) as stream:
            return Entry(info.filename, meter.read(stream.read))
    except LimitReached:
        raise
    except DocumentError as error:
        return Entry(info.filename, error=error)
    except rarfile.RarCannotExec as error:
        raise UnsupportedDocument("解压 rar 需要 unar 或 unrar；请安装其一，或解压后提交") from error
    except (rarfile.Error, OSError, EOFError, ValueError) as error:
        return Entry(info.filename, error=damaged(error))
