"""Records made from plain data, for tests of what comes after normalization."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from extract.document import Issue, Locator
from normalize.match import Match
from normalize.record import FundingRecord, IndicatorRecord, NarrativeRecord, Record
from normalize.values import Value

_DECIMALS = frozenset(
    field.name
    for kind in (FundingRecord, IndicatorRecord, Record, Value)
    for field in fields(kind)
    if "Decimal" in str(field.type)
)
_INDICATOR = {"term": "annual", "match": Match(None, None, None), "confidence": 1.0, "needs_review": False}
_FUNDING = {"line": "total", "label": "年度资金总额：", "term": "annual"}
_RECORD = {
    "ordinal": 1,
    "form_type": "self_evaluation",
    "complete": True,
    "confidence": 1.0,
    "needs_review": False,
    "locator": "L1-99",
}


def value(data: Mapping[str, Any] | None) -> Value | None:
    """A value from its parts; the text alone is enough for a text."""
    if data is None:
        return None
    given = _typed({"kind": "text", **data})
    if isinstance(given.get("date"), str):
        given["date"] = date.fromisoformat(given["date"])
    return Value(**given)


def indicator(ordinal: int, data: Mapping[str, Any]) -> IndicatorRecord:
    """An indicator row; what `data` leaves out is absent."""
    given = _typed({**_INDICATOR, "name": f"指标{ordinal}", "locator": f"L{ordinal + 20}", **data})
    for side in ("target", "actual"):
        typed = value(given.get(side))
        given[side] = typed
        given.setdefault(f"{side}_text", typed.text if typed else None)
    given.setdefault("name_text", given["name"])
    return _made(IndicatorRecord, {"ordinal": ordinal, **given})


def funding(ordinal: int, data: Mapping[str, Any]) -> FundingRecord:
    """A funding line; the total line unless `data` says otherwise."""
    return _made(
        FundingRecord, _typed({"ordinal": ordinal, "locator": f"L{ordinal + 10}", **_FUNDING, **data})
    )


def narrative(ordinal: int, data: Mapping[str, Any]) -> NarrativeRecord:
    """A passage of text."""
    return _made(NarrativeRecord, _typed({"ordinal": ordinal, "section": "other", "locator": "L1", **data}))


def record(
    data: Mapping[str, Any] | None = None,
    *,
    lines: list[Mapping[str, Any]] | None = None,
    rows: list[Mapping[str, Any]] | None = None,
    passages: list[Mapping[str, Any]] | None = None,
) -> Record:
    """A record of a complete self-evaluation form with these funding lines, indicators and passages."""
    given = _typed({**_RECORD, **(data or {})})
    given["issues"] = tuple(
        Issue(issue["code"], issue["message"], Locator.parse(issue["locator"]))
        for issue in given.get("issues", ())
    )
    given["leftover"] = tuple(given.get("leftover", ()))
    given["funding"] = tuple(funding(n, one) for n, one in enumerate(lines or (), 1))
    given["indicators"] = tuple(indicator(n, one) for n, one in enumerate(rows or (), 1))
    given["narratives"] = tuple(narrative(n, one) for n, one in enumerate(passages or (), 1))
    return _made(Record, given)


def _typed(data: Mapping[str, Any]) -> dict[str, Any]:
    given = dict(data)
    for name, content in data.items():
        if name in _DECIMALS and isinstance(content, str):
            given[name] = Decimal(content)
        elif name == "concept":
            given["match"] = Match(content["id"], 1.0, content.get("method", "exact"))
            del given["concept"]
        elif name == "locator" and isinstance(content, str):
            given[name] = Locator.parse(content)
    return given


def _made(kind: Any, given: Mapping[str, Any]) -> Any:
    known = {item.name for item in fields(kind)}
    if unknown := set(given) - known:
        raise ValueError(f"{kind.__name__} has no {sorted(unknown)}")
    absent = dict.fromkeys(known - {"issues", "leftover", "total_locators"})
    return kind(**(absent | dict(given)))
