"""The output tables: names, types, comments and keys of every column; nothing else names columns.

Each schema carries a table comment in its metadata and a `comment` on every field, Chinese before
English. Adding a column is fine; renaming or re-interpreting one breaks whoever loads the data and
needs a new `SCHEMA_VERSION`.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import pyarrow as pa

SCHEMA_VERSION = 1

MONEY = pa.decimal128(18, 2)
POINTS = pa.decimal128(9, 4)
BOUND = pa.decimal128(28, 8)
RATIO = pa.float64()
TEXT = pa.string()
TEXTS = pa.list_(pa.string())


def _field(name: str, kind: pa.DataType, chinese: str, english: str, *, required: bool = False) -> pa.Field:
    comment = f"{chinese} | {english}"
    return pa.field(name, kind, nullable=not required, metadata={"comment": comment})


def _key(name: str, kind: pa.DataType, chinese: str, english: str) -> pa.Field:
    return _field(name, kind, chinese, english, required=True)


def _table(name: str, chinese: str, english: str, *fields: pa.Field) -> pa.Schema:
    metadata = {"table": name, "comment": f"{chinese} | {english}", "schema_version": str(SCHEMA_VERSION)}
    return pa.schema(fields, metadata=metadata)


_FORM_ID = _key("form_id", TEXT, "表单编号", "form, <first 16 of document_id>-<ordinal, 3 digits>")
_LOCATOR = _field("locator", TEXT, "出处（页、工作表、表格、行）", "where in the document it stands")
_CONFIDENCE = _field("confidence", RATIO, "识别置信度（0–1）", "confidence of the reading, 0 to 1")
_REASONS = _field("review_reasons", TEXT, "需复核的原因", "what troubled the reading of it")
_NEEDS_REVIEW = _key("needs_review", pa.bool_(), "是否待人工复核", "whether a person should look at it")


def _points(name: str, chinese: str, english: str) -> pa.Field:
    return _field(name, POINTS, f"{chinese}（分）", f"{english}, in points")


def _money(name: str, chinese: str, english: str) -> pa.Field:
    return _field(name, MONEY, f"{chinese}（元）", f"{english}, in yuan")


def _value(name: str, chinese: str, english: str) -> tuple[pa.Field, ...]:
    """The typed columns of a target or actual value."""
    kinds = "numeric, range, date, duration, qualitative, text; null when blank"
    return (
        _field(f"{name}_kind", TEXT, f"{chinese}的类型", f"kind of the {english}: {kinds}"),
        _field(f"{name}_op", TEXT, f"{chinese}的比较符", f"operator of the {english}: >= <= > < = between"),
        _field(f"{name}_low", BOUND, f"{chinese}下限（万、亿已展开）", f"lower bound of the {english}"),
        _field(f"{name}_high", BOUND, f"{chinese}上限（万、亿已展开）", f"upper bound of the {english}"),
        _field(f"{name}_unit", TEXT, f"{chinese}的计量单位（不含万、亿）", f"unit of the {english}"),
        _field(f"{name}_date", pa.date32(), f"{chinese}的期限", f"deadline that the {english} sets"),
        _field(
            f"{name}_change",
            TEXT,
            f"{chinese}为增（+）减（-）幅度",
            f"+ or - where the {english} is a change",
        ),
    )


DOCUMENTS = _table(
    "documents",
    "文档：每个输入文档一行，含未能读取的",
    "one row per input document, rejected ones included",
    _key("document_id", TEXT, "文档编号：字节的 SHA-256", "SHA-256 of the bytes, hex"),
    _key("source", TEXT, "来源路径或 URI", "path or URI as given; inside an archive a.zip!/b/c.docx"),
    _field("media_type", TEXT, "按内容判断的媒体类型", "detected from the bytes, not from the name"),
    _field("bytes", pa.int64(), "字节数", "size in bytes"),
    _field("pages", pa.int32(), "页数", "pages, null where the format has none"),
    _key("status", TEXT, "状态：parsed、no_form、rejected", "parsed, no_form or rejected"),
    _field("error_code", TEXT, "未能读取的代码", "why it was rejected: encrypted, corrupt, empty …"),
    _field("error", TEXT, "未能读取的原因和处理办法", "what happened and what to do about it"),
    _key("ocr", pa.bool_(), "文字是否由光学识别得来", "text came from OCR"),
    _key("forms", pa.int32(), "表单数", "number of forms found"),
    _key("software_version", TEXT, "软件版本", "version of the software that produced the row"),
    _key("taxonomy_version", TEXT, "指标分类版本", "version of the taxonomy that names were mapped on"),
    _key("ingested_at", pa.timestamp("us", tz="UTC"), "入库时间（UTC）", "when it was read"),
)

FORMS = _table(
    "forms",
    "表单：每张表一行",
    "one row per form; a document may hold several",
    _FORM_ID,
    _key("document_id", TEXT, "所在文档", "the document it stands in"),
    _key("ordinal", pa.int32(), "文档内序号，从 1 起", "from 1, in reading order"),
    _key("form_type", TEXT, "表单种类", "target, self_evaluation, monitoring, transfer_…, department_…"),
    _field("title", TEXT, "标题", "title as printed"),
    _field("fiscal_year", pa.int16(), "年度", "fiscal year"),
    _field("project_name", TEXT, "项目名称", "name of the project"),
    _field("project_code", TEXT, "项目编码", "code of the project"),
    _field("department", TEXT, "主管部门", "administering department"),
    _field("department_code", TEXT, "主管部门代码", "code of the administering department"),
    _field("implementing_unit", TEXT, "实施单位", "implementing unit"),
    _field("implementing_unit_code", TEXT, "实施单位代码", "code of the implementing unit"),
    _field("project_source", TEXT, "项目来源", "where the project comes from"),
    _field("project_period", TEXT, "项目期", "period of the project"),
    _field("project_attribute", TEXT, "项目属性", "attribute of the project"),
    _field(
        "others_text", TEXT, "表头其他栏目（原文）", "head fields without a column of their own, label: text"
    ),
    _field("goal_expected", TEXT, "年度总体目标：预期", "overall goal, as expected"),
    _field("goal_actual", TEXT, "年度总体目标：实际完成", "overall goal, as achieved"),
    _points("total_weight", "总分栏的分值", "weight printed in the total row"),
    _points("total_score", "总分栏的得分", "score printed in the total row"),
    _field("grade", TEXT, "等次（优、良、中、差）", "grade where printed"),
    _field("region_code", TEXT, "行政区划代码（六位）", "six-digit division code of the organisation"),
    _field("region_name", TEXT, "行政区划名称", "name of the division"),
    _key("complete", pa.bool_(), "是否完整", "false for a form that begins or breaks off in the middle"),
    _CONFIDENCE,
    _NEEDS_REVIEW,
    _REASONS,
    _field("leftover_text", TEXT, "未能归入任何字段的文字", "printed text that no field accounts for"),
    _LOCATOR,
    _field("contact", TEXT, "联系人（仅在要求时写出）", "person in charge, only where asked for"),
)

FUNDING = _table(
    "funding",
    "资金：资金部分的每行一行",
    "one row per line of the funding block",
    _FORM_ID,
    _key("ordinal", pa.int32(), "表单内序号，从 1 起", "from 1, in reading order"),
    _key("line", TEXT, "资金类别", "total, fiscal, central, provincial, …, carryover, unit, other"),
    _field("label", TEXT, "行名", "label as printed"),
    _key("term", TEXT, "期限：annual 年度、medium_term 中期", "annual or medium_term"),
    _money("initial_budget_cny", "年初预算数", "budget at the start of the year"),
    _money("annual_budget_cny", "全年预算数", "budget of the whole year"),
    _money("executed_cny", "全年执行数", "spent over the year"),
    _money("executed_to_date_cny", "1–N月执行数", "spent to date, monitoring forms"),
    _money("forecast_cny", "全年预计执行数", "spending forecast for the year, monitoring forms"),
    _field("execution_rate", RATIO, "执行率（比值，1 为 100%）", "execution rate as printed, 1 for 100%"),
    _points("weight", "分值", "weight"),
    _points("score", "得分", "score"),
    _LOCATOR,
)

INDICATORS = _table(
    "indicators",
    "指标：每个填有内容的三级指标一行",
    "one row per filled third-level indicator",
    _FORM_ID,
    _key("ordinal", pa.int32(), "表单内序号，从 1 起", "from 1, in reading order"),
    _key("term", TEXT, "期限：annual 年度、medium_term 中期", "annual or medium_term"),
    _field("level1", TEXT, "一级指标代码", "output, benefit, satisfaction, cost, process, other"),
    _field("level2", TEXT, "二级指标代码", "quantity, quality, timeliness, cost, economic, social, …"),
    _field("level1_text", TEXT, "一级指标（原文）", "first level as printed"),
    _field("level2_text", TEXT, "二级指标（原文）", "second level as printed"),
    _key("name", TEXT, "三级指标名称（去编号、标记）", "name without numbering, marks and template slots"),
    _field("name_text", TEXT, "三级指标名称（原文）", "name as printed"),
    _field("concept_id", TEXT, "对应的指标概念", "concept of the taxonomy, null when unmapped"),
    _field("concept_score", RATIO, "对应的相似度（0–1）", "how surely it was mapped, 0 to 1"),
    _field("concept_method", TEXT, "对应的方法", "exact, alias, fuzzy or review; null when unmapped"),
    _field("target_text", TEXT, "指标值（原文）", "target as printed"),
    _field("actual_text", TEXT, "实际完成值（原文）", "actual value as printed"),
    *_value("target", "指标值", "target"),
    *_value("actual", "实际完成值", "actual value"),
    _field("previous_text", TEXT, "上年值（原文）", "value of the year before, as printed"),
    _field("progress_text", TEXT, "1–N月执行情况（原文）", "progress to date, monitoring forms"),
    _field("forecast_text", TEXT, "全年预计完成情况（原文）", "forecast for the year, monitoring forms"),
    _field("likelihood", TEXT, "完成目标可能性", "likelihood of meeting the target, monitoring forms"),
    _field("region_name", TEXT, "地区", "region, where a form has one target column per region"),
    _points("weight", "分值", "weight"),
    _points("score", "得分", "score"),
    _field("deviation_reason", TEXT, "偏差原因分析及改进措施", "reason for the deviation and remedy"),
    _field("others_text", TEXT, "其他列（原文）", "columns without a field of their own, label: text"),
    _field("attainment", RATIO, "完成程度（比值）", "actual against target, direction considered"),
    _CONFIDENCE,
    _NEEDS_REVIEW,
    _REASONS,
    _LOCATOR,
)

NARRATIVES = _table(
    "narratives",
    "文字：表内外的每段文字一行",
    "one row per passage of text around the table",
    _FORM_ID,
    _key("ordinal", pa.int32(), "表单内序号，从 1 起", "from 1, in reading order"),
    _key("section", TEXT, "内容类别", "background, purpose, execution, results, problems, …, other"),
    _field("heading", TEXT, "标题（原文）", "heading as printed"),
    _key("text", TEXT, "文字", "the passage"),
    _LOCATOR,
)

FINDINGS = _table(
    "findings",
    "疑点：表单每违反一条规则一行",
    "one row per rule that a form breaks",
    _FORM_ID,
    _key("ordinal", pa.int32(), "表单内序号，从 1 起", "from 1, in the order of the rules"),
    _field("indicator_ordinal", pa.int32(), "指标序号", "the indicator, null for the whole form"),
    _key("rule_id", TEXT, "规则编号", "id of the rule"),
    _key("severity", TEXT, "程度：error、warning、info", "error, warning or info"),
    _key("message", TEXT, "说明", "what is contradicted, with the figures"),
    _field("observed", TEXT, "表中所印", "what the form prints"),
    _field("expected", TEXT, "应有", "what it should be"),
    _field("locator", TEXT, "出处，以“; ”分隔", "every place that it rests on, joined by '; '"),
)

CONCEPTS = _table(
    "concepts",
    "指标概念：指标分类本身",
    "the taxonomy itself, as a dimension",
    _key("concept_id", TEXT, "概念编号", "id of the concept"),
    _field("level1", TEXT, "一级指标代码", "first level"),
    _field("level2", TEXT, "二级指标代码", "second level"),
    _key("name_zh", TEXT, "名称", "Chinese name"),
    _field("dimension", TEXT, "量纲", "what is measured: ratio, count, duration, grade …"),
    _field("direction", TEXT, "方向", "positive or negative: whether more is better"),
    _field("sectors", TEXTS, "适用领域", "sectors it is used in"),
    _field("aliases", TEXTS, "别名", "other names that map onto it"),
    _key("taxonomy_version", TEXT, "指标分类版本", "version of the taxonomy it comes from"),
)

TABLES = MappingProxyType(
    {
        "documents": DOCUMENTS,
        "forms": FORMS,
        "funding": FUNDING,
        "indicators": INDICATORS,
        "narratives": NARRATIVES,
        "findings": FINDINGS,
        "concepts": CONCEPTS,
    }
)

# Tables whose rows belong to a form and are found by its id.
FORM_TABLES = ("funding", "indicators", "narratives", "findings")


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: `columns` of one table are the key `of_columns` of the table `of`."""

    columns: tuple[str, ...]
    of: str
    of_columns: tuple[str, ...]


# The same bytes under two paths are two documents in the archive and one reading: `documents` has a
# row for each path, all other tables have the rows once.
KEYS = MappingProxyType(
    {
        "documents": ("document_id", "source"),
        "forms": ("form_id",),
        "funding": ("form_id", "ordinal"),
        "indicators": ("form_id", "ordinal"),
        "narratives": ("form_id", "ordinal"),
        "findings": ("form_id", "ordinal"),
        "concepts": ("concept_id",),
    }
)

_OF_FORM = Reference(("form_id",), "forms", ("form_id",))

# forms.document_id is no foreign key to a database: it is not unique in `documents`.
REFERENCES = MappingProxyType(
    {
        "funding": (_OF_FORM,),
        "indicators": (_OF_FORM, Reference(("concept_id",), "concepts", ("concept_id",))),
        "narratives": (_OF_FORM,),
        "findings": (
            _OF_FORM,
            Reference(("form_id", "indicator_ordinal"), "indicators", ("form_id", "ordinal")),
        ),
    }
)


def comment(item: pa.Field | pa.Schema) -> str:
    """The comment of a column, or of a table.

    >>> comment(FORMS.field("grade"))
    '等次（优、良、中、差） | grade where printed'
    """
    return str((item.metadata or {}).get(b"comment", b"").decode("utf-8"))
