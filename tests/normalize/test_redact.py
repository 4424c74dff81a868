"""Persons reach no table and no screen, wherever on the page they are named."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from pipeline import app, run
from warehouse.reading import read_tables

# Invented; the numbers are of no one.
NAMES = ("甲某某", "乙某", "丙某某", "丁某", "戊某某")
NUMBERS = ("13800000000", "0100-0000000", "13900000000", "13700000000")
FORM = f"""项目支出绩效自评表
（2023年度）
填报人：{NAMES[0]} 联系电话：{NUMBERS[0]}

项目名称\t设备购置\t项目负责人及电话\t{NAMES[1]} {NUMBERS[1]}
主管部门\t某县教育局\t实施单位\t某县一中
项目资金（万元）\t\t全年预算数\t全年执行数\t执行率
\t年度资金总额\t12.00\t12.00\t100%
一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施
产出指标\t数量指标\t设备数\t≥30台\t32台\t50\t48\t请联系经办人：{NAMES[2]}，电话 {NUMBERS[2]}
满意度指标\t服务对象满意度指标\t师生满意度\t≥90%\t95%\t40\t40\t
总分\t\t\t\t\t90\t88\t
项目负责人（签字）：{NAMES[3]}\t\t单位负责人：{NAMES[4]}
备注\t如有疑问请致电{NUMBERS[3]}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "form.txt"
    file.write_text(FORM, encoding="utf-8")
    return file


def _texts(tables: dict[str, pa.Table]) -> str:
    rows = [table.to_pylist() for name, table in tables.items() if name != "concepts"]
    return json.dumps(rows, ensure_ascii=False, default=str)


def test_no_table_names_a_person(path: Path, tmp_path: Path) -> None:
    run([path], tmp_path / "tables")
    tables = read_tables(tmp_path / "tables")
    found = _texts(tables)
    assert [person for person in (*NAMES, *NUMBERS) if person in found] == []
    (form,) = tables["forms"].to_pylist()
    assert form["implementing_unit"] == "某县一中"
    assert [row["score"] for row in tables["indicators"].to_pylist()] == [48, 40]


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_inspect_names_no_person(path: Path, option: list[str]) -> None:
    shown = CliRunner().invoke(app, ["inspect", str(path), *option])
    assert shown.exit_code == 0, shown.output
    assert [person for person in (*NAMES, *NUMBERS) if person in shown.output] == []


def test_persons_are_kept_when_asked_for(path: Path, tmp_path: Path) -> None:
    run([path], tmp_path / "tables", keep_contacts=True)
    (form,) = read_tables(tmp_path / "tables")["forms"].to_pylist()
    assert NAMES[0] in form["contact"] or NAMES[1] in form["contact"]
