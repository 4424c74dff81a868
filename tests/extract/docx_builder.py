"""Makes Word documents for tests: forms out of rows of cells, and odd ones out of raw XML."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import NamedTuple
from xml.sax.saxutils import escape

import docx
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsmap

_PREFIXES = dict(nsmap) | {
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
}
_DECLARATIONS = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _PREFIXES.items())


class Box(NamedTuple):
    """A cell of a row: its text, and how many columns and rows it covers."""

    text: str
    colspan: int = 1
    rowspan: int = 1


Row = Sequence["Box | str"]


def table_docx(rows: Sequence[Row], title: str = "", *, columns: int | None = None) -> bytes:
    """A Word document with a title paragraph and one table.

    Each row lists the cells that begin in it, left to right, as in HTML: positions that a cell of an
    earlier row covers are skipped. A plain string is a cell of one position. Rows need not be full.
    """
    return document_docx(([paragraph(title)] if title else []) + [table(rows, columns=columns)])


def document_docx(blocks: Sequence[str], parts: Mapping[str, str] | None = None) -> bytes:
    """A Word document whose body is these pieces of WordprocessingML; `parts` replaces whole parts."""
    word = docx.Document()
    body = word.element.body
    for block in blocks:
        body.insert(len(body) - 1, parse_xml(_declared(block)))
    return with_parts(_saved(word), {name: _declared(text) for name, text in (parts or {}).items()})


def with_parts(data: bytes, parts: Mapping[str, str | bytes | None]) -> bytes:
    """The same package with some members replaced, added, or (None) left out."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(_entry(name), old.read(name))
        for name, content in parts.items():
            if content is not None:
                new.writestr(_entry(name), content)
    return out.getvalue()


def table(rows: Sequence[Row], *, columns: int | None = None) -> str:
    """A `w:tbl` out of rows of cells; see `table_docx`."""
    merged: dict[tuple[int, int], tuple[int, bool]] = {}  # covered position: width, is it the left end?
    lines = []
    width = columns or 0
    for number, row in enumerate(rows):
        column, cells = 0, []
        waiting = [box if isinstance(box, Box) else Box(box) for box in row]
        while waiting or any(above == number and right >= column for above, right in merged):
            if (number, column) in merged:
                span, is_left = merged[number, column]
                if is_left:
                    cells.append(cell("", span, "continue"))
                column += 1
                continue
            box = waiting.pop(0) if waiting else Box("")
            for below in range(number + 1, number + box.rowspan):
                for inside in range(box.colspan):
                    merged[below, column + inside] = (box.colspan, inside == 0)
            cells.append(cell(paragraph(box.text), box.colspan, "restart" if box.rowspan > 1 else ""))
            column += box.colspan
        width = max(width, column)
        lines.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return tbl(*lines, columns=width)


def tbl(*rows: str, columns: int = 0) -> str:
    """A `w:tbl` around rows that are given as XML."""
    grid = "<w:gridCol/>" * columns
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def cell(content: str, span: int = 1, merge: str = "", properties: str = "") -> str:
    """A `w:tc`; plain text becomes a paragraph."""
    inside = content if content.startswith("<") else paragraph(content)
    if span > 1:
        properties += f'<w:gridSpan w:val="{span}"/>'
    if merge:
        properties += f'<w:vMerge w:val="{merge}"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def paragraph(text: str, properties: str = "") -> str:
    """A `w:p`, its text in one run, each line break a `w:br`."""
    return p(run(text), properties=properties) if text else p(properties=properties)


def p(*content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(content)}</w:p>"


def run(text: str, properties: str = "") -> str:
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' if line else "" for line in text.split("\n")
    )
    return f"<w:r><w:rPr>{properties}</w:rPr>{lines}</w:r>"


def _declared(xml: str) -> str:
    """The XML with all prefixes declared at its root."""
    end = min(place for place in (xml.find(" "), xml.find(">"), xml.find("/>")) if place >= 0)
    return f"{xml[:end]} {_DECLARATIONS}{xml[end:]}"


def _saved(word: WordDocument) -> bytes:
    out = BytesIO()
    word.save(out)
    return with_parts(out.getvalue(), {})


def _entry(name: str) -> zipfile.ZipInfo:
    """The same bytes whenever they are made: no clock in the archive."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
