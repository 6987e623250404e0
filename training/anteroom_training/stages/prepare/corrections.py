"""Import of nurse corrections: what staff accepted or put right becomes training rows, and what they changed also preference pairs.

The export's form is described in `rows/correction.py`. Nothing is written unless every record passes.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

from ...recipe import PipelineError, load_recipe, resolve, run_stage
from ...rows.correction import read_corrections
from ...rows.origin import clinic_fault
from ...text.synthetic import compact

KEYS = {"export": str, "required": bool, "output": str, "source": str, "licence": str}
LETTERS = str.maketrans("0123456789", "ghijklmnop")


def row_id(messages: list[dict[str, str]]) -> str:
    """`clinic-` and twelve letters from the de-identified content: leads back to no packet, and looks like no number of a record."""
    digest = hashlib.sha256(json.dumps(messages, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return f"clinic-{digest[:12].translate(LETTERS)}"


def row_of(record: dict[str, Any], answer: dict[str, Any], recipe: dict[str, Any]) -> dict[str, Any]:
    """The supervised row: the prompt as it was, and the answer that staff stand behind."""
    messages = [*record["prompt"], {"role": "assistant", "content": compact(answer)}]
    return {
        "id": row_id(messages),
        "task": "assess",
        "language": record["language"],
        "patient_profile": record["input"]["profile"],
        "symptoms": [{"code": f["id"], "status": f["status"]} for f in record["input"]["findings"] if f["status"] != "absent"],
        "conversation_history": record["prompt"],
        "expected_output": answer,
        "messages": messages,
        "origin": {
            "source": recipe["source"],
            "licence": recipe["licence"],
            "kind": "clinic",
            "consent": record["consent"],
            "deidentified": True,
        },
        "review": {"decision": record["decision"], "role": record["reviewerRole"], "changed": answer != record["assessment"]},
    }


def pair_of(row: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    """Corrected over original; `constraint` is the name under which tune.preferences counts such pairs."""
    return {
        "id": row["id"],
        "prompt": record["prompt"],
        "chosen": row["messages"][-1]["content"],
        "rejected": compact(record["assessment"]),
        "reason": record["reason"],
        "constraint": f"review-{record['decision']}",
    }


def imported(file: Path, recipe: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]:
    """Rows, pairs and report of an export. PipelineError names file, line and identifier class."""
    from ...privacy.gate import redact_row  # reads word lists; not at import

    rows: list[dict[str, Any]] = []
    pairs: list[dict[str, Any]] = []
    counts, removed, before, after = Counter(), Counter(), Counter(), Counter()
    for number, read in enumerate(read_corrections(file), 1):
        content, found = redact_row({key: read[key] for key in ("input", "prompt", "assessment", "corrected", "reason")})
        record = {**read, **content}
        removed.update(found)
        answer = record["corrected"] or (record["assessment"] if record["decision"] == "accept" else None)
        if answer is None or (record["decision"] != "accept" and answer == record["assessment"]):
            counts[f"left out: {record['decision']} without corrected texts"] += 1
            continue
        row = row_of(record, answer, recipe)
        pair = pair_of(row, record) if row["review"]["changed"] else None
        fault = clinic_fault({**row, "conversation_history": [*row["conversation_history"], pair]})
        if fault:
            raise PipelineError(f"{file}:{number}: {fault}")
        rows.append(row)
        pairs += [pair] if pair else []
        counts["corrected" if pair else "accepted unchanged"] += 1
        before[record["assessment"]["level"]] += 1
        after[answer["level"]] += 1
        if number % 200 == 0:
            print(f"{number} records", flush=True)
    report = {
        "rows": len(rows),
        "pairs": len(pairs),
        "records": dict(counts),
        "levels": {"model": dict(before), "staff": dict(after)},
        "redacted": {str(kind): count for kind, count in sorted(removed.items())},
    }
    return rows, pairs, report


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    file = resolve(recipe["export"])
    if not file.is_file():
        if recipe["required"]:
            raise PipelineError(f"missing: {file}; the clinic writes it, or set required to false")
        print(f"no corrections yet: {file} is not there", flush=True)
        return
    rows, pairs, report = imported(file, recipe)
    output = resolve(recipe["output"])
    output.mkdir(parents=True, exist_ok=True)
    for name, lines in {"train.jsonl": rows, "pairs.jsonl": pairs}.items():
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (output / name).write_text(text, encoding="utf-8")
    (output / "corrections.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"{json.dumps(report)} -> {output}", flush=True)


if __name__ == "__main__":
    run_stage("Import nurse corrections.", stage)
