"""Containers to the documents in them: archives, mails, pages saved in one file, and all of these nested.

Members are read into memory one after another and never written to disk, so no name can lead anywhere.
Office files are packed too, but they are documents: `extract.detect` tells them apart by content.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, cast

from extract import detect
from extract.archives.entry import Entry, Limits, Meter
from extract.archives.names import clean, is_debris
from extract.document import Source
from extract.errors import DocumentError, EmptyDocument, TooLarge

# Media type → module. A module is imported when a container of its type comes, not before.
CONTAINERS = {
    detect.ZIP: "extract.archives.zips",
    detect.TAR: "extract.archives.tars",
    detect.GZIP: "extract.archives.tars",
    detect.BZIP2: "extract.archives.tars",
    detect.XZ: "extract.archives.tars",
    detect.SEVEN_ZIP: "extract.archives.sevenzip",
    detect.RAR: "extract.archives.rars",
    detect.MAIL: "extract.archives.mail",
    detect.MHTML: "extract.archives.mail",
}
_STEP = "!/"


@dataclass(frozen=True, slots=True)
class Member:
    """A document out of a container: its bytes, or the reason why there are none.

    The URI of `source` leads to it, `a.zip!/b/c.docx`, through as many containers as there are. A
    container that breaks off or is too much is a member itself, with its own source and an error.
    """

    source: Source
    data: bytes = b""
    error: DocumentError | None = None

    @property
    def name(self) -> str:
        """Where it lies: `a.zip!/b.zip!/c.docx`."""
        return self.source.uri


class _Container(Protocol):
    """What every container module offers; a DocumentError where it cannot go on."""

    def entries(self, data: bytes, name: str, meter: Meter) -> Iterator[Entry]: ...


def is_container(media_type: str) -> bool:
    """Does a file of this type hold documents rather than being one?"""
    return media_type in CONTAINERS


def members(data: bytes, source: Source, limits: Limits | None = None) -> Iterator[Member]:
    """All documents in a container, those in containers within it too, in stored order.

    Nothing is raised: a member that is encrypted or damaged comes with its error, and so does a
    container that is damaged, empty, too large or needs a program that is not there, behind the
    members that could be read. `limits` hold for everything in `source` together. KeyError where
    `source` is no container.
    """
    limits = limits or Limits()
    yield from _members(data, source, Meter(limits, len(data)), 1)


def _members(data: bytes, source: Source, meter: Meter, depth: int) -> Iterator[Member]:
    module = cast(_Container, importlib.import_module(CONTAINERS[source.media_type]))
    seen: dict[str, int] = {}
    try:
        for entry in module.entries(data, source.uri, meter):
            name = clean(entry.name) or "未命名"
            if is_debris(name):
                continue
            seen[name] = seen.get(name, 0) + 1
            # Two members of one name are two documents.
            step = name if seen[name] == 1 else f"{name}#{seen[name]}"
            yield from _opened(entry, f"{source.uri}{_STEP}{step}", name, meter, depth)
        if not seen:
            raise EmptyDocument("压缩包或邮件里没有可读的文件；请确认内容")
    except DocumentError as error:
        yield Member(source, error=error)


def _opened(entry: Entry, uri: str, name: str, meter: Meter, depth: int) -> Iterator[Member]:
    """A member, or what is in it where it is a container itself."""
    if entry.error is not None:
        identity = hashlib.sha256(uri.encode("utf-8", "surrogatepass")).hexdigest()
        yield Member(Source(uri, identity, "", 0), error=entry.error)
        return
    kind = detect.media_type(entry.data, name)
    source = Source(uri, hashlib.sha256(entry.data).hexdigest(), kind, len(entry.data))
    if not is_container(kind):
        yield Member(source, entry.data)
    elif depth >= meter.limits.depth:
        error = TooLarge(f"压缩包嵌套超过 {meter.limits.depth} 层，未再打开；请解压后提交")
        yield Member(source, error=error)
    else:
        yield from _members(entry.data, source, meter.inside(len(entry.data)), depth + 1)
