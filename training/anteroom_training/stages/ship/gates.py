"""What a release must hold, each as a function that raises a one-line PipelineError when it does not."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from ...model.shards import sha256
from ...recipe import PipelineError

METRICS = "evaluation.json"


def read_report(folder: Path) -> dict[str, Any]:
    """`report.json` of the evaluate stage."""
    file = folder / "report.json"
    if not file.is_file():
        raise PipelineError(f"missing: {file} (made by: anteroom_training.stages.ship.evaluate)")
    return json.loads(file.read_text(encoding="utf-8"))


def figure(report: dict[str, Any], name: str) -> float | None:
    """A measured number, None for anything else."""
    value = report.get(name)
    measured = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return value if measured else None


def metrics_of(report: dict[str, Any]) -> dict[str, Any]:
    """Figures, intervals and the identity of the rows: what `evaluation.json` beside a manifest holds."""
    figures = {name: report[name] for name in report if figure(report, name) is not None}
    return {**figures, **{name: report[name] for name in ("intervals", "rows_sha256") if name in report}}


def check_gates(report: dict[str, Any], gates: dict[str, float]) -> None:
    """Every measure of `gates` (name -> least) was measured and is high enough; there is at least one."""
    if not gates:
        raise PipelineError("release refused: the recipe has no gates; name measures and their least values under `gates`")
    found = {name: figure(report, name) for name in gates}
    failed = [f"{name} {found[name]} < {least}" for name, least in gates.items() if found[name] is None or found[name] < least]
    if failed:
        raise PipelineError(f"release refused: {'; '.join(failed)}")


def check_no_worse(report: dict[str, Any], replaces: Path, tolerances: dict[str, float]) -> None:
    """No measure of `tolerances` (name -> tolerance) is lower than the replaced model's by more than its tolerance."""
    file = replaces / METRICS
    if not file.is_file():
        raise PipelineError(f"release refused: {file} is missing, so nothing can be compared; evaluate that model and copy its report.json there")
    if not tolerances:
        raise PipelineError("release refused: the recipe replaces a model but `no_worse` names no measure")
    before, failed = json.loads(file.read_text(encoding="utf-8")), []
    for name, tolerance in tolerances.items():
        old, new = figure(before, name), figure(report, name)
        if old is None or new is None:
            failed.append(f"{name} not measured for the {'replaced' if old is None else 'new'} model")
        elif new < old - tolerance - 1e-9:
            failed.append(f"{name} {new} < {old} of the replaced model (tolerance {tolerance})")
    if failed:
        raise PipelineError(f"release refused: {'; '.join(failed)}")
    if before.get("rows_sha256") != report.get("rows_sha256"):
        print(f"note: {replaces.name} was measured on other rows, so the comparison is a rough one", flush=True)


def check_measured(report: dict[str, Any], files: dict[str, Path]) -> None:
    """`files` (name in the report's `files` -> what will be released) are byte for byte what was measured."""
    measured = report.get("files")
    if not isinstance(measured, dict):
        raise PipelineError("release refused: report.json does not say which files it measured; run the evaluate stage again")
    differing = [name for name, file in files.items() if measured.get(name) != sha256(file.read_bytes())]
    if differing:
        raise PipelineError(f"release refused: {', '.join(differing)} changed since evaluation; run the evaluate stage again")


def check_size(manifest: dict[str, Any], most_mib: float) -> None:
    """All files together are at most `most_mib` MiB."""
    mib = sum(file["bytes"] for file in manifest["files"]) / 2**20
    if mib > most_mib:
        raise PipelineError(f"release refused: {mib:.1f} MiB, at most {most_mib} allowed (`most_mib`)")
