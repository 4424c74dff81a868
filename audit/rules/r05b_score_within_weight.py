"""得分不超过分值，也不小于零。No score is above its weight or below zero.

Judged row by row, the funding lines included; a score without a weight can only be seen to be
negative.
"""

from __future__ import annotations

from collections.abc import Iterator

from audit.points import Points, of_funding, of_indicators
from audit.rule import Outcome, Rule, Severity, Verdict, figure
from audit.settings import Settings
from normalize.record import Record


def judge(record: Record, settings: Settings) -> Iterator[Verdict]:
    """One verdict on each row that prints a score, or one on the form where none does."""
    rows = [row for row in (*of_funding(record), *of_indicators(record)) if row.score is not None]
    if not rows:
        yield Verdict(Outcome.NOT_APPLICABLE, "表中未印得分。")
    for row in rows:
        yield _judge_row(row)


def _judge_row(row: Points) -> Verdict:
    assert row.score is not None
    score = figure(row.score)
    weight = None if row.weight is None else figure(row.weight)
    if row.score < 0:
        outcome, reason, expected = Outcome.FAIL, "小于零", "≥0"
    elif row.weight is None:
        outcome, reason, expected = Outcome.UNDETERMINED, "未印分值，不能判定", None
    elif row.score > row.weight:
        outcome, reason, expected = Outcome.FAIL, f"超过分值{weight}分", f"≤{weight}"
    else:
        outcome, reason, expected = Outcome.PASS, f"未超过分值{weight}分", f"≤{weight}"
    if outcome is Outcome.FAIL and row.needs_review:
        outcome, reason = Outcome.UNDETERMINED, f"{reason}，但该行待复核，不能判定"
    return Verdict(
        outcome, f"“{row.name}”得分{score}分，{reason}。", score, expected, (row.locator,), row.ordinal
    )


RULE = Rule("R5b", Severity.ERROR, judge, __doc__)
