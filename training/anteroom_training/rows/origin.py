"""Where a row comes from (`origin`), and what a row of a clinic must show before anything is trained on it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ..recipe import PipelineError
from ..text.instructions import read_rows

TASKS = ("assess", "handover", "ask", "extract", "replay")
KINDS = ("synthetic", "authored", "public", "clinic")
ORIGIN_KEYS = ("source", "licence", "kind", "consent", "deidentified")
CONTENT_KEYS = ("id", "patient_profile", "symptoms", "conversation_history", "expected_output", "messages")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def origin_fault(row: dict[str, Any]) -> str | None:
    """What is wrong with `task` or `origin` of a row, in words without any of its text; None when nothing is."""
    if row.get("task") not in TASKS:
        return f"task must be one of {', '.join(TASKS)}"
    origin = row.get("origin")
    if not isinstance(origin, dict):
        return "no origin; write the rows again with: npm run dataset"
    missing = [key for key in ORIGIN_KEYS if key not in origin]
    if missing:
        return f"origin lacks {', '.join(missing)}"
    if origin["kind"] not in KINDS:
        return f"origin.kind must be one of {', '.join(KINDS)}"
    if not all(isinstance(origin[key], str) and origin[key].strip() for key in ("source", "licence")):
        return "origin.source and origin.licence must be words"
    if not isinstance(origin["deidentified"], bool):
        return "origin.deidentified must be true or false"
    return None


def consent_fault(consent: Any) -> str | None:
    """Why a consent does not cover training; None when it does."""
    if not isinstance(consent, dict):
        return "no consent for training"
    if consent.get("scope") != "training":
        return "the consent is not for training"
    if not isinstance(consent.get("by"), str) or not consent["by"].strip():
        return "the consent does not say who gave it (by)"
    if not isinstance(consent.get("date"), str) or not DAY.fullmatch(consent["date"]):
        return "the consent has no date (YYYY-MM-DD)"
    return None


def opened(value: Any) -> Any:
    """The value with texts that hold a JSON object (a model's answer) read as one: the gate reads language, not brackets."""
    if isinstance(value, dict):
        return {key: opened(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [opened(inner) for inner in value]
    if isinstance(value, str) and value.startswith("{"):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value


def identifier_classes(value: dict[str, Any]) -> list[str]:
    """Classes of the identifiers that the privacy gate finds in texts, numbers and field names of a JSON object, sorted."""
    from ..privacy.gate import identified_keys, redact_row  # reads word lists; not at import

    read = opened(value)
    _, counts = redact_row(read)
    return sorted({*counts, *(kind.token for kind in identified_keys(read))})


def clinic_fault(row: dict[str, Any]) -> str | None:
    """Why a row of a clinic may not be trained on: consent, de-identification, or an identifier class that the gate finds."""
    origin = row["origin"]
    fault = consent_fault(origin["consent"])
    if fault:
        return fault
    if not origin["deidentified"]:
        return "the row is not de-identified"
    content = {key: row.get(key) for key in CONTENT_KEYS}
    classes = identifier_classes({**content, "source": origin["source"], "by": origin["consent"]["by"]})
    return f"the privacy gate finds {', '.join(classes)}" if classes else None


def read_sourced(file: Path) -> list[dict[str, Any]]:
    """Rows with a valid `task` and `origin`; a row of a clinic must also pass `clinic_fault`. PipelineError names file and line."""
    rows = read_rows(file)
    for number, row in enumerate(rows, 1):
        fault = origin_fault(row)
        if fault is None and row["origin"]["kind"] == "clinic":
            fault = clinic_fault(row)
        if fault:
            raise PipelineError(f"{file}:{number}: {fault}")
    return rows
