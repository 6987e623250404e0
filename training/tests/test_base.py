"""A downloaded base cut to size: the vocabulary stays a BPE, what is kept says the same as before."""

from __future__ import annotations

import json

import pytest
import torch
import yaml
from transformers import PreTrainedTokenizerFast

from anteroom_training.model.architecture import build_model
from anteroom_training.recipe import PipelineError
from anteroom_training.stages.prepare import base
from anteroom_training.text.chat import SPECIAL_TOKENS

ARCHITECTURE = {"hidden": 64, "layers": 5, "heads": 4, "kv_heads": 2, "intermediate": 96, "context": 256}
TEXTS = ["patient: 71 year, male", "fever and cough for three days", "chest pain at rest"] * 5


@pytest.fixture
def source(tokenizer):
    return build_model(ARCHITECTURE, tokenizer.get_vocab_size(), seed=2).eval()


def test_vocabulary_is_cut_to_what_is_used_and_still_spells_everything(tokenizer):
    size = tokenizer.get_vocab_size() - 60
    cut, rows = base.cut_vocabulary(tokenizer, TEXTS, size)
    assert len(SPECIAL_TOKENS) + 256 <= cut.get_vocab_size() <= size
    assert [cut.token_to_id(token) for token in SPECIAL_TOKENS] == list(range(len(SPECIAL_TOKENS)))
    assert len(rows) == cut.get_vocab_size() - len(SPECIAL_TOKENS)
    for n, row in enumerate(rows):
        assert cut.id_to_token(len(SPECIAL_TOKENS) + n) == tokenizer.id_to_token(row)
    for text in [*TEXTS, "¿Dolor de pecho? 38,5 °C", "zzyzx"]:
        assert cut.decode(cut.encode(text).ids) == text
    for text in TEXTS:
        assert cut.encode(text).tokens == tokenizer.encode(text).tokens
    assert len(cut.encode("<|user|>x<|assistant|>").ids) == 3


def test_what_is_kept_says_the_same(tokenizer, source):
    cut, rows = base.cut_vocabulary(tokenizer, TEXTS, tokenizer.get_vocab_size() - 60)
    model = base.cut_model(source, tokenizer, rows, [0, 1, 2, 3, 4], 128)
    text = TEXTS[1]
    with torch.no_grad():
        was = source(input_ids=torch.tensor([tokenizer.encode(text).ids])).logits[..., rows]
        now = model(input_ids=torch.tensor([cut.encode(text).ids])).logits[..., len(SPECIAL_TOKENS) :]
    assert torch.allclose(was, now, atol=1e-5)
    assert model.config.max_position_embeddings == 128 and model.config.eos_token_id == SPECIAL_TOKENS.index("<|eos|>")


def test_the_layer_whose_absence_costs_least_goes(tokenizer, source, capsys):
    text = " ".join(TEXTS * 8)
    ids = torch.tensor([tokenizer.encode(text).ids[:256]])
    layers = list(source.model.layers)

    def without(n: int) -> float:
        source.model.layers = torch.nn.ModuleList(layer for i, layer in enumerate(layers) if i != n)
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            return source(input_ids=ids, labels=ids, use_cache=False).loss.item()

    least = min((1, 2, 3), key=without)
    source.model.layers = torch.nn.ModuleList(layers)
    kept = base.choose_layers(source, tokenizer, [text], 4)
    assert kept == [n for n in range(5) if n != least] and len(source.model.layers) == 5
    assert f"without {least}" in capsys.readouterr().out


def test_stage_and_its_errors(tokenizer, source, tmp_path):
    folder = tmp_path / "downloaded"
    source.save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(folder)
    rows = tmp_path / "rows.jsonl"
    messages = [{"role": "user", "content": text} for text in TEXTS[:2]] + [{"role": "assistant", "content": "ok"}]
    rows.write_text(json.dumps({"messages": messages}) + "\n")
    stories = tmp_path / "stories.jsonl"
    stories.write_text("".join(json.dumps({"narrative": text}) + "\n" for text in TEXTS))
    recipe = {
        "source": str(folder), "sha256": "", "output": str(tmp_path / "base"), "tokenizer": str(tmp_path / "tokenizer"), "seed": 1, "context": 128,
        "vocabulary": tokenizer.get_vocab_size() - 60, "layers": [0, 2, 4], "rows": [str(rows)], "narratives": [str(stories)], "corpus": str(tmp_path),
        "sources": [], "characters_per_source": 0, "knowledge": [], "threads": 1,
    }  # fmt: skip
    file = tmp_path / "base.yaml"

    def run(**changes):
        file.write_text(yaml.safe_dump(recipe | changes))
        base.stage(file)

    run()
    assert json.loads((tmp_path / "base" / "summary.json").read_text())["layers"] == [0, 2, 4]
    assert (tmp_path / "tokenizer" / "tokenizer_config.json").is_file()
    with pytest.raises(PipelineError, match="is not installed"):
        run(source="no_such_package:model.gguf")
    with pytest.raises(PipelineError, match="SHA-256 differs"):
        run(source=str(rows), sha256="00")
