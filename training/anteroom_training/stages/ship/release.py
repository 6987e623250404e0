"""Stage 8: gates, then shards, manifest, signature, model card and catalogue entry under model-shards/.

Recipe: `onnx` (folder), `evaluation` (folder of report.json), `mix` (mix.json of the training data), `card` (template, see card.py),
`target`, `catalog`, `id`, `version`, `licence`; `gates` (measure: least), `replaces` (folder of the released model that this one
takes the place of, '' for none) with `no_worse` (measure: tolerance), `most_mib` (all files together), and `signing_key` (private JWK
file outside the repository; '' takes the path from ANTEROOM_SIGNING_KEY; without either the manifest is unsigned).
Nothing is written before every gate holds; beside the manifest lie `evaluation.json` and, signed, `manifest.jws`.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from ...model.shards import verify, write_manifest
from ...model.signing import sign_folder
from ...recipe import PipelineError, existing, load_recipe, resolve, run_stage
from .card import check_card, fill_card
from .evaluate import MEASURES
from .export_onnx import QUANTISED, SIDE_FILES
from .gates import METRICS, check_gates, check_measured, check_no_worse, check_size, metrics_of, read_report

KEYS = {
    "onnx": str,
    "evaluation": str,
    "mix": str,
    "card": str,
    "target": str,
    "catalog": str,
    "id": str,
    "version": str,
    "licence": str,
    "gates": dict,
    "replaces": str,
    "no_worse": dict,
    "most_mib": (int, float),
    "signing_key": str,
}
KEY_VARIABLE = "ANTEROOM_SIGNING_KEY"


def parameters_of(config: dict[str, Any]) -> int:
    """Parameters of a tied Llama without biases, from its config.json."""
    h, kv = config["hidden_size"], config["num_key_value_heads"] * config["head_dim"]
    layer = 2 * h * h + 2 * h * kv + 3 * h * config["intermediate_size"] + 2 * h
    return config["vocab_size"] * h + config["num_hidden_layers"] * layer + h


def update_catalog(file: Path, entry: dict[str, Any]) -> None:
    """Put `entry` in; what people wrote beside an earlier entry of the same id stays, and a new default is the only one of its task."""
    catalog = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"models": []}
    earlier = next((m for m in catalog["models"] if m["id"] == entry["id"]), {})
    others = [m for m in catalog["models"] if m["id"] != entry["id"]]
    for model in others:
        if entry.get("default") and model.get("task") == entry["task"] and "default" in model:
            model["default"] = False
    catalog["models"] = [*others, {**earlier, **entry}]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(catalog, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def sign_if_possible(folder: Path, key: str, trusted: Path) -> None:
    """Sign with the key of the recipe or the environment; without one, say that the manifest is unsigned."""
    file = key or os.environ.get(KEY_VARIABLE, "")
    if file:
        print(f"manifest signed by {sign_folder(folder, resolve(file), trusted)}", flush=True)
    else:
        print(f"manifest unsigned: no `signing_key` in the recipe and no {KEY_VARIABLE}; later: npm run models -- sign FOLDER --key FILE", flush=True)


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    source = existing(recipe["onnx"], "anteroom_training.stages.ship.export_onnx")
    report = read_report(existing(recipe["evaluation"], "anteroom_training.stages.ship.evaluate"))
    check_gates(report, recipe["gates"])
    check_measured(report, {Path(name).name: source / name for name in (QUANTISED, "tokenizer.json")})
    if recipe["replaces"]:
        check_no_worse(report, existing(recipe["replaces"], "an earlier release"), recipe["no_worse"])
    card = existing(recipe["card"], "a person: every release has a model card").read_text(encoding="utf-8")
    check_card(card)
    mix = json.loads(existing(recipe["mix"], "the stage that mixes the training data").read_text(encoding="utf-8"))
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
    card = fill_card(card, report, mix, about, MEASURES)
    target, catalog = resolve(recipe["target"]), resolve(recipe["catalog"])
    # Beside the target until it is sound: a refused release leaves the model that was there.
    staged = target.with_name(f".{target.name}.new")
    manifest = write_manifest(source, staged, about, [*SIDE_FILES, QUANTISED])
    try:
        check_size(manifest, recipe["most_mib"])
        problems = verify(staged)
        if problems:
            raise PipelineError(f"release is not sound: {'; '.join(problems)}")
        (staged / "MODEL_CARD.md").write_text(card, encoding="utf-8")
        (staged / METRICS).write_text(json.dumps(metrics_of(report), indent=2) + "\n", encoding="utf-8")
        sign_if_possible(staged, recipe["signing_key"], catalog.parent / "trusted-keys.json")
        if target.exists():
            shutil.rmtree(target)
        staged.rename(target)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    entry = {"id": recipe["id"], "engine": "transformers", "task": "text-generation"}
    entry["manifest"] = (target / "manifest.json").relative_to(catalog.parent).as_posix()
    update_catalog(catalog, {**entry, "default": True})
    print(f"{recipe['id']} {recipe['version']}: {sum(f['bytes'] for f in manifest['files'])} bytes, hash {manifest['hash']}", flush=True)


if __name__ == "__main__":
    run_stage("Release the model.", stage)
