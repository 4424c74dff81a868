"""How far targets are reached, and what must not be compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.attainment import attainment, met
from normalize.values import Value, parse_value


def _value(text: str) -> Value:
    value = parse_value(text, year=2023)
    assert value is not None
    return value


@pytest.mark.parametrize(
    ("target", "actual", "direction", "ratio"),
    [
        ("≥90%", "99%", None, 1.1), ("≥90%", "45%", "negative", 0.5), (">90%", "90%", None, 1.0), ("≥200人", "202人", None, 1.01),
        ("≤12小时", "8小时", None, 1.5), ("≤12小时", "24小时", "positive", 0.5), ("≤61万元", "61万元", None, 1.0), ("<10次", "20次", None, 0.5),
        ("100%", "95%", "positive", 0.95), ("100%", "95%", "negative", 100 / 95), ("100%", "100%", None, 1.0), ("100%", "95%", None, None),
        ("100%", "95%", "neutral", None), ("4次", "4次", "positive", 1.0),
        ("12-15", "13", None, 1.0), ("12-15", "6", None, 0.5), ("12-15", "30", None, 0.5), ("±3%以内", "-2%", None, 1.0),
        ("±3%以内", "2%", None, 1.0), ("±3%以内", "6%", None, 0.5),
        ("≥2公里", "1800米", None, 0.9), ("≤1小时", "60分钟", None, 1.0), ("≥1吨", "500公斤", None, 0.5), ("≥1万元", "9000元", None, 0.9),
        ("≥5‰", "1%", None, 2.0), ("≤1年", "6个月", None, 2.0),
        ("≥100人", "100人次", None, None), ("≤3个工作日", "3天", None, None), ("≥100%", "100人", None, None), ("≤1年", "300天", None, None),
        ("≥200人", "202", None, 1.01), ("≥90%", "95", None, 95 / 90), ("≥95%", "0.98", None, None), ("≥0.5%", "0.6", None, 1.2),
        ("≤61万元", "60", None, None), ("≤61", "60万元", None, None), ("≥2亿条", "2.1", None, None), ("≥3.8万", "3.9万人", None, 39 / 38),
        ("≥90%", "≥90%", None, None), ("≥90%", "完成", None, None), ("效果显著", "效果显著", None, None), ("12月底前", "12月", None, None),
        ("0次", "0次", "negative", 1.0), ("≤10次", "0次", None, None), ("≤0次", "1次", None, 0.0), ("0次", "3次", "positive", None),
        ("增长5%", "增长6%", None, 1.2), ("下降10%", "下降5%", "negative", 0.5), ("增长5%", "下降5%", None, None), ("增长≥5%", "6%", None, 1.2),
    ],
)  # fmt: skip
def test_attainment(target: str, actual: str, direction: str | None, ratio: float | None) -> None:
    found = attainment(_value(target), _value(actual), direction)
    assert found == (None if ratio is None else pytest.approx(ratio))


@pytest.mark.parametrize(
    ("target", "actual", "direction", "expected"),
    [
        ("≥90%", "95%", None, True), ("≥90%", "90%", None, True), (">90%", "90%", None, False), ("≥90%", "89.99%", None, False),
        ("≤30万元", "29万元", None, True), ("≤30万元", "30.01万元", None, False), ("<5次", "5次", None, False), ("<5次", "4次", None, True),
        ("12-15", "12", None, True), ("12-15", "16", None, False), ("±3%", "-3%", None, True), ("±3%", "-4%", None, False),
        ("4次", "4次", None, True), ("4次", "5次", None, None), ("4次", "5次", "positive", True), ("4次", "5次", "negative", False),
        ("100%", "95%", "positive", False), ("≥266米", "≥266米", None, True), ("≥90%", "≥85%", None, None), ("≥90%", "≤85%", None, False),
        ("≥90%", "<90%", None, False), (">90%", "≥90%", None, None), ("<5", "≤5", None, None), ("约300人", "290人", None, None),
        ("约300人", "300人", None, True), ("≥300人", "300余人", None, True), ("≤61万元", "60", None, None), ("≥100人", "100人次", None, None),
        ("增长5%", "增长6%", None, True), ("增长5%", "下降2%", None, False), ("下降10%", "下降5%", "negative", False),
        ("≤14个工作日", "10个工作日内", None, True), ("当天", "当天", None, True), ("7*24小时", "24小时/天", None, True),
        ("11月底前", "2023年11月", None, True), ("11月底前", "2023年12月5日", None, False), ("11月15日前", "11月", None, None),
        ("9月前", "8月", None, True), ("9月前", "9月", None, False), ("2023年12月31日", "2023年11月30日", None, True), ("12月底前", "及时", None, None),
        ("12月底前", "12月底前", None, True), ("3月起", "4月", None, None),
        ("达标", "达标", None, True), ("效果显著", "效果 显著", None, True), ("控制在预算内", "控制在预算内", None, True), ("促进", "提高", None, None),
        ("是", "否", None, False), ("否", "否", None, True), ("否", "完成", None, None), ("优", "良", None, False), ("良", "优", None, True),
        ("良好以上", "优", None, True), ("优良中低差", "优", None, True), ("优良中低差", "良", None, None), ("优良中低差", "优良中低差", None, None),
        ("显著提升", "达成预期指标", None, True), ("显著提升", "部分达成", None, False), ("显著提升", "未完成", None, False),
        ("≤30万元", "完成", None, None), ("≥3次", "未完成", None, False), ("效果显著", "95%", None, None),
    ],
)  # fmt: skip
def test_met(target: str, actual: str, direction: str | None, expected: bool | None) -> None:
    assert met(_value(target), _value(actual), direction) is expected


VALUES = st.builds(
    lambda op, number, unit: _value(f"{op}{number}{unit}"),
    st.sampled_from(["≥", "≤", "", ">", "<", "±", "约", "增长", "下降"]),
    st.integers(0, 1000),
    st.sampled_from(["", "%", "人", "万元", "元", "公里", "米", "天", "小时", "个月", "万人", "元/人"]),
)
DIRECTIONS = st.sampled_from([None, "positive", "negative", "neutral", ""])


@given(VALUES, VALUES, DIRECTIONS)
def test_the_two_answers_agree(target: Value, actual: Value, direction: str | None) -> None:
    ratio, reached = attainment(target, actual, direction), met(target, actual, direction)
    assert ratio is None or ratio >= 0
    if ratio is not None and reached is not None and not actual.approximate and not target.approximate:
        # Only a strict comparator tells 1.0 from met.
        assert reached == (ratio >= 1) or (ratio == 1 and target.op in {"<", ">"})


@given(VALUES)
def test_every_exact_value_meets_itself(value: Value) -> None:
    assert met(value, value) is True
