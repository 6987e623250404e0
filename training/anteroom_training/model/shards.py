"""Model files to shards of at most 16 MiB, and the manifest of contracts/workers/model.ts (`ModelManifest`)."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

SHARD_BYTES = 16 * 1024 * 1024


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def shard_file(source: Path, path: str, target: Path, limit: int = SHARD_BYTES) -> dict[str, Any]:
    """Write `source` under `target` as one file, or as `<path>.000…` when larger than `limit`; its manifest entry."""
    data = source.read_bytes()
    parts = [data[at : at + limit] for at in range(0, len(data), limit)]
    names = [path] if len(parts) == 1 else [f"{path}.{n:03d}" for n in range(len(parts))]
    for name, part in zip(names, parts, strict=True):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(part)
    shards = [{"path": name, "bytes": len(part), "sha256": sha256(part)} for name, part in zip(names, parts, strict=True)]
    return {"path": path, "bytes": len(data), "sha256": sha256(data), "shards": shards}


def model_hash(files: list[dict[str, Any]]) -> str:
    """SHA-256 over the sorted `path sha256` lines, joined by line feeds, without one at the end."""
    return sha256("\n".join(sorted(f"{file['path']} {file['sha256']}" for file in files)).encode())


def write_manifest(source: Path, target: Path, about: dict[str, Any], paths: list[str], limit: int = SHARD_BYTES) -> dict[str, Any]:
    """Shard `paths` of `source` into `target` (emptied first) and write `manifest.json` beside them."""
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    files = [shard_file(source / path, path, target, limit) for path in paths]
    manifest = {**about, "files": files, "hash": model_hash(files)}
    (target / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return manifest


def verify(folder: Path) -> list[str]:
    """Problems of a sharded model, empty when every byte is as its manifest says."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    problems = []
    for file in manifest["files"]:
        whole = b""
        for shard in file["shards"]:
            at = folder / shard["path"]
            data = at.read_bytes() if at.is_file() else b""
            if len(data) != shard["bytes"] or sha256(data) != shard["sha256"]:
                problems.append(f"shard differs: {shard['path']}")
            if len(data) > SHARD_BYTES:
                problems.append(f"shard too large: {shard['path']}")
            whole += data
        if len(whole) != file["bytes"] or sha256(whole) != file["sha256"]:
            problems.append(f"file differs: {file['path']}")
    if manifest["hash"] != model_hash(manifest["files"]):
        problems.append("model hash differs")
    return problems
