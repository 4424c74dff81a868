"""Archives: names, nesting, limits, and everything that packers and attackers do."""

from __future__ import annotations

import bz2
import gzip
import importlib
import lzma
import pickle
import sys
import warnings
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import detect
from extract.archives.entry import LimitReached
from extract.detect import media_type
from extract.document import Source
from extract.errors import (
    CorruptDocument,
    EmptyDocument,
    EncryptedDocument,
    TooLarge,
    UnsupportedDocument,
)
from extract.unpack import CONTAINERS, Limits, Member, is_container, members
from tests.extract.archive_builder import (
    encrypted_zip,
    gbk_zip,
    rar,
    renamed_7z,
    seven_zipped,
    tarred,
    zipped,
)
from tests.extract.docx_builder import table_docx
from tests.extract.workbook_builder import Drawn, Placed, as_xlsx

TEXT = "项目支出绩效目标表\n项目名称\t业务费\n".encode()
FILES = [("2023/绩效表.txt", TEXT), ("b.txt", TEXT * 2)]
ZEROS = b"\x00" * 2_000_000
PACKERS: dict[str, Callable[[list[tuple[str, bytes]]], bytes]] = {
    "zip": zipped,
    "tar": tarred,
    "tar.gz": lambda files: tarred(files, "w:gz"),
    "tar.bz2": lambda files: tarred(files, "w:bz2"),
    "tar.xz": lambda files: tarred(files, "w:xz"),
    "7z": seven_zipped,
    "rar": rar,
}


def unpacked(data: bytes, name: str = "a.zip", limits: Limits | None = None) -> list[Member]:
    found = list(members(data, Source(name, "id", media_type(data, name), len(data)), limits))
    assert pickle.loads(pickle.dumps(found))
    return found


def names(found: list[Member]) -> list[str]:
    return [one.name for one in found]


def only_error(found: list[Member]) -> Exception | None:
    (one,) = found
    return one.error


@pytest.mark.parametrize("kind", PACKERS)
def test_every_kind_of_archive(kind: str) -> None:
    data = PACKERS[kind](FILES)
    assert is_container(media_type(data, "无名"))
    found = unpacked(data, f"dir/a.{kind}")
    assert [(one.name, one.data, one.error) for one in found] == [
        (f"dir/a.{kind}!/2023/绩效表.txt", TEXT, None),
        (f"dir/a.{kind}!/b.txt", TEXT * 2, None),
    ]
    assert found[0].source.media_type == detect.TEXT
    assert found[0].source.size == len(TEXT)
    assert len(found[0].source.sha256) == 64


@pytest.mark.parametrize(
    ("pack", "name", "inner"),
    [
        (gzip.compress, "绩效.txt.gz", "绩效.txt"),
        (bz2.compress, "dir/b.csv.BZ2", "b.csv"),
        (lzma.compress, "c", "c.out"),
        (gzip.compress, "d.tgz", "d.tar"),
    ],
)
def test_a_single_packed_file(pack: Callable[[bytes], bytes], name: str, inner: str) -> None:
    (found,) = unpacked(pack(TEXT), name)
    assert (found.name, found.data) == (f"{name}!/{inner}", TEXT)


def test_archives_within_archives() -> None:
    inner = zipped([("b/c.docx", table_docx([["a", "b"]])), ("说明.txt", TEXT)])
    found = unpacked(zipped([("x/b.zip", inner), ("d.tar.gz", tarred(FILES, "w:gz"))]))
    assert names(found) == [
        "a.zip!/x/b.zip!/b/c.docx",
        "a.zip!/x/b.zip!/说明.txt",
        "a.zip!/d.tar.gz!/2023/绩效表.txt",
        "a.zip!/d.tar.gz!/b.txt",
    ]
    assert found[0].source.media_type == detect.DOCX


def test_office_files_are_documents() -> None:
    workbook = as_xlsx(Drawn(cells=[Placed(0, 0, "a")]))
    for data in (table_docx([["a", "b"]]), workbook, TEXT):
        assert not is_container(media_type(data, "x.zip"))


def test_the_same_bytes_give_the_same_members() -> None:
    data = zipped(FILES)
    assert unpacked(data) == unpacked(data)


# Names


@pytest.mark.parametrize("name", ["霍山县/绩效目标表.txt", "镕.txt"])
def test_names_in_gbk(name: str) -> None:
    assert names(unpacked(gbk_zip(name, TEXT))) == [f"a.zip!/{name}"]
    assert names(unpacked(tarred([(name, TEXT)], encoding="gb18030"), "a.tar")) == [f"a.tar!/{name}"]


def test_names_in_utf8_without_the_mark() -> None:
    data = zipped([("绩效.txt", TEXT)])
    unmarked = bytearray(data)
    unmarked[7] &= ~8
    unmarked[data.index(b"PK\x01\x02") + 9] &= ~8
    assert names(unpacked(bytes(unmarked))) == ["a.zip!/绩效.txt"]


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Windows\\x.txt", "Windows/x.txt"),
        ("a/./b//..\\c.txt", "a/b/c.txt"),
        ("..", "未命名"),
    ],
)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_no_name_leads_out(pack: Callable[..., bytes], name: str, clean: str) -> None:
    assert names(unpacked(pack([(name, TEXT)]))) == [f"a.zip!/{clean}"]


def test_no_name_in_a_7z_leads_out() -> None:
    data = seven_zipped([("aa/x.txt", TEXT), ("b.txt", TEXT)])
    found = unpacked(renamed_7z(data, "aa/x", "../x"), "a.7z")
    assert {one.name: type(one.error) for one in found} == {
        "a.7z!/x.txt": UnsupportedDocument,
        "a.7z!/b.txt": type(None),
    }
    assert names(unpacked(renamed_7z(data, "aa/x", "///x"), "a.7z")) == ["a.7z!/x.txt", "a.7z!/b.txt"]


def test_debris_of_packers_is_passed_over() -> None:
    debris = ["__MACOSX/._a.docx", ".DS_Store", "a/Thumbs.db", "a/~$b.docx", ".git/config"]
    assert names(unpacked(zipped([*((name, b"x") for name in debris), ("a/b.txt", TEXT)]))) == [
        "a.zip!/a/b.txt"
    ]


def test_two_members_of_one_name_are_two_documents() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = zipped([("a.txt", TEXT), ("a.txt", TEXT * 2)])
    assert names(unpacked(data)) == ["a.zip!/a.txt", "a.zip!/a.txt#2"]


def test_links_are_not_followed() -> None:
    data = tarred(FILES, links=[("link.txt", "/etc/passwd"), ("up", "..")])
    assert names(unpacked(data)) == ["a.zip!/2023/绩效表.txt", "a.zip!/b.txt"]
    info = zipfile.ZipInfo("link.txt")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(out := BytesIO(), "w") as archive:
        archive.writestr(info, "/etc/passwd")
        archive.writestr("b.txt", TEXT)
    assert names(unpacked(out.getvalue())) == ["a.zip!/b.txt"]


# What cannot be read


def test_a_member_with_a_password_leaves_the_others() -> None:
    found = unpacked(zipped([("e.zip", encrypted_zip("x.docx", TEXT)), ("b.txt", TEXT)]))
    assert [(one.name, type(one.error)) for one in found] == [
        ("a.zip!/e.zip!/x.docx", EncryptedDocument),
        ("a.zip!/b.txt", type(None)),
    ]
    assert len({one.source.sha256 for one in found}) == 2
    assert isinstance(only_error(unpacked(seven_zipped([("a.txt", TEXT)], password="x"))), EncryptedDocument)
    assert isinstance(only_error(unpacked(rar([("a.txt", TEXT)], encrypted=True))), EncryptedDocument)


def test_a_damaged_member_leaves_the_others() -> None:
    data = zipped([("a.txt", TEXT * 50), ("b.txt", TEXT)], compression=zipfile.ZIP_STORED)
    at = data.index(TEXT)
    found = unpacked(data[:at] + b"?" + data[at + 1 :])
    assert [type(one.error) for one in found] == [CorruptDocument, type(None)]


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_what_was_read_before_the_break_stays(kind: str) -> None:
    noise = bytes(index * index % 251 for index in range(400_000))
    data = PACKERS[kind]([("a.txt", TEXT), ("b.txt", noise)])
    found = unpacked(data[: len(data) - len(data) // 3], "a.tar")
    if kind != "tar.xz" and kind != "tar.bz2":  # these come in blocks larger than the first member
        assert found[0].data == TEXT
    assert (found[-1].name, type(found[-1].error)) == ("a.tar", CorruptDocument)
    assert found[-1].source.sha256 == "id"


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("keep", [12, 40, 0.5, 0.9])
def test_a_truncated_archive_is_told(kind: str, keep: float) -> None:
    data = PACKERS[kind](FILES)
    data = data[: int(keep if keep > 1 else len(data) * keep)]
    source = Source("a", "id", media_type(PACKERS[kind](FILES), ""), len(data))
    found = list(members(data, source))
    assert found
    whole = keep < 1 and kind in (
        "tar",
        "rar",
    )  # only the zeros at its end are gone, or a block that says: end
    assert whole or isinstance(found[-1].error, CorruptDocument | EmptyDocument)


@pytest.mark.parametrize("data", [zipped([]), tarred([], links=[("a", "b")]), zipped([(".x", b"")])])
def test_an_archive_without_files(data: bytes) -> None:
    (found,) = unpacked(data)
    assert (found.name, type(found.error)) == ("a.zip", EmptyDocument)


def test_a_packing_that_no_one_here_knows() -> None:
    data = bytearray(zipped([("a.txt", TEXT)]))
    data[8] = data[bytes(data).index(b"PK\x01\x02") + 10] = 97
    assert isinstance(only_error(unpacked(bytes(data))), UnsupportedDocument)


@pytest.mark.parametrize(("module", "data"), [("py7zr", seven_zipped(FILES)), ("rarfile", rar(FILES))])
def test_a_package_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, module: str, data: bytes
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    error = only_error(unpacked(data, "a.7z"))
    assert isinstance(error, UnsupportedDocument)
    assert "jixiao[archives]" in str(error)


def test_a_program_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    error = only_error(unpacked(rar([("a.txt", TEXT)], method=0x33), "a.rar"))
    assert isinstance(error, UnsupportedDocument)
    assert "unar" in str(error)


# Limits


@pytest.mark.parametrize("kind", [*PACKERS, "gz"])
def test_a_bomb(kind: str) -> None:
    packers = {**PACKERS, "gz": lambda files: gzip.compress(files[0][1])}
    data = packers[kind]([("z.txt", ZEROS), ("b.txt", TEXT)])
    found = unpacked(data, "a", Limits(free=1000))
    if kind in ("tar", "rar"):  # not packed at all
        assert len(found) == 2
    else:
        assert [(one.name, type(one.error)) for one in found] == [("a", LimitReached)]


def test_a_bomb_in_an_archive_leaves_the_others() -> None:
    bomb = zipped([("z.txt", ZEROS)])
    noise = bytes(index * index % 251 for index in range(50_000))
    found = unpacked(
        zipped([("bomb.zip", bomb), ("b.txt", TEXT), ("n.bin", noise)]), limits=Limits(free=1000)
    )
    assert [(one.name, type(one.error)) for one in found][:2] == [
        ("a.zip!/bomb.zip", LimitReached),
        ("a.zip!/b.txt", type(None)),
    ]


@pytest.mark.parametrize("kind", PACKERS)
def test_too_many_members(kind: str) -> None:
    data = PACKERS[kind]([(f"{number}.txt", TEXT) for number in range(9)])
    found = unpacked(data, "a", Limits(members=3))
    assert isinstance(found[-1].error, LimitReached)
    assert len(found) <= 4


@pytest.mark.parametrize("kind", PACKERS)
def test_a_member_that_is_too_large_leaves_the_others(kind: str) -> None:
    data = PACKERS[kind]([("big.txt", TEXT * 100), ("b.txt", TEXT)])
    found = {one.name: one.error for one in unpacked(data, "a", Limits(member=1000))}
    assert isinstance(found["a!/big.txt"], TooLarge)
    assert found["a!/b.txt"] is None


@pytest.mark.parametrize("kind", PACKERS)
def test_too_much_altogether(kind: str) -> None:
    data = PACKERS[kind]([(f"{number}.txt", TEXT * 50) for number in range(20)])
    found = unpacked(data, "a", Limits(total=20_000))
    assert isinstance(found[-1].error, LimitReached)
    assert sum(len(one.data) for one in found) <= 20_000


def test_limits_hold_for_all_that_is_nested() -> None:
    inner = zipped([(f"{number}.txt", TEXT) for number in range(5)])
    found = unpacked(zipped([(f"{number}.zip", inner) for number in range(5)]), limits=Limits(members=12))
    assert sum(one.error is None for one in found) <= 12
    assert isinstance(found[-1].error, LimitReached)


def test_deep_nesting() -> None:
    data = zipped([("a.txt", TEXT)])
    for number in range(6):
        data = zipped([(f"{number}.zip", data)])
    (found,) = unpacked(data)
    assert found.name == "a.zip!/5.zip!/4.zip!/3.zip!/2.zip!/1.zip"
    assert isinstance(found.error, TooLarge)
    assert unpacked(data, limits=Limits(depth=7))[0].data == TEXT


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([PACKERS[kind](FILES) for kind in PACKERS]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_damage_is_always_told_as_a_member(data: bytes, flips: list[tuple[int, int]]) -> None:
    kind = media_type(data, "")
    changed = bytearray(data)
    for place, byte in flips:
        changed[place % len(data)] = byte
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert list(members(bytes(changed), Source("a", "", kind, len(data)), Limits(total=10**7)))


# Detection


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (lzma.compress(b"x"), detect.XZ),
        (bz2.compress(b"x"), detect.BZIP2),
        (b"BZh91, of which nothing follows", detect.TEXT),
        (b"Received: from a\r\n by b\r\nDate: x\r\nFrom: y\r\n\r\nz", detect.MAIL),
        (b"From: a\nTo: b\nno header", detect.TEXT),
        (b"Name: a\nDate: b\nSubject: c\n", detect.TEXT),
        ("项目名称: a\n主管部门: b\n".encode(), detect.TEXT),
        (b"<font size=3><b>x</b></font>", detect.HTML),
        (b"<p class=a>x", detect.HTML),
        (b"<pre-alpha> notes", detect.TEXT),
        (b"<b", detect.TEXT),
        (b"<?xml version='1.0'?><p>x</p>", detect.XML),
    ],
)
def test_kinds_that_containers_need(data: bytes, kind: str) -> None:
    assert media_type(data, "x") == kind


def test_every_container_has_its_module() -> None:
    assert all(hasattr(importlib.import_module(module), "entries") for module in CONTAINERS.values())
