"""Stage 0 of the tiny twin: a small invented corpus and instruction rows, so that every stage runs in seconds."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

from ...recipe import load_recipe, resolve, run_stage
from ...text.synthetic import Forms, compact

KEYS = {"corpus": str, "rows": str, "seed": int, "documents": int, "instructions": int, "pairs": int}
SIGNS = ["sore", "swollen", "itchy", "stiff", "warm", "pale", "tingling", "heavy"]
PARTS = ["throat", "knee", "elbow", "ear", "hand", "ankle", "shoulder", "eyelid", "lower back", "big toe"]
LABELS = [f"{sign} {part}" for sign in SIGNS for part in PARTS]
PASSAGES = [
    (f"Care of the {part}", f"Look at the {part} in good light and ask when it became {sign}; compare it with the other side.")
    for part in PARTS
    for sign in SIGNS[:3]
]
SYSTEM = "You prepare a preliminary assessment for a nurse. Cite ids."


def profile_in(prompt: str) -> dict[str, Any]:
    """The patient of a prompt's first line, `patient: 45 year, male`."""
    value, unit, sex = re.match(r"patient: (\d+) (\w+), (\w+)", prompt).groups()
    return {"reporter": "patient", "sex": sex, "age": {"value": int(value), "unit": unit}}


def instruction_row(forms: Forms, number: int, kind: str = "synthetic") -> dict[str, Any]:
    """One row in the shape that `npm run dataset` writes."""
    prompt, answer = forms.conversation()
    history = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": prompt}]
    return {
        "id": f"tiny-{number}",
        "task": "assess",
        "origin": {"source": f"invented {kind}", "licence": "Apache-2.0", "kind": kind, "consent": None, "deidentified": True},
        "language": "en",
        "patient_profile": profile_in(prompt),
        "symptoms": [],
        "conversation_history": history,
        "expected_output": answer,
        "messages": [*history, {"role": "assistant", "content": compact(answer)}],
    }


def broken(answer: dict[str, Any], draw: random.Random) -> tuple[str, dict[str, Any]]:
    """A constraint and the answer broken against it, in the manner of `scripts/dataset/break-answer.ts`."""
    concern, *others = answer["concerns"]
    edits = {
        "citation-unknown": {"concerns": [{**concern, "cites": ["f99"]}, *others]},
        "no-certainty": {"concerns": [{**concern, "text": f"It is 99% certain: {concern['text']}"}, *others]},
        "preliminary-stated": {"summary": answer["summary"].replace("Preliminary assessment: ", "Final: ")},
    }
    constraint = draw.choice(sorted(edits))
    return constraint, {**answer, **edits[constraint]}


def tiny_pair(forms: Forms, number: int, draw: random.Random) -> dict[str, Any]:
    """One row in the shape that `npm run dataset:pairs` writes."""
    row = instruction_row(forms, number)
    constraint, rejected = broken(row["expected_output"], draw)
    answers = {"chosen": row["messages"][-1]["content"], "rejected": compact(rejected)}
    return {"id": row["id"], "prompt": row["conversation_history"], **answers, "constraint": constraint, "origin": "edit"}


def write_tiny_corpus(folder: Path, documents: int, seed: int) -> None:
    """The three sources that the tiny recipes name, in the pack's own file formats."""
    draw = random.Random(seed)
    for name in ("medquad", "onestop_english", "hpo"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    questions, stories = [], []
    for n in range(documents):
        heading, text = PASSAGES[n % len(PASSAGES)]
        answer = " ".join([text, *draw.sample([t for _, t in PASSAGES], 2)])
        questions.append({"src": "NIH", "question": f"What are the {heading.lower()} steps?", "answer": f"{answer} Visit {n}."})
        stories.append({"text": f"On day {n} a walker had a {draw.choice(LABELS)}. The walker rested, drank water and went home. " * 3})
    for file, rows in {"medquad/medquad_qa.jsonl": questions, "onestop_english/onestop_english.jsonl": stories}.items():
        (folder / file).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    lines = "".join(f'<tiny:{n}>\t"{label}"\t"{label}"\n' for n, label in enumerate(LABELS))
    (folder / "hpo" / "layperson-synonyms.tsv").write_text(lines, encoding="utf-8")


def write_tiny_rows(folder: Path, count: int, seed: int) -> None:
    """assess-train, -valid and -test, and stories-train for the mix, from different seeds."""
    folder.mkdir(parents=True, exist_ok=True)
    for offset, (name, rows) in enumerate({"assess-train": count, "assess-valid": 8, "assess-test": 8, "stories-train": count}.items()):
        forms, kind = Forms(LABELS, PASSAGES, seed + offset), "authored" if name.startswith("stories") else "synthetic"
        lines = [json.dumps(instruction_row(forms, n, kind)) + "\n" for n in range(rows)]
        (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")


def write_tiny_pairs(folder: Path, count: int, seed: int) -> None:
    """pairs-train and -valid, from other seeds than the rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for offset, (split, pairs) in enumerate({"train": count, "valid": 12}.items(), 10):
        forms, draw = Forms(LABELS, PASSAGES, seed + offset), random.Random(seed + offset)
        lines = [json.dumps(tiny_pair(forms, n, draw)) + "\n" for n in range(pairs)]
        (folder / f"pairs-{split}.jsonl").write_text("".join(lines), encoding="utf-8")


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    write_tiny_corpus(resolve(recipe["corpus"]), recipe["documents"], recipe["seed"])
    write_tiny_rows(resolve(recipe["rows"]), recipe["instructions"], recipe["seed"])
    write_tiny_pairs(resolve(recipe["rows"]), recipe["pairs"], recipe["seed"])
    print(f"tiny corpus -> {recipe['corpus']}, rows -> {recipe['rows']}", flush=True)


if __name__ == "__main__":
    run_stage("Write tiny data.", stage)
