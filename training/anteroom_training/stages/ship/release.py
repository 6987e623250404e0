"""Stage 8: gates, then shards, manifest, model card and catalogue entry under model-shards/."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from ...model.shards import verify, write_manifest
from ...recipe import PipelineError, existing, load_recipe, resolve, run_stage
from .export_onnx import QUANTISED, SIDE_FILES

KEYS = {
    "onnx": str,
    "evaluation": str,
    "card": str,
    "target": str,
    "catalog": str,
    "id": str,
    "version": str,
    "licence": str,
    "gates": dict,
}


def check_gates(report: dict[str, Any], gates: dict[str, float]) -> None:
    """PipelineError naming every measure below its gate, or not measured."""
    failed = [f"{name} {report.get(name)} < {least}" for name, least in gates.items() if report.get(name, -1) < least]
    if failed:
        raise PipelineError(f"release refused: {'; '.join(failed)}")


def parameters_of(config: dict[str, Any]) -> int:
    """Parameters of a tied Llama without biases, from its config.json."""
    h, kv = config["hidden_size"], config["num_key_value_heads"] * config["head_dim"]
    layer = 2 * h * h + 2 * h * kv + 3 * h * config["intermediate_size"] + 2 * h
    return config["vocab_size"] * h + config["num_hidden_layers"] * layer + h


def update_catalog(file: Path, entry: dict[str, Any]) -> None:
    """Put `entry` in, replacing the one of the same id; other entries stay as they are."""
    catalog = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"models": []}
    catalog["models"] = [*[m for m in catalog["models"] if m["id"] != entry["id"]], entry]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(catalog, indent=2) + "\n", encoding="utf-8")


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    source = existing(recipe["onnx"], "anteroom_training.stages.ship.export_onnx")
    report = json.loads((existing(recipe["evaluation"], "anteroom_training.stages.ship.evaluate") / "report.json").read_text())
    check_gates(report, recipe["gates"])
    card = existing(recipe["card"], "a person: every release has a model card")
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    about = {
        "id": recipe["id"],
        "version": recipe["version"],
        "task": "text-generation",
        "architecture": config["architectures"][0],
        "parameters": parameters_of(config),
        "contextTokens": config["max_position_embeddings"],
        "licence": recipe["licence"],
    }
    target, catalog = resolve(recipe["target"]), resolve(recipe["catalog"])
    manifest = write_manifest(source, target, about, [*SIDE_FILES, QUANTISED])
    shutil.copyfile(card, target / "MODEL_CARD.md")
    problems = verify(target)
    if problems:
        raise PipelineError(f"release is not sound: {'; '.join(problems)}")
    entry = {"id": recipe["id"], "engine": "transformers", "task": "text-generation"}
    entry["manifest"] = (target / "manifest.json").relative_to(catalog.parent).as_posix()
    update_catalog(catalog, {**entry, "default": True})
    print(f"{recipe['id']} {recipe['version']}: {sum(f['bytes'] for f in manifest['files'])} bytes, hash {manifest['hash']}", flush=True)


if __name__ == "__main__":
    run_stage("Release the model.", stage)
