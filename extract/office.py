"""Old office documents (doc, dot, wps, rtf, odt) to docx, many at once, by LibreOffice.

LibreOffice takes a second to start and a tenth of that for a document, so documents are converted in
batches, each by a process of its own with a profile of its own; calls may run side by side. What is
read from the result is located in the result: its tables, rows and columns are those of the old
document as LibreOffice shows it.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from glob import glob
from io import BytesIO
from itertools import islice
from pathlib import Path

import olefile  # type: ignore[import-untyped]

from extract.detect import DOC, ODT, RTF, WORKS
from extract.document import Source
from extract.errors import (
    CorruptDocument,
    DocumentError,
    EmptyDocument,
    EncryptedDocument,
    OfficeNeeded,
    TooLarge,
)

BATCH = 20
TIMEOUT = 60.0  # seconds for one document; a form takes a tenth of one
PROGRAM = "JIXIAO_SOFFICE"  # the environment variable that says where the program is

_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice*/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files*/LibreOffice/program/soffice.exe",
)
_POLL = 0.05
_MEMORY = 4 << 20  # KiB of address space; a form takes a seventh
# Settings of the private profile. Documents may link to pictures that LibreOffice fetches while it
# converts, which would tell a stranger who reads what: a proxy that is not there keeps it off the net.
_SETTINGS = (
    ("Inet/Settings", "ooInetProxyType", "2"),
    *(
        ("Inet/Settings", f"ooInet{kind}Proxy{name}", value)
        for kind in ("HTTP", "HTTPS", "FTP")
        for name, value in (("Name", "127.0.0.1"), ("Port", "9"))
    ),
    ("Inet/Settings", "ooInetNoProxy", ""),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
)
_PROFILE = "".join((
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">',
    *(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    ),
    "</oor:items>",
))  # fmt: skip
# Limits that hold even where nobody is left to enforce them; a system that knows no such limit has none.
_LIMITED = 'ulimit -c 0; ulimit -v "$1" 2>/dev/null; ulimit -t "$2" 2>/dev/null; shift 2; exec "$@"'

# The file information block at the start of Word's main stream.
_WORD_97 = 0xA5EC
_WORD_MAGIC = (0xA5, 0xA6)  # upper byte, of all versions since 6.0
_IS_ENCRYPTED, _IN_TABLE_1 = 0x0100, 0x0200

_RTF_START = re.compile(rb"\s*\{\\rtf\d*\s*\\ansi(?![a-z])")
_RTF_ESCAPED = re.compile(rb"\\[\\{}]")
_RTF_WINDOW = 1024
_TEST_DOCUMENT = b"{\\rtf1\\ansi a}"


@dataclass(frozen=True, slots=True)
class _Input:
    """What LibreOffice is given: bytes, and the ending that such files usually have."""

    suffix: str
    data: bytes


def program() -> str | None:
    """The path of LibreOffice: as JIXIAO_SOFFICE says, else on the path, else in the usual places."""
    told = os.environ.get(PROGRAM)
    if told:
        return shutil.which(told)
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((path for place in _PLACES for path in sorted(glob(place))), None)


def available() -> bool:
    """Can old office documents be converted on this machine?"""
    return program() is not None


def convert(
    documents: Iterable[tuple[bytes, Source]], *, timeout: float = TIMEOUT, batch: int = BATCH
) -> dict[str, bytes | DocumentError]:
    """The docx of each old office document among `documents`, or why there is none, by `Source.sha256`.

    Documents of other kinds are passed over; nothing is raised. What can be told without LibreOffice is
    told without it: EmptyDocument, EncryptedDocument, CorruptDocument. Then OfficeNeeded where there is
    no LibreOffice that works, TooLarge for a document on which it spends more than `timeout` seconds, and
    CorruptDocument for one that it cannot open or dies of. No document keeps the others from theirs.
    """
    results: dict[str, bytes | DocumentError] = {}
    waiting: dict[str, _Input] = {}
    for data, source in documents:
        if source.media_type in MEDIA_TYPES and source.sha256 not in waiting:
            try:
                waiting[source.sha256] = _prepared(data, source.media_type)
            except DocumentError as error:
                results[source.sha256] = error
    soffice = program()
    if soffice is None:
        return results | dict.fromkeys(waiting, _missing())
    keys = iter(waiting)
    while part := list(islice(keys, batch)):
        try:
            results |= _converted(soffice, {key: waiting[key] for key in part}, timeout)
        except OSError as error:  # no room for temporary files, no process to be had
            results |= dict.fromkeys(part, _unusable(soffice, error.strerror or str(error)))
    return results


def _missing() -> DocumentError:
    told = os.environ.get(PROGRAM)
    where = f"环境变量 {PROGRAM} 所指的 {told} 不能执行" if told else "没有找到 soffice 命令"
    return OfficeNeeded(
        f"doc、wps、rtf 等旧格式要用 LibreOffice 转换，{where}；"
        "请安装 libreoffice-writer，或用 Word、WPS 另存为 docx 后提交"
    )


def _converted(
    soffice: str, inputs: Mapping[str, _Input], timeout: float
) -> dict[str, bytes | DocumentError]:
    """The results of one batch.

    LibreOffice takes its files in order, so the first without a result is the one that it hung on or
    died of, or else could not open. That one is tried again alone, for a last word, and those behind it
    together.
    """
    outputs, stalled = _run(soffice, inputs, timeout)
    results: dict[str, bytes | DocumentError] = {**outputs}
    left = {key: one for key, one in inputs.items() if key not in outputs}
    if not left:
        return results
    if not outputs:
        try:
            _try_out(soffice, timeout)
        except OfficeNeeded as error:
            return dict.fromkeys(left, error)
    if len(inputs) == 1:
        return dict.fromkeys(left, _failure(stalled, timeout))
    suspect = next(iter(left))
    alone, rest = {suspect: left.pop(suspect)}, left
    for part in (alone, rest):
        if part:
            results |= _converted(soffice, part, timeout)
    return results


@lru_cache
def _try_out(soffice: str, timeout: float) -> None:
    """OfficeNeeded where LibreOffice cannot even convert one letter; success alone is remembered."""
    outputs, _ = _run(soffice, {"": _Input(".rtf", _TEST_DOCUMENT)}, timeout)
    if not outputs:
        raise _unusable(soffice, "连空白文档也不能转换")


def _unusable(soffice: str, reason: str) -> OfficeNeeded:
    return OfficeNeeded(
        f"LibreOffice 无法运行（{soffice}：{reason}）；"
        "请检查安装与临时目录，或用 Word、WPS 另存为 docx 后提交"
    )


def _failure(stalled: bool, timeout: float) -> DocumentError:
    if stalled:
        return TooLarge(
            f"LibreOffice 转换此文件超过 {timeout:g} 秒，已中止；请用 Word 或 WPS 另存为 docx 后提交"
        )
    return CorruptDocument(
        "LibreOffice 打不开此文件，可能已损坏或有密码；请用 Word 或 WPS 另存为 docx 后提交"
    )


def _run(soffice: str, inputs: Mapping[str, _Input], timeout: float) -> tuple[dict[str, bytes], bool]:
    """What one process of LibreOffice makes of the inputs, and whether it had to be stopped.

    Its exit code is zero whatever happens, so a result is what lies there as a whole zip.
    """
    # A process that was killed may leave a child behind that still writes for a moment.
    with tempfile.TemporaryDirectory(prefix="jixiao-office-", ignore_cleanup_errors=True) as folder:
        here = Path(folder).resolve()
        given, made, profile, scratch = (here / name for name in ("in", "out", "profile", "tmp"))
        for new in (given, made, profile / "user", scratch):
            new.mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        paths = []
        for number, one in enumerate(inputs.values()):
            path = given / f"{number:04}{one.suffix}"
            path.write_bytes(one.data)
            paths.append(path)
        command = [
            *(soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"),
            *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(made)),
            *map(str, paths),
        ]
        stalled = _stopped(_limited(command, timeout * len(paths)), scratch, made, timeout)
        results = (_whole(made / f"{path.stem}.docx") for path in paths)
        return {key: data for key, data in zip(inputs, results, strict=True) if data is not None}, stalled


def _limited(command: list[str], seconds: float) -> list[str]:
    if sys.platform == "win32":
        return command
    return ["/bin/sh", "-c", _LIMITED, "sh", str(_MEMORY), str(int(seconds) + 60), *command]


def _stopped(command: list[str], scratch: Path, made: Path, timeout: float) -> bool:
    """Run the command to its end; True where it made nothing new for so long that it was killed."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(scratch)},
        start_new_session=True,
    )
    try:
        results, deadline = 0, time.monotonic() + timeout
        while time.monotonic() < deadline:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_POLL)
                return False
            count = len(os.listdir(made))
            if count > results:
                results, deadline = count, time.monotonic() + timeout
        return True
    finally:
        _kill(process)
        process.wait()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever it has started, and what is left of that if it has ended already."""
    if sys.platform == "win32":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _whole(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if zipfile.is_zipfile(path) else None
    except OSError:
        return None


def _prepared(data: bytes, media_type: str) -> _Input:
    """A document as LibreOffice is to get it; EmptyDocument, EncryptedDocument or CorruptDocument."""
    if not data.strip():
        raise EmptyDocument("文件为空或只有空白；请确认上传或转换是否成功")
    suffix, prepare = _KINDS[media_type]
    return _Input(suffix, prepare(data))


def _word(data: bytes) -> bytes:
    """Word's main stream says whether a password is needed; LibreOffice would only write nothing."""
    try:
        with olefile.OleFileIO(BytesIO(data)) as storage:
            main = _stream(storage, "WordDocument")
            magic, flags = struct.unpack_from("<H8xH", main)
            if magic >> 8 not in _WORD_MAGIC:
                raise ValueError(magic)
            if not flags & _IS_ENCRYPTED and magic == _WORD_97:
                _stream(storage, "1Table" if flags & _IN_TABLE_1 else "0Table")
    except Exception as error:  # olefile lets IndexError, struct.error and others through
        raise _broken("Word 文档") from error
    if flags & _IS_ENCRYPTED:
        raise _locked()
    return data


def _stream(storage: olefile.OleFileIO, name: str) -> bytes:
    data: bytes = storage.openstream(name).read()
    if len(data) < storage.get_size(name):
        raise ValueError(f"{name} is cut short")
    return data


def _rich_text(data: bytes) -> bytes:
    """RTF that names no code page is Chinese here, where LibreOffice would take it for Western."""
    if b"\\bin" not in data:  # behind which braces may stand for anything
        plain = _RTF_ESCAPED.sub(b"", data)
        if plain.count(b"{") > plain.count(b"}"):
            raise _broken("RTF 文档")
    start = _RTF_START.match(data)
    if start is None or b"\\ansicpg" in data[:_RTF_WINDOW]:
        return data
    return data[: start.end()] + b"\\ansicpg936" + data[start.end() :]


def _open_document(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            manifest = package.read("META-INF/manifest.xml")
    except Exception as error:  # zipfile and zlib each have errors of their own, and KeyError is one
        raise _broken("ODT 文档") from error
    if b"encryption-data" in manifest:
        raise _locked()
    return data


def _as_it_is(data: bytes) -> bytes:
    return data


def _broken(kind: str) -> DocumentError:
    return CorruptDocument(f"{kind}不完整或已损坏；请重新下载，或用 Word、WPS 打开后另存为 docx")


def _locked() -> DocumentError:
    return EncryptedDocument("文件有密码保护；请去掉密码后重新提交")


# Media type → the usual ending, and what is looked at and set right before LibreOffice gets it.
_KINDS: Mapping[str, tuple[str, Callable[[bytes], bytes]]] = {
    DOC: (".doc", _word),
    ODT: (".odt", _open_document),
    RTF: (".rtf", _rich_text),
    WORKS: (".wps", _as_it_is),
}
MEDIA_TYPES = frozenset(_KINDS)
