"""复核: one document as recognised, for the eye (a rich tree) and for programs (plain data).

Nothing is judged here: what the form says, what was made of it, what was left over and what it
contradicts are laid side by side, each with its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from rich.text import Text
from rich.tree import Tree

from audit.rule import Check, Outcome
from extract.document import Document, Issue, Locator, Printed
from extract.forms.form import Form, HeaderField
from normalize.record import FundingRecord, IndicatorRecord, NarrativeRecord, Record
from normalize.values import Value

_NAMES = MappingProxyType(
    {
        "project_name": "项目名称",
        "project_code": "项目编码",
        "department": "主管部门",
        "department_code": "主管部门代码",
        "implementing_unit": "实施单位",
        "implementing_unit_code": "实施单位代码",
        "project_source": "项目来源",
        "project_period": "项目期",
        "project_attribute": "项目属性",
        "others_text": "其他栏目",
        "contact": "联系人",
        "region_name": "行政区划",
        "region_code": "行政区划代码",
        "goal_expected": "预期目标",
        "goal_actual": "实际完成情况",
        "total_weight": "总分：分值",
        "total_score": "总分：得分",
        "grade": "等次",
    }
)
_AMOUNTS = MappingProxyType(
    {
        "initial_budget_cny": "年初",
        "annual_budget_cny": "全年",
        "executed_cny": "执行",
        "executed_to_date_cny": "已执行",
        "forecast_cny": "预计",
    }
)
_TEXTS = MappingProxyType(
    {
        "previous_text": "上年",
        "progress_text": "进度",
        "forecast_text": "预计",
        "likelihood": "可能性",
        "region_name": "地区",
        "deviation_reason": "原因",
        "others_text": "其他列",
    }
)
_SIGNS = MappingProxyType({">=": "≥", "<=": "≤", "between": "介于"})
_CHANGES = MappingProxyType({"+": "增长", "-": "下降"})
_STYLES = MappingProxyType({"error": "bold red", "warning": "yellow", "info": "cyan"})
_PERSONAL = frozenset({"contact", "phone"})
_PASSAGE = 60


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One form as read, as normalised, and as judged."""

    form: Form
    record: Record
    checks: tuple[Check, ...] = ()


def as_tree(document: Document, forms: Sequence[Reviewed]) -> Tree:
    """What was recognised in `document`, as a tree to print."""
    said = [document.source.media_type, document.reader, f"{len(forms)}张表单"]
    if document.pages is not None:
        said.append(f"{document.pages}页")
    if document.ocr:
        said.append("光学识别")
    tree = Tree(_line((document.source.uri, "bold"), ("  " + " · ".join(said), "dim")))
    _add(tree, "处理问题", [_issue(one) for one in document.issues])
    for reviewed in forms:
        _add_form(tree, reviewed)
    return tree


def as_json(document: Document, forms: Sequence[Reviewed]) -> dict[str, Any]:
    """The same as plain data for `--json`: decimals, dates and locators are strings."""
    return {
        "source": plain(document.source),
        "reader": document.reader,
        "pages": document.pages,
        "ocr": document.ocr,
        "issues": plain(document.issues),
        "forms": [
            {
                **plain(one.record),
                "header": plain(tuple(_header(one))),
                "leftover": plain(one.form.leftover),
                "checks": plain(one.checks),
            }
            for one in forms
        ],
    }


def plain(item: Any) -> Any:
    """Dataclasses as dicts and tuples as lists, with nothing in them that JSON does not know.

    >>> plain((Decimal("245000.00"), Locator(line=7), date(2022, 12, 31)))
    ['245000.00', 'L7', '2022-12-31']
    """
    if isinstance(item, Locator):
        return str(item)
    if isinstance(item, Decimal):
        return format(item, "f")
    if isinstance(item, date):
        return item.isoformat()
    if is_dataclass(item):
        return {field.name: plain(getattr(item, field.name)) for field in fields(item)}
    if isinstance(item, tuple | list):
        return [plain(one) for one in item]
    return str(item) if isinstance(item, str) else item


def describe(value: Value) -> str:
    """A typed value in one phrase, its kind last.

    >>> describe(Value("≥2亿条", "numeric", ">=", Decimal("2E+8"), None, "条"))
    '≥ 200000000 条 (numeric)'
    >>> describe(Value("1-3件", "range", "between", Decimal(1), Decimal(3), "件"))
    '介于 1 3 件 (range)'
    >>> describe(Value("增长5%", "numeric", "=", Decimal(5), Decimal(5), "%", change="+"))
    '= 增长 5 % (numeric)'
    >>> describe(Value("效果显著", "qualitative"))
    '(qualitative)'
    """
    about = ("约" if value.approximate else "") + _CHANGES.get(value.change or "", "")
    bounds = [value.low] if value.low == value.high else [value.low, value.high]
    said = [
        _SIGNS.get(value.op, value.op) if value.op else None,
        about,
        *(_figure(bound) for bound in bounds if bound is not None),
        value.unit,
        value.date.isoformat() if value.date else None,
        f"({value.kind})",
    ]
    return " ".join(one for one in said if one)


def _add_form(tree: Tree, reviewed: Reviewed) -> None:
    record = reviewed.record
    head = [record.form_type, record.fiscal_year, record.title]
    branch = tree.add(
        _line(
            (f"表单 {record.ordinal}", "bold"),
            ("  " + " · ".join(str(one) for one in head if one is not None), ""),
            (f"  置信度 {record.confidence:.2f}", ""),
            ("  不完整" if not record.complete else "", "bold red"),
            ("  待复核" if record.needs_review else "", "yellow"),
            (f"  {record.locator}", "dim"),
        )
    )
    _add(branch, "栏目", list(_fields(reviewed)))
    _add(branch, "资金（元）", [_funding(line) for line in record.funding])
    _add(branch, "指标", [_indicator(row) for row in record.indicators])
    _add(branch, "文字", [_narrative(one) for one in record.narratives])
    _add(branch, "未归位", [_line((one.text, ""), *_at(one.locator)) for one in reviewed.form.leftover])
    _add(branch, "处理问题", [_issue(one) for one in record.issues])
    _add(branch, "疑点", [_check(one) for one in reviewed.checks if one.outcome is Outcome.FAIL])
    undecided = [one for one in reviewed.checks if one.outcome is Outcome.UNDETERMINED]
    _add(branch, "未能判定", [_check(one) for one in undecided])


def _add(tree: Tree, title: str, items: Sequence[Text | Tree]) -> None:
    if items:
        branch = tree.add(_line((title, "bold cyan"), (f" {len(items)}", "dim")))
        for item in items:
            branch.children.append(item) if isinstance(item, Tree) else branch.add(item)


def _fields(reviewed: Reviewed) -> Iterator[Text]:
    """The normalised fields with the place of what they were read from, then the rest of the head."""
    for name, chinese in _NAMES.items():
        content = getattr(reviewed.record, name)
        if content is not None:
            printed = _printed(reviewed.form, name)
            shown = _figure(content) if isinstance(content, Decimal) else str(content)
            yield _line((f"{chinese} ", "dim"), (shown, ""), *_at(printed.locator if printed else None))
    for field in _header(reviewed):
        if field.name not in _NAMES and field.value.text:
            yield _line((f"{field.label} ", "dim"), (field.value.text, ""), *_at(field.value.locator))


def _printed(form: Form, name: str) -> Printed | None:
    """What the field of a record was read from."""
    block, _, part = name.partition("_")
    if block == "goal":
        goals = sorted(form.goals, key=lambda goal: goal.term != "annual")
        return next((cell for goal in goals if (cell := getattr(goal, part))), None)
    if block == "total":
        of_total: Printed | None = getattr(form.total, part)
        return of_total
    return form.total.grade if name == "grade" else form.first(name)


def _header(reviewed: Reviewed) -> Iterator[HeaderField]:
    """The head as printed, without persons unless the record was allowed to keep them."""
    for field in reviewed.form.header:
        if reviewed.record.contact is not None or field.name not in _PERSONAL:
            yield field


def _funding(line: FundingRecord) -> Text:
    amounts = _given(line, _AMOUNTS)
    rate = None if line.execution_rate is None else _figure(line.execution_rate * 100) + "%"
    return _line(
        (line.label, ""),
        (f" {line.line}" + ("  " if line.term == "annual" else f" {line.term}  "), "dim"),
        *_labelled({**amounts, "执行率": rate, **_points(line)}),
        *_at(line.locator),
    )


def _indicator(row: IndicatorRecord) -> Tree:
    levels = f"{row.level1 or '?'}/{row.level2 or '?'}"
    match = row.match
    concept = f"{match.concept_id} {match.method} {match.score or 0:.2f}" if match.concept_id else "未对应"
    tree = Tree(
        _line(
            (f"{row.ordinal} ", "dim"),
            (row.name, ""),
            (f"  {levels}" + ("" if row.term == "annual" else f" {row.term}"), "dim"),
            (f"  {concept}", "green" if match.concept_id else "yellow"),
            ("  待复核" if row.needs_review else "", "yellow"),
            *_at(row.locator),
        )
    )
    for label, text, value in (
        ("目标", row.target_text, row.target),
        ("完成", row.actual_text, row.actual),
    ):
        if text is not None:
            tree.add(
                _line((f"{label} ", "dim"), (text, ""), (f"  {describe(value)}" if value else "", "cyan"))
            )
    rest = {**_points(row), **_given(row, _TEXTS)}
    if rest:
        tree.add(_line(*_labelled(rest)))
    for issue in row.issues:
        tree.add(_issue(issue))
    return tree


def _narrative(one: NarrativeRecord) -> Text:
    shown = one.text if len(one.text) <= _PASSAGE else one.text[:_PASSAGE] + "…"
    heading = f" 【{one.heading}】" if one.heading else " "
    return _line((one.section, "dim"), (heading, ""), (shown, ""), *_at(one.locator))


def _issue(issue: Issue) -> Text:
    return _line((f"{issue.code} ", "yellow"), (issue.message, ""), *_at(issue.locator))


def _check(check: Check) -> Text:
    style = _STYLES[check.severity] if check.outcome is Outcome.FAIL else "dim"
    return _line((f"{check.rule_id} {check.severity} ", style), (check.message, ""), *_at(*check.locators))


def _points(item: FundingRecord | IndicatorRecord) -> dict[str, str]:
    return _given(item, {"weight": "分值", "score": "得分"})


def _given(item: Any, names: Mapping[str, str]) -> dict[str, str]:
    """Label → content of the attributes that are there."""
    found = ((label, getattr(item, name)) for name, label in names.items())
    return {
        label: _figure(content) if isinstance(content, Decimal) else str(content)
        for label, content in found
        if content is not None
    }


def _labelled(items: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    gap = ""
    for label, content in items.items():
        if content is not None:
            yield f"{gap}{label} ", "dim"
            yield content, ""
            gap = "  "


def _at(*locators: Locator | None) -> Iterable[tuple[str, str]]:
    places = "; ".join(str(one) for one in locators if one is not None)
    return [(f"  {places}", "dim")] if places else []


def _line(*pieces: tuple[str, str]) -> Text:
    """Pieces of (text, style); what is printed is never taken for markup (`[010]霍山县`)."""
    return Text.assemble(*(piece for piece in pieces if piece[0]))


def _figure(value: Decimal) -> str:
    return format(value, "f")
