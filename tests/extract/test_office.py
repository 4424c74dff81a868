"""Old office documents: the same tables back, many at once, and none that stops the others."""

from __future__ import annotations

import os
import pickle
import shlex
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer

import pytest

from extract import office
from extract.detect import DOC, DOCX, ODT, PPT, RTF, WORKS, media_type
from extract.document import Document, Locator, Source, Table
from extract.errors import (
    CorruptDocument,
    DocumentError,
    EmptyDocument,
    EncryptedDocument,
    OfficeNeeded,
    TooLarge,
    UnsupportedDocument,
)
from extract.forms.recognise import recognise
from extract.office import convert
from extract.readers import read
from tests.extract.docx_builder import Box, Row, table_docx, with_parts
from tests.extract.facts import facts
from tests.extract.office_builder import FILTERS, saved_as, with_flag
from tests.extract.ole_builder import ole
from tests.extract.test_reader_contract import find_in_docx
from tests.forms import printer

needs_office = pytest.mark.skipif(
    not office.available(), reason="LibreOffice (soffice) is not there; install libreoffice-writer"
)
needs_shell = pytest.mark.skipif(
    os.name == "nt", reason="the programs that stand for LibreOffice are scripts"
)

ENCRYPTED = 0x0100
FORM: list[Row] = [
    [Box("项目名称", 2), Box("业务费", 3)],
    [Box("项目资金", 2, 2), "年度资金总额", Box("86.00", 2)],
    ["其中：财政拨款", Box("86.00", 2)],
    [Box("绩效指标", 1, 4), Box("产出指标", 1, 2), "数量指标", "共享路数", "≥3000件"],
    ["质量指标", "正常率", "100%"],
    ["效益指标", Box("减少“多头”录入—节约时间", 2), "≤24.50万元"],
    ["满意度指标", Box("", 2), "≥90%"],
]


def source(data: bytes, name: str = "a.doc") -> Source:
    return Source(name, name, media_type(data, name), len(data))


def rtf(text: str) -> bytes:
    return b"{\\rtf1\\ansi " + "".join(f"\\u{ord(one)}?" for one in text).encode() + b"\\par}"


@cache
def form_as(kind: str) -> bytes:
    return saved_as(kind, [table_docx(FORM, "项目支出绩效目标表")])[0]


@cache
def forms_as(kind: str) -> dict[str, bytes]:
    """A form of each layout, made and converted back by one process each."""
    layouts = list(printer.LAYOUTS)
    made = saved_as(kind, [printer.as_docx(*printer.make(layout, 1)) for layout in layouts])
    documents = [(data, source(data, layout)) for layout, data in zip(layouts, made, strict=True)]
    results = convert(documents)
    assert all(isinstance(result, bytes) for result in results.values())
    return {layout: result for layout, result in results.items() if isinstance(result, bytes)}


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if not isinstance(block, Table)]


def tables(document: Document) -> list[list[tuple[int, int, int, int, str]]]:
    return [
        [(cell.row, cell.column, cell.row_span, cell.column_span, cell.text) for cell in block.cells]
        for block in document.blocks
        if isinstance(block, Table)
    ]


# What comes back


@needs_office
@pytest.mark.parametrize("kind", FILTERS)
def test_tables_come_back_with_their_merges(kind: str) -> None:
    data = form_as(kind)
    found = read(data, source(data))
    original = table_docx(FORM, "项目支出绩效目标表")
    assert tables(found) == tables(read(original, source(original)))
    assert texts(found) == ["项目支出绩效目标表"]
    assert (found.reader, found.issues, found.source) == ("office", (), source(data))
    assert found.source.media_type == {"rtf": RTF, "odt": ODT}.get(kind, DOC)


@needs_office
@pytest.mark.parametrize("kind", ["doc", "rtf"])
@pytest.mark.parametrize("layout", printer.LAYOUTS)
def test_every_layout_reads_to_the_same_form(layout: str, kind: str) -> None:
    truth, sheet = printer.make(layout, 1)
    data = b"-"
    document = read(data, Source(layout, "", DOC, len(data)), forms_as(kind)[layout])
    assert [facts(one) for one in recognise(document)] == [
        facts(one) for one in recognise(printer.as_document(truth, sheet))
    ]


@needs_office
@pytest.mark.parametrize("name", ["绩效.wps", "目标表 (1).docx", "-o.doc", "$(x).txt"])
def test_names_do_not_matter(name: str) -> None:
    data = form_as("doc")
    assert texts(read(data, source(data, name))) == ["项目支出绩效目标表"]


@needs_office
def test_locators_lead_to_the_cells_of_the_converted_document() -> None:
    data = form_as("doc")
    converted = convert([(data, source(data))])["a.doc"]
    assert isinstance(converted, bytes)
    document = read(data, source(data), converted)
    cells = [cell for block in document.blocks if isinstance(block, Table) for cell in block.cells]
    assert [find_in_docx(converted, Locator.parse(str(cell.locator))) for cell in cells] == [
        cell.text for cell in cells
    ]


@needs_office
def test_the_same_bytes_make_the_same_document() -> None:
    data = form_as("rtf")
    document = read(data, source(data))
    assert document == read(data, source(data))
    assert pickle.loads(pickle.dumps(document)) == document


@needs_office
@pytest.mark.parametrize(
    "head", ["\\ansi", "\\ansi\\ansicpg936", "\\ansi\\deff0{\\fonttbl{\\f0 SimSun;}}\\f0"]
)
def test_rich_text_without_a_code_page_is_chinese(head: str) -> None:
    text = "".join(f"\\'{byte:02x}" for byte in "绩效目标表".encode("gbk"))
    data = f"{{\\rtf1{head} {text}\\par}}".encode()
    assert texts(read(data, source(data))) == ["绩效目标表"]


# Many at once


@needs_office
def test_what_cannot_be_read_does_not_stop_the_others() -> None:
    good = form_as("doc")
    junk = good[:2048] + bytes(range(256)) * 200
    documents = {
        **{f"{number}.doc": good for number in range(4)},
        "junk.doc": junk,
        "locked.doc": with_flag(good, ENCRYPTED),
        "empty.doc": b" \n",
        "hollow.doc": with_flag(good, 0)[: len(good) // 2],
        "lines.rtf": rtf("绩效"),
        "a.docx": table_docx(FORM),
    }
    results = convert(
        [(data, Source(name, name, kind_of(name), len(data))) for name, data in documents.items()]
    )
    errors = {name: type(result) for name, result in results.items() if not isinstance(result, bytes)}
    assert errors == {
        "junk.doc": CorruptDocument,
        "locked.doc": EncryptedDocument,
        "empty.doc": EmptyDocument,
        "hollow.doc": CorruptDocument,
    }
    assert [name for name in documents if isinstance(results.get(name), bytes)] == [
        *("0.doc", "1.doc", "2.doc", "3.doc", "lines.rtf")
    ]


def kind_of(name: str) -> str:
    return {"rtf": RTF, "docx": DOCX}.get(name.rpartition(".")[2], DOC)


@needs_office
def test_what_libreoffice_refuses_is_told() -> None:
    """The head is sound and the rest is noise: only LibreOffice can tell."""
    good = form_as("odt")
    broken = with_parts(good, {"content.xml": "<office:document-content"})
    documents = {"a": good, "b": broken, "c": good}
    results = convert([(data, Source(name, name, ODT, len(data))) for name, data in documents.items()])
    assert isinstance(results["a"], bytes)
    assert isinstance(results["b"], CorruptDocument)
    assert isinstance(results["c"], bytes)


@needs_office
def test_nothing_is_fetched_from_the_net() -> None:
    asked: list[str] = []

    class Listener(StreamRequestHandler):
        def handle(self) -> None:
            asked.append(self.rfile.readline().decode("latin-1"))

    with TCPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        picture = (
            '<text:p><draw:frame svg:width="3cm" svg:height="3cm" text:anchor-type="as-char"><draw:image '
            f'xlink:href="http://127.0.0.1:{server.server_address[1]}/a.png" xlink:type="simple"/>'
            "</draw:frame></text:p></office:text>"
        )
        content = zipfile.ZipFile(BytesIO(form_as("odt"))).read("content.xml").decode()
        linked = with_parts(form_as("odt"), {"content.xml": content.replace("</office:text>", picture)})
        assert tables(read(linked, Source("a.odt", "", ODT, len(linked))))
        server.shutdown()
        thread.join()
    assert asked == []


# A program that stands for LibreOffice and misbehaves


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Puts a shell script in the place of LibreOffice: `each` is done for every file, $f in $out."""

    def put(each: str, first: str = "") -> Path:
        good = tmp_path / "good.docx"
        good.write_bytes(table_docx([["甲", "乙"]]))
        script = tmp_path / "soffice"
        log = shlex.quote(str(tmp_path / "calls"))
        script.write_text(
            "#!/bin/sh\n"
            'while [ "$1" != --outdir ]; do shift; done\n'
            f'out=$2; shift 2; echo $# >>{log}; {first}\nfor f in "$@"; do\n'
            f'name=$(basename "$f"); made="$out/${{name%.*}}.docx"; good={shlex.quote(str(good))}\n'
            f"{each}\ndone\n"
        )
        script.chmod(0o755)
        monkeypatch.setenv(office.PROGRAM, str(script))
        return tmp_path

    return put


def calls(folder: Path) -> list[int]:
    """How many files each call was given."""
    return [int(line) for line in (folder / "calls").read_text().split()]


def batch(*texts_: str) -> list[tuple[bytes, Source]]:
    return [
        (data, Source(str(number), str(number), RTF, len(data)))
        for number, data in enumerate(rtf("") + text.encode() for text in texts_)
    ]


def outcome(results: dict[str, bytes | DocumentError]) -> str:
    """One letter a document, in order: . converted, c corrupt, t too long, n no office."""
    letters = {CorruptDocument: "c", TooLarge: "t", OfficeNeeded: "n"}
    ordered = [results[str(number)] for number in range(len(results))]
    return "".join("." if isinstance(one, bytes) else letters[type(one)] for one in ordered)


@needs_shell
@pytest.mark.parametrize("place", [0, 4, 9])
def test_one_that_hangs_is_stopped_and_the_others_are_read(
    stand_in: Callable[[str], Path], place: int
) -> None:
    folder = stand_in('grep -q HANG "$f" && sleep 600; cp "$good" "$made"')
    documents = batch(*("HANG" if number == place else "" for number in range(10)))
    start = time.monotonic()
    results = convert(documents, timeout=1.0)
    assert time.monotonic() - start < 10
    assert outcome(results) == "." * place + "t" + "." * (9 - place)
    assert "1 秒" in str(results[str(place)])
    assert sum(calls(folder)) <= 10 + 1 + 1 + 9


@needs_shell
def test_each_that_hangs_costs_its_time_twice_at_most(stand_in: Callable[[str], Path]) -> None:
    folder = stand_in('grep -q HANG "$f" && sleep 600; cp "$good" "$made"')
    results = convert(batch("", "HANG", "", "HANG", "HANG", ""), timeout=1.0)
    assert outcome(results) == ".t.tt."
    assert len(calls(folder)) <= 8


@needs_shell
def test_a_slow_batch_is_not_stopped_while_it_makes_progress(stand_in: Callable[[str], Path]) -> None:
    folder = stand_in('sleep 0.3; cp "$good" "$made"')
    assert outcome(convert(batch(*[""] * 8), timeout=1.2)) == "." * 8
    assert calls(folder) == [8]


@needs_shell
def test_one_that_kills_it_does_not_stop_the_others(stand_in: Callable[[str], Path]) -> None:
    stand_in('grep -q KILL "$f" && kill -9 $$; cp "$good" "$made"')
    assert outcome(convert(batch("", "KILL", "", "", "KILL"))) == ".c..c"


@needs_shell
def test_an_exit_code_of_zero_proves_nothing(stand_in: Callable[[str], Path]) -> None:
    stand_in('grep -q SKIP "$f" || cp "$good" "$made"')
    assert outcome(convert(batch("", "SKIP", "", "SKIP"))) == ".c.c"


@needs_shell
def test_half_a_result_is_none(stand_in: Callable[[str], Path]) -> None:
    stand_in('if grep -q HALF "$f"; then head -c 900 "$good" >"$made"; else cp "$good" "$made"; fi')
    assert outcome(convert(batch("", "HALF", ""))) == ".c."


@needs_shell
def test_results_go_to_the_documents_that_they_were_made_of(stand_in: Callable[[str], Path]) -> None:
    stand_in(
        'grep -q SKIP "$f" || { cat "$good" "$f" >"$made.tmp"; cp "$good" "$made"; cat "$f" >>"$made"; }'
    )
    results = convert(batch("A", "SKIP", "B", "C"), batch=3)
    ends = {key: result[-1:] for key, result in results.items() if isinstance(result, bytes)}
    assert ends == {"0": b"A", "2": b"B", "3": b"C"}


@needs_shell
@pytest.mark.parametrize("first", ["exit 0", "exit 1", "sleep 600", "kill -9 $$"])
def test_a_libreoffice_that_never_works_is_not_the_documents_fault(
    stand_in: Callable[[str, str], Path], first: str
) -> None:
    folder = stand_in("", first)
    results = convert(batch(*[""] * 6), timeout=1.0)
    assert outcome(results) == "nnnnnn"
    assert "无法运行" in str(results["0"])
    assert calls(folder) == [6, 1]


@needs_shell
def test_no_process_and_no_file_is_left_behind(
    stand_in: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = stand_in(
        'grep -q HANG "$f" && { sleep 600 & echo $! >>"$good.pids"; wait; }; cp "$good" "$made"'
    )
    (folder / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder / "temporary"))
    assert outcome(convert(batch("HANG", ""), timeout=1.0)) == "t."
    assert list((folder / "temporary").iterdir()) == []
    started = [int(line) for line in (folder / "good.docx.pids").read_text().split()]
    assert started
    assert not any(is_running(pid) for pid in started)


def is_running(pid: int) -> bool:
    """A process that was killed may wait for its parent to be told."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        state = Path(f"/proc/{pid}/stat")
        if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        time.sleep(0.05)
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit the address space")
def test_memory_and_processor_time_are_limited(stand_in: Callable[[str], Path]) -> None:
    folder = stand_in('(ulimit -c; ulimit -v; ulimit -t) >"$good.limits"; cp "$good" "$made"')
    assert outcome(convert(batch(""), timeout=30.0)) == "."
    assert (folder / "good.docx.limits").read_text().split() == ["0", str(4 << 20), "90"]


@needs_shell
def test_documents_come_in_batches_and_twins_once(stand_in: Callable[[str], Path]) -> None:
    folder = stand_in('cp "$good" "$made"')
    documents = batch(*[""] * 5)
    assert outcome(convert([*documents, *documents], batch=2)) == "....."
    assert calls(folder) == [2, 2, 1]


@needs_shell
def test_nothing_is_started_where_nothing_is_to_do(stand_in: Callable[[str], Path]) -> None:
    folder = stand_in('cp "$good" "$made"')
    docx = table_docx(FORM)
    locked = b" "
    assert convert([]) == {}
    assert convert([(docx, source(docx))]) == {}
    assert list(convert([(locked, Source("", "x", DOC, 1))])) == ["x"]
    assert not (folder / "calls").exists()


@needs_shell
def test_no_room_for_temporary_files_is_told(
    stand_in: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = stand_in('cp "$good" "$made"')
    monkeypatch.setattr("tempfile.tempdir", str(folder / "nowhere"))
    assert outcome(convert(batch("", ""))) == "nn"


# Without LibreOffice


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(office.PROGRAM, "/nowhere/soffice")


@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize(("data", "kind"), [(rtf("绩效"), RTF), (ole("MatOST"), WORKS)])
def test_what_to_install_is_told(data: bytes, kind: str) -> None:
    assert not office.available()
    with pytest.raises(OfficeNeeded, match=r"LibreOffice.*/nowhere/soffice.*docx") as raised:
        read(data, Source("a", "", kind, len(data)))
    assert raised.value.code == "needs_office"
    assert pickle.loads(pickle.dumps(raised.value)).args == raised.value.args


def test_a_machine_without_it_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(office.PROGRAM, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(office, "_PLACES", ())
    with pytest.raises(OfficeNeeded, match="没有找到 soffice"):
        read(rtf("绩效"), Source("a", "", RTF, 9))


@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize(
    ("data", "kind", "error"),
    [
        (b" \n", RTF, EmptyDocument),
        (rtf("绩效")[:-1], RTF, CorruptDocument),
        (ole("WordDocument"), DOC, CorruptDocument),
        (ole("x"), DOC, CorruptDocument),
        (ole("WordDocument")[:600], DOC, CorruptDocument),
        (b"PK\x03\x04", ODT, CorruptDocument),
        (
            with_parts(table_docx(FORM), {"META-INF/manifest.xml": "<manifest:encryption-data/>"}),
            ODT,
            EncryptedDocument,
        ),
        (table_docx(FORM), ODT, CorruptDocument),
    ],
)
def test_what_needs_no_libreoffice_is_told_without_it(
    data: bytes, kind: str, error: type[DocumentError]
) -> None:
    with pytest.raises(error):
        read(data, Source("a", "", kind, len(data)))


@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize(
    "data", [rtf("a") + b"\x00\r\n", rtf("a") + b"}", b"{\\rtf1 \\{\\\\}", b"{\\rtf1 \\bin1 {}"]
)
def test_whole_rich_text_is_not_taken_for_a_piece(data: bytes) -> None:
    assert media_type(data, "") == RTF
    with pytest.raises(OfficeNeeded):
        read(data, source(data))


def test_slides_are_refused() -> None:
    data = ole("PowerPoint Document")
    with pytest.raises(UnsupportedDocument, match="演示文稿"):
        read(data, Source("a.ppt", "", PPT, len(data)))
