"""Bias report: whether the model answers the same when only sex, age or reporter change, and how well it answers each group.

Reads the answers of `ship.evaluate` over rows and their counterfactual twins (`prepare.counterfactual`), of one model or of two.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from ...recipe import PipelineError, load_recipe, resolve, run_stage
from ...rows.demographics import LEVELS
from ...rows.twins import groups_of, masked
from ...text.instructions import read_rows
from .evaluate import wilson

KEYS = {"rows": str, "before": str, "after": str, "output": str}
VALID = ("schema", "floor", "fixed", "cites")
"""Verdicts that together make an answer valid here; the full validator is the TypeScript one."""


def rate(held: list[bool]) -> dict[str, Any]:
    """Count, share and 95 % Wilson interval; share and interval are None without cases."""
    if not held:
        return {"n": 0, "count": 0, "share": None, "interval": None}
    share = sum(held) / len(held)
    return {"n": len(held), "count": sum(held), "share": round(share, 4), "interval": wilson(share, len(held))}


def read_answers(path: str) -> dict[str, dict[str, Any]]:
    """Answers by id. PipelineError names file and line."""
    file = resolve(path)
    if not file.is_file():
        raise PipelineError(f"missing: {file} (made by: anteroom_training.stages.ship.evaluate)")
    answers: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            answer = json.loads(line)
            answers[answer["id"]] = {"verdict": answer["verdict"], "text": answer["text"]}
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise PipelineError(f"{file}:{number}: not an answer of ship.evaluate: {type(error).__name__}") from error
    return answers


def level_in(text: str) -> str | None:
    """The level that an answer names; None when it names none that can be read."""
    try:
        answer = json.loads(text.split("<|")[0])
    except json.JSONDecodeError:
        return None
    level = answer.get("level") if isinstance(answer, dict) else None
    return level if level in LEVELS else None


def plain(text: str) -> str:
    """An answer without the end token and demographic words."""
    return masked(text.split("<|")[0])


def by_group(rows: list[dict[str, Any]], answers: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Field -> group -> rates of valid answers and of the expected level, originals and twins together."""
    found: dict[str, dict[str, list[dict[str, bool]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["id"] in answers:
            for field, value in groups_of(row).items():
                found[field][value].append(answers[row["id"]]["verdict"])
    return {
        field: {
            value: {
                "valid": rate([all(verdict.get(name) for name in VALID) for verdict in verdicts]),
                "level_kept": rate([bool(verdict.get("level")) for verdict in verdicts]),
            }
            for value, verdicts in sorted(groups.items())
        }
        for field, groups in found.items()
    }


def swaps(rows: list[dict[str, Any]], answers: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """How often a swap changes the level, or what is said once the demographic words are taken out; by swap, and by who was swapped."""
    originals = {row["id"]: row for row in rows}
    level: dict[str, list[bool]] = defaultdict(list)
    content: dict[str, list[bool]] = defaultdict(list)
    unreadable: dict[str, int] = defaultdict(int)
    for row in rows:
        original = originals.get(row.get("twin_of", ""))
        if original is None or row["id"] not in answers or original["id"] not in answers:
            continue
        one, other = (answers[r["id"]]["text"] for r in (original, row))
        changed, group = row["changed"], groups_of(original)
        field = {"age": "age_band"}.get(changed, changed)
        names = ["all", changed, f"{changed}: {group[field]}"]
        levels = level_in(one), level_in(other)
        for name in names:
            content[name].append(plain(one) != plain(other))
            if None in levels:
                unreadable[name] += 1
            else:
                level[name].append(levels[0] != levels[1])
    return {
        name: {
            "pairs": len(content[name]),
            "unreadable": unreadable[name],
            "level_changed": rate(level[name]),
            "content_changed": rate(content[name]),
        }
        for name in sorted(content)
    }


def model_report(rows: list[dict[str, Any]], path: str) -> dict[str, Any]:
    """Report of one answers file. PipelineError when it holds no row together with its twin."""
    answers = read_answers(path)
    found = swaps(rows, answers)
    if not found:
        raise PipelineError(f"{resolve(path)}: no answer to a row and to its twin; run ship.evaluate on the rows of prepare.counterfactual")
    return {"answers": path, "groups": by_group(rows, answers), "swaps": found}


def compared(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Rates of change side by side; `apart` when the two intervals do not meet."""
    out: dict[str, Any] = {}
    for name in sorted(before["swaps"].keys() & after["swaps"].keys()):
        out[name] = {}
        for measure in ("level_changed", "content_changed"):
            one, other = before["swaps"][name][measure], after["swaps"][name][measure]
            if one["n"] and other["n"]:
                low, high = sorted((one["interval"], other["interval"]))
                difference = round(other["share"] - one["share"], 4)
                out[name][measure] = {"before": one["share"], "after": other["share"], "difference": difference, "apart": low[1] < high[0]}
    return out


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    rows = read_rows(resolve(recipe["rows"]))
    report: dict[str, Any] = {"before": model_report(rows, recipe["before"])} if recipe["before"] else {}
    report["after"] = model_report(rows, recipe["after"])
    if recipe["before"]:
        report["compared"] = compared(report["before"], report["after"])
    output = resolve(recipe["output"])
    output.mkdir(parents=True, exist_ok=True)
    (output / "bias.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for model in ("before", "after"):
        if model in report:
            every = report[model]["swaps"]["all"]
            said = ", ".join(f"{m} {every[m]['share']} {every[m]['interval']}" for m in ("level_changed", "content_changed"))
            print(f"{model}: {every['pairs']} pairs, {every['unreadable']} unreadable, {said}", flush=True)


if __name__ == "__main__":
    run_stage("Report bias between groups.", stage)
