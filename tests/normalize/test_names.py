"""Names without what belongs to the form: a table of cases, and properties of any text."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.text import repair
from normalize.names import clean_name, loose_keys, matching_key

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "data" / "names.toml").read_text(encoding="utf-8")
)["case"]

# What names are made of, thrown together: the characters every pattern looks for.
PIECES = st.sampled_from(
    [
        *("指标", "目标", "三级指标", "其中", "满意度", "培训", "率", "人", "万元", "无", "xiàng"),
        *("1", "12", "2022年", "12345", "5G", "①", "≥", "≤", "**", "__", "%"),
        *("：", ":", ".", "、", "（", "）", "(", ")", "……", "★", "*", "/", "—", "——", " ", "\n"),
    ]
)
TEXTS = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=10).map("".join))


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_the_name_is_what_remains_without_numbering_marks_and_hints(case: dict[str, Any]) -> None:
    assert clean_name(case["text"]) == case["name"]


@given(TEXTS)
def test_cleaning_a_clean_name_changes_nothing(text: str) -> None:
    name = clean_name(text)
    assert clean_name(name) == name


@given(TEXTS)
def test_cleaning_invents_nothing(text: str) -> None:
    rest = iter(repair(text))
    assert all(char in rest for char in clean_name(text))


@given(TEXTS)
def test_a_key_is_its_own_key(text: str) -> None:
    key = matching_key(text)
    assert matching_key(key) == key


@given(TEXTS)
def test_loose_keys_are_keys_and_never_the_name_itself(text: str) -> None:
    keys = [key for key, _ in loose_keys(text)]
    assert matching_key(text) not in keys
    assert len(set(keys)) == len(keys)
    assert all(len(key) >= 3 for key in keys)


@pytest.mark.parametrize("name", ["培训人次", "满意度", "道路硬化里程"])
def test_a_plain_name_has_no_other_key(name: str) -> None:
    assert loose_keys(name) == ()
