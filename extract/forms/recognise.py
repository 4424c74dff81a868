"""识别: a Document to its forms. The one place that knows all parts of a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.document import Document, Issue, Locator, Printed
from extract.forms.columns import Column
from extract.forms.flat import unfolded
from extract.forms.form import Form, FundingLine, HeaderField, IndicatorRow
from extract.forms.funding import read_funding
from extract.forms.goals import read_goals
from extract.forms.header import read_header
from extract.forms.indicators import read_indicators
from extract.forms.labels import bare, money_unit
from extract.forms.narrative import passages, prose
from extract.forms.parts import Kind, Part, parts
from extract.forms.rows import Row, rows_of
from extract.forms.segment import segment
from extract.forms.stream import unbroken
from extract.forms.titles import kind_of, year_in
from extract.forms.total import read_total

# Trouble of the reader's that a form inherits: what was read may be elsewhere, damaged or not all.
_DOUBTS = frozenset(
    {"columns_guessed", "merge_repaired", "merged_text", "needs_ocr", "characters_damaged", "ink_not_read"}
)
_GUESSED = 0.7
_TRANSFER_LABELS = ("中央主管部门", "地方主管部门", "资金使用单位", "转移支付")


def recognise(document: Document) -> tuple[Form, ...]:
    """All forms of a document in reading order; none where no cluster of labels makes a form."""
    forms: list[Form] = []
    doubts = tuple(issue for issue in document.issues if issue.code in _DOUBTS)
    for region in segment(unbroken(rows_of(document))):
        for rows in unfolded(region):
            found = parts(rows)
            if _is_form(found):
                forms.append(_doubted(_form(len(forms) + 1, found), doubts))
    return tuple(forms)


def _doubted(form: Form, doubts: tuple[Issue, ...]) -> Form:
    """The form, and where its columns were guessed each of its rows, in doubt as its document is."""
    if not doubts:
        return form
    guessed = [issue for issue in doubts if issue.code == "columns_guessed"]
    rows = [
        replace(
            row,
            confidence=min(row.confidence, _GUESSED),
            issues=(*row.issues, *(replace(issue, locator=row.locator) for issue in guessed[:1])),
        )
        if guessed
        else row
        for row in form.indicators
    ]
    confidence = min(form.confidence, _GUESSED) if guessed else form.confidence
    return replace(form, indicators=tuple(rows), issues=(*form.issues, *doubts), confidence=confidence)


def _is_form(found: Sequence[Part]) -> bool:
    """A form shows an indicator block, or a head and funding or goals under a title."""
    kinds = {part.kind for part in found}
    if Kind.INDICATOR_HEADER in kinds or Kind.INDICATOR in kinds:
        return len(kinds & {Kind.FIELD, Kind.FUNDING, Kind.GOAL, Kind.TITLE, Kind.TOTAL}) >= 1
    return {Kind.TITLE, Kind.FIELD} <= kinds and bool(kinds & {Kind.FUNDING, Kind.GOAL})


def _form(ordinal: int, found: Sequence[Part]) -> Form:
    def rows(*kinds: Kind) -> list[Row]:
        return [part.row for part in found if part.kind in kinds]

    header, rest_header = read_header(rows(Kind.FIELD))
    unit = _unit(header, found)
    funding, rest_funding, issues_funding = read_funding(found, unit)
    goals, rest_goals, issues_goals = read_goals(found)
    indicators, rest_rows, issues_rows, columns = read_indicators(found)
    total, rest_total = read_total(rows(Kind.TOTAL), columns)
    title = next((row.filled[0].printed for row in rows(Kind.TITLE)), None)
    unknown = [slot.printed for row in rows(Kind.UNKNOWN) for slot in row.filled]
    leftover = (*rest_header, *rest_funding, *rest_goals, *rest_rows, *rest_total, *unknown)
    issues = (*issues_funding, *issues_goals, *issues_rows)
    complete = _complete(found, header, title)
    body = [part.row for part in found if part.kind is not Kind.PROSE] or [part.row for part in found]
    return Form(
        ordinal=ordinal,
        kind=_kind(title, indicators, funding, header, columns),
        title=title,
        year=_year(found, title),
        header=tuple(header),
        funding=tuple(funding),
        goals=tuple(goals),
        indicators=tuple(indicators),
        total=total,
        narratives=(*prose(rows(Kind.PROSE)), *passages(rows(Kind.PASSAGE))),
        leftover=leftover,
        complete=complete,
        confidence=_confidence(indicators, leftover, issues, complete=complete),
        locator=_place(body),
        issues=issues,
    )


def _place(rows: Sequence[Row]) -> Locator:
    """From the first row to the last; where paragraphs and tables count apart, the table's rows."""
    whole = rows[0].locator.to(rows[-1].locator)
    inside = [row.locator for row in rows if not row.is_paragraph]
    return inside[0].to(inside[-1]) if whole == rows[0].locator and inside else whole


def _unit(header: Sequence[HeaderField], found: Sequence[Part]) -> str | None:
    """The unit of money that the form states outside the funding block."""
    stated = next((one.value.text for one in header if one.name == "money_unit"), None)
    if stated:
        return stated
    texts = (slot.text for part in found for slot in part.row.filled if "单位" in slot.text)
    return next((unit for text in texts if (unit := money_unit(text))), None)


def _year(found: Sequence[Part], title: Printed | None) -> Printed | None:
    """The year as printed: in the title, on a line of its own, or in the head."""
    if title is not None and year_in(title.text) is not None:
        return title
    for part in found:
        if part.kind is Kind.YEAR:
            return part.row.filled[0].printed
    return None


def _kind(
    title: Printed | None,
    indicators: Sequence[IndicatorRow],
    funding: Sequence[FundingLine],
    header: Sequence[HeaderField],
    columns: Sequence[Column],
) -> str:
    roles = {column.role for column in columns}
    evaluated = bool(roles & {"actual", "score"}) or any(line.executed or line.rate for line in funding)
    labels = {bare(field.label) for field in header}
    transfer = any(label.startswith(word) for label in labels for word in _TRANSFER_LABELS)
    text = title.text if title else ""
    return kind_of(
        text, has_actuals=evaluated or any(row.actual for row in indicators), transfer_labels=transfer
    )


def _complete(found: Sequence[Part], header: Sequence[HeaderField], title: Printed | None) -> bool:
    """Does the form have a beginning (title or project) and an indicator block?"""
    begins = title is not None or any(one.name == "project_name" for one in header)
    return begins and any(part.kind is Kind.INDICATOR_HEADER for part in found)


def _confidence(
    indicators: Sequence[IndicatorRow],
    leftover: Sequence[Printed],
    issues: Sequence[Issue],
    *,
    complete: bool,
) -> float:
    """How far the reading of the form can be trusted: its rows' mean, less for all that stayed over."""
    base = sum(row.confidence for row in indicators) / len(indicators) if indicators else 0.5
    base -= min(0.03 * len(leftover), 0.3) + min(0.1 * len(issues), 0.4) + (0 if complete else 0.15)
    return round(max(base, 0.0), 3)
