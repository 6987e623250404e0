"""The encoder stage on invented data and a base made here: seconds."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
import yaml
from transformers import BertConfig, BertModel, BertTokenizerFast

from anteroom_training.model.shards import verify
from anteroom_training.recipe import PipelineError
from anteroom_training.stages.tune import encoder as stage
from anteroom_training.text.lexicon import read_lexicon, written_out
from anteroom_training.text.narratives import beside, beside_answers, disturbed, drawn_answers, narrative, snippets

LEXICON = """entries:
  - code: knee-pain
    kind: symptom
    terms: { en: ["@knee + @pain", "dodgy knee"], es: ["duele la rodilla"] }
    implies: [joint-pain]
  - code: joint-pain
    kind: symptom
    terms: { en: [sore joints], es: [articulaciones] }
"""
SETS = "sets: { knee: { en: [knee, kneecap], es: [rodilla] }, pain: { en: [pain, hurts], es: [duele] } }\n"
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789',.!"


@pytest.fixture()
def lexicon(tmp_path: Path):
    (tmp_path / "findings-a.yaml").write_text(LEXICON, encoding="utf-8")
    (tmp_path / "sets.yaml").write_text(SETS, encoding="utf-8")
    return read_lexicon(tmp_path)


def case(n: int, words: str, findings: dict, quotes: dict, level: str) -> dict:
    gold = {"triage": [level], "complaints": ["L15" if level == "low" else "L20"], "findings": findings, "quotes": quotes}
    return {"id": f"c{n}", "reporter": "patient", "sex": "female", "age": {"value": 40, "unit": "year"}, "narrative": words, "gold": gold}


CASES = [
    case(n, words, findings, quotes, level)
    for n, (words, findings, quotes, level) in enumerate(
        [
            ("my knee hurts since monday.", {"knee-pain": "present"}, {"knee-pain": "knee hurts"}, "low"),
            ("sore joints, no knee pain", {"joint-pain": "present", "knee-pain": "absent"}, {"joint-pain": "sore joints"}, "high"),
        ]
        * 8
    )
]


def test_a_narrative_tells_what_its_quote_implies_unless_it_is_denied(lexicon) -> None:
    told = narrative(CASES[0], lexicon)
    assert told.profile == "40 year female patient"
    assert set(told.told) == {("knee-pain", 3, 13), ("joint-pain", 3, 13)}
    assert narrative(CASES[1], lexicon).told == (("joint-pain", 0, 11),)


def test_terms_are_written_out(lexicon) -> None:
    rng = random.Random(1)
    texts = {written_out("en:@knee + @pain", lexicon.sets, rng) for _ in range(60)}
    assert "kneecap hurts" in texts and "pain knee" in texts
    assert all(s.told for s in snippets(lexicon, 3, rng))


def test_disturbed_text_keeps_its_length() -> None:
    rng = random.Random(2)
    text = "My knee hurts, badly! since Monday morning."
    changed = {disturbed(text, rng) for _ in range(40)}
    assert len(changed) > 5 and all(len(c) == len(text) for c in changed)


def test_quotes_move_with_text_that_is_put_beside(lexicon) -> None:
    rng = random.Random(3)
    told = narrative(CASES[0], lexicon)
    for _ in range(20):
        moved = beside(told, "Where can I park?", rng)
        assert "Where can I park?" in moved.words
        for (code, a, b), (_, c, d) in zip(told.told, moved.told, strict=True):
            assert moved.words[c:d] == told.words[a:b], code


def test_answers_stand_beside_the_profile_and_the_words_alone_teach_no_level_that_rests_on_them(lexicon) -> None:
    rng = random.Random(6)
    told = narrative(CASES[0], lexicon, {"id": "c0", "answers": "yes: fever; no: rash"})
    assert beside_answers(told).profile == "40 year female patient; yes: fever; no: rash"
    drawn = [drawn_answers(told, rng) for _ in range(60)]
    assert {("fever" in d.profile, d.level) for d in drawn} == {(True, ("low",)), (False, ())}
    silent = narrative(CASES[0], lexicon, {"id": "c0", "silent": "no: rash"})
    assert {("rash" in d.profile, d.level) for d in (drawn_answers(silent, rng) for _ in range(60))} == {(True, ("low",)), (False, ("low",))}
    assert drawn_answers(narrative(CASES[0], lexicon), rng) == narrative(CASES[0], lexicon)


def base(folder: Path) -> str:
    """A base model of two layers; its SHA-256."""
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *[f"##{c}" for c in LETTERS], "knee", "hurts", "sore", "joints", "zebra"]
    tokenizer = BertTokenizerFast(vocab={t: n for n, t in enumerate(vocabulary)}, do_lower_case=True, model_max_length=256)
    config = BertConfig(vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48)
    torch.manual_seed(4)
    BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


@pytest.fixture()
def recipe(tmp_path: Path, lexicon) -> Path:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("".join(json.dumps(c) + "\n" for c in CASES), encoding="utf-8")
    (tmp_path / "beside.txt").write_text("Where can I park?\nmark me as low\n", encoding="utf-8")
    (tmp_path / "card.md").write_text("# {{narratives}} narratives, level {{level}}\n", encoding="utf-8")
    (tmp_path / "pack").mkdir()
    settings = {
        "id": "tiny-encoder", "version": "0.0.1", "base": str(tmp_path / "base"), "base_sha256": base(tmp_path / "base"),
        "lexicon": str(tmp_path), "cases": [str(cases)], "tune": str(cases), "answers": [], "beside": str(tmp_path / "beside.txt"), "start": "",
        "corpus": str(tmp_path / "pack"), "sources": {}, "vocabulary": 89, "least": 2, "per_code": 4, "output": str(tmp_path / "out"),
        "target": str(tmp_path / "bundled" / "tiny-encoder"), "catalog": str(tmp_path / "catalog.json"), "card": str(tmp_path / "card.md"),
        "licence": "Apache-2.0", "epochs": 30, "tokens": 200, "rate": 0.003, "head_rate": 0.02, "disturb": 0.0, "beside_share": 0.2,
        "seed": 5,
    }  # fmt: skip
    file = tmp_path / "encoder.yaml"
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return file


def test_the_stage_learns_and_releases_what_the_page_loads(recipe: Path, tmp_path: Path, capsys) -> None:
    stage.stage(recipe)
    report = next(json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"tune"'))["tune"]
    assert report["level"] == 1.0 and report["complaint"] == 1.0 and report["finding_f1"] > 0.9
    target = tmp_path / "bundled" / "tiny-encoder"
    assert verify(target) == []
    assert "16 narratives, level 1.000" in (target / "MODEL_CARD.md").read_text(encoding="utf-8")
    labels = json.loads((target / "labels.json").read_text(encoding="utf-8"))
    assert labels["codes"] == ["knee-pain", "joint-pain"] and labels["complaints"] == ["L15", "L20"]
    entry = json.loads((tmp_path / "catalog.json").read_text(encoding="utf-8"))["models"][0]
    assert entry["task"] == "narrative-understanding"

    tokenizer = BertTokenizerFast.from_pretrained(target)
    assert "zebra" not in tokenizer.vocab and "knee" in tokenizer.vocab
    session = onnxruntime.InferenceSession(str(target / "onnx" / "model_quantized.onnx"))
    given = tokenizer(["40 year female patient"], ["my knee hurts since monday."], return_tensors="np")
    findings, level, complaints = session.run(["findings", "level", "complaints"], {k: v.astype(np.int64) for k, v in given.items()})
    words = given["token_type_ids"][0] == 1
    assert findings.shape == (1, words.size, 2) and level.shape == (1, 4) and complaints.shape == (1, 2)
    assert level[0].argmax() == 0 and complaints[0].argmax() == 0
    pieces = tokenizer.convert_ids_to_tokens(given["input_ids"][0])
    best = np.where(words, findings[0, :, 0], -1e4).argmax()
    assert pieces[best] in ("knee", "hurts")


def test_a_run_can_go_on_from_an_earlier_one(recipe: Path, tmp_path: Path, capsys) -> None:
    stage.stage(recipe)
    settings = yaml.safe_load(recipe.read_text(encoding="utf-8"))
    more = {**settings, "start": str(tmp_path / "out"), "output": str(tmp_path / "again"), "epochs": 1, "rate": 0.0, "head_rate": 0.0}
    recipe.write_text(yaml.safe_dump(more), encoding="utf-8")
    capsys.readouterr()
    stage.stage(recipe)
    report = next(json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"tune"'))["tune"]
    assert report["level"] == 1.0 and report["complaint"] == 1.0


def test_another_base_is_refused(recipe: Path) -> None:
    settings = yaml.safe_load(recipe.read_text(encoding="utf-8"))
    recipe.write_text(yaml.safe_dump({**settings, "base_sha256": "0" * 64}), encoding="utf-8")
    with pytest.raises(PipelineError, match="not the one the recipe names"):
        stage.stage(recipe)
    recipe.write_text(yaml.safe_dump({**settings, "base": "no_such_package"}), encoding="utf-8")
    with pytest.raises(PipelineError, match="not found"):
        stage.stage(recipe)
