"""预算执行率等于全年执行数除以全年预算数。The printed execution rate is executed ÷ annual budget.

Judged on each funding line that prints a rate. The rate may be rounded to its own last place, and
money printed in 万元 to two places. Some forms divide by 年初预算数: a rate that agrees with it is
still reported, with less weight. Nothing is decided on 0 ÷ 0, nor where a figure is absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from audit.points import in_doubt
from audit.rule import Outcome, Rule, Severity, Verdict, figure, percent
from audit.settings import Settings
from normalize.record import FundingRecord, Record


def judge(record: Record, settings: Settings) -> Iterator[Verdict]:
    """One verdict on each funding line with a rate, or one on the form where none has one."""
    lines = [line for line in record.funding if line.execution_rate is not None]
    if not lines:
        yield Verdict(Outcome.NOT_APPLICABLE, "资金部分未印执行率。")
    for line in lines:
        yield _judge_line(line, settings, doubt=in_doubt(record, line.locator))


def _judge_line(line: FundingRecord, settings: Settings, *, doubt: bool) -> Verdict:
    printed = line.execution_rate
    assert printed is not None
    executed = line.executed_cny if line.executed_cny is not None else line.executed_to_date_cny
    name = line.label.rstrip("：: ")
    annual, initial = line.annual_budget_cny, line.initial_budget_cny
    budget = annual if annual is not None else initial
    if executed is None or budget is None or budget <= 0:
        reason = _why_no_rate(executed, budget)
        return _verdict(line, Outcome.UNDETERMINED, f"“{name}”印有执行率{percent(printed)}，{reason}")
    rate = executed / budget
    label = "全年预算数" if annual is not None else "年初预算数"
    said = (
        f"“{name}”执行率印为{percent(printed, 4)}，"
        f"执行数{figure(executed)}元÷{label}{figure(budget)}元={percent(rate)}"
    )
    if _agrees(printed, executed, budget, settings):
        return _verdict(line, Outcome.PASS, f"{said}，相符。", rate)
    if doubt or annual is None:
        why = "该行待复核" if doubt else "未印全年预算数"
        return _verdict(line, Outcome.UNDETERMINED, f"{said}，不符；{why}，不能判定。", rate)
    if initial is not None and initial > 0 and _agrees(printed, executed, initial, settings):
        aside = f"，不符；与按年初预算数{figure(initial)}元计算的{percent(executed / initial)}相符。"
        return _verdict(line, Outcome.FAIL, f"{said}{aside}", rate, Severity.WARNING)
    return _verdict(line, Outcome.FAIL, f"{said}，不符。", rate)


def _verdict(
    line: FundingRecord,
    outcome: Outcome,
    message: str,
    rate: Decimal | None = None,
    severity: Severity | None = None,
) -> Verdict:
    observed = None if line.execution_rate is None else percent(line.execution_rate, 4)
    expected = None if rate is None else percent(rate)
    return Verdict(outcome, message, observed, expected, (line.locator,), severity=severity)


def _why_no_rate(executed: Decimal | None, budget: Decimal | None) -> str:
    if budget is None or executed is None:
        return f"未印{'预算数' if budget is None else '执行数'}，不能判定。"
    return f"预算数为{figure(budget)}元、执行数为{figure(executed)}元，没有可比的执行率。"


def _agrees(printed: Decimal, executed: Decimal, budget: Decimal, settings: Settings) -> bool:
    exponent = printed.as_tuple().exponent
    tolerance = min(Decimal(5).scaleb(int(exponent) - 1), settings.rate_rounding)
    step = settings.money_step_cny
    if executed % step == 0 and budget % step == 0:
        tolerance += step / 2 * (1 + executed / budget) / budget
    return abs(printed - executed / budget) <= tolerance


RULE = Rule("R6", Severity.ERROR, judge, __doc__)
