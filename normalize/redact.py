"""A form without persons: names and telephone numbers out of every text, before anything is written."""

from __future__ import annotations

from dataclasses import replace

from extract.document import Issue, Printed
from extract.forms.form import Form, Goal, HeaderField, IndicatorRow, Narrative
from normalize.contacts import is_contact_line, without_contacts

PERSONAL_FIELDS = frozenset({"contact", "phone", "seal"})


def redacted(form: Form) -> Form:
    """The form without its contact fields, and with names and numbers masked in all free text.

    Passages that say nothing but who signed or whom to call are left out. What is masked stays in the
    document itself: every text keeps its locator.
    """
    return replace(
        form,
        header=tuple(_field(one) for one in form.header if one.name not in PERSONAL_FIELDS),
        goals=tuple(Goal(one.term, _printed(one.expected), _printed(one.actual)) for one in form.goals),
        indicators=tuple(_row(row) for row in form.indicators),
        narratives=tuple(
            _narrative(one)
            for one in form.narratives
            if not is_contact_line(f"{one.heading or ''}{one.text}")
        ),
        leftover=tuple(
            Printed(without_contacts(one.text), one.locator)
            for one in form.leftover
            if not is_contact_line(one.text)
        ),
        issues=tuple(_issue(one) for one in form.issues),
    )


def _printed(printed: Printed | None) -> Printed | None:
    return Printed(without_contacts(printed.text), printed.locator) if printed else None


def _field(field: HeaderField) -> HeaderField:
    return replace(field, value=Printed(without_contacts(field.value.text), field.value.locator))


def _row(row: IndicatorRow) -> IndicatorRow:
    return replace(
        row,
        reason=_printed(row.reason),
        others=tuple((label, Printed(without_contacts(one.text), one.locator)) for label, one in row.others),
        issues=tuple(_issue(one) for one in row.issues),
    )


def _narrative(one: Narrative) -> Narrative:
    heading = without_contacts(one.heading) if one.heading else None
    return replace(one, heading=heading, text=without_contacts(one.text))


def _issue(issue: Issue) -> Issue:
    return replace(issue, message=without_contacts(issue.message))
