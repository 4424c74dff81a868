"""Value expressions: a table of real ones and their relatives, and properties over all of them."""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.text import canonical, is_blank
from normalize.values import format_value, join_text, parse_value, read_operator, suspicion, unit_in_name

TABLE = tomllib.loads((Path(__file__).parent / "data" / "values.toml").read_text(encoding="utf-8"))
OPTIONS = ("year", "unit", "operator", "money_unit")


def _rows() -> list[Any]:
    rows = []
    for group in TABLE["group"]:
        options = {name: group[name] for name in OPTIONS if name in group}
        cases = group.get("cases", [[text, group.get("words"), *[""] * 5] for text in group.get("texts", [])])
        for text, *expected in cases:
            wanted = tuple(one or None for one in expected)
            rows.append(pytest.param(text, options, wanted, id=f"{group['name']}: {text}"))
    return rows


ROWS = _rows()
TEXTS = [row.values[0] for row in ROWS] + TABLE["blank"]


@pytest.mark.parametrize(("text", "options", "expected"), ROWS)
def test_value(text: str, options: dict[str, Any], expected: tuple[str | None, ...]) -> None:
    value = parse_value(text, **options)
    assert value is not None
    kind, op, low, high, unit, date = expected
    assert (value.kind, value.op, value.unit) == (kind, op, unit)
    assert (value.low, value.high) == tuple(None if one is None else Decimal(one) for one in (low, high))
    assert value.date == (None if date is None else datetime.date.fromisoformat(date))


@pytest.mark.parametrize("text", TABLE["blank"])
def test_blank(text: str) -> None:
    assert parse_value(text) is None
    assert parse_value(text, operator="≥", unit="%", year=2023) is None


def test_extra_fields() -> None:
    assert parse_value("约300人").approximate  # type: ignore[union-attr]
    assert [parse_value(text).change for text in ("增长5%", "同比下降3%", "5%")] == ["+", "-", None]  # type: ignore[union-attr]
    assert parse_value("≥2亿条").scale == Decimal(10**8)  # type: ignore[union-attr]
    month = parse_value("10月", year=2023)
    assert month is not None
    assert month.date_from == datetime.date(2023, 10, 1)


@pytest.mark.parametrize(
    ("text", "likely"),
    [
        ("290%", "≥90%"), ("292%", "≥92%"), ("298.5%", "≥98.5%"), ("2100%", "≥100%"), ("890%", "≥90%"),
        ("工90%", "≥90%"), ("二90%", "≥90%"), ("%90%", "≥90%"), ("工3000件", "≥3000件"), ("l00%", "100%"),
        ("1OO%", "100%"), ("≥9O%", "≥90%"),
        ("》90%", None), ("90%", None), ("200%", None), ("205%", None), ("2280次", None), ("二十人", None), ("工作", None),
        ("2km", None), ("", None),
    ],
)  # fmt: skip
def test_suspicion(text: str, likely: str | None) -> None:
    assert suspicion(text) == likely


@pytest.mark.parametrize(
    ("operator", "value", "unit", "joined"),
    [
        ("≥", "95", "%", "≥95%"), ("大于等于", "98", "百分比", "大于等于98百分比"), ("≧", "100", "％", "≧100％"),
        (None, "7", None, "7"), ("≥", "≥95%", "%", "≥95%"), ("≥", "≧95", "%", "≧95%"), ("≤", "854万", "万元", "≤854万元"),
        ("=", "6 ", " 万元", "=6万元"), ("定性", "优良中低差", "/", "优良中低差"), ("≥", "—", "%", "—"), ("=", "优", "项", "=优(项)"),
        ("", "五", "次", "五次"),
    ],
)  # fmt: skip
def test_join(operator: str | None, value: str, unit: str | None, joined: str) -> None:
    assert join_text(operator, value, unit) == joined


@given(
    st.sampled_from(["≥", "≤", "=", "大于等于", ">", "＜"]),
    st.decimals(0, 10**6, places=2).map(str),
    st.sampled_from(["%", "百分比", "万元", "人次", "元/人·月", "个工作日", "公里", "次/年"]),
)
def test_three_columns_say_what_the_joined_text_says(operator: str, value: str, unit: str) -> None:
    apart = parse_value(value, operator=operator, unit=unit)
    together = parse_value(join_text(operator, value, unit))
    assert apart is not None
    assert together is not None
    assert replace(apart, text="") == replace(together, text="")


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("≥", ">="),
        ("≧", ">="),
        ("﹦", "="),
        ("═", "="),
        ("大于等于", ">="),
        ("小于", "<"),
        ("定性", None),
        ("", None),
        ("正向", None),
    ],
)
def test_operator_column(text: str, op: str | None) -> None:
    assert read_operator(text) == op


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("技术服务内容（项）", "项"), ("培训人次(人次)", "人次"), ("补助标准（万元/户）", "万元/户"), ("满意度（%）", "%"),
        ("受益人数（人）≥", "人"), ("建设里程（单位：公里）", "公里"), ("道路（一期）", None), ("培训（省级）", None), ("人数（市）", None),
        ("人数", None), ("（≥**人）", None), ("", None),
    ],
)  # fmt: skip
def test_unit_in_name(name: str, unit: str | None) -> None:
    assert unit_in_name(name) == unit


VALUE_LIKE = st.lists(
    st.sampled_from(
        [
            *"≥≤<>=±%％-—~至到/·*每、，,.。（）()万亿千百十一二两半0123456789年月日前后底内完成达约",
            "个工作日",
            "人次",
            "以上",
            "不低于",
        ]
    ),
    max_size=14,
).map("".join)
ANY_TEXT = st.one_of(st.text(max_size=60), VALUE_LIKE, st.sampled_from(TEXTS))
MAYBE = st.one_of(
    st.none(), st.text(max_size=6), st.sampled_from(["%", "万元", "≥", "定性", "月", "/月", "亿"])
)


@given(ANY_TEXT, MAYBE, MAYBE, st.one_of(st.none(), st.integers(1, 9999)), MAYBE)
def test_nothing_raises(
    text: str, unit: str | None, operator: str | None, year: int | None, money_unit: str | None
) -> None:
    value = parse_value(text, unit=unit, operator=operator, year=year, money_unit=money_unit)
    suspicion(text)
    unit_in_name(text)
    join_text(operator, text, unit)
    if value is None:
        assert is_blank(text)
        return
    format_value(value)
    _check_shape(value.kind, value.op, value.low, value.high)


def _check_shape(kind: str, op: str | None, low: Decimal | None, high: Decimal | None) -> None:
    bounds = {None: "", ">=": "l", ">": "l", "<=": "h", "<": "h", "=": "lh", "between": "lh"}[op]
    if kind in {"qualitative", "text", "date"}:
        bounds = ""
    assert (low is not None, high is not None) == ("l" in bounds, "h" in bounds)
    assert low is None or high is None or low <= high
    for bound in (low, high):
        assert bound is None or (abs(bound) < 10**20 and bound == round(bound, 8))


@given(st.text(max_size=80) | VALUE_LIKE)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@given(ANY_TEXT, st.one_of(st.none(), st.integers(1995, 2090)))
def test_the_written_form_says_the_same(text: str, year: int | None) -> None:
    value = parse_value(text, year=year)
    if (
        value is None
        or value.kind in {"qualitative", "text"}
        or (value.kind == "date" and value.date is None)
    ):
        return
    written = format_value(value)
    assert parse_value(written) == replace(value, text=written)


@pytest.mark.parametrize(
    "text",
    [*"0123456789", "9" * 5000, "≥" + "1" * 2_000_000, "一" * 5000, "(" * 3000, "每" * 3000, "》" * 999],
)
def test_long_texts_are_prose(text: str) -> None:
    value = parse_value(text)
    assert value is not None
    assert value.kind == ("text" if len(text) > 1 else "numeric")
