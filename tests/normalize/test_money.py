"""Money cells, scores, rates: what is sure is read, what is not is None."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.money import money_factor, parse_money, parse_number, parse_rate

# Cells met on real forms.
SEEN = [
    ("86.00", "万元", "860000.00"), ("1000.00", "万元", "10000000.00"), ("24.5", "万元", "245000.00"), ("0.00", "万元", "0.00"),
    ("1,030,700.00", "元", "1030700.00"), ("8,827,620.53", "元", "8827620.53"), ("387664.62(元)", None, "387664.62"),
    ("284500.00", "元", "284500.00"), ("10606.7522万元", None, "106067522.00"), ("3359.62万", "万元", "33596200.00"),
    ("2.38  万元", "万元", "23800.00"), ("854万(…400+295+159)", "万元", "8540000.00"), ("854万854万", "万元", "8540000.00"),
    ("78,400", "元", "78400.00"), ("226,145,100.00元", "万元", "226145100.00"), ("22,614.51万元", "元", "226145100.00"),
    ("", "万元", None), ("—", "万元", None), ("/", "万元", None), ("无", "万元", None), ("0", "万元", "0.00"), ("-", "万元", None),
]  # fmt: skip

MADE = [
    ("24.5", "（万元）", "245000.00"), ("24.5", "单位：万元", "245000.00"), ("24.5", "万兀", "245000.00"), ("24.5", "亿元", "2450000000.00"),
    ("24.5", "千元", "24500.00"), ("24.5", None, None), ("24.5", "人", None), ("24.5", "%", None), ("854万", None, "8540000.00"),
    ("854元", "万元", "854.00"), ("1.2亿", "万元", "120000000.00"), ("1亿2000万", "万元", "120000000.00"), ("￥24.5", "万元", "245000.00"),
    ("２４．５", "万元", "245000.00"), ("-5.00", "万元", "-50000.00"), ("100万元整", None, "1000000.00"), ("壹佰万元整", None, "1000000.00"),
    ("100.00(含税)", "万元", "1000000.00"), ("100(其中:省级60)", "万元", "1000000.00"), ("100(200)", "万元", None),
    ("400+295+159", "万元", None), ("61.0061.00", "万元", None), ("24.5 24.5", "万元", None), ("24.5/24.5", "万元", None),
    ("≤24.5", "万元", None), ("约24.5", "万元", None), ("24.5%", "万元", None), ("24.5万人", "万元", None), ("1,0307", "元", None),
    ("1.030.700", "元", None), ("24。5", "万元", None), ("l0.5", "万元", None), ("0.005", "元", "0.01"), ("99999999999999999", "元", None),
    ("854万元万元", "万元", None), ("财政拨款24.5", "万元", None), ("10-20", "万元", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "unit", "yuan"), SEEN + MADE)
def test_money(text: str, unit: str | None, yuan: str | None) -> None:
    amount = parse_money(text, unit)
    assert (None if amount is None else str(amount)) == yuan


@given(st.decimals(0, 10**7, places=2), st.sampled_from(["元", "千元", "万元", "亿元"]))
def test_a_unit_in_the_cell_or_over_the_column_is_the_same(amount: Decimal, unit: str) -> None:
    factor = money_factor(unit)
    assert factor is not None
    expected = (amount * factor).quantize(Decimal("0.01"))
    cells = [
        (f"{amount:f}", unit),
        (f"{amount:,f}", unit),
        (f"{amount:f}{unit}", None),
        (f"{amount:f}{unit}", "万元"),
    ]
    assert {parse_money(text, column) for text, column in cells} == {expected}


@given(
    st.text(max_size=40) | st.text("0123456789.,%万亿元()（）+-— ", max_size=20),
    st.none() | st.text(max_size=5),
)
def test_nothing_raises(text: str, unit: str | None) -> None:
    amount = parse_money(text, unit)
    assert amount is None or amount.as_tuple().exponent == -2
    parse_number(text)
    parse_rate(text)
    parse_rate(text, Decimal(0), Decimal(5))
    parse_rate(text, Decimal(10), None)


def test_long_cells() -> None:
    assert parse_money("9" * 100_000, "万元") is None
    assert parse_number("9" * 100_000) is None
    assert parse_rate("9" * 100_000) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("10", "10"), ("10分", "10"), ("9.5", "9.5"), ("（10分）", "10"), (" 8 ", "8"), ("１０", "10"), ("10%", "10"), ("0", "0"),
        ("-2", "-2"), ("—", None), ("/", None), ("", None), ("优", None), ("（40-50）分", None), ("20分×执行率", None), ("10 10", None),
        ("1010.5.5", None),
    ],
)  # fmt: skip
def test_number(text: str, number: str | None) -> None:
    assert parse_number(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("text", "budget", "executed", "rate"),
    [
        ("100%", None, None, "1"), ("100.00%", None, None, "1"), ("102.59%", None, None, "1.0259"), ("0%", None, None, "0"),
        ("86.2", None, None, "0.862"), ("100", None, None, "1"), ("1", None, None, "1"), ("0.95", None, None, "0.95"),
        ("1.08", None, None, "1.08"), ("1", "1000", "10", "0.01"), ("1", "1000", "1000", "1"), ("1.2", "100", "1.2", "0.012"),
        ("1.2", "100", "120", "1.2"), ("86.2", "0", "0", "0.862"), ("86.2", "100", "12", "0.862"), ("—", None, None, None),
        ("/", "1", "1", None), ("≥90%", None, None, None), ("100.00%10", None, None, None), ("", None, None, None),
    ],
)  # fmt: skip
def test_rate(text: str, budget: str | None, executed: str | None, rate: str | None) -> None:
    known = [None if one is None else Decimal(one) for one in (budget, executed)]
    assert parse_rate(text, *known) == (None if rate is None else Decimal(rate))
