"""Make the fixtures that are not typed by hand: `uv run python -m tests.make_fixtures`.

The text fixtures are the originals; the others rebuild forms with the layouts and figures of public
ones on other carriers. The same call gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path

from extract.document import Paragraph, Source, Table
from extract.readers import text
from tests.extract.docx_builder import Box, document_docx, paragraph, table, table_docx
from tests.extract.ole_builder import ole

FIXTURES = Path(__file__).parents[1] / "fixtures"
_WIDTHS = {2: (2, 7), 4: (2, 3, 1, 3), 8: (1, 2, 1, 1, 1, 1, 1, 1), 9: (1,) * 9}


def xinzhou_docx() -> bytes:
    """The 忻州 self-evaluation as Word has it: merged cells restored, prose before the table."""
    data = (FIXTURES / "self_evaluations/xinzhou-2022.txt").read_bytes()
    document = text.read(data, Source("", "", "", 0))
    blocks = [paragraph(block.text.strip()) for block in document.blocks if isinstance(block, Paragraph)]
    (grid,) = (block for block in document.blocks if isinstance(block, Table))
    rows = [[cell.text for cell in row] for row in grid.by_row()]
    blocks += [paragraph(row[0].strip()) for row in rows if len(row) == 1]
    return document_docx([*blocks, table(_merged([row for row in rows if len(row) > 1]), columns=9)])


def _merged(rows: list[list[str]]) -> list[list[Box]]:
    """Blank cells in the label columns belong to the label above them."""
    drawn: list[list[tuple[str, int]]] = []
    for row in rows:
        if row[0] == "总分":
            widths: tuple[int, ...] = (6, 1, 1, 1)
        elif "目标" in row[0] or (len(row) == 3 and len(row[1]) > 40):
            widths = (1, 4, 4)
        elif len(row) == 3:
            widths = (1, 3, 5)
        elif len(row) == 4 and not row[0].startswith("主管"):
            widths = (1, 1, 2, 5)
        else:
            widths = _WIDTHS[len(row)]
        drawn.append(list(zip(row, widths, strict=True)))
    boxes: list[list[Box]] = []
    covered: set[tuple[int, int]] = set()
    for number, line in enumerate(drawn):
        cells = []
        for place, (content, width) in enumerate(line):
            if (number, place) in covered:
                continue
            below = [other[place] if place < len(other) else ("-", 0) for other in drawn[number + 1 :]]
            label = bool(content) and place < (3 if len(line) == 9 else 2) and content != "总分"
            height = 1
            while label and height <= len(below) and below[height - 1] == ("", width):
                covered.add((number + height, place))
                height += 1
            cells.append(Box(content, width, height))
        boxes.append(cells)
    return boxes


def chizhou_txt() -> bytes:
    """A self-evaluation with a cell a line before a pipe, in GB18030; its total is 0, its parts are not."""
    head = [
        "项目名称 |", "委托业务项目 |", "",
        "主管部门 |", "219-池州市贵池区棠溪镇人民政府 |", "实施单位 |", "219001-池州市贵池区棠溪镇人民政府 |", "",
        "项目资金（万元） |", " |", "年初预算数 |", "全年预算数 |", "全年执行数 |", "分值 |", "执行率 |", "得分 |", "",
        " |", "年度资金总额： |", "0 |", "0 |", "0 |", "10 |", "0 |", "0 |", "",
        " |", "其中：本年财政拨款 |", "90 |", "89.974 |", "89.974 |", "— |", " |", "— |", "",
        " |", "上年结转资金 |", " |", " |", " |", "— |", " |", "— |", "",
        "年度总体目标 |", "预期目标 |", "实际完成情况 |", "",
        " |", "完成基建工程的预算编制、审计与规划设计，三项各安排30万元。 |",
        "三项委托业务全部完成，实际支付89.97万元。 |", "",
        "绩效指标 |", "一级指标 |", "二级指标 |", "三级指标 |", "年度指标值 |", "实际完成值 |", "分值 |", "得分 |",
        "偏差原因分析及改进措施 |", "",
    ]  # fmt: skip
    rows = [
        ("产出指标(50分)", "数量指标", "基建工程委托业务项目数量", "≥50个", "50", "8", "8"),
        ("", "质量指标", "委托业务报告合格率", "≥100百分比", "100", "8", "8"),
        ("", "", "经费支出合规性", "严格执行相关制度规定", "达成预期指标", "8", "8"),
        ("", "时效指标", "提交报告及时性", "在项目计划完成时间内完成", "达成预期指标", "8", "8"),
        ("", "成本指标", "项目总成本", "≤90万元", "90", "8", "8"),
        ("", "", "单项业务成本", "符合相关规定", "达成预期指标", "10", "10"),
        (
            "效益指标(30分)",
            "社会效益指标",
            "对维护基建市场公平的影响程度",
            "效果明显",
            "达成预期指标",
            "10",
            "10",
        ),
        ("", "生态效益指标", "对控制基建项目成本影响程度", "效果明显", "达成预期指标", "10", "10"),
        ("", "可持续影响指标", "对推动基建制度落实的持续性影响", "效果明显", "达成预期指标", "10", "10"),
        ("满意度指标(10分)", "满意度指标", "公众满意度", "≥95%", "95%", "10", "10"),
    ]
    body = [line for row in rows for line in (" |", *(f"{cell} |" for cell in row), " |", "")]
    lines = ["附件", "项目支出绩效自评表", "（2022年度）", "", *head, *body, "总分 |", "100 |", "90 |", " |"]
    return "\r\n".join(lines).encode("gb18030")


def sichuan_md() -> bytes:
    """A self-evaluation as a Markdown table in UTF-16: operator, value and unit in columns of their own."""
    rows = [
        ["项目名称", "51000021R000000019951-公共卫生服务", "", "", "", "", "", "", "", ""],
        ["主管部门", "[305]石泉县卫生健康局", "", "", "", "实施单位", "石泉县疾病预防控制中心", "", "", ""],
        ["预算执行情况(10分)（万元）", "", "", "", "年初预算", "调整后预算数", "预算执行数", "预算执行率", "权重", "得分"],
        ["", "总额", "", "", "120.00", "150.00", "135.00", "90.00%", "10", "9"],
        ["", "其中:财政资金", "", "", "120.00", "150.00", "135.00", "90.00%", "/", "/"],
        ["", "单位资金", "", "", "0.00", "0.00", "0.00", "", "/", "/"],
        ["一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "完成值", "权重", "得分", "未完成原因分析"],
        ["产出指标", "数量指标", "健康体检人次", "≥", "12000", "人次", "11040", "20", "18.4", "部分村组外出务工人员较多"],
        ["", "质量指标", "体检报告准确率", "=", "100", "%", "100", "15", "15", ""],
        ["", "时效指标", "体检完成时限", "≤", "30", "天", "28", "15", "15", ""],
        ["效益指标", "社会效益指标", "慢性病管理水平", "定性", "优良中低差", "", "优", "20", "20", ""],
        ["", "可持续影响指标", "健康档案动态管理机制", "定性", "优良中低差", "", "良", "10", "8", ""],
        ["满意度指标", "服务对象满意度指标", "体检对象满意度", "≥", "90", "百分比", "94", "10", "10", ""],
        ["合计", "", "", "", "", "", "", "100", "95.4", ""],
    ]  # fmt: skip
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    rule = "|" + " --- |" * 10
    return "\n".join(
        ["# 部门预算项目支出绩效自评表", "", "（2023年度）", "", lines[0], rule, *lines[1:]]
    ).encode("utf-16")


def notice_docx() -> bytes:
    """A letter that speaks of performance and holds no form."""
    lines = [
        "关于报送绩效材料的通知",
        "各单位：请于月底前完成绩效自评，并将自评表一并报送。",
        "联系科室：绩效科",
    ]
    return document_docx([paragraph(line) for line in lines])


def made() -> dict[str, bytes]:
    """Path below `fixtures/` → bytes."""
    form = xinzhou_docx()
    return {
        "self_evaluations/xinzhou-2022.docx": form,
        "self_evaluations/chizhou-2022.txt": chizhou_txt(),
        "self_evaluations/sichuan-2023.md": sichuan_md(),
        "rejected/no-form.docx": notice_docx(),
        "rejected/empty.txt": b"",
        "rejected/junk.txt": bytes((number * number * 7 + 13) % 256 for number in range(2048)),
        "rejected/truncated.docx": table_docx([["项目名称", "业务费"]])[:900],
        "rejected/encrypted.docx": ole("EncryptionInfo", "EncryptedPackage"),
    }


if __name__ == "__main__":
    for path, data in made().items():
        (FIXTURES / path).write_bytes(data)
