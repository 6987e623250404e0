"""Writes tests/fixtures/tiny-llama: a random Llama small enough to commit, in the layout of the bundled model.

`python training/scripts/make_tiny_fixture.py` (deterministic; about 150 KB). It talks nonsense: it is there to try loading,
verification, constrained decoding and the backends, in Node and in browsers, without a real model.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "training"))

from anteroom_training.model.shards import write_manifest  # noqa: E402
from anteroom_training.stages.ship.export_onnx import QUANTISED, SIDE_FILES, export  # noqa: E402
from anteroom_training.stages.prepare.tokenizer import save_tokenizer, train_tokenizer  # noqa: E402

VOCABULARY, CONTEXT = 512, 2048
SHARD_BYTES = 48 * 1024
# Below a folder named like the real one: it is served as such, and the formatter leaves it alone.
TARGET = REPOSITORY / "tests" / "fixtures" / "tiny-llama" / "model-shards"

# Invented sentences, in the shape of the task, so that the few merges are useful ones.
STATEMENTS = [
    ("Possible chest infection with fever and cough.", "f1", "Nurse to check temperature and breathing today."),
    ("Concerning chest pain on exertion, likely needs review.", "f2", "Tell the nurse now."),
    ("Posible infección de garganta con fiebre.", "p1", "La enfermera debe valorar hoy."),
]


def examples() -> list[str]:
    texts = []
    for concern, cite, action in STATEMENTS:
        answer = {
            "level": "high",
            "summary": f"Preliminary assessment: {concern.lower()}",
            "concerns": [{"text": concern, "cites": [cite]}],
            "actions": [{"text": action, "cites": [cite, "p2"]}],
            "disclaimer": "Requires nurse review. Not a diagnosis.",
        }
        prompt = f"patient: 45 year, female\nfloor: high\ncomplaint: cough\nfindings:\nf1 + cough\npassages:\np1 {concern}"
        texts += [prompt, json.dumps(answer, ensure_ascii=False, separators=(",", ":"))]
    return texts * 3


def main() -> None:
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        # Heads of 16: ONNX Runtime refuses others.
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=CONTEXT,
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        # Wide enough that the best token is clear of the second and every backend picks the same.
        initializer_range=0.3,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=0,
    )
    model = LlamaForCausalLM(config).eval()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        save_tokenizer(train_tokenizer(examples(), VOCABULARY), folder / "tokenizer", CONTEXT)
        export(model, folder / "tokenizer", folder / "model", 320)
        about = {
            "id": "tiny-llama",
            "version": "0.0.0",
            "task": "text-generation",
            "architecture": "LlamaForCausalLM",
            "parameters": sum(p.numel() for p in model.parameters()),
            "contextTokens": CONTEXT,
            "licence": "Apache-2.0",
        }
        write_manifest(folder / "model", TARGET / "model", about, [*SIDE_FILES, QUANTISED], SHARD_BYTES)
    entry = {"id": "tiny-llama", "engine": "transformers", "task": "text-generation", "manifest": "model/manifest.json", "default": True}
    (TARGET / "catalog.json").write_text(json.dumps({"models": [entry]}, indent=2) + "\n", encoding="utf-8")
    size = sum(f.stat().st_size for f in TARGET.rglob("*") if f.is_file())
    print(f"{TARGET.relative_to(REPOSITORY)}: {size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
