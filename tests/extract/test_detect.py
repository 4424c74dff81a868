"""Formats are told by content, whatever the name says."""

from __future__ import annotations

import zipfile
from io import BytesIO
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract import detect
from extract.detect import media_type
from tests.extract.docx_builder import table_docx
from tests.extract.ole_builder import ole

_DOCX = table_docx([["项目名称", "业务费"]])
_TEXT = "项目支出绩效目标表\n项目名称\t业务费\t24.5万元\n"


def archive(*names: str, content: bytes = b"x", compression: int = zipfile.ZIP_STORED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name in names:
            file.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (_DOCX, detect.DOCX),
        (_DOCX[:3000], detect.DOCX),
        (archive("[Content_Types].xml", "xl/workbook.xml"), detect.XLSX),
        (archive("[Content_Types].xml", "xl/workbook.bin"), detect.XLSB),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), detect.PPTX),
        (archive("[Content_Types].xml", "word/document2.xml"), detect.DOCX),
        (archive("WORD\\Document.xml"), detect.DOCX),
        (archive("OFD.xml", "Doc_0/Document.xml"), detect.OFD),
        (
            archive("mimetype", "content.xml", content=b"application/vnd.oasis.opendocument.text"),
            "application/vnd.oasis.opendocument.text",
        ),
        (archive("mimetype", content=b"no type\x00"), detect.ZIP),
        (archive("mimetype", content=b"a/b" * 100), detect.ZIP),
        (archive("2023/绩效.docx", "2023/word/a.txt"), detect.ZIP),
        (archive(), detect.ZIP),
        (archive("a.txt")[:20], detect.ZIP),
        (ole("WordDocument", "1Table"), detect.DOC),
        (ole("Workbook"), detect.XLS),
        (ole("Book"), detect.XLS),
        (ole("PowerPoint Document"), detect.PPT),
        (ole("EncryptionInfo", "EncryptedPackage"), detect.ENCRYPTED_OFFICE),
        (ole("DataSpaces", "EncryptedPackage", "WordDocument"), detect.ENCRYPTED_OFFICE),
        (ole("MatOST"), detect.WORKS),
        (ole("x"), detect.OLE),
        (ole(), detect.OLE),
        (ole("WordDocument")[:520], detect.OLE),
        (ole("WordDocument")[:512] + b"\xff" * 512 + ole("WordDocument")[1024:], detect.DOC),
        (b"%PDF-1.7\n%\xe2\xe3", detect.PDF),
        (b"\r\n\x00junk%PDF-1.4", detect.PDF),
        (b"{\\rtf1\\ansi", detect.RTF),
        (b"\x89PNG\r\n\x1a\n\x00\x00", detect.PNG),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", detect.JPEG),
        (b"II*\x00\x08\x00", detect.TIFF),
        (b"MM\x00*\x00\x00", detect.TIFF),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", detect.SEVEN_ZIP),
        (b"Rar!\x1a\x07\x00", detect.RAR),
        (b"Rar!\x1a\x07\x01\x00", detect.RAR),
        (b"\x1f\x8b\x08\x00", detect.GZIP),
        (b"a.txt".ljust(257, b"\x00") + b"ustar\x0000", detect.TAR),
        (b"<!DOCTYPE html><html>", detect.HTML),
        ("\ufeff\n <HTML xmlns:w=''><head>".encode(), detect.HTML),
        ("<html><body>绩效".encode("gb18030"), detect.HTML),
        ("<html><body>绩效".encode("utf-16"), detect.HTML),
        (b"<?xml version='1.0'?><html xmlns='x'>", detect.HTML),
        (b"<!-- saved --><table><tr><td>1</td></tr></table>", detect.HTML),
        (b"<?xml version='1.0'?><?mso-application progid='Word.Document'?><w/>", detect.XML),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n", detect.MHTML),
        (b"From: <x>\r\nSubject: y\r\n z\r\nContent-Type:multipart/related;\r\n", detect.MHTML),
        (_TEXT.encode(), detect.TEXT),
        (b"plain < text with <html> in it", detect.TEXT),
        (b"<\xe9\xa1\xb9\xe7\x9b\xae>", detect.TEXT),
        (b"", detect.EMPTY),
        (b" \r\n\t", detect.EMPTY),
        (b"\xef\xbb\xbf\n", detect.EMPTY),
        (b"\xff\xfe", detect.EMPTY),
        (" \n".encode("utf-16"), detect.EMPTY),
        (bytes(range(256)), detect.BINARY),
        (b"\x00" * 1000, detect.BINARY),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", detect.BINARY),
        (b"\x01\x02\x03", detect.BINARY),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "b.docx", "无名"])
def test_content_decides(data: bytes, kind: str, name: str) -> None:
    assert media_type(data, name) == kind


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "gb2312"]
)
@pytest.mark.parametrize("text", [_TEXT, _TEXT * 5000, "预算 2\n", "项目名称\n"])
def test_text_in_every_encoding(encoding: str, text: str) -> None:
    assert media_type(text.encode(encoding), "x.docx") == detect.TEXT


def test_text_cut_in_the_middle_of_a_character() -> None:
    for encoding in ("utf-8", "gb18030"):
        assert all(media_type(_TEXT.encode(encoding)[:n], "") == detect.TEXT for n in range(12, 40))


def test_a_few_damaged_bytes_leave_a_text_a_text() -> None:
    for encoding in ("utf-8", "gb18030"):
        data = bytearray((_TEXT * 20).encode(encoding))
        data[200] = data[600] = 0xFF
        assert media_type(bytes(data), "x.txt") == detect.TEXT


def test_rare_characters_among_common_ones() -> None:
    assert media_type("镕朱䶮：项目支出绩效目标表，霍山县数据资源管理局".encode("gb18030"), "") == detect.TEXT


def test_the_name_tells_plain_texts_apart_and_nothing_else() -> None:
    data = "项目名称,业务费\n".encode()
    assert media_type(data, "a.CSV") == "text/csv"
    assert media_type(data, "a.tsv") == "text/tab-separated-values"
    assert media_type(data, "a.b/c.md") == "text/markdown"
    assert media_type(data, "a.docx") == detect.TEXT
    assert media_type(_DOCX, "a.csv") == detect.DOCX


@pytest.mark.parametrize("length", [64, 128, 500, 4000])
def test_junk_is_not_text(length: int) -> None:
    kinds = [media_type(b"\x9d" + Random(seed).randbytes(length), "x.txt") for seed in range(200)]
    assert set(kinds) == {detect.BINARY}


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", ole("WordDocument")[:1500], b"<?xml", b"\xff\xfe"]),
)
def test_any_bytes_have_a_type(tail: bytes, head: bytes) -> None:
    assert "/" in media_type(head + tail, "x")


@given(st.integers(0, len(_DOCX) - 1), st.integers(0, 255))
def test_a_damaged_document_has_a_type(place: int, byte: int) -> None:
    data = bytearray(_DOCX)
    data[place] = byte
    assert "/" in media_type(bytes(data), "x")


_OLE = ole("WordDocument", "Workbook", "EncryptedPackage")


@given(st.lists(st.tuples(st.integers(8, len(_OLE) - 1), st.integers(0, 255)), max_size=20))
def test_a_damaged_compound_file_has_a_type(flips: list[tuple[int, int]]) -> None:
    data = bytearray(_OLE)
    for place, byte in flips:
        data[place] = byte
    assert "/" in media_type(bytes(data), "x")
