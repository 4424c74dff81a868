"""Passages of prose: under labels inside the table, under headings around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from extract.document import Locator
from extract.forms.form import Narrative
from extract.forms.labels import look_up, section_of
from extract.forms.rows import Row, Slot
from extract.text import fold

_HEADING = re.compile(
    r"(?:第?[一二三四五六七八九十]+[、.章节]|\([一二三四五六七八九十\d]+\)|\d+(?:\.\d+)*[、.](?!\d)|[①-⑳])\S{1,40}"
)
_SENTENCE_END = "。；;，,!?"


def is_heading(text: str) -> bool:
    """A numbered line without the end of a sentence.

    >>> is_heading("一、项目支出基本情况"), is_heading("1、预算执行率为100%，完成较好。")
    (True, False)
    """
    key = fold(text)
    return bool(_HEADING.fullmatch(key)) and key[-1] not in _SENTENCE_END and "。" not in key


def passages(rows: Iterable[Row]) -> list[Narrative]:
    """The passages in table rows: a label, then its text; a label without text yields none.

    Where several labels stand in front of a text, the nearest is its heading.
    """
    found = []
    for row in rows:
        heading: Slot | None = None
        texts: list[Slot] = []
        for slot in row.slots:
            if not slot.text:
                continue
            label = look_up(slot.text, "section") is not None
            last = slot.fresh and slot is row.filled[-1]
            names = not slot.fresh or (label and not (last and heading is not None))
            if names or (heading is None and not last):
                heading = slot
            else:
                texts.append(slot)
        known = heading is not None and look_up(heading.text, "section") is not None
        if not known and len(texts) == 2 and section_of(texts[0].text) != "other" and len(texts[0].text) < 25:
            heading, texts = texts[0], texts[1:]
        title = heading.text if heading else None
        found += [Narrative(section_of(title or ""), title, text.text, text.locator) for text in texts]
    return found


def prose(rows: Sequence[Row]) -> list[Narrative]:
    """The paragraphs around the table, joined under the heading they follow.

    A heading with no text of its own (the chapter over a section) yields none.
    """
    found: list[Narrative] = []
    heading: str | None = None
    lines: list[str] = []
    first: Locator | None = None
    last: Locator | None = None

    def close() -> None:
        nonlocal lines, first, last
        if lines and first is not None and last is not None:
            section = section_of(heading) if heading else "other"
            found.append(Narrative(section, heading, "\n".join(lines), first.to(last)))
        lines, first, last = [], None, None

    for row in rows:
        text = " ".join(slot.text for slot in row.filled)
        if is_heading(text):
            close()
            heading = text
        else:
            lines.append(text)
            last = row.locator
            first = first or last
    close()
    return found
