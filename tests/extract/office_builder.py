"""Makes old office documents for tests: Word documents that LibreOffice saves again."""

from __future__ import annotations

import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import olefile  # type: ignore[import-untyped]
from docx.oxml.ns import qn
from lxml import etree

from extract.office import program
from tests.extract.docx_builder import with_parts

FILTERS = {
    "doc": "doc:MS Word 97",
    "dot": "dot:MS Word 97 Vorlage",
    "rtf": "rtf:Rich Text Format",
    "odt": "odt:writer8",
}
_MAIN = "word/document.xml"
_PAGE_WIDTH = 9000


def saved_as(kind: str, documents: Sequence[bytes]) -> list[bytes]:
    """The Word documents as files of another kind, all by one process."""
    soffice = program()
    assert soffice is not None
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder).resolve()
        paths = []
        for number, data in enumerate(documents):
            path = here / f"{number:03}.docx"
            path.write_bytes(_drawn(data))
            paths.append(path)
        profile = f"-env:UserInstallation={(here / 'profile').as_uri()}"
        subprocess.run(
            [soffice, profile, "--headless", "--convert-to", FILTERS[kind], "--outdir", folder, *paths],
            check=True,
            capture_output=True,
            timeout=300,
        )
        return [path.with_suffix(f".{kind}").read_bytes() for path in paths]


def _drawn(data: bytes) -> bytes:
    """The document as Word would have it: columns have widths, and a paragraph follows the last table."""
    root = etree.fromstring(zipfile.ZipFile(BytesIO(data)).read(_MAIN))
    for table in root.iter(qn("w:tbl")):
        columns = table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}")
        width = _PAGE_WIDTH // len(columns)
        for column in columns:
            column.set(qn("w:w"), str(width))
        for properties in table.iter(qn("w:tcPr")):
            span = properties.find(qn("w:gridSpan"))
            covered = int(span.get(qn("w:val"), "1")) if span is not None else 1
            cell_width = {qn("w:w"): str(width * covered), qn("w:type"): "dxa"}
            properties.insert(0, etree.Element(qn("w:tcW"), cell_width))
    for body in root.iter(qn("w:body")):
        body.insert(len(body) - 1, etree.Element(qn("w:p")))
    return with_parts(data, {_MAIN: etree.tostring(root)})


def with_flag(doc: bytes, flag: int) -> bytes:
    """The .doc with one more flag in the head of its main stream."""
    changed = BytesIO(doc)
    with olefile.OleFileIO(changed, write_mode=True) as storage:
        main = bytearray(storage.openstream("WordDocument").read())
        flags = int.from_bytes(main[10:12], "little") | flag
        main[10:12] = flags.to_bytes(2, "little")
        storage.write_stream("WordDocument", bytes(main))
        return changed.getvalue()


def rich_text(rows: Sequence[Sequence[tuple[str, str, int]]]) -> bytes:
    """A table in RTF, without LibreOffice: each cell its text, its properties, and its width in columns."""
    lines = []
    for row in rows:
        edges, right = "", 0
        for _, properties, width in row:
            right += width * 2000
            edges += f"{properties}\\cellx{right}"
        cells = "".join(f"\\pard\\intbl {_escaped(text)}\\cell" for text, _, _ in row)
        lines.append(f"\\trowd{edges}{cells}\\row")
    return f"{{\\rtf1\\ansi\\ansicpg936 {''.join(lines)}\\pard\\par}}".encode("ascii")


def _escaped(text: str) -> str:
    return "".join(one if one.isascii() else f"\\u{ord(one)}?" for one in text)
