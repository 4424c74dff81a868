"""Headers of two storeys whose columns were lost: which lower label stands under which upper one."""

from __future__ import annotations

from collections.abc import Sequence

from extract.forms.labels import look_up_alike
from extract.forms.rows import Row, Slot
from extract.forms.signs import LEVEL_COLUMNS

# Roles and the labels they were read from, left to right.
Named = list[tuple[str, str]]

# An upper label that a lower one may replace: the value's own parts, or a cell that says nothing.
_OPEN = ("target", "unknown", "group")


def role_of(slot: Slot) -> str | None:
    """The role that a header cell's label means, a slip forgiven."""
    label = look_up_alike(slot.text, "column") if slot.text else None
    return label.code if label else None


def merged_storeys(top: Named, rows: Sequence[Row]) -> Named:
    """One line of roles out of a header's rows; `top` is the first row's.

    Where a lower row has all its cells, its labels take the places they stand in (年度指标值 over 指标性质
    | 指标值 | 度量单位). Where cells are missing, they take the place of the value's label.
    """
    named = top
    for row in rows[1:]:
        lower = [(role_of(slot), slot.text) for slot in row.slots]
        width = len(rows[0].slots)
        if len(lower) == width and _fits(lower, named):
            padded = [*named, *[("unknown", "")] * (len(lower) - len(named))]
            named = [
                (role, text) if role else above for (role, text), above in zip(lower, padded, strict=True)
            ]
            while named and named[-1] == ("unknown", ""):
                named.pop()
        else:
            named = _inserted(named, [(role, text) for role, text in lower if role])
    return _spliced(_without_repeats(named))


def _fits(lower: Sequence[tuple[str | None, str]], upper: Named) -> bool:
    return all(
        role is None or above in (role, *_OPEN) for (role, _), (above, _) in zip(lower, upper, strict=False)
    )


def _inserted(named: Named, inner: Named) -> Named:
    """The lower labels in the place of the value's; or, if they name the levels, in front of the rest."""
    roles = {role for role, _ in inner}
    if len(roles & LEVEL_COLUMNS) >= 2 and not {role for role, _ in named} & LEVEL_COLUMNS:
        return [*inner, *[one for one in named if one[0] not in {*roles, *_OPEN}]]
    at = next((place for place, (role, _) in enumerate(named) if role == "target"), None)
    if len(inner) < 2 or at is None or "target" not in roles:
        return named
    return [*named[:at], *inner, *named[at + 1 :]]


def _without_repeats(named: Named) -> Named:
    """A converter that repeats merged cells prints a label several times side by side."""
    return [
        one
        for place, one in enumerate(named)
        if place == 0 or one[0] == "unknown" or one[0] != named[place - 1][0]
    ]


def _spliced(named: Named) -> Named:
    """The lower storey of a header that was written in one line stands at its end.

    一级 | 二级 | 三级 | 年度指标值 | 完成值 | 分值 | 指标性质 | 指标值 | 度量单位: the last three belong under
    the fourth.
    """
    roles = [role for role, _ in named]
    tail = len(roles)
    while tail and roles[tail - 1] in ("operator", "target", "unit"):
        tail -= 1
    inner = roles[tail:]
    if len(inner) < 2 or "target" not in inner or "target" not in roles[:tail]:
        return named
    place = roles.index("target")
    return [*named[:place], *named[tail:], *named[place + 1 : tail]]
