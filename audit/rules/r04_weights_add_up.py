"""分值之和等于总分（含预算执行率的分值）。The weights add up to the printed total.

The weight of 预算执行率 counts where the funding block prints it. Where that block prints none and
just its usual weight is missing, or where a row may be missing or misread, nothing is decided. A
form that prints weights and no total contradicts nothing: it passes when the sum is one of the
usual totals, and is undetermined otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from audit.points import Points, counted_funding, counted_indicators, doubts
from audit.rule import Outcome, Rule, Severity, Verdict, figure
from audit.settings import Settings
from normalize.record import Record


def judge(record: Record, settings: Settings) -> Iterator[Verdict]:
    """One verdict on the form."""
    indicators, funding = counted_indicators(record), counted_funding(record)
    given = [row for row in (*funding, *indicators) if row.weight is not None]
    if not any(row.weight is not None for row in indicators):
        yield Verdict(Outcome.NOT_APPLICABLE, "各指标未印分值。")
        return
    total = sum((row.weight for row in given if row.weight is not None), Decimal(0))
    locators = tuple(dict.fromkeys((*(row.locator for row in given), *record.total_locators)))
    printed = record.total_weight
    if printed is None:
        usual = settings.evaluated_totals if "evaluation" in record.form_type else settings.target_totals
        outcome = Outcome.PASS if total in usual else Outcome.UNDETERMINED
        message = f"分值合计{figure(total)}分，表中未印总分。"
        yield Verdict(outcome, message, figure(total), None, locators)
        return
    outcome, reason = _compare(record, settings, total, printed)
    yield Verdict(
        outcome,
        f"{_sum_text(funding, total)}，总分栏为{figure(printed)}分，{reason}。",
        figure(total),
        figure(printed),
        locators,
    )


def _compare(record: Record, settings: Settings, total: Decimal, printed: Decimal) -> tuple[Outcome, str]:
    """The outcome, and the end of the message that gives the reason."""
    indicators, funding = counted_indicators(record), counted_funding(record)
    execution = sum((row.weight for row in funding if row.weight is not None), Decimal(0))
    if total == printed:
        return Outcome.PASS, "相符"
    # A total row may close the indicator block alone: 90 printed there, 10 above.
    if total - execution == printed and total in settings.evaluated_totals:
        return Outcome.PASS, "总分栏不含预算执行率，相符"
    gap = printed - total
    missing = sum(row.weight is None for row in indicators) if gap > 0 else 0
    reasons = doubts(record, (*funding, *indicators), missing=missing)
    if not execution and gap in settings.execution_weights:
        reasons += ("所差恰为预算执行率的分值，而资金部分未印分值",)
    if reasons:
        return Outcome.UNDETERMINED, f"相差{figure(abs(gap))}分；{'，'.join(reasons)}，不能判定"
    return Outcome.FAIL, f"{'少' if gap > 0 else '多'}{figure(abs(gap))}分"


def _sum_text(funding: tuple[Points, ...], total: Decimal) -> str:
    execution = [row.weight for row in funding if row.weight is not None]
    aside = f"（含预算执行率{figure(sum(execution, Decimal(0)))}分）" if execution else ""
    return f"分值合计{figure(total)}分{aside}"


RULE = Rule("R4", Severity.ERROR, judge, __doc__)
