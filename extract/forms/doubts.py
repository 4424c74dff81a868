"""What makes a row doubtful: one issue for each thing that a person should look at."""

from __future__ import annotations

from collections.abc import Sequence

from extract.document import Issue, Printed
from extract.forms.cells import Type, cell_type
from extract.forms.columns import base
from extract.forms.hierarchy import Levels
from extract.forms.placing import LEVELS, Placed, misfit

_AGAINST_NATURE = 2.5  # a misfit from which on a cell speaks against its column
_FIGURES = (Type.NUMBER, Type.PERCENT, Type.QUANTITY)


def doubts(placed: Placed, levels: Levels, rest: Sequence[Printed]) -> list[Issue]:
    """The issues of a row; `rest` is the text of it that no column took."""
    locator = placed.row.locator
    issues: list[Issue] = []
    if placed.joined:
        issues.append(Issue("joined_rows", "指标名称由上下两行拼合而成，请核对", locator))
    if rest:
        texts = "、".join(one.text for one in rest)
        issues.append(Issue("unplaced_text", f"本行有未能归入任何列的文字：{texts}", locator))
    if placed.ambiguous:
        issues.append(Issue("ambiguous_row", "本行单元格归列有多种可能，请核对", locator))
    for role, slot in placed.cells.items():
        if base(role) not in (*LEVELS, "group") and misfit(role, slot.text) >= _AGAINST_NATURE:
            issues.append(Issue("odd_cell", f"“{slot.text}”不像该列应有的内容", slot.locator))
    issues += [
        Issue("unknown_column", f"列名无法识别，而其中有数值：{slot.text}", slot.locator)
        for role, slot in placed.cells.items()
        if base(role) == "unknown" and cell_type(slot.text) in _FIGURES
    ]
    if placed.shared:
        issues.append(Issue("shared_points", "分值、得分或原因由多行合并共用，无法分到各行", locator))
    if levels.doubtful:
        issues.append(Issue("level_unsure", "二级指标名称印在合并格中间，本行归属不能确定", locator))
    if levels.level2 is None:
        issues.append(Issue("no_level", "本行找不到二级指标", locator))
    return issues
