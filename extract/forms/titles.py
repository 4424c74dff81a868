"""Titles and years: how a form announces itself, and which kind of form the words make it."""

from __future__ import annotations

import re
from functools import lru_cache

from extract.forms.labels import words
from extract.text import fold

_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d)年?度?")
_ONLY_YEAR = re.compile(r"\(?(?:19|20)\d\d年?度?\)?(?:\(?(?:金额)?单位[:：].{1,6})?")
_BLANK_YEAR = re.compile(r"\(?[_\s]*年度?\)?")
_TRAILING_YEAR = re.compile(r"[(\[]?(?:19|20)?[\d_*×xX]{0,4}年?度?[)\]]?$")
_LEADING = re.compile(r"^(?:附件|附表|附)\d*(?:-\d+)?[:：.、]?")
_MAX_TITLE = 60


@lru_cache(maxsize=8192)
def is_title(text: str) -> bool:
    """Is this line the title of a performance form?

    It names performance (绩效目标, 绩效自评 …) and ends as a table is called, a year behind it
    forgiven. A sentence that only mentions a form does not.

    >>> is_title("# 项目支出绩效自评表"), is_title("2023年度项目支出绩效目标申报表（2023年度）")
    (True, True)
    >>> is_title("现将项目支出绩效自评表予以公开。"), is_title("绩效指标")
    (False, False)
    """
    key = _TRAILING_YEAR.sub("", _LEADING.sub("", fold(text).lstrip("#")))
    if not 4 <= len(key) <= _MAX_TITLE or any(mark in key for mark in "。;；!?"):
        return False
    named = any(marker in key for marker in words("title", "markers"))
    return named and any(key.endswith(ending) for ending in words("title", "endings"))


@lru_cache(maxsize=8192)
def is_year(text: str) -> bool:
    """A line that holds the year of the form and nothing else, filled or blank.

    >>> is_year("（ 2022 年度）"), is_year("（    年度）"), is_year("2022")
    (True, True, False)
    """
    key = fold(text)
    if key.isdigit() or len(key) < 2:
        return False
    return bool(_ONLY_YEAR.fullmatch(key) or (_BLANK_YEAR.fullmatch(key) and key != "年度"))


def year_in(text: str) -> int | None:
    """The one year that a text names, None if it names none or several.

    >>> year_in("2023年度项目支出绩效自评表"), year_in("2021—2023年")
    (2023, None)
    """
    years = {match["year"] for match in _YEAR.finditer(fold(text))}
    return int(years.pop()) if len(years) == 1 else None


def kind_of(title: str, *, has_actuals: bool, transfer_labels: bool) -> str:
    """The form type that title and columns make together; the columns decide what the title leaves open.

    >>> kind_of("项目支出绩效自评表", has_actuals=True, transfer_labels=False)
    'self_evaluation'
    >>> kind_of("部门整体支出绩效目标表", has_actuals=False, transfer_labels=False)
    'department_target'
    """
    key = fold(title)

    def says(code: str) -> bool:
        return any(word in key for word in words("title", code))

    if says("monitoring"):
        return "monitoring"
    evaluated = says("self_evaluation") or (has_actuals and "目标表" not in key) or has_actuals
    suffix = "self_evaluation" if evaluated else "target"
    if says("transfer") or transfer_labels:
        return f"transfer_{suffix}"
    if says("department"):
        return f"department_{suffix}"
    return suffix
