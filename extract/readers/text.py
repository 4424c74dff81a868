"""Plain text and Markdown, in every shape that converters leave a table in.

Five shapes are told apart by how lines use tabs, pipes and spaces: a row a line, its cells joined by
tabs; a cell a line behind a tab, rows divided by empty lines; a cell a line before a pipe; a row a line
between pipes (Markdown too); a row a line, its cells joined by spaces and the blank ones gone. None
keeps merges, so all tables are inexact: rows and the order of cells are facts, columns are a guess.
Comma-separated text has rows and cells as its own rules say.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extract.document import Block, Cell, Document, Locator, Paragraph, Source, Table
from extract.encoding import decode
from extract.errors import EmptyDocument

_STREAM = 30  # words in one line that make it a whole table written without a break
_SIGN_APART = re.compile(r"([≥≤≧≦=＝><])[ \u3000]+(?=\d)")  # ≥ 90% is one cell
_HABIT = 3  # lines with two pipes and more, from which on one pipe divides cells too
_RULE = re.compile(r"[\s|:+_=\-—─━]*(?:--|——|──|━━|==)[\s|:+_=\-—─━]*")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<!\*)\*\*(?=\S)(.+?)(?<=\S)\*\*(?!\*)")


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of one row as (text, locator)."""

    cells: tuple[tuple[str, Locator], ...]


_Item = _Row | Paragraph | None  # None is an empty line


def read(data: bytes, source: Source) -> Document:
    """The paragraphs and inexact tables of a text file.

    Raises EmptyDocument when there is nothing but white space and CorruptDocument when no encoding
    fits. Locators are lines, `L120`, and cells of a line, `L120c2`.
    """
    if not data.strip():
        raise EmptyDocument("文件为空；请确认上传或转换是否成功")
    text, _ = decode(data)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    if not any(line.strip() for line in lines):
        raise EmptyDocument("文件只有空白；请确认上传或转换是否成功")
    items = _comma_separated(lines) if source.media_type == "text/csv" else _items(lines)
    return Document(source, "text", tuple(_blocks(items)))


def _items(lines: list[str]) -> Iterator[_Item]:
    """Rows, paragraphs and gaps, in the shape that most lines of the text have."""
    inner_tabs = sum("\t" in line.strip() for line in lines)
    leading = sum(line.startswith("\t") and "\t" not in line[1:].rstrip() for line in lines)
    end_pipes = sum(_ends_cell(line) for line in lines)
    full_pipes = sum(line.count("|") >= 2 for line in lines)
    if leading > 2 * inner_tabs and leading >= 4:
        return _cell_a_line(lines, before=True)
    if end_pipes > 2 * full_pipes and end_pipes >= 4:
        return _cell_a_line(_without_row_marks(lines), before=False)
    if not inner_tabs and not full_pipes and _is_spaced(lines):
        return _spaced_rows(lines)
    return _row_a_line(lines)


def _without_row_marks(lines: list[str]) -> list[str]:
    """Lines of nothing but pipes turned into the empty lines that divide rows, where they do so.

    Some converters close a row with a pipe for each cell that it lacks and open the next with one
    pipe; a pipe alone elsewhere is a blank cell.
    """
    pure = [bool(line.strip()) and not line.strip(" |") for line in lines]
    if sum(mark and line.count("|") > 1 for mark, line in zip(pure, lines, strict=True)) < _HABIT:
        return lines
    result = list(lines)
    for at, line in enumerate(lines):
        opens = at + 2 < len(lines) and lines[at + 1].strip() == "|" and not pure[at + 2]
        if pure[at] and (opens or line.count("|") > 1):
            result[at] = ""
            if opens:
                result[at + 1] = ""
    first = next((at for at, mark in enumerate(pure) if mark), None)
    if first is not None and lines[first].strip() == "|":
        result[first] = ""
    return result


def _comma_separated(lines: list[str]) -> Iterator[_Item]:
    reader = csv.reader(f"{line}\n" for line in lines)
    before = 0
    for cells in reader:
        first, before = before + 1, reader.line_num
        if any(cell.strip() for cell in cells):
            yield _Row(
                tuple(
                    (cell.strip(), Locator(line=first, column=column)) for column, cell in enumerate(cells, 1)
                )
            )
        else:
            yield None


def _is_spaced(lines: list[str]) -> bool:
    """Do many lines hold three words and more? Chinese prose has no spaces inside it."""
    filled = [line for line in lines if line.strip()]
    words = [len(line.split()) for line in filled]
    rows = sum(count >= _HABIT for count in words)
    return max(words) >= _STREAM or (rows >= 2 * _HABIT and rows * 4 >= len(filled))


def _spaced_rows(lines: list[str]) -> Iterator[_Item]:
    for number, line in enumerate(lines, 1):
        words = _SIGN_APART.sub(r"\1", _plain(line)).split()
        if len(words) >= 2:
            yield _row(words, number)
        elif words:
            yield Paragraph(words[0], Locator(line=number))
        else:
            yield None


def _ends_cell(line: str) -> bool:
    return line.rstrip().endswith("|") and line.count("|") == 1


def _row_a_line(lines: list[str]) -> Iterator[_Item]:
    pipes = 1 if sum(line.count("|") >= 2 for line in lines) >= _HABIT else 2
    for number, line in enumerate(lines, 1):
        if not line.strip():
            yield None
        elif _RULE.fullmatch(line):
            continue  # the rule under a Markdown header says nothing
        elif line.count("|") >= pipes or line.lstrip().startswith("|"):
            yield _row(_split_pipes(line), number)
        elif "\t" in line:
            yield _row(line.split("\t"), number)
        else:
            yield Paragraph(_plain(line), Locator(line=number))


def _split_pipes(line: str) -> list[str]:
    """The cells between pipes; the outer pipes of a Markdown row enclose nothing.

    Without a pipe in front, one at the end stands before a blank last cell.
    """
    body = line.strip()
    if body.startswith("|"):
        body = body[1:]
        body = body[:-1] if body.endswith("|") and not body.endswith("\\|") else body
    return [cell.replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", body)]


def _row(cells: Iterable[str], number: int) -> _Row:
    return _Row(
        tuple((_plain(cell), Locator(line=number, column=column)) for column, cell in enumerate(cells, 1))
    )


def _plain(text: str) -> str:
    text = _HEADING.sub("", text)
    return _EMPHASIS.sub(r"\1", _BREAK.sub("\n", text)).strip(" ")


def _cell_a_line(lines: list[str], *, before: bool) -> Iterator[_Item]:
    """Cells behind a tab, or (`before` False) in front of a pipe; an empty line ends the row."""
    cells: list[tuple[str, Locator]] = []
    open_lines: list[str] = []
    start = 0
    for number, line in enumerate([*lines, ""], 1):
        if line.strip() == "" and not (before and line.startswith("\t")):
            if open_lines:
                if before:
                    cells.append(_wrapped(open_lines, start, number - 1))
                else:
                    for offset, text in enumerate(open_lines):
                        yield from _end_row(cells)
                        cells = []
                        yield Paragraph(_plain(text), Locator(line=start + offset))
                open_lines = []
            if cells:
                yield from _end_row(cells)
                cells = []
            yield None
        elif before:
            if line.startswith("\t"):
                if open_lines:
                    cells.append(_wrapped(open_lines, start, number - 1))
                open_lines, start = [line[1:]], number
            elif open_lines:
                open_lines.append(line)
            else:
                yield Paragraph(_plain(line), Locator(line=number))
        else:
            start = start if open_lines else number
            if line.rstrip().endswith("|"):
                cells.append(_wrapped([*open_lines, line.rstrip()[:-1]], start, number))
                open_lines = []
            else:
                open_lines.append(line)


def _wrapped(lines: list[str], first: int, last: int) -> tuple[str, Locator]:
    while len(lines) > 1 and not lines[-1].strip():
        lines, last = lines[:-1], last - 1
    return _plain("\n".join(lines)), Locator(line=first, last_line=last if last > first else None)


def _end_row(cells: list[tuple[str, Locator]]) -> Iterator[_Row]:
    if cells:
        yield _Row(tuple(cells))


def _blocks(items: Iterable[_Item]) -> Iterator[Block]:
    """Neighbouring rows become one table; an empty line between two rows does not divide it."""
    rows: list[_Row] = []
    tables = 0
    for item in items:
        if isinstance(item, _Row):
            rows.append(item)
        elif isinstance(item, Paragraph):
            if rows:
                yield _table(rows)
                rows, tables = [], tables + 1
            if item.text.strip():
                yield item
    if rows:
        yield _table(rows)


def _table(rows: list[_Row]) -> Table:
    columns = max(len(row.cells) for row in rows)
    cells = []
    for number, row in enumerate(rows):
        for column, (text, locator) in enumerate(row.cells):
            last = column == len(row.cells) - 1
            span = columns - column if last else 1
            cells.append(Cell(number, column, text, locator, column_span=span))
    first, last_cell = rows[0].cells[0][1], rows[-1].cells[-1][1]
    place = Locator(line=first.line).to(Locator(line=last_cell.last_line or last_cell.line))
    return Table(len(rows), columns, tuple(cells), place, exact=False)
