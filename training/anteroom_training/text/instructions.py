"""Rows of `npm run dataset`: one JSON object a line; training reads `messages`, evaluation also `expected_output`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..jsonl import with_keys
from ..recipe import PipelineError
from .chat import ROLES, encode_with_loss_mask

ROW_KEYS = ("id", "patient_profile", "symptoms", "conversation_history", "expected_output", "messages")


def read_rows(file: Path, most: int = 0) -> list[dict[str, Any]]:
    """Rows of a split, checked; `most` 0 is all. PipelineError names file and line."""
    if not file.is_file():
        raise PipelineError(f"instruction data not found: {file} (made by: npm run dataset)")
    rows: list[dict[str, Any]] = []
    for number, row in with_keys(file, ROW_KEYS):
        roles = [message.get("role") for message in row["messages"]]
        if not roles or roles[-1] != "assistant" or any(role not in ROLES for role in roles):
            raise PipelineError(f"{file}:{number}: messages must end with the assistant's answer")
        rows.append(row)
        if len(rows) == most:
            break
    if not rows:
        raise PipelineError(f"{file}: no rows")
    return rows


def encode_rows(tokenizer, rows: list[dict[str, Any]], context: int) -> list[tuple[list[int], list[int]]]:
    """`(ids, labels)` of every row that fits `context`; how many did not is printed."""
    encoded = [encode_with_loss_mask(tokenizer, row["messages"]) for row in rows]
    fitting = [pair for pair in encoded if len(pair[0]) <= context]
    if len(fitting) < len(encoded):
        print(f"{len(encoded) - len(fitting)} of {len(encoded)} rows are longer than {context} tokens: left out", flush=True)
    return fitting
