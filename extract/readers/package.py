"""An Office package: a zip of XML parts that refer to one another, opened within limits.

Parts are named and resolved as python-docx does, but inflated here, by pieces and only when asked for:
its package reader inflates all of them, each in one go, and so whatever a forged size hides.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from docx.opc.packuri import PACKAGE_URI, PackURI
from lxml import etree

from extract.detect import EMPTY, ENCRYPTED_OFFICE, media_type
from extract.errors import (
    CorruptDocument,
    DocumentError,
    EmptyDocument,
    EncryptedDocument,
    TooLarge,
    UnsupportedDocument,
)

MAX_PART_BYTES = 200_000_000
_PIECE = 1 << 20
# All that Office writes; the others cannot be inflated by pieces.
_COMPRESSION = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
# Files saved as "strict" name the same vocabulary otherwise.
_STRICT = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of one package. `members` leads from a part's name, in lower case, to its zip entry."""

    archive: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]

    def has(self, part: str) -> bool:
        """Is there a part of this name, `/word/document.xml`? Case makes no difference."""
        return part.lower() in self.members

    def root(self, part: str) -> etree._Element:
        """The root element of an XML part; CorruptDocument where it is absent or damaged."""
        return parse_part(self.blob(part), part)

    def blob(self, part: str) -> bytes:
        """The bytes of a part; TooLarge where they would be more than MAX_PART_BYTES."""
        info = self.members.get(part.lower())
        if info is None:
            raise CorruptDocument(f"文件中缺少 {part}；请用 Office 或 WPS 打开后另存再试")
        if info.flag_bits & 1:
            raise EncryptedDocument("压缩包内容有密码保护；请取消密码后重试")
        if info.compress_type not in _COMPRESSION:
            raise CorruptDocument(f"{part} 的压缩方式不是 Office 所用；请用 Office 或 WPS 打开后另存再试")
        if info.file_size > MAX_PART_BYTES:
            raise TooLarge(
                f"{part} 解压后有 {info.file_size} 字节，超过上限 {MAX_PART_BYTES}；请拆分文件后重试"
            )
        try:
            with self.archive.open(info) as stream:
                # By pieces, zipfile inflates no more than the declared size and fails where there is more.
                return b"".join(iter(lambda: stream.read(_PIECE), b""))
        except _DAMAGE as error:
            raise CorruptDocument(f"{part} 无法解压（{error}）；文件可能下载不完整，请重新获取") from error

    def related(self, part: str, kind: str) -> str | None:
        """The part to which `part` (`/` for the package) has its first relationship of this kind.

        `kind` is the last word of the relationship's type: `officeDocument`, `styles`. None where
        there is none, or none that leads to a part of this package.
        """
        source = PackURI(part)
        if not self.has(source.rels_uri):
            return None
        for relationship in self.root(source.rels_uri):
            is_inside = relationship.get("TargetMode", "Internal") == "Internal"
            if is_inside and relationship.get("Type", "").rpartition("/")[2] == kind:
                target = PackURI.from_rel_ref(source.baseURI, relationship.get("Target", ""))
                if self.has(target):
                    return str(target)
        return None


def open_package(data: bytes) -> Package:
    """The package in `data`; a DocumentError that says what the bytes are where they are none."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise _refusal(media_type(data, ""))
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except _DAMAGE as error:
        raise CorruptDocument(f"压缩结构已损坏（{error}）；文件可能下载不完整，请重新获取") from error
    # Part names do not differ by case, and some packers write backslashes.
    members = {"/" + entry.filename.replace("\\", "/").lower(): entry for entry in archive.infolist()}
    return Package(archive, members)


def main_part(package: Package, usual: str) -> str:
    """The part that holds the document: the usual one, else the one the package points to."""
    if package.has(usual):
        return usual
    named = package.related(PACKAGE_URI, "officeDocument")
    if named is None:
        raise UnsupportedDocument("压缩包里没有 Word 文档正文；如果是普通压缩包，请解压后再处理")
    return named


def _refusal(kind: str) -> DocumentError:
    if kind == EMPTY:
        return EmptyDocument("文件为空；请确认上传或转换是否成功")
    if kind == ENCRYPTED_OFFICE:
        return EncryptedDocument("文件有打开密码；请在 Word 或 WPS 中取消密码后另存再试")
    return UnsupportedDocument(f"内容不是 docx，而是 {kind}；请按实际格式读取，或另存为 docx")


def parse_part(data: bytes, part: str) -> etree._Element:
    """The root element of an XML part, no entity resolved and no network used.

    A DOCTYPE has no place in an Office part: it is there to attack a parser, and is rejected.
    """
    if _STRICT in data[:4096]:
        for strict, transitional in _TRANSITIONAL:
            data = data.replace(strict, transitional)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise CorruptDocument(
            f"{part} 不是有效的 XML（{error}）；请用 Office 或 WPS 打开后另存再试"
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise CorruptDocument(f"{part} 含有 DOCTYPE 声明，Office 文件不应有此声明，已拒绝读取")
    return root
