"""Recipes: one YAML file a model and stage, checked before any work starts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Callable

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]


class PipelineError(Exception):
    """Something the person running the pipeline can put right; shown without a stack trace."""


def load_recipe(path: str | Path, keys: dict[str, type | tuple[type, ...]]) -> dict[str, Any]:
    """Read a recipe that has exactly `keys` (name -> accepted types). Raises PipelineError naming file and key."""
    file = Path(path)
    if not file.is_file():
        raise PipelineError(f"recipe not found: {file}")
    try:
        recipe = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise PipelineError(f"{file}: not valid YAML: {error}") from error
    if not isinstance(recipe, dict):
        raise PipelineError(f"{file}: a recipe is a mapping of settings")
    for key, kinds in keys.items():
        if key not in recipe:
            raise PipelineError(f"{file}: setting missing: {key}")
        if not isinstance(recipe[key], kinds) or (isinstance(recipe[key], bool) and kinds is int):
            raise PipelineError(f"{file}: setting of the wrong type: {key}")
    unknown = sorted(set(recipe) - set(keys))
    if unknown:
        raise PipelineError(f"{file}: unknown setting: {', '.join(unknown)}")
    return recipe


def resolve(path: str | Path) -> Path:
    """A path of a recipe: absolute as it is, else relative to the repository root."""
    found = Path(path)
    return found if found.is_absolute() else REPOSITORY / found


def existing(path: str | Path, made_by: str) -> Path:
    """Like `resolve`, but the path must exist; the error says which stage makes it."""
    found = resolve(path)
    if not found.exists():
        raise PipelineError(f"missing: {found} (made by: {made_by})")
    return found


def maker(path: str | Path) -> str:
    """Module of the stage that makes `path`: the one whose recipe in `training/recipes` has it in its `output` folder."""
    wanted = resolve(path)
    for file in sorted((REPOSITORY / "training" / "recipes").glob("*/*.yaml")):
        recipe = yaml.safe_load(file.read_text(encoding="utf-8"))
        output = recipe.get("output") if isinstance(recipe, dict) else None
        if isinstance(output, str) and wanted.is_relative_to(resolve(output)):
            found = next((Path(__file__).parent / "stages").glob(f"*/{file.stem}.py"), None)
            if found:
                return f"anteroom_training.stages.{found.parent.name}.{found.stem}"
    return "no recipe in training/recipes; correct the path"


def run_stage(description: str, stage: Callable[[Path], None]) -> None:
    """Command line of a stage: `--recipe FILE`; exit code 1 and one line for a PipelineError."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--recipe", type=Path, required=True, help="YAML file of this stage")
    try:
        stage(parser.parse_args().recipe)
    except PipelineError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
