"""Stage 7: raw greedy answers of the exported model on held-out rows. The full validator is the TypeScript one."""

from __future__ import annotations

import json
import re
import statistics
import time
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from ... import intervals
from ...model.runtime import Session
from ...model.shards import sha256
from ...recipe import existing, load_recipe, resolve, run_stage
from ...text.chat import EOS, render
from ...text.instructions import read_rows

KEYS = {"model": str, "tokenizer": str, "rows": str, "most": int, "max_new_tokens": int, "output": str, "threads": int}
# What each share means, for the model card.
MEASURES = {
    "n": "held-out cases",
    "json": "parses as JSON",
    "schema": "follows the schema",
    "level": "level as expected",
    "floor": "level at or above the floor",
    "fixed": "fixed texts right",
    "cites": "cited ids exist",
    "grounded": "every statement shares words with what it cites",
    "faithful": "summary faithful (age, sex, every finding)",
    "exact": "answer as expected, word for word",
    "same_cites": "same citations as expected",
    "seconds_median": "seconds an answer, median, CPU",
    "tokens_per_second_median": "tokens a second, median, CPU",
}
LEVELS = ("emergency", "high", "medium", "low")
ANSWER_KEYS = ["level", "summary", "concerns", "actions", "disclaimer"]
LABEL_LINE = re.compile(r"^([fp]\d+) (?:[+?-] )?(.*)$", re.MULTILINE)


def well_formed(answer: Any) -> bool:
    """Same keys in the same order as the contract, and every statement with text and ids."""
    if not isinstance(answer, dict) or list(answer) != ANSWER_KEYS or answer["level"] not in LEVELS:
        return False
    statements = [*answer["concerns"], *answer["actions"]]
    return all(isinstance(s, dict) and list(s) == ["text", "cites"] and s["text"] and s["cites"] for s in statements)


def without(text: str, labels: list[str]) -> str:
    """`text` with every label cut out, the longest first."""
    for label in sorted(labels, key=len, reverse=True):
        text = text.replace(label.lower(), " ")
    return text


def faithful(prompt: str, summary: str, known: frozenset[str]) -> bool:
    """Age and sex as in the prompt, no label of `known` that the prompt lacks, and none on the wrong side of "no reported"."""
    patient = re.search(r"^patient: (?:(\d+) (\w+)|age unknown), (\w+)$", prompt, re.MULTILINE)
    marked = re.findall(r"^f\d+ ([+?-]) (.*)$", prompt, re.MULTILINE)
    present, absent, unknown = ([label for mark, label in marked if mark == wanted] for wanted in "+-?")
    said = summary.lower()
    if patient and patient[1] and f"{patient[1]}-{patient[2]}-old" not in said:
        return False
    if patient and patient[3] != "unknown" and not re.search(rf"\b{patient[3]} patient", said):
        return False
    claimed, _, denied = said.partition("no reported")
    denied, _, opened = denied.partition("not known:")
    sides = [(claimed, [*present, *unknown]), (denied, absent), (opened, unknown)]
    return not any(label in without(side, allowed) for side, allowed in sides for label in known)


def known_labels(rows: list[dict[str, Any]]) -> frozenset[str]:
    """Every finding label of the rows' prompts, lower case, without very short ones that are parts of other words."""
    prompts = (message["content"] for row in rows for message in row["messages"] if message["role"] == "user")
    found = (label for prompt in prompts for label in re.findall(r"^f\d+ [+?-] (.*)$", prompt, re.MULTILINE))
    return frozenset(label.lower() for label in found if len(label) > 5)


def judge(prompt: str, expected: dict[str, Any], text: str, known: frozenset[str] = frozenset()) -> dict[str, bool]:
    """What holds of one raw answer. `grounded`: every statement shares a word with a label or passage that it cites."""
    ids = dict(LABEL_LINE.findall(prompt))
    floor = re.search(r"^floor: (\w+)$", prompt, re.MULTILINE)
    try:
        answer = json.loads(text)
    except json.JSONDecodeError:
        answer = None
    formed = well_formed(answer)
    verdict = {name: False for name in ("level", "floor", "fixed", "cites", "grounded", "faithful", "exact", "same_cites")}
    verdict = {"json": answer is not None, "schema": formed, **verdict}
    if not formed:
        return verdict
    statements = [*answer["concerns"], *answer["actions"]]
    cited = [[ids.get(i) for i in s["cites"]] for s in statements]
    verdict["level"] = answer["level"] == expected["level"]
    verdict["floor"] = floor is None or LEVELS.index(answer["level"]) <= LEVELS.index(floor[1])
    verdict["fixed"] = (
        answer["disclaimer"] == expected["disclaimer"]
        and answer["summary"].split(":")[0] == expected["summary"].split(":")[0]
    )
    verdict["cites"] = all(label is not None for labels in cited for label in labels)
    verdict["grounded"] = verdict["cites"] and all(
        words(s["text"]) & set().union(*(words(label) for label in labels))
        for s, labels in zip(statements, cited, strict=True)
    )
    verdict["same_cites"] = [s["cites"] for s in statements] == [
        s["cites"] for s in [*expected["concerns"], *expected["actions"]]
    ]
    verdict["faithful"] = faithful(prompt, answer["summary"], known)
    verdict["exact"] = answer == expected
    return verdict


def words(text: str) -> set[str]:
    """Lower-case words of at least four letters, cut to their first six so that forms of a word agree."""
    return {word[:6] for word in re.findall(r"\w{4,}", text.lower())}


def wilson(share: float, n: int) -> list[float]:
    """95 % interval of a share of `n` rows (Wilson 1927), to four places."""
    return [round(end, 4) for end in intervals.wilson(share, n)]


def evaluate(session: Session, tokenizer: Tokenizer, rows: list[dict[str, Any]], limit: int) -> tuple[dict[str, Any], list[dict]]:
    """Shares over `rows` with 95 % intervals, speed, and every answer with its verdict."""
    end, known = tokenizer.token_to_id(EOS), known_labels(rows)
    answers, speeds, times = [], [], []
    for n, row in enumerate(rows):
        # The assessment is the first answer; a hand-over may follow it.
        first = next(i for i, message in enumerate(row["messages"]) if message["role"] == "assistant")
        prompt, answer = row["messages"][:first], row["messages"][first]
        ids = tokenizer.encode(render(prompt, answer_next=True), add_special_tokens=False).ids
        started = time.perf_counter()
        written = session.generate(ids, end, limit)
        times.append(time.perf_counter() - started)
        speeds.append(len(written) / times[-1])
        text = tokenizer.decode(written, skip_special_tokens=False)
        verdict = judge(prompt[-1]["content"], json.loads(answer["content"]), text, known)
        answers.append({"id": row["id"], "prompt_tokens": len(ids), "tokens": len(written), "verdict": verdict, "prompt": prompt[-1]["content"], "text": text})
        if (n + 1) % 20 == 0:
            print(f"{n + 1}/{len(rows)}", flush=True)
    shares = {k: round(sum(a["verdict"][k] for a in answers) / len(answers), 4) for k in answers[0]["verdict"]}
    speed = {"seconds_median": round(statistics.median(times), 3), "tokens_per_second_median": round(statistics.median(speeds), 1)}
    return {"n": len(rows), **shares, **speed, "intervals": {name: wilson(share, len(rows)) for name, share in shares.items()}}, answers


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    folder = existing(recipe["tokenizer"], "anteroom_training.stages.prepare.tokenizer")
    model = existing(recipe["model"], "anteroom_training.stages.ship.export_onnx")
    session = Session(model, recipe["threads"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    rows = read_rows(resolve(recipe["rows"]), recipe["most"])
    report, answers = evaluate(session, tokenizer, rows, recipe["max_new_tokens"])
    # What these figures are about: the release is refused when it holds other files.
    report["files"] = {file.name: sha256(file.read_bytes()) for file in (model, folder / "tokenizer.json")}
    report["rows_sha256"] = sha256(json.dumps(rows, sort_keys=True, ensure_ascii=False).encode())
    output = resolve(recipe["output"])
    output.mkdir(parents=True, exist_ok=True)
    (output / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    with (output / "answers.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers)
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    run_stage("Measure raw answers.", stage)
