"""Preference tuning: token ids, figures, learning, resuming, errors."""

from __future__ import annotations

import importlib
import json
import random
from pathlib import Path

import pytest
import torch
from datasets import Dataset
from peft import PeftModel

from anteroom_training.recipe import PipelineError, load_recipe
from anteroom_training.stages.prepare.tiny_data import tiny_pair
from anteroom_training.stages.prepare.tokenizer import save_tokenizer
from anteroom_training.stages.ship.merge import merge
from anteroom_training.stages.tune import lora, preferences
from anteroom_training.text.chat import encode_with_loss_mask
from anteroom_training.text.instructions import read_rows

TRAINING = Path(__file__).resolve().parents[1]
BEFORE = ["prepare.tiny_data", "prepare.tokenizer", "tune.pretrain", "tune.lora"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The stages before `preferences` of recipes/tiny, in a temporary folder; returns that folder."""
    folder = tmp_path_factory.mktemp("preferences")
    for stage in [*BEFORE, "tune.preferences"]:
        name = stage.split(".")[1]
        text = (TRAINING / "recipes" / "tiny" / f"{name}.yaml").read_text(encoding="utf-8")
        (folder / f"{name}.yaml").write_text(text.replace("training/out/tiny", str(folder)), encoding="utf-8")
        if stage in BEFORE:
            importlib.import_module(f"anteroom_training.stages.{stage}").stage(folder / f"{name}.yaml")
    return folder


def run(folder: Path, output: str, **changes) -> dict:
    recipe = {**load_recipe(folder / "preferences.yaml", preferences.KEYS), **changes}
    rows = folder / "rows"
    pairs, valid = preferences.read_pairs(rows / "pairs-train.jsonl"), preferences.read_pairs(rows / "pairs-valid.jsonl")
    return preferences.train(recipe, folder / "tokenizer", pairs, valid, read_rows(rows / "assess-valid.jsonl", 4), folder / output)


def test_learns_to_prefer_and_resumes(tiny, capsys):
    torch.manual_seed(0)
    half = run(tiny, "run", max_epochs=1)
    assert half["reward_accuracy_before"] == 0.0 and half["steps"] == 6
    whole = run(tiny, "run")
    assert "resumed at step 6" in capsys.readouterr().out
    assert whole["steps"] == 18
    # The reference is the adapter that tuning started from, also after a resume.
    assert whole["margin_before"] == half["margin_before"]
    assert whole["reward_accuracy_after"] >= 0.9
    assert whole["margin_after"] > whole["margin_before"]
    assert whole["valid_loss_after"] < whole["valid_loss_before"] + 0.1
    assert sum(group["pairs"] for group in whole["constraints"].values()) == whole["valid_pairs"] == 12
    assert json.loads((tiny / "run" / "summary.json").read_text()) == whole
    # What merging reads is the tuned adapter, not the reference.
    pair = preferences.read_pairs(tiny / "rows" / "pairs-valid.jsonl", 1)[0]
    tokenizer = preferences.wrap_tokenizer(tiny / "tokenizer").backend_tokenizer
    ids, labels = encode_with_loss_mask(tokenizer, preferences.conversation(pair, "chosen"))
    base = tiny / "pretrain" / "model"
    logits = [
        merge(base, folder)(input_ids=torch.tensor([ids])).logits for folder in (tiny / "run" / "adapter", tiny / "lora" / "adapter")
    ]
    assert (logits[0] - logits[1]).abs().max() > 0.1


def test_ids_are_those_of_our_chat_format(tokenizer, forms, tmp_path):
    save_tokenizer(tokenizer, tmp_path, 512)
    pairs = [tiny_pair(forms, n, random.Random(n)) for n in range(6)]
    wrapped = preferences.wrap_tokenizer(tmp_path)

    def ids(messages, **more):
        return wrapped.apply_chat_template(messages, return_dict=True, **more)["input_ids"]

    rows = []
    for pair in pairs:
        prompt = ids(pair["prompt"], add_generation_prompt=True)
        whole = {side: ids(preferences.conversation(pair, side)) for side in ("chosen", "rejected")}
        assert whole["chosen"] == encode_with_loss_mask(tokenizer, preferences.conversation(pair, "chosen"))[0]
        rows.append({"prompt_ids": prompt, **{f"{side}_ids": found[len(prompt) :] for side, found in whole.items()}})
    preferences.check_ids(Dataset.from_list(rows), tokenizer, pairs)
    rows[2]["chosen_ids"] = rows[2]["chosen_ids"][:-1]
    with pytest.raises(PipelineError, match="tiny-2: the chat template"):
        preferences.check_ids(Dataset.from_list(rows), tokenizer, pairs)


def test_log_probabilities_are_the_sum_over_the_answer(tokenizer, model, forms):
    model.config.max_position_embeddings = 1024
    adapted = lora.adapt(model, {"r": 2, "alpha": 4, "dropout": 0.0, "targets": ["q_proj"]}).eval()
    assert isinstance(adapted, PeftModel)
    pairs = [tiny_pair(forms, n, random.Random(n)) for n in range(3)]
    found = preferences.log_probabilities(adapted, tokenizer, pairs, 2)
    ids, labels = encode_with_loss_mask(tokenizer, preferences.conversation(pairs[1], "rejected"))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(input_ids=torch.tensor([ids])).logits[0, :-1].float().log_softmax(-1)
    expected = sum(logits[at, token].item() for at, token in enumerate(labels[1:]) if token >= 0)
    assert found.shape == (3, 2)
    assert found[1, 1].item() == pytest.approx(expected, rel=0.01)


def test_compare_counts_pairs_and_constraints():
    before = torch.tensor([[-10.0, -9.0], [-5.0, -8.0]])
    after = torch.tensor([[-9.0, -12.0], [-7.0, -8.0]])
    figures = preferences.compare(before, after, 0.5, ["no-diagnosis", "no-medication"])
    assert (figures["preferred_before"], figures["preferred_after"]) == (0.5, 1.0)
    assert (figures["reward_accuracy_after"], figures["reward_margin_after"]) == (0.5, 0.5)
    assert figures["constraints"]["no-diagnosis"] == {"pairs": 1, "before": 0.0, "after": 1.0, "reward_accuracy": 1.0}


def test_errors_say_what_to_do(tmp_path):
    file = tmp_path / "pairs.jsonl"
    with pytest.raises(PipelineError, match="made by: npm run dataset:pairs"):
        preferences.read_pairs(file)
    right = {"id": "a", "prompt": [{"role": "user", "content": "x"}], "chosen": "y", "rejected": "z", "constraint": "schema"}
    for line, message in {
        "": "no pairs",
        "{": "pairs.jsonl:1: not JSON",
        json.dumps({k: v for k, v in right.items() if k != "chosen"}): "missing chosen",
        json.dumps({**right, "rejected": "y"}): "chosen and rejected are the same",
        json.dumps({**right, "prompt": [{"role": "tool", "content": "x"}]}): "list of messages",
    }.items():
        file.write_text(line)
        with pytest.raises(PipelineError, match=message):
            preferences.read_pairs(file)


def test_lora_names_what_it_lacks(monkeypatch, tmp_path):
    with pytest.raises(PipelineError, match="made by: anteroom_training.stages.tune.pretrain"):
        lora.load_base({"base": "training/out/anteroom-v1/pretrain/model/nowhere"})
    four_bits = {"base": str(tmp_path), "quantise": "nf4", "workers": 1, "compile": False}
    with pytest.raises(PipelineError, match="none or nf4"):
        lora.load_base({**four_bits, "quantise": "int4"})
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(PipelineError, match="needs a CUDA device"):
        lora.load_base(four_bits)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(lora.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PipelineError, match="bitsandbytes"):
        lora.load_base(four_bits)
