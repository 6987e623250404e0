"""The reader and acuity stages on invented data: seconds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from anteroom_training.model.reader import Vectors, quantised
from anteroom_training.recipe import PipelineError
from anteroom_training.stages import acuity, reader
from anteroom_training.text.wordings import DENIED, case_examples, lexicon_examples, marked, read_lexicon, written_out
from anteroom_training.text.words import spans, words

LEXICON = """entries:
  - code: knee-pain
    kind: symptom
    terms: { en: ["@knee + @pain", "dodgy knee"], es: ["duele la rodilla"] }
    implies: [joint-pain]
  - code: joint-pain
    kind: symptom
    terms: { en: [sore joints], es: [articulaciones] }
"""
SETS = 'sets: { knee: { en: [knee, kneecap], es: [rodilla] }, pain: { en: [pain, hurts], es: [duele] } }\n'


@pytest.fixture()
def lexicon(tmp_path: Path):
    (tmp_path / "findings-a.yaml").write_text(LEXICON, encoding="utf-8")
    (tmp_path / "sets.yaml").write_text(SETS, encoding="utf-8")
    return read_lexicon(tmp_path)


def case(n: int, narrative: str, findings: dict, quotes: dict, level: str) -> dict:
    gold = {"triage": [level], "complaints": ["L15" if level == "low" else "L20"], "findings": findings, "quotes": quotes}
    return {"id": f"c{n}", "family": f"f{n}", "narrative": narrative, "gold": gold}


def test_words_are_folded_as_in_the_page() -> None:
    assert words("Can't BREATHE, 39.5 — Garganta inflamadá") == ["cant", "breathe", "0", "0", "garganta", "inflamada"]
    assert spans("my knee")[1] == ("knee", 3, 7)


def test_hash_is_that_of_fasttext() -> None:
    assert [Vectors.hash(t) for t in ("", "a", "foobar")] == [0x811C9DC5, 0xE40C292C, 0xBF9CF968]


def test_unknown_words_are_the_mean_of_their_grams() -> None:
    buckets = np.arange(8, dtype=np.float32).reshape(4, 2)
    vectors = Vectors(["known"], np.ones((1, 2), np.float32), buckets)
    assert vectors.of("known").tolist() == [1, 1]
    rows = [Vectors.hash(g) % 4 for g in ("<ab", "ab>", "<ab>")]
    assert np.allclose(vectors.of("ab"), buckets[rows].mean(0))


def test_rows_survive_being_quantised() -> None:
    matrix = np.random.default_rng(1).normal(size=(5, 8)).astype(np.float32)
    rows, scale = quantised(matrix)
    assert np.abs(rows * scale[:, None] - matrix).max() < 0.02


def test_terms_are_written_out(lexicon) -> None:
    import random

    rng = random.Random(1)
    texts = {written_out("en:@knee + @pain", lexicon.sets, rng) for _ in range(40)}
    assert texts == {f"{a} {b}" for a in ("knee", "kneecap") for b in ("pain", "hurts")} | {
        f"{b} {a}" for a in ("knee", "kneecap") for b in ("pain", "hurts")
    }
    labels = {tuple(sorted(labels - {DENIED})) for words, labels, _ in lexicon_examples(lexicon, 9, rng)}
    assert labels == {("joint-pain", "knee-pain"), ("joint-pain",)}


def test_quotes_become_examples_and_denials_are_marked(lexicon) -> None:
    import random

    row = case(1, "My knee is killing me. No sore joints.", {"knee-pain": "present", "joint-pain": "absent"}, {
        "knee-pain": "knee is killing me", "joint-pain": "No sore joints"}, "low")  # fmt: skip
    assert marked(row)[1] == [(1, 5, "knee-pain", False), (5, 8, "joint-pain", True)]
    examples = case_examples([row], lexicon, random.Random(1), 1, 0)
    assert (["knee", "is", "killing", "me"], frozenset({"knee-pain", "joint-pain"}), 1.5) in examples
    assert any(DENIED in labels for _, labels, _ in examples)


def test_the_reader_learns_what_it_is_shown(tmp_path: Path, lexicon, capsys) -> None:
    rows = [
        case(n, f"{w} my knee is killing me", {"knee-pain": "present"}, {"knee-pain": "knee is killing me"}, "low")
        for n, w in enumerate(["today", "ouch", "help", "since monday", "again", "honestly"])
    ]
    cases = tmp_path / "cases.jsonl"
    cases.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    rng = np.random.default_rng(3)
    np.savez(tmp_path / "v.npz", words=np.array(["knee", "my"]), vectors=rng.normal(size=(2, 8)).astype(np.float32),
             buckets=rng.normal(size=(64, 8)).astype(np.float32))  # fmt: skip
    recipe = {
        "id": "tiny", "vectors": str(tmp_path / "v.npz"), "lexicon": str(tmp_path), "cases": [str(cases)], "corpus": str(tmp_path),
        "plain": {}, "output": str(tmp_path / "out"), "filters": 8, "hidden": 8, "per_code": 6, "times": 2, "others": 1, "epochs": 60,
        "batch": 8, "rate": 0.02, "word_rate": 0.01, "folds": 2, "fold_output": str(tmp_path / "folds"), "seed": 1, "fold": -1,
    }  # fmt: skip
    reader.train(recipe)
    losses = [float(line.rsplit(" ", 1)[1]) for line in capsys.readouterr().out.splitlines() if line.startswith("epoch")]
    assert losses[-1] < losses[0] / 3
    written = json.loads((tmp_path / "out" / "reader.json").read_text(encoding="utf-8"))
    assert written["codes"] == ["knee-pain", "joint-pain"] and "killing" in written["words"].split()
    with pytest.raises(PipelineError):
        reader.train({**recipe, "cases": [str(tmp_path / "none.jsonl")]})


def test_acuity_learns_words_that_tell_levels_apart(tmp_path: Path) -> None:
    rows = [
        {"id": f"{n}", "family": f"f{n}", "gold": [level], "floor": "medium", "characters": [[b, 1]], "words": [[b, 1]],
         "facts": [b], "complaints": [code], "named": [code], "topic": [b], "known": [b]}
        for n in range(40)
        for level, b, code in [[("low", 1, "L15"), ("medium", 2, "L20"), ("high", 3, "D01"), ("emergency", 4, "A11")][n % 4]]
    ]  # fmt: skip
    data = tmp_path / "acuity.jsonl"
    data.write_text("\n".join(map(json.dumps, [{"buckets": 8, "topicBuckets": 8}, *rows])), encoding="utf-8")
    acuity.train({
        "id": "tiny", "data": str(data), "output": str(tmp_path / "out"), "fact_weight": 0.5, "strength": 10.0, "folds": 4,
        "thresholds": {"medium": 0.5, "high": 0.5, "emergency": 0.5}, "low_below": 0.3, "complaint_known_weight": 0.5,
        "complaint_strength": 10.0, "complaint_least": 2,
    })  # fmt: skip
    written = json.loads((tmp_path / "out" / "acuity.json").read_text(encoding="utf-8"))
    assert [h["level"] for h in written["heads"]] == ["medium", "high", "emergency"]
    named = json.loads((tmp_path / "out" / "complaints.json").read_text(encoding="utf-8"))
    assert named["codes"] == ["A11", "D01", "L15", "L20"]
