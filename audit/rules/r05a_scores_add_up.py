"""得分之和等于总分栏的得分。The scores add up to the printed total score.

The score of 预算执行率 counts where the funding block prints it. A printed total may be rounded to
its own last place. Where a row may be missing or misread, nothing is decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from audit.points import counted_funding, counted_indicators, doubts
from audit.rule import Outcome, Rule, Severity, Verdict, figure
from audit.settings import Settings
from normalize.record import Record


def judge(record: Record, settings: Settings) -> Iterator[Verdict]:
    """One verdict on the form."""
    rows = (*counted_funding(record), *counted_indicators(record))
    given = [row for row in rows if row.score is not None]
    printed = record.total_score
    if not given or printed is None:
        what = "各项得分" if not given else "总得分"
        yield Verdict(Outcome.NOT_APPLICABLE, f"表中未印{what}。")
        return
    total = sum((row.score for row in given if row.score is not None), Decimal(0))
    gap = printed - total
    missing = sum(row.score is None and row.weight is not None for row in rows) if gap > 0 else 0
    if abs(gap) <= _tolerance(printed, settings):
        outcome, reason = Outcome.PASS, "相符"
    elif reasons := doubts(record, rows, missing=missing):
        outcome = Outcome.UNDETERMINED
        reason = f"相差{figure(abs(gap))}分；{'，'.join(reasons)}，不能判定"
    else:
        outcome, reason = Outcome.FAIL, f"{'少' if gap > 0 else '多'}{figure(abs(gap))}分"
    yield Verdict(
        outcome,
        f"得分合计{figure(total)}分，总分栏为{figure(printed)}分，{reason}。",
        figure(total),
        figure(printed),
        tuple(dict.fromkeys((*(row.locator for row in given), *record.total_locators))),
    )


def _tolerance(printed: Decimal, settings: Settings) -> Decimal:
    exponent = printed.as_tuple().exponent
    half_place = Decimal(5).scaleb(int(exponent) - 1)
    return min(half_place, settings.total_rounding)


RULE = Rule("R5a", Severity.ERROR, judge, __doc__)
