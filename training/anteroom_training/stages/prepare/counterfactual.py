"""Counterfactual demographic augmentation: twins of rows with another sex, age or reporter and the same answer, against bias."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

from ...recipe import PipelineError, load_recipe, resolve, run_stage
from ...rows.demographics import matrix, shares
from ...rows.origin import read_sourced
from ...rows.rules import RuleBook
from ...rows.twins import SWAPS, swap_sex

KEYS = {"files": list, "output": str, "protocols": str, "swaps": list, "share": float, "twins_a_row": int, "seed": int}
SHARED = ("sex", "reporter", "age_band", "level")


def augment(rows: list[dict[str, Any]], book: RuleBook, recipe: dict[str, Any]) -> tuple[list[dict[str, Any]], Counter[str], dict[str, Counter[str]]]:
    """The rows, each followed by its twins: of a `share` of the rows, at most `twins_a_row` each, earlier `swaps` first.

    Also twins by swap, and why other rows have none.
    """
    out: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    refused: dict[str, Counter[str]] = {swap: Counter() for swap in recipe["swaps"]}
    for number, row in enumerate(rows):
        out.append(row)
        rng = random.Random(f"{recipe['seed']}:{row['id']}")
        if "twin_of" in row or rng.random() >= recipe["share"]:
            continue
        found = {swap: SWAPS[swap](row, book, rng) for swap in recipe["swaps"]}
        for swap, twin in found.items():
            if isinstance(twin, str):
                refused[swap][twin] += 1
        own = [(swap, twin) for swap, twin in found.items() if isinstance(twin, dict)][: recipe["twins_a_row"]]
        counts.update(swap for swap, _ in own)
        out += [twin for _, twin in own]
        if (number + 1) % 2000 == 0:
            print(f"{number + 1}/{len(rows)} rows, {counts.total()} twins", flush=True)
    return out, counts, refused


def described(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows, shares by field, and the level matrix by sex, reporter and age band."""
    return {
        "rows": len(rows),
        "shares": {field: shares(rows, field) for field in SHARED},
        "levels_by": {field: matrix(rows, field) for field in ("sex", "reporter", "age_band")},
    }


def swappable(rows: list[dict[str, Any]], book: RuleBook) -> list[dict[str, Any]]:
    """Rows that have a twin of the other sex: among these alone the level must not differ by sex."""
    return [row for row in rows if isinstance(swap_sex(row, book, random.Random(0)), dict)]


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    unknown = [swap for swap in recipe["swaps"] if swap not in SWAPS]
    if unknown or not recipe["swaps"]:
        raise PipelineError(f"swaps must be some of {', '.join(SWAPS)}")
    if not 0 < recipe["share"] <= 1 or recipe["twins_a_row"] < 1:
        raise PipelineError("share must be above 0 and at most 1, twins_a_row at least 1")
    book = RuleBook(resolve(recipe["protocols"]) if recipe["protocols"] else None)
    output = resolve(recipe["output"])
    output.mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = {}
    for path in recipe["files"]:
        file = resolve(path)
        if file.parent == output:
            raise PipelineError(f"{file}: would be overwritten; choose another output folder")
        rows = read_sourced(file)
        augmented, counts, refused = augment(rows, book, recipe)
        with (output / file.name).open("w", encoding="utf-8") as target:
            target.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in augmented)
        report[file.name] = {
            "twins": dict(sorted(counts.items())),
            "no_twin": {swap: dict(reasons.most_common()) for swap, reasons in refused.items()},
            "before": described(rows),
            "after": described(augmented),
            "swappable_by_sex": {
                "before": matrix(swappable(rows, book), "sex"),
                "after": matrix(swappable(augmented, book), "sex"),
            },
        }
        print(f"{file.name}: {len(rows)} rows, {counts.total()} twins {dict(sorted(counts.items()))}", flush=True)
    (output / "counterfactual.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"report -> {output / 'counterfactual.json'}", flush=True)


if __name__ == "__main__":
    run_stage("Add counterfactual twins.", stage)
