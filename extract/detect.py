"""What the bytes of a file are, told from the bytes alone.

Names lie: pages saved from a browser are called .doc or .xls, text is called .docx, downloads are
called whatever the portal liked. A name decides only between kinds of plain text, where the content
cannot (`MEDIA_TYPES_OF_TEXT`).
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import olefile  # type: ignore[import-untyped]

from extract.encoding import decode
from extract.errors import CorruptDocument

BINARY = "application/octet-stream"
BMP = "image/bmp"
BZIP2 = "application/x-bzip2"
DOC = "application/msword"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EMPTY = "application/x-empty"
ENCRYPTED_OFFICE = "application/x-encrypted-office"
GZIP = "application/gzip"
HTML = "text/html"
JPEG = "image/jpeg"
MAIL = "message/rfc822"
MHTML = "multipart/related"
ODT = "application/vnd.oasis.opendocument.text"
OFD = "application/ofd"
OLE = "application/x-ole-storage"
PDF = "application/pdf"
PNG = "image/png"
PPT = "application/vnd.ms-powerpoint"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
RAR = "application/vnd.rar"
RTF = "application/rtf"
SEVEN_ZIP = "application/x-7z-compressed"
TAR = "application/x-tar"
TEXT = "text/plain"
TIFF = "image/tiff"
WORKS = "application/vnd.ms-works"
XLS = "application/vnd.ms-excel"
XLSB = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XML = "application/xml"
XML_WORKBOOK = "application/x-xml-spreadsheet"
XZ = "application/x-xz"
ZIP = "application/zip"

# The first bytes that tell a format, longest first where one begins like another.
MEDIA_TYPES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
    (b"Rar!\x1a\x07", RAR),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"{\\rtf", RTF),
    (b"\x1f\x8b\x08", GZIP),
    (b"\xfd7zXZ\x00", XZ),
)
MEDIA_TYPES_OF_TEXT = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "md": "text/markdown",
    "markdown": "text/markdown",
}
# A member with this name makes a zip an Office document; the first that is found decides.
_ZIP_MEMBERS = (
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("xl/workbook.bin", XLSB),
    ("ppt/presentation.xml", PPTX),
    ("ofd.xml", OFD),
)
_ZIP_FOLDERS = (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))
_OLE_STREAMS = (
    ("encryptedpackage", ENCRYPTED_OFFICE),
    ("worddocument", DOC),
    ("workbook", XLS),
    ("book", XLS),
    ("powerpoint document", PPT),
    ("matost", WORKS),
)
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_DIRECTORY_ENTRY = re.compile(rb"(?:[\x20-\x7e]\x00){4,31}\x00\x00")
_PDF_WINDOW = 1024
_SAMPLE = 1 << 16
_MARKUP_WINDOW = 4096
_HTML_START = re.compile(r"<(?:!doctype\s+html|html|head|meta|body|table|div|style|title)\b", re.IGNORECASE)
# What else a piece of a page may begin with.
_HTML_PIECE = re.compile(
    r"<(?:script|link|form|center|p|h[1-6]|ul|ol|span|font|b|strong|br)\b[^<>]*>", re.IGNORECASE
)
# How Excel 2003 named its XML; its elements <Table> and <Title> are not those of a page.
_XML_WORKBOOK = "urn:schemas-microsoft-com:office:spreadsheet"
_BMP_START = re.compile(rb"BM.{4}\x00{4}.{4}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00{3}", re.DOTALL)
_BZIP2_START = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]*):")
_MAIL_HEADERS = frozenset((
    "received", "return-path", "delivered-to", "message-id", "mime-version", "from", "to", "cc", "subject", "date",
    "reply-to", "sender", "content-type", "content-transfer-encoding", "in-reply-to", "x-mailer", "dkim-signature",
))  # fmt: skip
_MHTML_START = re.compile(
    r"(?:[\w-]+:.*\r?\n(?:[ \t].*\r?\n)*)*?content-type:\s*multipart/related", re.IGNORECASE
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1d\x1f\x7f\ufffd]")
# What Chinese text is made of in Unicode: plain and full-width letters, marks, hanzi.
_USUAL = re.compile(
    "[\\s\x20-\x7e\u2010-\u203b\u2160-\u217f\u2190-\u22ff\u2460-\u25ff\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
)
# The hanzi that Chinese is written in, as GB2312 lays them out: rows 16 to 87, and its signs, rows 1 to 9.
_GB_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_GB2312_PAIR = re.compile(rb"[\xa1-\xa9\xb0-\xf7][\xa1-\xfe]")


def media_type(data: bytes, name: str) -> str:
    """The media type of `data`, as IANA writes it where IANA has one.

    Text is `text/plain` whatever its encoding, and whatever is neither a known format nor text is
    `application/octet-stream`. Nothing is raised, nothing but a zip's directory and an OLE file's is
    parsed, and a known format that is cut short keeps its type: to say so is the reader's work.

    >>> media_type(b"%PDF-1.7", "a.docx"), media_type("项目支出绩效目标表".encode("gb18030"), "b.docx")
    ('application/pdf', 'text/plain')
    >>> media_type(b"", "c.txt"), media_type(bytes(range(256)), "d.txt")
    ('application/x-empty', 'application/octet-stream')
    """
    head = data[:_PDF_WINDOW]
    for start, kind in MEDIA_TYPES:
        if head.startswith(start):
            return kind
    if _BZIP2_START.match(head):
        return BZIP2
    if _BMP_START.match(head):
        return BMP
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_type(data)
    if head.startswith(_OLE_MAGIC):
        return _ole_type(data)
    if b"%PDF-" in head:
        return PDF  # readers accept a header within the first kilobyte, and so do scanners' drivers
    if data[257:262] == b"ustar":
        return TAR
    if _is_mail(data[:_SAMPLE]):
        return MHTML if _MHTML_START.match(data[:_MARKUP_WINDOW].decode("latin-1")) else MAIL
    return _text_type(data, name)


def _zip_type(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            # Part names do not differ by case, and some packers write backslashes.
            members = [info.filename.replace("\\", "/").lower() for info in archive.infolist()]
            if members and members[0] == "mimetype":
                return _declared_type(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return _cut_zip_type(data)
    known = set(members)
    for member, kind in _ZIP_MEMBERS:
        if member in known:
            return kind
    if "[content_types].xml" in known:
        for folder, kind in _ZIP_FOLDERS:
            if any(member.startswith(folder) for member in members):
                return kind
    return ZIP


def _declared_type(archive: zipfile.ZipFile) -> str:
    """What an OpenDocument file says of itself: its first member is stored plain and holds the type."""
    info = archive.infolist()[0]
    if info.compress_type != zipfile.ZIP_STORED or info.file_size > 100 or info.flag_bits & 1:
        return ZIP
    declared = archive.read(info).strip()
    return declared.decode("ascii") if re.fullmatch(rb"[a-z]+/[\w.+-]+", declared) else ZIP


def _cut_zip_type(data: bytes) -> str:
    """The directory of a zip stands at its end; what is cut off is still told by the local headers."""
    for folder, kind in _ZIP_FOLDERS:
        if folder.encode() in data and b"[Content_Types].xml" in data:
            return kind
    return ZIP


def _ole_type(data: bytes) -> str:
    """The kind of a compound file, by the names of the streams in its root."""
    names = _ole_names(data)
    for stream, kind in _OLE_STREAMS:
        if stream in names:
            return kind
    return OLE


def _ole_names(data: bytes) -> set[str]:
    """The names in the root of a compound file, in lower case; of a damaged one, all that look like names."""
    try:
        with olefile.OleFileIO(BytesIO(data)) as storage:
            return {entry[0].lower() for entry in storage.listdir(streams=True, storages=True)}
    except Exception:  # olefile lets IndexError, struct.error and others through on damaged directories
        found = _OLE_DIRECTORY_ENTRY.findall(data)
        return {entry.decode("utf-16-le").rstrip("\x00").lower() for entry in found}


def _text_type(data: bytes, name: str) -> str:
    if not data[:_SAMPLE].strip() and not data.strip():
        return EMPTY
    text = _as_text(data[:_SAMPLE])
    if text is None:
        return BINARY
    text = text.lstrip("\ufeff \t\r\n\f\v\u3000")
    if not text:
        return EMPTY if len(data) <= _SAMPLE else TEXT
    if text.startswith("<"):
        if text.startswith("<?xml") and _XML_WORKBOOK in text[:_MARKUP_WINDOW]:
            return XML_WORKBOOK
        if _HTML_START.search(text, 0, _MARKUP_WINDOW):
            return HTML
        if text.startswith("<?xml"):
            return XML
        if _HTML_PIECE.match(text):
            return HTML
    if _MHTML_START.match(text, 0, _MARKUP_WINDOW):
        return MHTML
    return MEDIA_TYPES_OF_TEXT.get(name.rpartition(".")[2].lower(), TEXT)


def _is_mail(sample: bytes) -> bool:
    """Do the bytes begin with the head of a mail: a sender or a way it came, and two more headers?

    What comes behind the head may be in any charset, and need not be text at all.
    """
    names: set[str] = set()
    for line in sample.lstrip().splitlines()[:200] if _HEADER.match(sample.lstrip()) else []:
        if line.startswith((b" ", b"\t")):
            continue
        header = _HEADER.match(line)
        if header is None:
            break
        names.add(header[1].decode("ascii").lower())
    return (
        bool(names & {"from", "received", "return-path", "delivered-to"}) and len(names & _MAIL_HEADERS) >= 3
    )


def _as_text(sample: bytes) -> str | None:
    """The sample as text, or None if it is none.

    What the text reader can decode is text, unless it is bytes that GB18030 or UTF-16 without a mark,
    which leave few pairs of bytes without a meaning, happen to give one. A damaged byte in a hundred is forgiven here, so
    that the reader can say what is wrong with the text.
    """
    try:
        text, encoding = decode(sample)
    except CorruptDocument:
        text, encoding = _forgiving(sample)
    if encoding == "gb18030" and not _is_chinese(sample):
        return None
    if encoding in {"utf-16-le", "utf-16-be"} and len(_USUAL.findall(text)) * 10 < len(text) * 9:
        return None
    return text if len(_CONTROLS.findall(text)) * 100 <= len(text) else None


def _forgiving(sample: bytes) -> tuple[str, str]:
    """The sample as UTF-8 or GB18030, whichever it breaks less, each broken character marked."""
    readings = [(sample.decode(encoding, "replace"), encoding) for encoding in ("utf-8", "gb18030")]
    return min(readings, key=lambda reading: len(_CONTROLS.findall(reading[0])))


def _is_chinese(sample: bytes) -> bool:
    """Are most of the double bytes those of GB2312? Of chance pairs, not one in three is."""
    pairs = _GB_PAIR.findall(sample)
    return sum(_GB2312_PAIR.fullmatch(pair) is not None for pair in pairs) * 10 >= len(pairs) * 6
