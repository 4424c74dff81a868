"""指标已完成而扣分的，应说明原因。Points taken off a target that was met need a reason.

Judged on each indicator with a weight and a score. A target that was not met explains its own
deduction and is no matter of this rule; one that cannot be compared with its actual value is
undetermined. The direction that a target without a comparator needs is taken from its concept, but
only where the name is the concept's own or an alias: a likely mapping is no ground for a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from audit.rule import Outcome, Rule, Severity, Verdict, figure
from audit.settings import Settings
from normalize.attainment import met
from normalize.record import IndicatorRecord, Record
from normalize.taxonomy import taxonomy

_SURE = frozenset({"exact", "alias"})


def judge(record: Record, settings: Settings) -> Iterator[Verdict]:
    """One verdict on each indicator with a weight and a score, or one on the form without any."""
    applied = False
    for row in record.indicators:
        if row.weight is not None and row.score is not None:
            applied = True
            yield _judge_row(row, row.weight, row.score, settings)
    if not applied:
        yield Verdict(Outcome.NOT_APPLICABLE, "各指标未印分值和得分。")


def _judge_row(row: IndicatorRecord, weight: Decimal, score: Decimal, settings: Settings) -> Verdict:
    if score >= weight:
        outcome, reason = Outcome.PASS, "未扣分"
    elif not settings.is_blank(row.deviation_reason):
        outcome, reason = Outcome.PASS, "已说明原因"
    elif row.needs_review:
        outcome, reason = Outcome.UNDETERMINED, "未见原因，但该行待复核，不能判定"
    else:
        outcome, reason = _without_reason(row)
    deducted = f"扣{figure(weight - score)}分，" if score < weight else ""
    return Verdict(
        outcome,
        f"“{row.name}”目标{row.target_text or '（空）'}，完成{row.actual_text or '（空）'}，"
        f"分值{figure(weight)}分，得{figure(score)}分，{deducted}{reason}。",
        figure(score),
        figure(weight),
        (row.locator,),
        row.ordinal,
    )


def _without_reason(row: IndicatorRecord) -> tuple[Outcome, str]:
    if row.target is None or row.actual is None:
        return Outcome.UNDETERMINED, "未说明原因，而目标或完成值未填，不能判定"
    is_met = met(row.target, row.actual, _direction(row))
    if is_met is None:
        return Outcome.UNDETERMINED, "未说明原因，而目标与完成值无从比较，不能判定"
    if is_met:
        return Outcome.FAIL, "目标已完成而未说明原因"
    return Outcome.NOT_APPLICABLE, "目标未完成"


def _direction(row: IndicatorRecord) -> str | None:
    concept_id = row.match.concept_id if row.match.method in _SURE else None
    concept = taxonomy().get(concept_id) if concept_id else None
    return concept.direction if concept else None


RULE = Rule("R13", Severity.WARNING, judge, __doc__)
