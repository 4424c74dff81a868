"""What a form says, without its places: equal for one form on two carriers."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from extract.document import Issue, Locator, Printed
from extract.forms.form import Form


def facts(form: Form) -> object:
    """The form with each printed text as its words and each place left out."""
    return _bare(form)


def _bare(value: object) -> object:
    if isinstance(value, Printed):
        return value.text
    if isinstance(value, Issue):
        return value.code
    if is_dataclass(value) and not isinstance(value, type):
        kept = {one.name: getattr(value, one.name) for one in fields(value)}
        return {
            name: _bare(one)
            for name, one in kept.items()
            if name != "ordinal" and not isinstance(one, Locator)
        }
    if isinstance(value, tuple):
        return tuple(_bare(one) for one in value)
    return value
