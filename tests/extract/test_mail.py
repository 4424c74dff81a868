"""Mails and pages saved in one file: what they hold, and that the readers can read it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from extract.detect import HTML, MAIL, MHTML, TEXT, media_type
from extract.document import Source
from extract.errors import EmptyDocument
from extract.forms.recognise import recognise
from extract.readers import read
from extract.unpack import Member, members
from tests.extract.archive_builder import zipped
from tests.extract.facts import facts
from tests.extract.html_builder import form_html
from tests.forms import printer

_TEXT = "项目支出绩效目标表\n项目名称\t业务费\n"


def unpacked(data: bytes, name: str = "a.eml") -> list[Member]:
    return list(members(data, Source(name, "", media_type(data, name), len(data))))


def names(found: list[Member]) -> list[str]:
    return [one.name.partition("!/")[2] for one in found]


def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "a@example.cn", "b@example.cn"
    message["Subject"], message["Date"] = "绩效自评表", "Mon, 1 Jan 2024 00:00:00 +0800"
    return message


def saved_page(html: bytes, place: str = "http://example.cn/art/1.html") -> bytes:
    """A page as browsers save it into one file, with a picture and a style."""
    parts = [("text/html", place, html), ("image/png", "http://example.cn/a.png", b"\x89PNG")]
    parts.append(("text/css", "cid:style", b"p{}"))
    lines = [
        b"From: <Saved by Blink>", b"Subject: x", b"MIME-Version: 1.0",
        b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="B"', b"",
    ]  # fmt: skip
    for kind, location, content in parts:
        message = EmailMessage()
        message.set_content(
            content, *kind.split("/"), cte="quoted-printable" if kind == "text/html" else "base64"
        )
        message["Content-Location"] = location
        lines += [b"--B", bytes(message).replace(b"MIME-Version: 1.0\n", b"").replace(b"\n", b"\r\n")]
    return b"\r\n".join([*lines, b"--B--", b""])


def test_a_mail_with_attachments() -> None:
    message = mail()
    message.set_content(_TEXT)
    message.add_alternative("<table><tr><td>项目名称<td>业务费</table>", subtype="html")
    message.add_attachment(_TEXT.encode("gbk"), maintype="text", subtype="plain", filename="说明.txt")
    message.add_attachment(
        zipped([("表.txt", _TEXT.encode())]), maintype="application", subtype="zip", filename="表.zip"
    )
    data = bytes(message)
    assert media_type(data, "x") == MAIL
    found = unpacked(data)
    assert [one.name for one in found] == ["a.eml!/正文.html", "a.eml!/说明.txt", "a.eml!/表.zip!/表.txt"]
    assert [one.source.media_type for one in found] == [HTML, TEXT, TEXT]
    assert found[1].data == _TEXT.encode("gbk")  # an attachment stays as it is
    assert all(one.error is None for one in found)


def test_a_mail_that_only_carries() -> None:
    message = mail()
    message.set_content(" \n")
    message.add_attachment(b"abc def", maintype="text", subtype="plain", filename="a.txt")
    assert names(unpacked(bytes(message))) == ["a.txt"]


@pytest.mark.parametrize(
    "name", ["自评表.txt".encode("gbk"), "自评表.txt".encode(), b"=?gb2312?B?19TGwLHtLnR4dA==?="]
)
def test_names_as_senders_write_them(name: bytes) -> None:
    data = (
        b"From: a\r\nTo: b\r\nSubject: c\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n"
        b'Content-Type: application/octet-stream; name="' + name + b'"\r\n'
        b'Content-Disposition: attachment;\r\n filename="' + name + b'"\r\n\r\nabc def\r\n--B--\r\n'
    )
    assert names(unpacked(data)) == ["自评表.txt"]


def test_a_text_keeps_its_meaning_whatever_its_charset() -> None:
    for charset, encoding in (
        ("gb2312", "gb18030"),
        ("utf-8", "utf-8"),
        ("big5", "big5"),
        ("x-unknown", "gb18030"),
    ):
        text = "績效目標" if encoding == "big5" else "绩效目标镕"
        head = f"From: a\r\nTo: b\r\nSubject: c\r\nContent-Type: text/html; charset={charset}\r\n\r\n<p>".encode()
        (found,) = unpacked(head + text.encode(encoding))
        assert read(found.data, found.source).blocks[0].text == text  # type: ignore[union-attr]


def test_a_mail_within_a_mail_and_a_letterhead() -> None:
    inner = mail()
    inner.set_content(_TEXT)
    outer = mail()
    outer.set_content("见附件")
    outer.add_attachment(inner)
    outer.add_attachment(
        b"\x89PNG", maintype="image", subtype="png", filename="a.png", cid="<a@b>", disposition="inline"
    )
    found = unpacked(bytes(outer))
    assert names(found) == ["正文.txt", "正文2.eml!/正文.txt"]
    assert _TEXT.strip() in found[1].data.decode("utf-8-sig").replace("\r\n", "\n")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("layout", ["L1", "T1"])
def test_a_saved_page_is_read_like_the_page(layout: str, encoding: str) -> None:
    truth, sheet = printer.make(layout, 1)
    html = form_html(truth, sheet).replace("utf-8", "gb2312" if encoding == "gb18030" else encoding)
    data = saved_page(html.encode(encoding))
    assert media_type(data, "x.mht") == MHTML
    (found,) = unpacked(data, "x.mht")
    assert found.name == "x.mht!/1.html"
    document = read(found.data, found.source)
    exact = printer.as_document(truth, sheet)
    assert [facts(one) for one in recognise(document)] == [facts(one) for one in recognise(exact)]


def test_a_workbook_saved_as_a_page_has_a_page_for_each_sheet() -> None:
    frames = b"<html><frameset><frame src=sheet001.htm></frameset></html>"
    data = (
        saved_page(frames, "file:///C:/a.htm")
        .replace(b"image/png", b"text/html")
        .replace(b"a.png", b"sheet001.htm")
    )
    assert names(unpacked(data, "x.mht")) == ["a.htm", "sheet001.htm"]


def test_an_empty_mail() -> None:
    (found,) = unpacked(b"From: a\r\nTo: b\r\nSubject: c\r\n\r\n")
    assert isinstance(found.error, EmptyDocument)


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
def test_half_a_mail_is_read_as_far_as_it_goes(keep: float) -> None:
    message = mail()
    message.set_content(_TEXT)
    message.add_attachment(
        _TEXT.encode() * 20, maintype="application", subtype="octet-stream", filename="a.txt"
    )
    data = bytes(message)
    assert unpacked(data[: int(len(data) * keep)])
