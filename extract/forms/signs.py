"""What a row shows by the labels in it: the signs by which parts of a form are told apart.

No sign looks at a place in a template, and none remembers what came before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.forms.cells import Type, cell_type, is_amount, is_score
from extract.forms.labels import bare, codes, fragment_of, look_up, split_pair
from extract.forms.rows import Row, Slot
from extract.text import fold

LEVEL_COLUMNS = frozenset({"level1", "level2", "name"})
VALUE_COLUMNS = frozenset({"target", "actual", "progress", "forecast", "score", "operator"})
AMOUNT_COLUMNS = frozenset({"initial_budget", "annual_budget", "executed", "executed_to_date", "forecast"})
PROSE_LENGTH = 12
_FIGURES = frozenset({Type.NUMBER, Type.PERCENT, Type.QUANTITY})
_PAGE = re.compile(r"第?\d+页?(?:[/共,]*第?\d+页)|第\d+页|-\d+-|[-·]\d+[-·]|page\d+(?:of\d+)?")
_SUBTOTAL = ("小计",)


def is_page_mark(text: str) -> bool:
    """A page number standing alone: `第 2 页`, `第3页 共12页`, `— 15 —`.

    >>> is_page_mark("第 3 页 共 12 页"), is_page_mark("— 15 —"), is_page_mark("15")
    (True, True, False)
    """
    return bool(_PAGE.fullmatch(fold(text)))


def is_indicator_header(row: Row) -> bool:
    """A row of column labels: one for the indicator's level or name and one for a value, or three."""
    texts = [slot.text for slot in row.filled]
    found = {code for code in codes(texts, "column") if code}
    if len(texts) < 2 or not found & LEVEL_COLUMNS:
        return False
    labels = sum(code is not None for code in codes(texts, "column"))
    return (len(found) >= 3 or bool(found & VALUE_COLUMNS)) and labels * 2 > len(texts)


def is_header_storey(row: Row) -> bool:
    """A row of nothing but column labels: the upper or lower storey of a header."""
    texts = [slot.text for slot in row.filled]
    return bool(texts) and all(codes(texts, "column"))


def is_upper_storey(row: Row, below: Row | None) -> bool:
    """Value labels (年度指标值 | 实际完成值 | 分值) over a row that names the levels."""
    if below is None or row.is_paragraph or not is_header_storey(row) or len(row.filled) < 3:
        return False
    found = {
        code for slot in below.filled if (label := look_up(slot.text, "column")) for code in [label.code]
    }
    return is_header_storey(below) and len(found & LEVEL_COLUMNS) >= 2


def is_block_label(row: Row, below: Row | None) -> bool:
    """绩效指标 or 实施期绩效指标 alone, over the header of the indicator block."""
    if below is None or len(row.filled) != 1 or not is_indicator_header(below):
        return False
    label = look_up(row.filled[0].text, "column")
    return label is not None and label.code == "group"


def is_funding_header(row: Row) -> bool:
    """A row with two column labels of the funding block, one of them an amount or the rate."""
    texts = [slot.text for slot in row.filled]
    found = {code for code in codes(texts, "budget_column") if code}
    figures = any(is_amount(text) for text in texts)
    return len(found) >= 2 and bool(found & (AMOUNT_COLUMNS | {"rate"})) and not figures


def is_labelled_funding(row: Row) -> bool:
    """预算数： | 1200 | 执行数： | 1150: amount labels, each with its figure behind it."""
    texts = [slot.text for slot in row.filled]
    pairs = 0
    for text, following in zip(texts, [*texts[1:], ""], strict=True):
        label = look_up(text, "budget_column")
        pairs += label is not None and label.code in AMOUNT_COLUMNS and is_amount(following)
    return pairs >= 2


def is_funding_line(row: Row) -> bool:
    """A source of money with an amount in its row, or the label of the block beside it."""
    texts = [slot.text for slot in row.filled]
    rest = [text for text in texts if not line_label(text)]
    if len(rest) == len(texts) or row.is_paragraph:
        return False
    inside = any((pair := split_pair(text)) and is_amount(pair[1]) for text in texts)
    block = any(look_up(text, "budget_block") for text in texts)
    return inside or block or any(is_amount(text) for text in rest)


def line_label(text: str) -> str | None:
    """The source of money that a cell names, alone or with its amount (`年度资金总额：1200`)."""
    label = look_up(text, "budget_line")
    if label is None:
        pair = split_pair(text)
        label = look_up(pair[0], "budget_line") if pair and is_amount(pair[1]) else None
    return label.code if label else None


def amounts(row: Row) -> int:
    """How many cells hold a plain amount."""
    return sum(is_amount(slot.text) for slot in row.filled)


def is_total(row: Row) -> bool:
    """总分 | 100 | 98: a total label with figures, marks or a grade behind it and nothing else."""
    texts = [slot.text for slot in row.filled]
    for index, text in enumerate(texts):
        label = look_up(text, "total")
        if label is not None and (
            label.code == "total" or (label.code == "score" and index == 0 < len(texts) - 1)
        ):
            rest = texts[index + 1 :]
            others = [one for one in rest if not is_score(one) and not look_up(one, "total")]
            figures = any(is_score(one) for one in rest)
            plausible = figures or not rest or all(cell_type(one) is Type.MARK for one in rest)
            return plausible and all(len(one) <= 8 for one in others)
    return False


def is_subtotal(row: Row) -> bool:
    """小计 with figures: it repeats what stands above it."""
    texts = [slot.text for slot in row.filled]
    rest = [text for text in texts if bare(text) not in _SUBTOTAL]
    return len(rest) < len(texts) and all(
        is_score(text) or look_up(text, "level1") or look_up(text, "level2") for text in rest
    )


def has_levels(row: Row) -> bool:
    """Does the row print a first or second level label that says 指标?"""
    return any(
        (look_up(slot.text, "level1") or look_up(slot.text, "level2")) and "指标" in fold(slot.text)
        for slot in row.filled
    )


def level_labels(texts: Sequence[str]) -> list[str]:
    """The cells that are first or second level labels."""
    return [text for text in texts if look_up(text, "level1") or look_up(text, "level2")]


def is_indicator_start(row: Row) -> bool:
    """A second-level label with a name and a value behind it, where no header was printed."""
    texts = [slot.text for slot in row.filled]
    for index, text in enumerate(texts):
        if look_up(text, "level2") and "指标" in fold(text):
            return len(texts) - index >= 3 and not row.is_paragraph
    return False


def has_figures(texts: Sequence[str]) -> bool:
    """Is there a cell that looks like a value or a numbered name?"""
    return any(cell_type(text) in (*_FIGURES, Type.NUMBERED) for text in texts)


def field_codes(texts: Sequence[str]) -> list[str]:
    """The head fields that cells are labels of, alone or before a colon."""
    found = []
    for text in texts:
        pair = split_pair(text)
        label = look_up(text, "field") or (look_up(pair[0], "field") if pair else None)
        if label is not None:
            found.append(label.code)
    return found


def goal_label(row: Row) -> str | None:
    """The goal label that opens the row: in its first cell, or its second behind the block's."""
    labels = [look_up(slot.text, "goal") for slot in row.filled[:2]]
    return next((label.code for label in labels if label), None)


def is_goal_header(row: Row) -> bool:
    """预期目标 | 实际完成情况: labels of the two sides, or goal labels and nothing else."""
    labels = [look_up(slot.text, "goal") for slot in row.filled]
    found = {label.code for label in labels if label}
    return bool(found & {"expected", "actual"}) or (bool(labels) and all(labels))


def goal_fragment(row: Row) -> Slot | None:
    """The prose behind a goal label that was cut short (`年度`); in a paragraph, behind its first word."""
    if row.is_paragraph:
        label, _, rest = row.slots[0].raw.strip().partition(" ")
        prose = Slot(rest.strip(), row.slots[0].locator, 1)
    elif len(row.filled) == 2:
        label, prose = row.filled[0].text, row.filled[1]
    else:
        return None
    key = bare(label)
    if len(key) < 2 or len(prose.text) < PROSE_LENGTH or (look_up(label, "goal") and not row.is_paragraph):
        return None
    known = look_up(label, "goal") or fragment_of(label, ("goal",))
    begins = any(spelling.startswith(key) for spelling in ("年度目标", "年度总体目标", "总体目标"))
    return prose if known or begins else None
