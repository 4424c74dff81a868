"""Where one form ends and the next begins."""

from __future__ import annotations

from collections.abc import Sequence

from extract.forms.labels import look_up, split_pair
from extract.forms.rows import Row
from extract.forms.signs import has_levels, is_funding_header, is_indicator_header, is_total
from extract.forms.titles import is_title

_LOOK_AHEAD = 14


def segment(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of each form; rows before the first form belong to it, rows behind one to that one.

    A form begins at its title or, where forms follow one another without titles, at the next project
    name. A title that no head follows (a page's running title) begins nothing.
    """
    regions: list[list[Row]] = [[]]
    seen_project = seen_body = False
    for index, row in enumerate(rows):
        names_project = has_project_name(row)
        titled = _is_title_row(row) and seen_body and _begins_form(rows[index + 1 :])
        if titled or (names_project and seen_project):
            regions.append([])
            seen_project = seen_body = False
        regions[-1].append(row)
        seen_project = seen_project or names_project
        seen_body = seen_body or names_project or _is_body(row)
    return [region for region in regions if region]


def _is_body(row: Row) -> bool:
    """A row that only a form has; a tail without a head is a form too, of which the head is lost."""
    if row.is_paragraph:
        return False
    return is_indicator_header(row) or is_funding_header(row) or has_levels(row) or is_total(row)


def _is_title_row(row: Row) -> bool:
    return len(row.filled) == 1 and is_title(row.filled[0].text)


def _begins_form(following: Sequence[Row]) -> bool:
    for row in following[:_LOOK_AHEAD]:
        if has_project_name(row) or is_funding_header(row):
            return True
        if is_indicator_header(row):
            return False
    return False


def has_project_name(row: Row) -> bool:
    """Does the row print the label of the project's name?"""
    for slot in row.filled:
        pair = split_pair(slot.text)
        label = look_up(pair[0] if pair else slot.text, "field")
        if label is not None and label.code == "project_name":
            return True
    return False
