"""Who a row is about: sex, reporter, age band, level and language, for balancing, swapping and reporting."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

LEVELS = ("emergency", "high", "medium", "low")
DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
"""Days of a unit, as the app's rules count (src/domain/triage/evaluate-condition.ts)."""

Limit = tuple[float, str]
BANDS: tuple[tuple[str, Limit], ...] = (
    ("under 3 months", (3, "month")),
    ("under 1", (1, "year")),
    ("1-4", (5, "year")),
    ("5-11", (12, "year")),
    ("12-17", (18, "year")),
    ("18-64", (65, "year")),
    ("65-79", (80, "year")),
)
OLDEST = "80 and over"
BAND_LIMITS: tuple[Limit, ...] = tuple(limit for _, limit in BANDS)
FEW = 30
FIELDS = ("task", "level", "sex", "reporter", "age_band", "language", "source")


def below(age: Limit, limit: Limit) -> str:
    """"true", "false" or "unknown": a whole number covers its unit, so "2 years" is anything from 2 up to 3 years."""
    most, start = limit[0] * DAYS[limit[1]], age[0] * DAYS[age[1]]
    if start >= most:
        return "false"
    end = (age[0] + 1 if float(age[0]).is_integer() else age[0]) * DAYS[age[1]]
    return "true" if end <= most else "unknown"


def age_of(row: dict[str, Any]) -> Limit | None:
    """`(value, unit)` of the profile; None when unknown or de-identified ("90 or older")."""
    age = row["patient_profile"].get("age")
    return (age["value"], age["unit"]) if isinstance(age, dict) and isinstance(age.get("value"), (int, float)) else None


def age_band(row: dict[str, Any]) -> str:
    """Name of the clinical age band; "unknown" without an age."""
    age = age_of(row)
    if age is None:
        return OLDEST if row["patient_profile"].get("age") else "unknown"
    return next((name for name, limit in BANDS if below(age, limit) != "false"), OLDEST)


def level_of(row: dict[str, Any]) -> str:
    """Level of the expected assessment, else the floor in the prompt, else "none" (tasks without a level)."""
    expected = row.get("expected_output")
    if isinstance(expected, dict):
        inner = expected.get("assessment")
        for answer in (expected, inner if isinstance(inner, dict) else {}):
            if answer.get("level") in LEVELS:
                return answer["level"]
    floor = re.search(r"^floor: (\w+)$", "\n".join(m["content"] for m in row["messages"] if m["role"] == "user"), re.MULTILINE)
    return floor[1] if floor else "none"


def field_of(row: dict[str, Any], field: str) -> str:
    """Value of one of FIELDS; "not given" where the row does not say."""
    if field == "level":
        return level_of(row)
    if field == "age_band":
        return age_band(row)
    if field == "source":
        return row["origin"]["source"]
    found = row["patient_profile"].get(field) if field in ("sex", "reporter") else row.get(field)
    return str(found) if found else "not given"


def shares(rows: Sequence[dict[str, Any]], field: str, weights: Sequence[float] | None = None) -> dict[str, float]:
    """Share of each value of a field, by row or by `weights`; sums to 1."""
    counts: Counter[str] = Counter()
    for row, weight in zip(rows, weights or [1.0] * len(rows), strict=True):
        counts[field_of(row, field)] += weight
    total = sum(counts.values()) or 1.0
    return {value: round(count / total, 4) for value, count in sorted(counts.items())}


def matrix(rows: Sequence[dict[str, Any]], field: str) -> dict[str, Any]:
    """By value of `field`: rows, share of all, share of each level within; and the level whose share differs most between two values.

    Values with fewer than FEW rows are listed, but do not count for the largest gap. Rows without a level are left out.
    """
    levelled = [(field_of(row, field), level_of(row)) for row in rows]
    levelled = [(value, level) for value, level in levelled if level != "none"]
    groups: dict[str, Any] = {}
    for value in sorted({value for value, _ in levelled}):
        levels = Counter(level for own, level in levelled if own == value)
        count = sum(levels.values())
        groups[value] = {
            "rows": count,
            "share": round(count / len(levelled), 4),
            "levels": {level: round(levels[level] / count, 4) for level in LEVELS},
        }
    large = [value for value, group in groups.items() if group["rows"] >= FEW]
    gaps = [
        {"level": level, "most": high, "least": low, "gap": round(groups[high]["levels"][level] - groups[low]["levels"][level], 4)}
        for level in LEVELS
        for high in large
        for low in large
    ]
    return {"groups": groups, "largest_gap": max(gaps, key=lambda gap: gap["gap"], default=None)}
