"""A form printer: one logical form in any layout, on any carrier, with the truth kept beside it.

A `Sheet` is a table as a person would draw it, merged cells and all. Carriers turn it into what
readers meet: an exact table, or text in each of the shapes that converters leave behind.
"""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from extract.document import Cell, Document, Locator, Paragraph, Source, Table
from tests.extract.docx_builder import Box, document_docx, paragraph, table

LAYOUTS = tomllib.loads(Path(__file__).with_name("layouts.toml").read_text(encoding="utf-8"))

_INDICATORS = {
    "quantity": [
        ("举办业务培训场次", "≥{n}", "场"),
        ("新建公共停车位", "≥{n}", "个"),
        ("慰问困难职工人数", "={n}", "人"),
    ],
    "quality": [("设备验收合格率", "≥{p}", "%"), ("参训学员结业率", "={p}", "%"), ("施工质量", "达标", "")],
    "timeliness": [
        ("任务按期完成率", "≥{p}", "%"),
        ("物资发放时限", "≤{n}", "天"),
        ("补贴发放及时性", "及时", ""),
    ],
    "cost": [("设备采购成本", "≤{n}", "万元"), ("人均培训费用", "≤{n}", "元/人")],
    "economic": [("带动群众增收", "≥{n}", "万元"), ("降低企业运行费用", "有所降低", "")],
    "social": [("居民出行便利程度", "明显改善", ""), ("新增就业岗位", "≥{n}", "个")],
    "ecological": [("城区空气优良天数", "≥{n}", "天"), ("人居环境", "持续改善", "")],
    "sustainability": [("管护机制健全性", "健全", ""), ("设施持续使用年限", "≥{n}", "年")],
    "satisfaction": [("受益群众满意度", "≥{p}", "%"), ("参训人员满意度", "≥{p}", "%")],
    "economic_cost": [("项目总成本控制额", "≤{n}", "万元")],
}
_LEVEL1 = {"output": "产出指标", "benefit": "效益指标", "satisfaction": "满意度指标", "cost": "成本指标"}
_LEVEL2 = {
    "quantity": "数量指标", "quality": "质量指标", "timeliness": "时效指标", "cost": "成本指标",
    "economic": "经济效益指标", "social": "社会效益指标", "ecological": "生态效益指标",
    "sustainability": "可持续影响指标", "satisfaction": "服务对象满意度指标", "economic_cost": "经济成本指标",
}  # fmt: skip
_PARENT = {
    "quantity": "output", "quality": "output", "timeliness": "output", "cost": "output",
    "economic": "benefit", "social": "benefit", "ecological": "benefit", "sustainability": "benefit",
    "satisfaction": "satisfaction", "economic_cost": "cost",
}  # fmt: skip


@dataclass
class Truth:
    """What a perfect reader finds."""

    layout: str
    kind: str
    title: str
    year: int
    head: dict[str, str]
    funding: list[dict[str, str]]
    goals: tuple[str, str]
    indicators: list[dict[str, str]]
    total: tuple[str, str]


@dataclass
class Sheet:
    """A drawn table: cells as (row, column, row_span, column_span, text)."""

    columns: int
    rows: int = 0
    cells: list[tuple[int, int, int, int, str]] = field(default_factory=list)

    def row(self, *cells: tuple[str, int] | tuple[str, int, int], start: int = 0) -> None:
        """Append a row of (text, column_span[, row_span]) from column `start`."""
        column = start
        for text, span, *down in cells:
            self.cells.append((self.rows, column, down[0] if down else 1, span, text))
            column += span
        assert column == self.columns, (column, self.columns, cells)
        self.rows += 1


def make(layout: str, seed: int, *, sparse: bool = True) -> tuple[Truth, Sheet]:
    """A form of a layout with random but consistent figures, and the table that prints it."""
    plan = LAYOUTS[layout]
    dice = random.Random(f"{layout}-{seed}")
    roles = [role for role, _ in plan["columns"]]
    truth = Truth(
        layout,
        plan["kind"],
        plan["title"],
        dice.choice([2019, 2021, 2023, 2024]),
        {code: value for (code, _), value in zip(plan["head"], _head_values(dice), strict=False)},
        _funding(plan, dice),
        (
            "改善办事条件，全年开展业务培训并完成设备更新，保证各项工作按期推进。",
            "已按计划完成培训与设备更新，办事条件得到改善，群众反映良好。",
        ),
        _rows(plan, roles, dice, sparse=sparse),
        ("", ""),
    )
    if "weight" in roles and plan["total"]:
        _weigh(truth, roles)
    elif "score" in roles:
        _score(truth)
    return truth, _draw(plan, truth)


def _head_values(dice: random.Random) -> list[str]:
    place = dice.choice(["云和县", "石泉县", "平江县", "和林县"])
    return [
        dice.choice(["公共文化设施维护", "“数字乡村”平台运行经费", "2023年农村道路养护"]),
        dice.choice([f"{place}财政局", f"[012]{place}教育局", f"047-{place}卫生健康局"]),
        dice.choice([f"{place}文化馆", f"{place}农业农村局本级"]),
        "本级申报项目",
        "1年",
    ]


def _funding(plan: dict, dice: random.Random) -> list[dict[str, str]]:
    columns = [role for role, _ in plan["money_columns"]] or ["annual_budget"]
    budget = Decimal(dice.randint(200, 90000)) / 100
    executed = (budget * dice.choice([Decimal(1), Decimal("0.9"), Decimal("0.5")])).quantize(Decimal("0.01"))
    rate = f"{(executed / budget * 100):.2f}%"
    figures = {
        "initial_budget": str(budget), "annual_budget": str(budget), "executed": str(executed),
        "rate": rate, "weight": "10", "score": "9", "executed_to_date": str(executed), "forecast": str(budget),
    }  # fmt: skip
    lines = []
    for number, (code, label) in enumerate(plan["money_lines"]):
        line = {"line": code, "label": label}
        for role in columns:
            if number == 0 or (number == 1 and role not in ("rate", "weight", "score")):
                line[role] = figures[role]
            else:
                line[role] = "—" if role in ("weight", "score") else ""
        lines.append(line)
    return lines


def _rows(plan: dict, roles: list[str], dice: random.Random, *, sparse: bool) -> list[dict[str, str]]:
    second = list(_PARENT)
    second = ["economic_cost", *second[:3], *second[4:9]] if plan.get("post_2021") else second[:9]
    rows = []
    for level2 in second:
        pool = list(_INDICATORS[level2])
        dice.shuffle(pool)
        for name, target, unit in pool[: dice.randint(0 if sparse else 1, len(pool))]:
            number, percent = str(dice.randint(2, 480)), str(dice.choice([90, 95, 98, 100]))
            value = target.format(n=number, p=percent)
            words = value == target
            row = {"level1": _PARENT[level2], "level2": level2, "name": name}
            if "operator" in roles:
                row["operator"] = "定性" if words else value[0]
                row["target"] = value if words else value[1:]
                row["unit"] = "" if words else unit
            else:
                row["target"] = value if words else value + unit
            if "actual" in roles:
                row["actual"] = value if words else value[1:] + unit
            for role in ("weight", "score"):
                if role in roles:
                    row[role] = ""
            for role in ("reason", "method", "basis", "remark", "previous"):
                if role in roles:
                    row[role] = ""
            if "method" in roles:
                row["method"] = "完成得满分，每少一项扣一分" if plan.get("rules") else ""
            if "progress" in roles:
                row["progress"] = "已启动，正在推进" if words else number
                row["forecast"] = "可以完成" if words else value[1:] + unit
                row["likelihood"] = "确定能"
            if "rate" in roles:
                row["rate"] = "100%"
            rows.append(row)
    return rows


def _weigh(truth: Truth, roles: list[str]) -> None:
    paid = Decimal(truth.funding[0].get("weight", "0"))
    rest = Decimal(100) - paid
    count = len(truth.indicators)
    if not count:
        return
    each = (rest / count).quantize(Decimal("0.5"))
    score = Decimal(truth.funding[0].get("score", "0"))
    for number, row in enumerate(truth.indicators):
        weight = each if number < count - 1 else rest - each * (count - 1)
        row["weight"] = f"{weight.normalize():f}"
        if "score" in roles:
            row["score"] = row["weight"]
            score += weight
    truth.total = ("100", f"{score.normalize():f}" if "score" in roles else "")


def _score(truth: Truth) -> None:
    """Scores without weights: a form that prints the points of its blocks in their labels."""
    for row in truth.indicators:
        row["score"] = "8"
    paid = Decimal(truth.funding[0].get("score", "0") or "0")
    truth.total = ("", f"{paid + 8 * len(truth.indicators)}")


def _draw(plan: dict, truth: Truth) -> Sheet:
    columns = plan["columns"]
    width = len(columns) + 1
    sheet = Sheet(width)
    head = list(zip([label for _, label in plan["head"]], truth.head.values(), strict=False))
    sheet.row((head[0][0], 2), (head[0][1], width - 2))
    half = max(width // 2, 3)
    for (label1, value1), pair in zip(head[1::2], [*head[2::2], None], strict=False):
        if pair is None:
            sheet.row((label1, 2), (value1, width - 2))
        else:
            sheet.row((label1, 2), (value1, half - 2), (pair[0], 1), (pair[1], width - half - 1))
    _draw_funding(plan, truth, sheet)
    block, left, right = plan["goal"]
    if left:
        sheet.row((block, 1, 2), (left, half - 1), (right, width - half))
        sheet.row((truth.goals[0], half - 1), (truth.goals[1], width - half), start=1)
    else:
        sheet.row((block, 1), (truth.goals[0], width - 1))
    _draw_indicators(plan, truth, sheet)
    if plan["total"]:
        weighted = any(role == "weight" for role, _ in columns)
        before = next(i for i, (role, _) in enumerate(columns) if role == ("weight" if weighted else "score"))
        if not weighted:
            after = width - before - 2
            sheet.row((plan["total"], before + 1), (truth.total[1], 1), *([("", after)] if after else []))
        elif all(role != "score" for role, _ in columns):
            after = width - before - 2
            sheet.row((plan["total"], before + 1), (truth.total[0], 1), *([("", after)] if after else []))
        else:
            middle = next(i for i, (role, _) in enumerate(columns) if role == "score") - before - 1
            last = width - before - middle - 3
            gap = [("", middle)] if middle else []
            tail = [("", last)] if last else []
            sheet.row((plan["total"], before + 1), (truth.total[0], 1), *gap, (truth.total[1], 1), *tail)
    return sheet


def _draw_funding(plan: dict, truth: Truth, sheet: Sheet) -> None:
    labels = [label for _, label in plan["money_columns"]]
    lines = truth.funding
    count = max(len(labels), 1)
    space = sheet.columns - 1 - count
    height = len(lines) + (1 if labels else 0)
    if labels:
        sheet.row((plan["money"], 1, height), ("", space), *[(label, 1) for label in labels])
    for number, line in enumerate(lines):
        roles = [role for role, _ in plan["money_columns"]] or ["annual_budget"]
        figures = [(line[role], 1) for role in roles]
        first = number == 0 and not labels
        lead = [(plan["money"], 1, height)] if first else []
        sheet.row(*lead, (line["label"], space), *figures, start=0 if first else 1)


def _draw_indicators(plan: dict, truth: Truth, sheet: Sheet) -> None:
    columns = plan["columns"]
    rows = truth.indicators
    if "upper" in plan:
        label, first, count = plan["upper"]
        at = next(i for i, (role, _) in enumerate(columns) if role == first)
        tops = [(text, 1, 2) for _, text in columns]
        sheet.row((plan["group"], 1, len(rows) + 2), *tops[:at], (label, count), *tops[at + count :])
        for offset, (_, text) in enumerate(columns[at : at + count]):
            sheet.cells.append((sheet.rows, at + 1 + offset, 1, 1, text))
        sheet.rows += 1
    else:
        sheet.row((plan["group"], 1, len(rows) + 1), *[(label, 1) for _, label in columns])
    for number, row in enumerate(rows):
        above = rows[number - 1] if number else None
        cells: list[tuple[str, int, int]] = []
        new1 = above is None or above["level1"] != row["level1"]
        new2 = new1 or above is None or above["level2"] != row["level2"]
        if new1:
            down = sum(1 for one in rows[number:] if one["level1"] == row["level1"])
            cells.append((_LEVEL1[row["level1"]], 1, down))
        if new2:
            down = sum(1 for one in rows[number:] if one["level2"] == row["level2"])
            cells.append((_LEVEL2[row["level2"]], 1, down))
        start = 3 - len(cells)
        cells += [(row[role], 1, 1) for role, _ in columns[2:]]
        sheet.row(*cells, start=start)


# Carriers: what a reader, or a converter before it, makes of the sheet.


def grid(sheet: Sheet) -> list[list[tuple[str, bool, bool]]]:
    """Each position as (text, is the anchor's row, is the anchor)."""
    table: list[list[tuple[str, bool, bool]]] = [
        [("", False, False)] * sheet.columns for _ in range(sheet.rows)
    ]
    for row, column, down, across, text in sheet.cells:
        for r in range(row, row + down):
            for c in range(column, column + across):
                table[r][c] = (text, r == row, (r, c) == (row, column))
    return table


def as_document(truth: Truth, sheet: Sheet) -> Document:
    """The exact table that a docx reader hands over."""
    cells = tuple(
        Cell(r, c, text, Locator(table=1, row=r + 1, column=c + 1), down, across)
        for r, c, down, across, text in sorted(sheet.cells)
    )
    blocks = (
        Paragraph(truth.title, Locator(block=1)),
        Paragraph(f"（{truth.year}年度）", Locator(block=2)),
        Table(sheet.rows, sheet.columns, cells, Locator(table=1)),
    )
    return Document(Source("printed.docx", "0" * 64, "docx", 1), "printer", blocks)


def as_docx(truth: Truth, sheet: Sheet) -> bytes:
    """A Word document with the merges of the sheet."""
    rows = [
        [Box(text, across, down) for r, _, down, across, text in sorted(sheet.cells) if r == row]
        for row in range(sheet.rows)
    ]
    blocks = [paragraph(truth.title), paragraph(f"（{truth.year}年度）"), table(rows, columns=sheet.columns)]
    return document_docx(blocks)


def _heading(truth: Truth) -> list[str]:
    return [truth.title, "", f"（{truth.year}年度）", ""]


def as_tabs(truth: Truth, sheet: Sheet) -> str:
    """A row a line, every position a cell, merged ones blank."""
    lines = ["\t".join(text if anchor else "" for text, _, anchor in row) for row in grid(sheet)]
    return "\n".join([*_heading(truth), *lines])


def as_pipes(truth: Truth, sheet: Sheet, *, repeat: bool) -> str:
    """A Markdown table; merged cells blank, or repeated as some converters do."""
    lines = [
        "| " + " | ".join(text if anchor or repeat else "" for text, _, anchor in row) + " |"
        for row in grid(sheet)
    ]
    rule = "|" + "---|" * sheet.columns
    return "\n".join([*_heading(truth), lines[0], rule, *lines[1:]])


def as_cells(truth: Truth, sheet: Sheet) -> str:
    """A cell a line behind a tab, an empty line behind each row; merged cells blank below their first."""
    blocks = []
    for row in range(sheet.rows):
        cells = []
        for r, c, down, _, text in sorted(sheet.cells, key=lambda one: one[1]):
            if r <= row < r + down:
                cells.append((c, text if r == row else ""))
        blocks.append("\n".join(f"\t{text}" for _, text in cells))
    return (
        "\n".join([f"\t{truth.title}", "", f"\t（{truth.year}年度）", ""]) + "\n" + "\n\n".join(blocks) + "\n"
    )


def as_pipe_ends(truth: Truth, sheet: Sheet, *, gaps: bool) -> str:
    """A cell a line before a pipe; with an empty line between rows or without any mark of a row."""
    text = as_cells(truth, sheet)
    body = text.split("\n", 4)[4]
    lines = [line[1:] + " |" if line.startswith("\t") else "" for line in body.split("\n")]
    if not gaps:
        lines = [line for line in lines if line]
    return "\n".join([*_heading(truth), *lines])


def as_short_rows(truth: Truth, sheet: Sheet, *, joint: str) -> str:
    """A row a line in which covered positions are simply absent, so that rows have fewer cells."""
    lines = []
    for row in range(sheet.rows):
        anchors = sorted((c, text) for r, c, _, _, text in sheet.cells if r == row)
        lines.append(joint.join(text for _, text in anchors))
    return "\n".join([*_heading(truth), *lines])


def as_shifted_tabs(truth: Truth, sheet: Sheet) -> str:
    """Rows joined by tabs as a careless converter leaves them: some pushed left, blanks at their end."""
    dice = random.Random(f"{truth.layout}{truth.year}{truth.head['project_name']}{sheet.rows}")
    lines = []
    for row in grid(sheet):
        cells = [text if anchor else "" for text, _, anchor in row]
        lead = next((i for i, text in enumerate(cells) if text), 0)
        if lead and dice.random() < 0.4:
            cells = cells[lead:] + [""] * lead
        lines.append("\t".join(cells))
    return "\n".join([*_heading(truth), *lines])


def as_lone_lines(truth: Truth, sheet: Sheet, *, blanks: bool) -> str:
    """A cell a line and nothing else; blank cells as a no-break space or gone."""
    lines = []
    for row in range(sheet.rows):
        for r, _, down, _, text in sorted(sheet.cells, key=lambda one: one[1]):
            if r <= row < r + down:
                shown = text if r == row else ""
                if shown or blanks:
                    lines.append(shown or "\u00a0")
    return "\n".join([*_heading(truth), *lines])


def as_spaces(truth: Truth, sheet: Sheet, *, joint: str) -> str:
    """Cells joined by spaces, blank ones gone; a row a line, or (`joint` a space) the whole in one."""
    lines = []
    for row in range(sheet.rows):
        anchors = sorted((c, text) for r, c, _, _, text in sheet.cells if r == row)
        lines.append(" ".join(text for _, text in anchors if text))
    head = [line for line in _heading(truth) if line]
    return joint.join([*head, *[line for line in lines if line]])
