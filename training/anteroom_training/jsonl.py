"""JSON lines with the line number that an error must name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .recipe import PipelineError


def numbered(file: Path) -> Iterator[tuple[int, Any]]:
    """(line number from 1, value) of each line. PipelineError names file and line, never the text."""
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                raise PipelineError(f"{file}:{number}: not JSON: {error.msg}") from error


def with_keys(file: Path, keys: tuple[str, ...]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Like `numbered`, of lines that all have `keys`."""
    for number, value in numbered(file):
        missing = [key for key in keys if key not in value]
        if missing:
            raise PipelineError(f"{file}:{number}: missing {', '.join(missing)}")
        yield number, value
