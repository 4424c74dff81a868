"""Time of the docx reader on a generated form, as ratios to the floor and to python-docx's own cells.

The floor is what no reader can go below: unzip document.xml and parse it. Run it with
`uv run python -m benchmarks.docx_reader`; the ratios are to be compared, not the milliseconds.
"""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from io import BytesIO

import docx
from lxml import etree

from extract.detect import DOCX
from extract.document import Source, Table
from extract.readers.docx import read
from tests.extract.docx_builder import Box, Row, table_docx

ROUNDS = 60
SLOW_ROUNDS = 5
TARGET = 6.0


def form(groups: int = 12, indicators: int = 3) -> list[Row]:
    """A self-evaluation form of ten columns: a head, funding lines, and indicators in merged groups."""
    rows: list[Row] = [
        [Box("项目支出绩效自评表", 10)],
        [Box("项目名称", 2), Box("业务运行经费", 8)],
        [Box("主管部门", 2), Box("霍山县数据资源管理局", 3), "实施单位", Box("霍山县数据资源管理局", 4)],
        [
            Box("项目资金（万元）", 2, 3),
            "",
            "年初预算数",
            "全年预算数",
            "全年执行数",
            "分值",
            "执行率",
            Box("得分", 2),
        ],
        ["年度资金总额", "86.00", "86.00", "84.50", "10", "98.26%", Box("9.8", 2)],
        ["其中：财政拨款", "86.00", "86.00", "84.50", "—", "98.26%", Box("—", 2)],
        [
            *(Box("绩效\n指标", 1, groups * indicators + 1), "一级指标", "二级指标", "三级指标"),
            *("年度指标值", "实际完成值", "分值", "得分", Box("偏差原因分析及改进措施", 2)),
        ],
    ]
    for group in range(groups):
        for indicator in range(indicators):
            head = [Box("产出指标", 1, indicators), Box("数量指标", 1, indicators)] if indicator == 0 else []
            name = f"云中心各类视频共享路数{group}.{indicator}"
            rows.append([*head, name, "≥3000件", "3120件", "5", "5", Box("", 2)])
    return rows


def best(work: Callable[[], object], rounds: int) -> float:
    """The shortest of several runs in milliseconds: the one that the machine disturbed least."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def main() -> None:
    data = table_docx(form())
    source = Source("form.docx", "", DOCX, len(data))

    def floor() -> object:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return etree.fromstring(package.read("word/document.xml"))

    def row_cells() -> object:
        word = docx.Document(BytesIO(data))
        return [[cell.text for cell in row.cells] for table in word.tables for row in table.rows]

    table = next(block for block in read(data, source).blocks if isinstance(block, Table))
    floor_ms = best(floor, ROUNDS)
    print(f"form of {table.rows} rows, {table.columns} columns, {len(table.cells)} cells")
    for name, work, rounds in (
        ("floor: unzip and parse", floor, ROUNDS),
        ("python-docx, open only", lambda: docx.Document(BytesIO(data)), SLOW_ROUNDS),
        ("python-docx, row.cells", row_cells, SLOW_ROUNDS),
        ("this reader", lambda: read(data, source), ROUNDS),
    ):
        ms = best(work, rounds)
        print(f"{name:<26}{ms:9.2f} ms {ms / floor_ms:8.1f} × floor")
    ratio = best(lambda: read(data, source), ROUNDS) / best(floor, ROUNDS)
    print(f"reader / floor {ratio:.1f}, target {TARGET:.0f}: {'kept' if ratio <= TARGET else 'MISSED'}")


if __name__ == "__main__":
    main()
