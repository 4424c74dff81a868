"""Settings of the rules: tolerances and thresholds, read from `audit/data/settings.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from extract.text import fold


@dataclass(frozen=True, slots=True)
class Settings:
    """What the rules may be told; the file says what each figure means.

    Points are 分, rates are ratios (0.005 is half a per cent), money is yuan.
    """

    evaluated_totals: tuple[Decimal, ...]
    target_totals: tuple[Decimal, ...]
    execution_weights: tuple[Decimal, ...]
    total_rounding: Decimal
    rate_rounding: Decimal
    money_step_cny: Decimal
    blank_reasons: frozenset[str]

    def is_blank(self, reason: str | None) -> bool:
        """Whether a cell of 偏差原因 says nothing.

        >>> [default_settings().is_blank(text) for text in (None, "——", "／", "无。", "疫情影响")]
        [True, True, True, True, False]
        """
        folded = fold(reason or "")
        return folded in self.blank_reasons or folded.rstrip("。.;；") in self.blank_reasons


def read_settings(text: str) -> Settings:
    """The settings that a TOML text of the file's shape holds; KeyError for a missing one."""
    data = tomllib.loads(text)
    return Settings(
        evaluated_totals=_decimals(data["weights"]["evaluated_totals"]),
        target_totals=_decimals(data["weights"]["target_totals"]),
        execution_weights=_decimals(data["weights"]["execution_weights"]),
        total_rounding=Decimal(data["scores"]["total_rounding"]),
        rate_rounding=Decimal(data["rate"]["rounding"]),
        money_step_cny=Decimal(data["rate"]["money_step_cny"]),
        blank_reasons=frozenset(fold(reason) for reason in data["reasons"]["blank"]),
    )


@cache
def default_settings() -> Settings:
    """The settings that come with the program."""
    return read_settings((files("audit") / "data" / "settings.toml").read_text(encoding="utf-8"))


def _decimals(texts: Iterable[str]) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)
