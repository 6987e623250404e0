"""Command line of the gate (`npm run deid`): check or redact a JSONL file. Never prints the text it reads."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Iterator

from ..recipe import PipelineError
from .gate import identified_keys, redact_row

EPILOG = """Exit code 0: done, or nothing found with --check. 1: identifiers found with --check, or an error said in one line.
The 18 classes and the limits of the gate are in docs/deid.md."""


def read_rows(file: Path) -> Iterator[tuple[int, Any]]:
    """(line number, value) of each line that is not blank. Raises PipelineError naming the line, not its text."""
    if not file.is_file():
        raise PipelineError(f"file not found: {file}")
    try:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                yield number, json.loads(line)
    except UnicodeDecodeError as error:
        raise PipelineError(f"{file}: not UTF-8 text; save it as UTF-8") from error
    except json.JSONDecodeError as error:
        raise PipelineError(f"{file}: line {number} is not JSON (column {error.colno})") from error


def work(source: Path, target: Path | None, check: bool) -> int:
    """Go through `source`; write the redacted rows to `target`; return the exit code."""
    if target and target.resolve() == source.resolve():
        raise PipelineError("--out must be another file than --in")
    made: list[str] = []
    totals: Counter[str] = Counter()
    rows = found = 0
    for number, row in read_rows(source):
        redacted, counts = redact_row({"": row})
        keys = Counter(kind.token for kind in identified_keys(row))
        if keys and not check:
            raise PipelineError(f"line {number}: a field name holds an identifier ({', '.join(sorted(keys))}); rename the field")
        counts += keys
        totals += counts
        rows += 1
        if counts:
            found += 1
            if check:
                print(f"line {number}: {', '.join(f'{name} {times}' for name, times in sorted(counts.items()))}", flush=True)
        if target:
            made.append(json.dumps(redacted[""], ensure_ascii=False))
        if rows % 500 == 0:
            print(f"{rows} rows, {found} with identifiers", file=sys.stderr, flush=True)
    if target:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("".join(line + "\n" for line in made), encoding="utf-8")
    print(json.dumps({"rows": rows, "rows_with_identifiers": found, "classes": dict(sorted(totals.items()))}), flush=True)
    return 1 if check and found else 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="npm run deid --", description="Find or take out the 18 HIPAA identifier classes.", epilog=EPILOG)
    parser.add_argument("--in", dest="source", type=Path, required=True, metavar="FILE.jsonl", help="one JSON value a line")
    parser.add_argument("--out", dest="target", type=Path, metavar="FILE.jsonl", help="write the rows with every identifier replaced")
    parser.add_argument("--check", action="store_true", help="list line numbers and classes; exit 1 when an identifier is found")
    given = parser.parse_args()
    if not (given.target or given.check):
        parser.error("give --check, --out FILE, or both")
    try:
        sys.exit(work(given.source, given.target, given.check))
    except (PipelineError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
