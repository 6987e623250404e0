"""General-language replay: everyday dialogues of the corpus as rows, against forgetting; stands in while no clinic has given rows."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...recipe import PipelineError, existing, load_recipe, resolve, run_stage
from ...text.corpus import jsonl, tidy

KEYS = {"corpus": str, "sources": list, "rows": int, "most_turns": int, "output": str, "seed": int}
Turns = list[str]
# Source -> its file in the corpus pack, its licence as SOURCE.txt gives it, and the turns of one line.
SOURCES: dict[str, tuple[str, str, Callable[[dict[str, Any]], Turns]]] = {
    "topical-chat": ("topical_chat/topical_chat.jsonl", "CDLA-Sharing-1.0", lambda line: [text for _, text in line["turns"]]),
    "sgd": ("sgd_dialogues/sgd_train_dialogues.jsonl", "CC-BY-SA-4.0", lambda line: [text for _, text in line["turns"]]),
}


def replay_row(source: str, licence: str, number: int, turns: Turns) -> dict[str, Any]:
    """A row of task `replay`: speakers alternate as user and assistant, and the assistant speaks last."""
    messages = [{"role": ("user", "assistant")[n % 2], "content": tidy(text)} for n, text in enumerate(turns)]
    return {
        "id": f"replay-{source}-{number}",
        "task": "replay",
        "language": "en",
        "patient_profile": {"reporter": "patient", "sex": "unknown"},
        "symptoms": [],
        "conversation_history": messages[:-1],
        "expected_output": messages[-1]["content"],
        "messages": messages,
        "origin": {"source": source, "licence": licence, "kind": "public", "consent": None, "deidentified": True},
    }


def rows_of(source: str, corpus: Path, most_turns: int) -> list[dict[str, Any]]:
    """One row a dialogue: its first turns, an even number of them."""
    path, licence, turns_of = SOURCES[source]
    rows = []
    for number, line in enumerate(jsonl(existing(corpus / path, "unpacking the corpus pack, training/README.md"))):
        turns = [text for text in turns_of(line) if text.strip()][:most_turns]
        turns = turns[: len(turns) // 2 * 2]
        if turns:
            rows.append(replay_row(source, licence, number, turns))
    return rows


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    unknown = [source for source in recipe["sources"] if source not in SOURCES]
    if unknown or not recipe["sources"] or recipe["most_turns"] < 2:
        raise PipelineError(f"sources must be some of {', '.join(SOURCES)}, most_turns at least 2")
    rng, rows = random.Random(recipe["seed"]), []
    for source in recipe["sources"]:
        found = rows_of(source, resolve(recipe["corpus"]), recipe["most_turns"])
        rows += rng.sample(found, min(len(found), recipe["rows"] // len(recipe["sources"])))
    rng.shuffle(rows)
    output = resolve(recipe["output"])
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(f"{len(rows)} dialogues -> {output}", flush=True)


if __name__ == "__main__":
    run_stage("Write general-language replay rows.", stage)
