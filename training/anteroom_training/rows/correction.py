"""A clinic's reviewed assessments, as exported for training: form, prompt and safety of each, before a row is made of it.

The form is the contract `contracts/clinical/correction.ts`; `correction.schema.json` beside this file is its JSON Schema, which
`tests/unit/assessment/correction.test.ts` keeps equal to the contract. One JSON object a line:

    version 1, id (random for the export), language
    input       {profile {reporter, sex, age?}, floor, complaints, findings [{id, label, status}], passages [{id, heading, text}]}
    prompt      [{role, content}] as the model got them; the user message is what src/domain/assessment/prompt.ts writes from `input`
    assessment  {level, summary, concerns, actions, disclaimer} as the model wrote it, citing f1…, p1…
    decision    accept | change-level | escalate | return; `reason` is required for all but accept
    corrected   an assessment, or null when staff wrote none; reviewerRole nurse | doctor, no name
    consent     {by: patient | guardian, date, scope: training} or null; deidentified true | false
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from ..jsonl import numbered
from ..recipe import PipelineError
from .demographics import LEVELS
from .origin import consent_fault

SCHEMA = Path(__file__).with_name("correction.schema.json")
MARKS = {"present": "+", "absent": "-", "unknown": "?"}
FINDINGS, PASSAGES, PASSAGE_WORDS = 10, 3, 40
"""PROMPT_LIMITS of src/domain/assessment/prompt.ts."""


def prompt_of(given: dict[str, Any]) -> str:
    """The user message for an `input`: the twin of `assessmentPrompt` in src/domain/assessment/prompt.ts."""
    profile, age = given["profile"], given["profile"].get("age")
    lines = [
        f"patient: {age['value']:g} {age['unit']}, {profile['sex']}" if age else f"patient: age unknown, {profile['sex']}",
        f"floor: {given['floor']}",
        f"complaint: {'; '.join(given['complaints'])}",
        "findings:",
    ]
    lines += [f"f{n} {MARKS[f['status']]} {f['label']}" for n, f in enumerate(given["findings"][:FINDINGS], 1)]
    lines.append("passages:")
    for n, passage in enumerate(given["passages"][:PASSAGES], 1):
        words = passage["text"].split()
        text = " ".join(words) if len(words) <= PASSAGE_WORDS else f"{' '.join(words[:PASSAGE_WORDS])} …"
        lines.append(f"p{n} {passage['heading']}: {text}")
    return "\n".join(lines)


def form_fault(record: Any, validator: Draft202012Validator) -> str | None:
    """The first place that breaks the contract, without its content."""
    error = next(iter(sorted(validator.iter_errors(record), key=lambda e: list(map(str, e.absolute_path)))), None)
    if error is None:
        return None
    place = ".".join(map(str, error.absolute_path)) or "the record"
    return f"{place} does not follow contracts/clinical/correction.ts ({error.validator})"


def assessment_fault(assessment: dict[str, Any], record: dict[str, Any]) -> str | None:
    """Why an assessment may not be taught for this record: below the floor, ids that the prompt lacks, fixed texts changed."""
    given, original = record["input"], record["assessment"]
    if LEVELS.index(assessment["level"]) > LEVELS.index(given["floor"]):
        return "level below the floor"
    known = {f"f{n + 1}" for n in range(min(FINDINGS, len(given["findings"])))}
    known |= {f"p{n + 1}" for n in range(min(PASSAGES, len(given["passages"])))}
    if any(cite not in known for part in ("concerns", "actions") for said in assessment[part] for cite in said["cites"]):
        return "cites an id that the prompt does not have"
    if assessment["disclaimer"] != original["disclaimer"] or assessment["summary"].split(":")[0] != original["summary"].split(":")[0]:
        return "disclaimer and beginning of the summary must stay as they are"
    return None


def record_fault(record: dict[str, Any]) -> str | None:
    """Why a well-formed record is refused; None when it may be imported. Says no text of it."""
    fault = consent_fault(record["consent"])
    if fault:
        return fault
    if not record["deidentified"]:
        return "the record is not de-identified"
    if record["prompt"][-1]["role"] != "user" or record["prompt"][-1]["content"] != prompt_of(record["input"]):
        return "prompt is not what the app writes from input"
    decision, corrected = record["decision"], record["corrected"]
    if decision != "accept" and not record["reason"].strip():
        return f"{decision} needs a reason"
    if corrected and decision == "accept" and corrected["level"] != record["assessment"]["level"]:
        return "accept cannot change the level"
    if corrected and decision == "change-level" and corrected["level"] == record["assessment"]["level"]:
        return "change-level keeps the level"
    final = corrected or (record["assessment"] if decision == "accept" else None)
    fault = assessment_fault(final, record) if final else None
    return f"corrected assessment: {fault}" if fault and corrected else fault


def read_corrections(file: Path) -> list[dict[str, Any]]:
    """Records of an export, all checked. PipelineError names file and line and what is wrong, never the text."""
    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    records: list[dict[str, Any]] = []
    seen: set[str] = set()
    for number, record in numbered(file):
        fault = form_fault(record, validator) or record_fault(record)
        if fault is None and record["id"] in seen:
            fault = "the same id stands on an earlier line"
        if fault:
            raise PipelineError(f"{file}:{number}: {fault}")
        seen.add(record["id"])
        records.append(record)
    if not records:
        raise PipelineError(f"{file}: no records")
    return records
