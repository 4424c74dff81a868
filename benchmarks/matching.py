"""How well and how fast names are mapped: precision and coverage on held-out names, and a ratio.

    uv run python benchmarks/matching.py

Precision counts a mapped name as right when its concept is one of those accepted by hand. Coverage
is the share mapped of the names that a concept stands for. The curve says what a higher threshold
would buy. Both splits have been looked at since they were gathered (`first` while the rules were made,
`fresh` once at the end), so they show what must not get worse; what an unseen archive gives is lower:
at first sight 84 of the 87 mapped names of `first` were right. Speed is a ratio to `rapidfuzz.process.extractOne` over all spellings, the plain way.
"""

from __future__ import annotations

import csv
import random
import time
from pathlib import Path

from rapidfuzz import process

from normalize.match import Match, Matcher, Query, default_matcher
from normalize.taxonomy import taxonomy

HELDOUT = Path(__file__).parents[1] / "tests" / "normalize" / "data" / "heldout_names.csv"
NAMES, PEER_NAMES = 10_000, 200


def main() -> None:
    rows = list(csv.DictReader(HELDOUT.read_text(encoding="utf-8").splitlines()))
    queries = [Query(row["name"], level2=row["level2"]) for row in rows]
    judged = list(zip(rows, default_matcher().match_many(queries), strict=True))
    print(f"taxonomy {taxonomy().version}: {len(taxonomy())} concepts, {len(taxonomy().aliases)} spellings")
    for split in ("first", "fresh"):
        print(f"\n{split}: {quality([one for one in judged if one[0]['split'] == split])}")
    for method in ("exact", "alias", "fuzzy"):
        print(f"  {method}: {quality([one for one in judged if one[1].method == method])}")
    print("\nthreshold  mapped  precision  coverage")
    for threshold in (0.84, 0.86, 0.88, 0.9, 0.92, 0.94, 0.96, 0.98):
        print(f"{threshold:9.2f}  {quality(judged, threshold)}")
    speed()


def quality(judged: list[tuple[dict[str, str], Match]], threshold: float = 0.0) -> str:
    mapped = right = mappable = covered = 0
    for row, match in judged:
        accepted = row["concept_id"].split("|")
        concept = match.concept_id if match.score is not None and match.score >= threshold else None
        mapped += concept is not None
        right += concept in accepted
        if "none" not in accepted:
            mappable += 1
            covered += concept is not None
    precision = f"{right / mapped:.3f}" if mapped else "-"
    coverage = f"{covered / mappable:.3f}" if mappable else "-"
    return f"{mapped:6d}  {precision:>9}  {coverage:>8}  (right {right} of {mapped}; names {len(judged)})"


def speed() -> None:
    spellings = [one.alias for one in taxonomy().aliases]
    names = made_up_names(spellings)
    matcher = Matcher(taxonomy())
    matcher.match_many([Query(name) for name in names[:300]])
    started = time.perf_counter()
    matcher.match_many([Query(name) for name in names])
    ours = (time.perf_counter() - started) / len(names)
    started = time.perf_counter()
    for name in names[:PEER_NAMES]:
        process.extractOne(name, spellings)
    plain = (time.perf_counter() - started) / PEER_NAMES
    print(f"\n{len(names)} distinct names in {ours * len(names):.2f} s")
    print(f"extractOne over all spellings takes {plain / ours:.0f} times as long a name")


def made_up_names(spellings: list[str]) -> list[str]:
    """Distinct names as an archive has them: listed, listed with words before, and damaged."""
    chance = random.Random(1)
    places = [
        "城区",
        "乡镇",
        "学校",
        "基层",
        "重点",
        "县域",
        "社区",
        "示范",
        "中心",
        "河西",
        "新城",
        "移民",
        "后勤",
    ]
    names: dict[str, None] = {}
    while len(names) < NAMES:
        name = chance.choice(spellings)
        kind = chance.random()
        if kind < 0.4:
            name = chance.choice(places) + chance.choice(places) + name
        elif kind < 0.8:
            cut = chance.randrange(len(name))
            name = name[:cut] + name[cut + 1 :] + chance.choice(places)
        names[name] = None
    return list(names)


if __name__ == "__main__":
    main()
