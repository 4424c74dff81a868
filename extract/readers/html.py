"""Web pages (.html, .htm, .xhtml, and the pages that portals export as .xls): exact tables, main text.

Pages come with everything around what they say: menus, links, layout by tables, text that is not shown.
What is plainly not the page's own matter is left out; where it is not plain, it stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from lxml import etree

from extract.document import Block, Cell, Document, Issue, Locator, Paragraph, Source, Table
from extract.encoding import decode
from extract.errors import CorruptDocument, EmptyDocument, TooLarge, UnsupportedDocument
from extract.readers.htmltable import MAX_SPAN, PlacedCell, Tiling, WrittenCell, WrittenRow, tile
from extract.text import repair

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEAD_BYTES = 4096
# Declared, these are believed before GB18030. All others are not: servers declare iso-8859-1 for anything.
_OTHER_CHARSETS = {"big5": "big5hkscs", "big5-hkscs": "big5hkscs", "utf-16": "utf-16", "euc-tw": "big5hkscs"}
_MOST_DAMAGED = 0.01
_NOT_SHOWN = frozenset((
    "script", "style", "noscript", "template", "head", "title", "meta", "link", "iframe", "object", "svg",
    "canvas", "audio", "video", "map", "button", "datalist", "rt", "rp", "colgroup",
))  # fmt: skip
_BREAKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul",
))  # fmt: skip
_FIELDS = frozenset(["input", "textarea", "select"])
_ASIDE_TAGS = frozenset(["nav", "aside", "footer", "header"])
_ASIDE_ROLES = frozenset(["navigation", "banner", "contentinfo", "search", "complementary"])
_ASIDE_NAMES = re.compile(
    r"(?:top|main|site|page|left|right|bottom|global|m)?[-_]?"
    r"(?:nav(?:bar|igation|s)?|menus?|bread[-_]?crumbs?|crumbs?|footer|foot|copyright|side[-_]?bar|share|dqwz)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_INVISIBLE = re.compile(r"visibility\s*:\s*hidden", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BETWEEN_LINKS = re.compile(r"[\s|｜·•>»›/\\,，、:：;；\[\]【】()（）-]*")
_USEFUL = re.compile(r"绩效|(?<!\d)20\d\d(?!\d)")
_SITE_NAME = re.compile(r"\s*[_|｜]\s*|\s+[-—–]+\s+|—{2,}")
_DATE = re.compile(r"(?:19|20)\d\d\D\d{1,2}\D\d{1,2}")
_DATA_ROWS = 2
_repaired = lru_cache(maxsize=4096)(repair)  # the labels of one form are those of the next


def read(data: bytes, source: Source) -> Document:
    """The paragraphs and exact tables of a page, in reading order.

    Paragraphs are located as `b1`, `b2` …, cells as `t1/r5c2` by row and grid column as the page shows
    them. A table that only arranges others, or frames one text, is looked through; a table within a
    cell of a real one follows it, as `t1/r5c2>t1`. Left out are hidden elements, menus, headers and
    footers of the site, lists and tables of nothing but links. The page's title comes first where it
    names performance or a year and the text does not repeat it, its date of publication likewise.

    Raises EmptyDocument, CorruptDocument, UnsupportedDocument or TooLarge.
    """
    if not data.strip():
        raise EmptyDocument("文件为空；请确认下载是否成功")
    text, is_damaged = _decoded(data)
    root = _parsed(text)
    page = _Page()
    try:
        page.flow(root)
    except RecursionError as error:
        raise TooLarge("网页嵌套层数过多；请另存为较简单的网页后重试") from error
    page.end_paragraph()
    if not page.found:
        _refuse(root, page)
    if is_damaged:
        page.issues.append(Issue("characters_damaged", "网页有少量字节无法解码，以 \ufffd 代替"))
    if page.pictures and not page.tables:
        page.issues.append(Issue("pictures_not_read", "网页没有表格而有图片，图片中的文字未读取"))
    shown = _context(root, page.found) + page.found
    return Document(source, "html", tuple(_numbered(shown)), issues=tuple(page.issues))


def _refuse(root: etree._Element, page: _Page) -> None:
    if next(root.iter("frame", "iframe"), None) is not None:
        raise UnsupportedDocument("框架网页，正文在另外的文件里；请另存正文页面，或保存为单个文件（.mht）")
    if page.pictures:
        raise UnsupportedDocument("网页只有图片，没有文字；请把图片保存下来用文字识别读取")
    raise EmptyDocument("网页没有任何文字（可能由脚本生成）；请在浏览器中打开后另存为完整网页")


def _numbered(found: Iterable[str | Table]) -> Iterator[Block]:
    number = 0
    for one in found:
        if isinstance(one, Table):
            yield one
        else:
            number += 1
            yield Paragraph(one, Locator(block=number))


def _decoded(data: bytes) -> tuple[str, bool]:
    """The text of a page, and whether some bytes of it could not be decoded.

    UTF-8 shows itself, whatever is declared; a declared Chinese charset is read as GB18030, which holds
    all of GB2312 and GBK and what pages write beyond them.

    >>> _decoded('<meta charset="gb2312">䶮'.encode("gb18030"))[0]
    '<meta charset="gb2312">䶮'
    """
    declared = _CHARSET.search(data, 0, _HEAD_BYTES)
    other = _OTHER_CHARSETS.get(declared[1].decode("ascii").lower()) if declared else None
    for encoding in ("utf-8-sig", other, "gb18030"):
        # A zero byte is a mark of UTF-16, of which any two bytes may happen to be GB18030.
        if encoding is not None and (encoding == "utf-16" or b"\x00" not in data[:_HEAD_BYTES]):
            try:
                return data.decode(encoding), False
            except UnicodeDecodeError:
                pass
    try:
        return decode(data)[0], False
    except CorruptDocument:
        readings = [data.decode(encoding, "replace") for encoding in ("utf-8", "gb18030")]
        best = min(readings, key=lambda reading: reading.count("\ufffd"))
        if best.count("\ufffd") > _MOST_DAMAGED * len(best):
            raise
        return best, True


def _parsed(text: str) -> etree._Element:
    """The root of a page: nothing is fetched, no entity of its own is resolved."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.replace("\x00", "").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise CorruptDocument(f"网页无法解析（{error}）；请在浏览器中打开后另存再试") from error
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        # What lies deeper than the parser goes, it drops; half a page would pass for a whole one.
        raise TooLarge("网页嵌套层数过多或单段文字过长；请在浏览器中打开后另存为较简单的网页再试")
    if root is None:
        raise EmptyDocument("网页没有任何内容；请确认下载是否成功")
    return root


def _context(root: etree._Element, found: list[str | Table]) -> list[str | Table]:
    """The page's title and date of publication where they help and are not in its text anyway."""
    metas = {meta.get("name", "").lower(): meta.get("content", "") for meta in root.iter("meta")}
    title = repair(metas.get("articletitle", "")) or _page_title(root)
    date = _DATE.search(metas.get("pubdate", ""))
    said = repair("".join(one if isinstance(one, str) else _said(one) for one in found))
    context: list[str | Table] = []
    if title and _USEFUL.search(title) and title.replace(" ", "") not in said.replace(" ", ""):
        context.append(title)
    if date and date[0] not in said:
        context.append(f"发布日期：{date[0]}")
    return context


def _said(table: Table) -> str:
    return "".join(cell.text for cell in table.cells)


def _page_title(root: etree._Element) -> str:
    """The title of the page without the name of the site behind it."""
    element = next(root.iter("title"), None)
    text = element.text or "" if element is not None else ""
    parts = [part for part in map(repair, _SITE_NAME.split(text)) if part]
    useful = [part for part in parts if _USEFUL.search(part)]
    return (useful or parts or [""])[0]


@dataclass(slots=True)
class _Cell:
    """What a cell holds: its text, and the tables that stand in it."""

    text: str
    inner: list[etree._Element]


@dataclass(slots=True)
class _Page:
    """What has been read so far, walking through a page in reading order."""

    found: list[str | Table] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    tables: int = 0
    pictures: bool = False
    line: list[str] = field(default_factory=list)

    def end_paragraph(self) -> None:
        """The text so far is a paragraph, if it prints anything."""
        text = _SPACES.sub(" ", "".join(self.line)).strip()
        if repair(text):
            self.found.append(text)
        self.line.clear()

    def flow(self, element: etree._Element) -> None:
        """Read an element that stands outside any table."""
        tag = element.tag
        if _is_left_out(element) or _is_aside(element):
            return
        if tag == "table":
            self.end_paragraph()
            self.read_table(element)
            return
        if tag in _FIELDS:
            self.line.append(_filled_in(element))
            return
        self.pictures = self.pictures or tag == "img"
        if tag in _BREAKS:
            self.end_paragraph()
        self._flow_within(element, keeps_lines=tag == "pre")
        if tag in _BREAKS:
            self.end_paragraph()

    def _flow_within(self, element: etree._Element, *, keeps_lines: bool = False) -> None:
        if keeps_lines:
            for line in (element.text or "").splitlines():
                self.line.append(line)
                self.end_paragraph()
        elif element.text:
            self.line.append(element.text)
        for child in element:
            self.flow(child)
            if child.tail:
                self.line.append(child.tail)

    def read_table(self, table: etree._Element) -> None:
        """Read a table, or what it arranges or frames."""
        rows = _rows(table)
        if not any(row.cells for row in rows) or _is_only_links(table):
            return
        for caption in table.iterchildren("caption"):
            self.flow(caption)
        if _is_frame(rows) or _is_layout(rows):
            for row in rows:
                for cell in row.cells:
                    if not _is_only_links(cell.content):
                        self._flow_within(cell.content)
                        self.end_paragraph()
            return
        self.tables += 1
        self.place_table(rows, Locator(table=self.tables))

    def place_table(self, rows: list[WrittenRow[etree._Element]], place: Locator) -> None:
        """Append a real table and, behind it, those within its cells."""
        tiling = tile(rows)
        contents = [_cell(placed) for placed in tiling.cells]
        number, outer = place.table, place.outer
        cells = tuple(
            [
                Cell(
                    placed.row,
                    placed.column,
                    content.text,
                    Locator(table=number, row=placed.row + 1, column=placed.column + 1, outer=outer),
                    placed.down,
                    placed.across,
                )
                for placed, content in zip(tiling.cells, contents, strict=True)
            ]
        )
        self.found.append(Table(tiling.rows, tiling.columns, cells, place))
        self.issues += _issues(tiling, place)
        for cell, content in zip(cells, contents, strict=True):
            tables = 0
            for inner in content.inner:
                inner_rows = _rows(inner)
                if any(row.cells for row in inner_rows):
                    tables += 1
                    self.place_table(inner_rows, Locator(table=tables, outer=cell.locator))


def _issues(tiling: Tiling[etree._Element], table: Locator) -> Iterator[Issue]:
    if tiling.cut:
        row, column = tiling.cut[0]
        place = replace(table, row=row + 1, column=column + 1)
        yield Issue(
            "merge_repaired", f"表格的合并单元格相互重叠，已按网格修正（{len(tiling.cut)} 处）", place
        )


def _rows(table: etree._Element) -> list[WrittenRow[etree._Element]]:
    """The rows of a table as shown, head first and foot last, their cells not yet read."""
    groups: list[tuple[int, list[WrittenRow[etree._Element]]]] = []
    loose: list[WrittenRow[etree._Element]] = []
    for child in table:
        if _is_left_out(child) or child.tag in ("caption", "col"):
            continue
        if child.tag in ("thead", "tbody", "tfoot"):
            order = {"thead": 0, "tfoot": 2}.get(str(child.tag), 1)
            loose = []
            groups.append((order, _rows_within([child])))
        else:
            if not loose:
                groups.append((1, loose))
            loose += _rows_within([child], loose)
    ordered = [rows for _, rows in sorted(groups, key=lambda group: group[0])]
    for number, rows in enumerate(ordered):
        for row in rows:
            row.group = number
    return [row for rows in ordered for row in rows]


def _rows_within(
    elements: Iterable[etree._Element], before: list[WrittenRow[etree._Element]] | None = None
) -> list[WrittenRow[etree._Element]]:
    """The rows in these elements; cells that stand in none make one together."""
    rows: list[WrittenRow[etree._Element]] = []
    for element in elements:
        if _is_left_out(element):
            continue
        if element.tag == "tr":
            rows.append(WrittenRow(list(_cells(element))))
        elif element.tag in ("td", "th"):
            stray = rows[-1] if rows else before[-1] if before else None
            if stray is None or not stray.cells or stray.cells[-1].content.getnext() is not element:
                stray = WrittenRow()
                rows.append(stray)
            stray.cells.append(_written(element))
        elif element.tag != "table":
            rows += _rows_within(element)
    return rows


def _cells(row: etree._Element) -> Iterator[WrittenCell[etree._Element]]:
    for child in row:
        if _is_left_out(child) and not _only_invisible(child):
            continue
        if child.tag in ("td", "th"):
            yield _written(child)
        elif child.tag != "table":
            yield from _cells(child)


def _written(cell: etree._Element) -> WrittenCell[etree._Element]:
    return WrittenCell(cell, _span(cell.get("rowspan"), 0), _span(cell.get("colspan"), 1))


def _span(text: str | None, least: int) -> int:
    """A span as browsers take it: the digits in front, 1 for none of them.

    >>> _span("3 ", 1), _span("0", 0), _span("0", 1), _span("50%", 1), _span("-2", 1), _span(None, 0)
    (3, 0, 1, 50, 1, 1)
    """
    if text is None:
        return 1
    digits = re.match(r"\s*\+?(\d{1,5})", text)
    return min(max(int(digits[1]), least), MAX_SPAN) if digits else 1


def _is_frame(rows: list[WrittenRow[etree._Element]]) -> bool:
    """A table of one cell: a box around what it holds."""
    return len(rows) == 1 and len(rows[0].cells) == 1


def _is_layout(rows: list[WrittenRow[etree._Element]]) -> bool:
    """Does a table that holds others only arrange them?

    A form with a table in one of its cells has rows of several texts besides; a page's frame has none,
    or one (a date beside a logo), links not counted.
    """
    cells = [cell.content for row in rows for cell in row.cells]
    if not any(next(cell.iter("table"), None) is not None for cell in cells):
        return False
    several = 0
    for row in rows:
        filled = sum(bool(_own_text(cell.content)) for cell in row.cells)
        several += filled >= 2
    return several < _DATA_ROWS


def _own_text(cell: etree._Element) -> str:
    """The text of a cell that stands in no inner table and no link."""
    parts: list[str] = []
    _gather(cell, parts, [], without_links=True)
    return repair("".join(parts))


def _cell(placed: PlacedCell[etree._Element]) -> _Cell:
    cell = placed.content
    if cell is None or _is_left_out(cell):
        return _Cell("", [])
    element = _only_child(cell)
    if not len(element) and element.tag not in _FIELDS:
        return _Cell(_repaired(element.text) if element.text else "", [])
    parts: list[str] = []
    inner: list[etree._Element] = []
    _gather(cell, parts, inner)
    return _Cell(_repaired("".join(parts)), inner)


def _only_child(element: etree._Element) -> etree._Element:
    """The element that alone holds the text of another, wrapped as editors do: `td > p > span`."""
    while len(element) == 1:
        child = element[0]
        if element.text and not element.text.isspace():
            break
        if child.tag == "table" or _is_left_out(child) or (child.tail and not child.tail.isspace()):
            break
        element = child
    return element


def _gather(
    element: etree._Element, parts: list[str], inner: list[etree._Element], *, without_links: bool = False
) -> None:
    """Append the texts in an element, with line breaks, and the real tables in it."""
    if element.text:
        parts.append(element.text)
    for child in element:
        tag = child.tag
        if not _is_left_out(child) and not (without_links and tag == "a"):
            if tag == "table" and not _is_frame(_rows(child)):
                inner.append(child)
            elif tag in _FIELDS:
                parts.append(_filled_in(child))
            else:
                if tag in _BREAKS:
                    parts.append("\n")
                _gather(child, parts, inner, without_links=without_links)
                if tag in _BREAKS:
                    parts.append("\n")
        if child.tail:
            parts.append(child.tail)


def _is_left_out(element: etree._Element) -> bool:
    """Is the element not shown at all?"""
    if element.tag in _NOT_SHOWN:
        return True
    style = element.get("style")
    if style is not None and _HIDDEN.search(style) is not None:
        return True
    return element.get("hidden") is not None


def _only_invisible(element: etree._Element) -> bool:
    """Does a cell that is not shown keep its place in the row, as `visibility: hidden` does?"""
    if element.tag not in ("td", "th") or element.get("hidden") is not None:
        return False
    return _HIDDEN.sub("", element.get("style", "")) == _INVISIBLE.sub("", element.get("style", ""))


def _is_aside(element: etree._Element) -> bool:
    """Is it a part of the site rather than of the page, with no table in it?"""
    tag = element.tag
    if tag in ("ul", "ol", "dl"):
        return _is_only_links(element)
    if tag not in _ASIDE_TAGS and tag not in ("div", "section", "form"):
        return False
    names = f"{element.get('class', '')} {element.get('id', '')}".split()
    by_name = element.get("role") in _ASIDE_ROLES or any(map(_ASIDE_NAMES.fullmatch, names))
    by_tag = tag in _ASIDE_TAGS and not (
        tag == "header" and next(element.iterancestors("article", "main"), None) is not None
    )
    return (by_name or by_tag) and next(element.iter("table"), None) is None


def _is_only_links(element: etree._Element) -> bool:
    """Several links and, apart from marks between them, nothing else."""
    links = 0
    for one in element.iter("a"):
        links += one.get("href") is not None
        if links == 2:
            break
    if links < 2 or next(element.iter(*_FIELDS), None) is not None:
        return False
    parts: list[str] = []
    _all_but_links(element, parts)
    return _BETWEEN_LINKS.fullmatch("".join(parts)) is not None


def _all_but_links(element: etree._Element, parts: list[str]) -> None:
    if element.text:
        parts.append(element.text)
    for child in element:
        if child.tag != "a" and not _is_left_out(child):
            _all_but_links(child, parts)
        if child.tail:
            parts.append(child.tail)


def _filled_in(element: etree._Element) -> str:
    """What a field of a page's form shows: its text, the chosen option, a box with its tick or without."""
    if element.tag == "textarea":
        return element.text or ""
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        return " ".join(option.text or "" for option in chosen)
    kind = element.get("type", "text").lower()
    if kind in ("checkbox", "radio"):
        return "☑" if element.get("checked") is not None else "□"
    return (
        ""
        if kind in ("hidden", "button", "submit", "reset", "image", "file", "password")
        else element.get("value", "")
    )
