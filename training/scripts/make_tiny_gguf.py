"""Writes tests/fixtures/tiny-gguf/tiny.gguf: a random Llama with the tokenizer of tests/fixtures/tiny-llama, for a real llama.cpp server.

`python training/scripts/make_tiny_gguf.py` (deterministic; about 85 KB). It talks nonsense: it is there to try requests, streams and schemas.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "training"))

from anteroom_training.stages.ship.export_gguf import write_gguf  # noqa: E402

TOKENIZER = REPOSITORY / "tests" / "fixtures" / "tiny-llama" / "model-shards" / "model"
TARGET = REPOSITORY / "tests" / "fixtures" / "tiny-gguf" / "tiny.gguf"
# Wide enough that the best token is clear of the second.
SPREAD = 0.3


def main() -> None:
    config = json.loads((TOKENIZER / "config.json").read_text(encoding="utf-8"))
    draw = np.random.default_rng(7)
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    keys = config["num_key_value_heads"] * config["head_dim"]
    shapes = {
        "self_attn.q_proj": (hidden, hidden),
        "self_attn.k_proj": (keys, hidden),
        "self_attn.v_proj": (keys, hidden),
        "self_attn.o_proj": (hidden, hidden),
        "mlp.gate_proj": (inner, hidden),
        "mlp.up_proj": (inner, hidden),
        "mlp.down_proj": (hidden, inner),
    }
    random = lambda shape: (draw.standard_normal(shape) * SPREAD).astype(np.float32)  # noqa: E731
    weights = {"model.embed_tokens.weight": random((config["vocab_size"], hidden)), "model.norm.weight": np.ones(hidden, np.float32)}
    for layer in range(config["num_hidden_layers"]):
        for norm in ("input_layernorm", "post_attention_layernorm"):
            weights[f"model.layers.{layer}.{norm}.weight"] = np.ones(hidden, np.float32)
        for part, shape in shapes.items():
            weights[f"model.layers.{layer}.{part}.weight"] = random(shape)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        model = Path(scratch)
        save_file(weights, model / "model.safetensors")
        (model / "config.json").write_text(json.dumps(config), encoding="utf-8")
        write_gguf(model, TOKENIZER, TARGET, "tiny-llama")
    print(f"{TARGET.relative_to(REPOSITORY)}: {TARGET.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
