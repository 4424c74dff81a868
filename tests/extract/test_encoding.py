"""Encodings are told apart, and junk is no text."""

from __future__ import annotations

import pytest

from extract.encoding import decode
from extract.errors import CorruptDocument

SENTENCES = [
    "项目支出绩效目标表",
    "项目名称\t业务费\n主管部门及代码\t[010]霍山县数据资源管理局\n",
    "≥90% ≤61万元 7*24小时 “互联网+政务服务”",
    "绩\n效\n指\n标\n",
    "年度资金总额：86.00 䶮 㐂",
]
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_decode(text: str, encoding: str) -> None:
    if encoding in ("utf-16-le", "utf-16-be") and not any(char.isascii() for char in text):
        pytest.skip("no byte pair tells the order")
    data = (text * 5).encode(encoding)
    assert decode(data)[0] == text * 5


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_character_cut_at_the_end_is_dropped(encoding: str) -> None:
    data = "项目支出绩效目标表\n年度目标".encode(encoding)[:-1]
    assert decode(data)[0].startswith("项目支出绩效目标表\n年度目")


@pytest.mark.parametrize("seed", range(5))
def test_junk_is_no_text(seed: int) -> None:
    junk = bytes((number * number * 7 + seed * 31 + number) % 256 for number in range(4096))
    with pytest.raises(CorruptDocument):
        decode(junk)
