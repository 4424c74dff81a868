"""From a Word part as stored to the text as printed: every wrapper, mark and change resolved.

Word stores text in many wrappings: content controls, tracked changes, fields, boxes, two versions of
a drawing. `resolve` rewrites a part once, so that afterwards a paragraph's text is its `w:t` elements
in order and nothing else, and whoever reads it need not know any of this.
"""

from __future__ import annotations

import re

from lxml import etree

from extract.readers.names import (
    ALTERNATE,
    CHOICE,
    FALLBACK,
    MATH_T,
    P_PR,
    R_PR,
    TBL,
    TC,
    TC_PR,
    TR,
    TR_PR,
    VAL,
    P,
    R,
    T,
    is_on,
    w,
)
from extract.readers.numbering import Counter, Styles
from extract.readers.symbols import in_symbol_font, is_symbol_font, symbol

_DELETED, _MOVED_AWAY, _CELL_DELETED = w("del"), w("moveFrom"), w("cellDel")
# What is not printed: former properties, properties of wrappers, field codes, phonetic guides, and
# tab stops, which are called like the tabs that stand at them.
_UNPRINTED = tuple(
    w(name)
    for name in (
        *("pPrChange", "rPrChange", "tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange"),
        *("tcPrChange", "sectPrChange", "numberingChange", "sdtPr", "sdtEndPr", "customXmlPr"),
        *("smartTagPr", "instrText", "delInstrText", "delText", "rt", "tabs", "softHyphen"),
    )
)
_WRAPPERS = (w("sdt"), w("sdtContent"), w("customXml"), w("ins"), w("moveTo"), ALTERNATE, CHOICE, FALLBACK)
_WRITTEN_AS = {
    w("tab"): "\t",
    w("ptab"): "\t",
    w("br"): "\n",
    w("cr"): "\n",
    w("noBreakHyphen"): "-",
}
_SYMBOL = w("sym")
_FONTS, _ASCII_FONT, _ANSI_FONT = w("rFonts"), w("ascii"), w("hAnsi")
_FIELD_CHAR, _FIELD_CHAR_TYPE, _FORM_FIELD = w("fldChar"), w("fldCharType"), w("ffData")
_INSTRUCTION = w("instrText")
_PLACEHOLDER, _CONTENT = w("showingPlcHdr"), w("sdtContent")
_VANISH, _RUN_STYLE, _PARAGRAPH_STYLE = w("vanish"), w("rStyle"), w("pStyle")
_TEXT_BOX = w("txbxContent")
_NUMBERS, _MERGE = w("numPr"), w("vMerge")
# EQ draws its text from the field code itself, as in a number within a circle.
_DRAWN_FIELD = re.compile(r"\s*EQ\b", re.IGNORECASE)


def resolve(root: etree._Element, styles: Styles) -> list[str]:
    """Rewrite a part in place to what is printed; the codes of what could not be, in fixed order.

    Tracked changes are accepted. Hidden text, field codes, comments' anchors and the placeholder
    prompts of empty content controls go; tabs, line breaks, symbols and equations become text; text
    boxes follow the paragraph that they are anchored in; wrappers dissolve.
    """
    notes = []
    if any(_DRAWN_FIELD.match(code.text or "") for code in root.iter(_INSTRUCTION)):
        notes.append("field_not_read")
    _choose_alternatives(root)
    _empty_unfilled_controls(root)
    _accept_changes(root)
    etree.strip_elements(root, *_UNPRINTED, with_tail=False)
    _drop_hidden(root, styles.hidden)
    if _write_out(root):
        notes.append("symbol_unknown")
    _write_symbol_fonts(root)
    _drop_field_codes(root)
    _write_form_fields(root)
    _place_text_boxes(root)
    etree.strip_tags(root, *_WRAPPERS)
    return notes


def text_of(paragraph: etree._Element) -> str:
    """The text of a paragraph in a resolved part, its tabs and line breaks as such."""
    return "".join([element.text for element in paragraph.iter(T) if element.text])


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _up(element: etree._Element | None, *tags: str) -> etree._Element | None:
    """The ancestor that is reached through exactly these tags, None where the way is another."""
    for tag in tags:
        element = element.getparent() if element is not None else None
        if element is None or element.tag != tag:
            return None
    return element


def _nearest(element: etree._Element, tag: str) -> etree._Element | None:
    return next(element.iterancestors(tag), None)


def _choose_alternatives(root: etree._Element) -> None:
    """Of several versions of the same content the first is kept: usually the drawing, not its old twin."""
    for alternate in list(root.iter(ALTERNATE)):
        versions = [*alternate.iterchildren(CHOICE), *alternate.iterchildren(FALLBACK)]
        for version in versions[1:]:
            alternate.remove(version)


def _empty_unfilled_controls(root: etree._Element) -> None:
    """A control that shows its prompt is empty: `单击此处输入文字` is nobody's answer."""
    for mark in list(root.iter(_PLACEHOLDER)):
        control = _up(mark, w("sdtPr"), w("sdt"))
        content = control.find(_CONTENT) if control is not None and is_on(mark) else None
        for run in list(content.iter(R)) if content is not None else ():
            _remove(run)


def _accept_changes(root: etree._Element) -> None:
    """Deleted and moved-away text, rows and cells go; a deleted paragraph mark joins two paragraphs."""
    joined = []
    for change in list(root.iter(_DELETED, _MOVED_AWAY, _CELL_DELETED)):
        parent = change.getparent()
        if parent is None:
            continue
        if parent.tag == TR_PR:
            row = _up(parent, TR)
            if row is not None:
                _remove(row)
        elif change.tag == _CELL_DELETED:
            cell = _up(parent, TC) if parent.tag == TC_PR else None
            if cell is not None:
                _remove(cell)
        elif parent.tag == R_PR:
            paragraph = _up(parent, P_PR, P)
            if paragraph is not None:
                joined.append(paragraph)
        else:
            parent.remove(change)
    for paragraph in joined:
        _join_next(paragraph)


def _join_next(paragraph: etree._Element) -> None:
    """Move the text before a deleted paragraph mark into the paragraph behind it, whose mark remains."""
    for sibling in paragraph.itersiblings():
        if sibling.tag == P:
            place = 1 if len(sibling) and sibling[0].tag == P_PR else 0
            for child in [child for child in paragraph if child.tag != P_PR]:
                sibling.insert(place, child)
                place += 1
            _remove(paragraph)
            return
        if sibling.tag in {TBL, w("sdt")}:
            return


def _drop_hidden(root: etree._Element, hidden_styles: frozenset[str]) -> None:
    hidden = [_up(vanish, R_PR, R) for vanish in root.iter(_VANISH) if is_on(vanish)]
    if hidden_styles:
        styled = [style for style in root.iter(_RUN_STYLE) if style.get(VAL) in hidden_styles]
        hidden += [_unless_shown(_up(style, R_PR, R)) for style in styled]
        for style in root.iter(_PARAGRAPH_STYLE):
            paragraph = _up(style, P_PR, P) if style.get(VAL) in hidden_styles else None
            if paragraph is not None:
                hidden.extend(_unless_shown(run) for run in paragraph.iter(R))
    for run in hidden:
        if run is not None:
            _remove(run)


def _unless_shown(run: etree._Element | None) -> etree._Element | None:
    """A run that a style hides, unless it says itself that it is not hidden."""
    own = run.find(f"{R_PR}/{_VANISH}") if run is not None else None
    return run if own is None or is_on(own) else None


def _write_out(root: etree._Element) -> bool:
    """Turn tabs, breaks, symbols and the text of equations into text. Was a symbol unknown?"""
    for element in list(root.iter(*_WRITTEN_AS, MATH_T)):
        if element.tag != MATH_T:
            element.text = _WRITTEN_AS[str(element.tag)]
        element.tag = T
    unknown = False
    for element in list(root.iter(_SYMBOL)):
        code = element.get(w("char"), "")
        is_code = re.fullmatch(r"[0-9A-Fa-f]{1,6}", code)
        char = symbol(element.get(w("font"), ""), int(code, 16) if is_code else -1)
        unknown = unknown or char == symbol("", -1)
        element.tag, element.text = T, char
    return unknown


def _write_symbol_fonts(root: etree._Element) -> None:
    """Text set in a symbol font is written as the pictures that it prints."""
    for fonts in root.iter(_FONTS):
        font = fonts.get(_ASCII_FONT) or fonts.get(_ANSI_FONT) or ""
        if not is_symbol_font(font):
            continue
        run = _up(fonts, R_PR, R)
        for element in run.iterchildren(T) if run is not None else ():
            element.text = in_symbol_font(font, element.text or "")


def _drop_field_codes(root: etree._Element) -> None:
    """Text within the code of a field, where a nested field puts its result, is not printed.

    Fields whose ends do not pair are left alone: rather a word too many than the rest of the page.
    """
    if next(root.iter(_FIELD_CHAR), None) is None:
        return
    in_code: list[bool] = []
    unprinted = []
    for element in root.iter(_FIELD_CHAR, T):
        kind = element.get(_FIELD_CHAR_TYPE)
        if element.tag == T:
            if any(in_code):
                unprinted.append(element)
        elif kind == "begin":
            in_code.append(True)
        elif not in_code:
            return
        elif kind == "separate":
            in_code[-1] = False
        else:
            in_code.pop()
    if not in_code:
        for element in unprinted:
            _remove(element)


def _write_form_fields(root: etree._Element) -> None:
    """Old form fields keep a tick or a choice beside the text: write it where it is printed."""
    for form_field in list(root.iter(_FORM_FIELD)):
        start = _up(form_field, _FIELD_CHAR)
        box, choices = form_field.find(w("checkBox")), form_field.find(w("ddList"))
        if start is None or (box is None and choices is None):
            continue
        text = etree.Element(T)
        if box is not None:
            state = box.find(w("checked"))
            text.text = "☑" if is_on(box.find(w("default")) if state is None else state) else "□"
        elif choices is not None:
            text.text = _chosen(choices)
        start.addnext(text)


def _chosen(choices: etree._Element) -> str:
    entries = [entry.get(VAL, "") for entry in choices.iterchildren(w("listEntry"))]
    result = choices.find(w("result"))
    index = result.get(VAL, "") if result is not None else "0"
    return entries[int(index)] if re.fullmatch(r"\d{1,3}", index) and int(index) < len(entries) else ""


def _place_text_boxes(root: etree._Element) -> None:
    """The content of a text box follows the paragraph that the box is anchored in."""
    last: dict[etree._Element, etree._Element] = {}
    for box in list(root.iter(_TEXT_BOX)):
        anchor = _nearest(box, P)
        if anchor is None:
            continue
        for child in list(box):
            last.get(anchor, anchor).addnext(child)
            last[anchor] = child


def number_paragraphs(root: etree._Element, styles: Styles, counter: Counter) -> None:
    """Write the printed number of each numbered paragraph of a resolved part before its text."""
    for paragraph in root.iter(P):
        properties = paragraph.find(P_PR)
        if properties is None:
            continue
        number = _numbered_by(properties, styles, counter)
        if number is None or _is_merged_away(paragraph):
            continue
        label = counter.label(*number)
        if label:
            text = etree.Element(T)
            text.text = label
            properties.addnext(text)


def _numbered_by(properties: etree._Element, styles: Styles, counter: Counter) -> tuple[str, int] | None:
    """The list and level of a paragraph: its own, or its style's; list 0 means none."""
    style = properties.find(_PARAGRAPH_STYLE)
    style_name = style.get(VAL, "") if style is not None else ""
    list_id, level = styles.numbered.get(style_name, (None, None))
    numbers = properties.find(_NUMBERS)
    if numbers is not None:
        own_list, own_level = numbers.find(w("numId")), numbers.find(w("ilvl"))
        list_id = own_list.get(VAL, list_id) if own_list is not None else list_id
        text = own_level.get(VAL, "") if own_level is not None else ""
        level = int(text) if re.fullmatch(r"[0-8]", text) else (level if own_list is None else 0)
    if list_id is None or list_id == "0":
        return None
    if level is None:
        known = counter.lists.get(list_id)
        level = known.level_of(style_name) if known is not None else 0
    return list_id, level


def _is_merged_away(paragraph: etree._Element) -> bool:
    """Does the paragraph stand in the covered part of a vertical merge, where nothing is printed?"""
    cell = _up(paragraph, TC)
    merge = cell.find(f"{TC_PR}/{_MERGE}") if cell is not None else None
    return merge is not None and merge.get(VAL) != "restart"
