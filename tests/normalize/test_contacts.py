"""Personal data in free text: a table of cases, and properties of any text."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.contacts import MASK, is_contact_line, without_contacts

TABLE: dict[str, list[Any]] = tomllib.loads(
    (Path(__file__).parent / "data" / "contacts.toml").read_text(encoding="utf-8")
)

# What contacts stand among, thrown together: the characters every pattern looks for.
PIECES = st.sampled_from(
    [
        *(
            "项目",
            "单位",
            "负责人",
            "联系人",
            "审核",
            "成员",
            "及电话",
            "手机",
            "Tel",
            "（签字）",
            "（盖章）",
            "编码",
            "身份证",
        ),
        *(
            "张某",
            "李某某",
            "欧阳某某",
            "阿某·某某",
            "财政局",
            "局长",
            "同志",
            "张",
            "和",
            "等",
            "为",
            "***",
            "*",
            "元",
        ),
        *(
            "13800000000",
            "138 0000 0000",
            "0000-0000000",
            "转801",
            "1234567",
            "150 2000 1800",
            "a@example.com",
        ),
        *("110000199001010000", "12345", "0", "2023年12月31日", "年", "月", "日"),
        *("：", ":", "、", "，", "（", "）", "-", "—", "|", "_", "/", " ", "\u3000", "\n", "\t", "+86"),
    ]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=14).map("".join))


@pytest.mark.parametrize(("text", "masked"), TABLE["masked"])
def test_contacts_are_masked_and_all_else_is_kept(text: str, masked: str) -> None:
    assert without_contacts(text) == masked


@pytest.mark.parametrize("text", TABLE["untouched"])
def test_figures_codes_organisations_and_sentences_stay(text: str) -> None:
    assert without_contacts(text) == text


@pytest.mark.parametrize("text", TABLE["contact_lines"])
def test_a_line_of_contacts(text: str) -> None:
    assert is_contact_line(text)


@pytest.mark.parametrize("text", TABLE["not_contact_lines"])
def test_a_line_that_holds_more_or_nothing(text: str) -> None:
    assert not is_contact_line(text)


@given(TEXTS)
def test_masking_twice_changes_nothing(text: str) -> None:
    masked = without_contacts(text)
    assert without_contacts(masked) == masked
    assert is_contact_line(masked) == is_contact_line(text)


@given(TEXTS)
def test_what_is_kept_stands_as_it_was_printed(text: str) -> None:
    rest = iter(text)
    assert all(char in rest for char in without_contacts(text).replace(MASK, ""))


@given(
    st.sampled_from(["电话：{}", "负责人：张某 {}", "{}", "请拨打{}。", "（{}）"]), st.integers(0, 99_999_999)
)
def test_no_mobile_number_is_left(sentence: str, number: int) -> None:
    assert without_contacts(sentence.format(f"138{number:08}")).endswith(sentence.format(MASK)[-4:])


@given(st.integers(0, 10**10), st.sampled_from(["{}元", "{}.00", "{}万元", "预算{:,}元", "{}件"]))
def test_no_amount_is_masked(amount: int, form: str) -> None:
    text = form.format(amount)
    assert without_contacts(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "1",
            "a",
            "a@",
            "人",
            "负责人",
            "负责人：",
            "张、",
            "0000-",
            "138 ",
            "电话",
            "签字盖章",
            "签字***",
            "主管部门",
        ),
        *("（", " ", "年 ", "局", "局长", "组长", "张·", "20", "*"),
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    begin = time.perf_counter()
    for head in ("负责人", "负责人：", "电话"):
        is_contact_line(head + piece * (3000 // len(piece)) + " 1234567件")
    assert time.perf_counter() - begin < 2
