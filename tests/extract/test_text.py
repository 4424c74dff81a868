"""Repair and folding hold for any text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extract.text import fold, repair

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_repairing_twice_changes_nothing(text: str) -> None:
    assert repair(repair(text)) == repair(text)


@given(st.text(alphabet="绩效指标年度目标Ａｂ１（）: \n\t\u3000\u00a0", max_size=30))
def test_repair_keeps_all_that_is_visible(text: str) -> None:
    assert "".join(repair(text).split()) == "".join(text.split())
