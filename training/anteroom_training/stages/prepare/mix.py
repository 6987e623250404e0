"""The training mix: rows of the generator, of stories and texts, and of a clinic's corrections, by fixed shares."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from ...recipe import PipelineError, existing, load_recipe, maker, resolve, run_stage
from ...rows.balance import evenness, sample, total_size
from ...rows.demographics import FIELDS, field_of, shares
from ...rows.origin import read_sourced

KEYS = {
    "files": dict,
    "stand_in": str,
    "shares": dict,
    "unit": str,
    "tokenizer": str,
    "tolerance": float,
    "most_repeats": int,
    "balance": list,
    "output": str,
    "seed": int,
}
GROUPS = {"synthetic": ("synthetic",), "narratives": ("authored", "public"), "clinic": ("clinic",)}
"""Group -> kinds of origin that may stand in it."""
NO_CLINIC = "made by: prepare.corrections; or name a stand_in in the recipe"


@dataclass
class Group:
    """Rows of one group, the size of each in the recipe's unit, and indexes of those taken (with repeats)."""

    name: str
    rows: list[dict[str, Any]]
    sizes: list[float]
    tokens: list[int]
    stand_in: bool = False
    taken: list[int] | None = None


def check(recipe: dict[str, Any]) -> None:
    """PipelineError for settings that cannot be meant."""
    if set(recipe["files"]) != set(GROUPS) or set(recipe["shares"]) != set(GROUPS):
        raise PipelineError(f"files and shares each name exactly the groups {', '.join(GROUPS)}")
    if any(not isinstance(s, (int, float)) or s < 0 for s in recipe["shares"].values()) or abs(sum(recipe["shares"].values()) - 1) > 1e-6:
        raise PipelineError("shares must be numbers from 0 that sum to 1")
    if recipe["unit"] not in ("tokens", "rows"):
        raise PipelineError("unit must be tokens or rows")
    if recipe["most_repeats"] < 1:
        raise PipelineError("most_repeats must be at least 1")
    unknown = [field for field in recipe["balance"] if field not in FIELDS]
    if unknown:
        raise PipelineError(f"balance: unknown field {', '.join(map(str, unknown))} (known: {', '.join(FIELDS)})")


def read_group(name: str, paths: list[str], stand_in: str) -> tuple[list[dict[str, Any]], bool]:
    """Rows of a group, and whether they are the stand-in for a clinic that has given none. PipelineError names file and line."""
    standing = name == "clinic" and not any(resolve(path).is_file() for path in paths)
    if standing and not stand_in:
        raise PipelineError(f"no rows for the group clinic ({NO_CLINIC})")
    kinds = ("synthetic", "authored", "public") if standing else GROUPS[name]
    rows: list[dict[str, Any]] = []
    for path in [stand_in] if standing else paths:
        file = resolve(path)
        if not file.is_file():
            raise PipelineError(f"missing: {file} (made by: {'npm run dataset' if 'training/data' in path else maker(path)})")
        print(f"reading {name}: {file.name}", flush=True)
        found = read_sourced(file)
        for number, row in enumerate(found, 1):
            if row["origin"]["kind"] not in kinds:
                raise PipelineError(f"{file}:{number}: a row of kind {row['origin']['kind']} does not belong to the group {name}")
        rows += found
    if not rows:
        raise PipelineError(f"no files for the group {name}")
    return rows, standing


def token_counts(rows: list[dict[str, Any]], tokenizer: Tokenizer) -> list[int]:
    """Tokens of the contents of each row's messages, without role tokens."""
    texts = ["\n".join(message["content"] for message in row["messages"]) for row in rows]
    return [len(encoded.ids) for encoded in tokenizer.encode_batch(texts, add_special_tokens=False)]


def group_report(group: Group, unit_total: float, target: float) -> dict[str, Any]:
    """What a group had and what was taken of it."""
    taken = group.taken or []
    times = Counter(taken)
    return {
        "target": target,
        "share": round(sum(group.sizes[i] for i in taken) / unit_total, 4),
        "rows": len(taken),
        "tokens": sum(group.tokens[i] for i in taken) if group.tokens else None,
        "rows_available": len(group.rows),
        "rows_unused": len(group.rows) - len(times),
        "most_times": max(times.values(), default=0),
        "stand_in": group.stand_in,
    }


def counted(groups: list[Group], field: str) -> dict[str, dict[str, Any]]:
    """Rows and tokens by value of a field over all that was taken; a source also says its licence and kind."""
    out: dict[str, dict[str, Any]] = {}
    for group in groups:
        for i in group.taken or []:
            row = group.rows[i]
            entry = out.setdefault(field_of(row, field), {"rows": 0, "tokens": 0 if group.tokens else None})
            entry["rows"] += 1
            if group.tokens:
                entry["tokens"] += group.tokens[i]
            if field == "source":
                entry.update({key: row["origin"][key] for key in ("licence", "kind")})
    return dict(sorted(out.items()))


def balance_report(group: Group, fields: list[str]) -> dict[str, Any]:
    """Shares in the recipe's unit before and after, by field and over the cells of all fields together."""
    sides = {"before": list(range(len(group.rows))), "after": group.taken or []}
    report: dict[str, Any] = {}
    for side, indexes in sides.items():
        rows, sizes = [group.rows[i] for i in indexes], [group.sizes[i] for i in indexes]
        cells: Counter[tuple[str, ...]] = Counter()
        for row, size in zip(rows, sizes, strict=True):
            cells[tuple(field_of(row, field) for field in fields)] += size
        report[side] = {"cells": evenness(list(cells.values())), **{field: shares(rows, field, sizes) for field in fields}}
    return report


def mixed(recipe: dict[str, Any], groups: list[Group]) -> dict[str, Any]:
    """Chooses the rows of every group (`taken`) and returns the report. PipelineError when a share misses its target."""
    wanted = recipe["shares"]
    total = total_size({g.name: sum(g.sizes) for g in groups}, wanted, recipe["most_repeats"])
    for place, group in enumerate(groups):
        cells = [tuple(field_of(row, field) for field in recipe["balance"]) for row in group.rows]
        group.taken = sample(cells, group.sizes, total * wanted[group.name], recipe["most_repeats"], recipe["seed"] + place)
    unit_total = sum(group.sizes[i] for group in groups for i in group.taken or []) or 1.0
    by_group = {group.name: group_report(group, unit_total, wanted[group.name]) for group in groups}
    off = [name for name, entry in by_group.items() if abs(entry["share"] - entry["target"]) > recipe["tolerance"]]
    if off:
        said = ", ".join(f"{name} {by_group[name]['share']:.3f} for {by_group[name]['target']:.3f}" for name in off)
        raise PipelineError(f"shares off by more than {recipe['tolerance']}: {said}; give more rows, or count in rows")
    counts = [entry["tokens"] for entry in by_group.values()]
    return {
        "unit": recipe["unit"],
        "rows": sum(entry["rows"] for entry in by_group.values()),
        "tokens": None if None in counts else sum(counts),
        "groups": by_group,
        "sources": counted(groups, "source"),
        "tasks": counted(groups, "task"),
        "languages": counted(groups, "language"),
        "levels": counted(groups, "level"),
        "balance": {group.name: balance_report(group, recipe["balance"]) for group in groups} if recipe["balance"] else {},
    }


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    check(recipe)
    tokenizer = None
    if recipe["unit"] == "tokens" or recipe["tokenizer"]:
        folder = existing(recipe["tokenizer"], maker(recipe["tokenizer"]))
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json" if folder.is_dir() else folder))
    groups = []
    for name in GROUPS:
        if recipe["shares"][name] == 0:
            continue
        rows, standing = read_group(name, recipe["files"][name], recipe["stand_in"])
        tokens = token_counts(rows, tokenizer) if tokenizer else []
        sizes = [float(n) for n in tokens] if recipe["unit"] == "tokens" else [1.0] * len(rows)
        groups.append(Group(name, rows, sizes, tokens, standing))
    report = mixed(recipe, groups)
    chosen = [group.rows[i] for group in groups for i in group.taken or []]
    random.Random(recipe["seed"]).shuffle(chosen)
    output = resolve(recipe["output"])
    output.mkdir(parents=True, exist_ok=True)
    with (output / "train.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in chosen)
    (output / "mix.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for name, entry in report["groups"].items():
        note = " (a stand-in: no clinic has given rows yet)" if entry["stand_in"] else ""
        print(f"{name}: {entry['share']:.3f} of {recipe['unit']}, {entry['rows']} rows, none more than {entry['most_times']} times{note}", flush=True)
    print(f"{report['rows']} rows -> {output / 'train.jsonl'}", flush=True)


if __name__ == "__main__":
    run_stage("Mix the training rows.", stage)
