"""What a mail (.eml) or a page saved in one file (.mht, .mhtml) holds: its text and its attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from urllib.parse import unquote

from extract.archives.entry import Entry, Meter, damaged
from extract.archives.names import decoded
from extract.errors import DocumentError, TooLarge

_ENDINGS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "txt",
    "message/rfc822": "eml",
}
_MARK = b"\xef\xbb\xbf"
_MAX_PARTS = 2_000
_CHINESE = re.compile(r"gb(?:2312|k|18030|_2312-80)|x-gbk|cp936|hz-gb-2312", re.IGNORECASE)


def entries(data: bytes, name: str, meter: Meter) -> Iterator[Entry]:
    """The text of a mail, then its attachments; of a saved page, its pages without pictures and styles.

    Where a mail says the same twice, as page and as plain text, the page is taken. A text comes in
    UTF-8, whatever the mail says of its charset. Raises LimitReached.
    """
    try:
        message = BytesParser(policy=compat32).parsebytes(data)
        parts = list(_parts(message))
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        raise damaged(error) from error
    texts = 0
    for part in parts[:_MAX_PARTS]:
        meter.count_member()
        given = _file_name(part)
        if given is None:
            if not _content(part).removeprefix(_MARK).strip():
                continue  # many send an attachment and no word
            texts += 1
            number = "" if texts == 1 else str(texts)
            given = f"正文{number}.{_ENDINGS.get(part.get_content_type(), 'bin')}"
        yield _entry(part, given, meter)


def _parts(message: Message) -> Iterator[Message]:
    """The parts that say something, in order."""
    kind = message.get_content_type()
    if kind == "message/rfc822":
        yield message
    elif message.is_multipart():
        subparts = [part for part in message.get_payload() if isinstance(part, Message)]
        if kind == "multipart/alternative":
            subparts = _best(subparts)
        for part in subparts:
            if kind != "multipart/related" or _is_page(part) or part.is_multipart() or _is_attached(part):
                yield from _parts(part)
    elif (
        _is_page(message)
        or kind == "text/plain"
        or (_file_name(message) is not None and not _is_ornament(message))
    ):
        yield message


def _best(parts: list[Message]) -> list[Message]:
    """Of several forms of one text the page, which keeps tables; else the last, which is the richest."""
    pages = [part for part in parts if any(map(_is_page, part.walk()))]
    return (pages or parts)[-1:]


def _is_page(part: Message) -> bool:
    return part.get_content_type() in ("text/html", "application/xhtml+xml")


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _is_ornament(part: Message) -> bool:
    """A picture that a page shows, a letterhead mostly."""
    return part.get_content_maintype() == "image" and "Content-ID" in part and not _is_attached(part)


def _file_name(part: Message) -> str | None:
    """The name of an attachment, or of a page within a saved page; None for a mail's own text."""
    _decode_headers(part)
    given = part.get_filename()
    if given:
        return _words(given)
    place = part.get("Content-Location")
    if place and not _is_attached(part):
        last = unquote(str(place).split("?")[0].rstrip("/").replace("\\", "/").rpartition("/")[2])
        if last:
            return last if "." in last else f"{last}.{_ENDINGS.get(part.get_content_type(), 'bin')}"
    return None


def _decode_headers(part: Message) -> None:
    """Undo what senders do who write names as bytes, in no declared charset."""
    for name, value in part.raw_items():
        if name.lower() in ("content-disposition", "content-type") and not str(value).isascii():
            part.replace_header(name, decoded(str(value).encode("utf-8", "surrogateescape")))


def _words(given: str) -> str:
    """A name in a header: encoded words undone, bytes that were sent as they are decoded.

    >>> _words("=?gb2312?B?vKjQpy54bHM=?="), _words("绩效.xls".encode("gbk").decode("ascii", "surrogateescape"))
    ('绩效.xls', '绩效.xls')
    """
    try:
        pieces = decode_header(given)
    except (MessageError, ValueError):
        pieces = [(given, None)]
    words = []
    for piece, charset in pieces:
        raw = piece.encode("utf-8", "surrogateescape") if isinstance(piece, str) else piece
        words.append(_text(raw, charset) or decoded(raw))
    return "".join(words)


def _text(raw: bytes, charset: str | None) -> str | None:
    """The text in a declared charset; None where none is declared or it does not fit."""
    if charset is None:
        return None
    try:
        return raw.decode(
            "gb18030" if _CHINESE.fullmatch(charset) and "hz" not in charset.lower() else charset
        )
    except (LookupError, ValueError):  # the name of a charset may hold anything, a zero byte too
        return None


def _entry(part: Message, name: str, meter: Meter) -> Entry:
    try:
        content = _content(part)
        meter.check_member(len(content))
        meter.take(len(content))
    except TooLarge as error:
        if type(error) is not TooLarge:
            raise
        return Entry(name, error=error)
    except DocumentError as error:
        return Entry(name, error=error)
    return Entry(name, content)


def _content(part: Message) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        return first.as_bytes() if isinstance(first, Message) else b""
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    if part.get_content_maintype() != "text" or part.get_filename():
        return raw
    # A page may declare no charset, since the mail does; a mark at the start is believed by every reader.
    text = _text(raw, part.get_content_charset())
    return raw if text is None or raw.startswith(_MARK) else _MARK + text.encode("utf-8", "replace")
