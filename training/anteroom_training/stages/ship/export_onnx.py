"""Stage 6: merged weights to a folder in transformers.js layout: onnx/model.onnx (fp32), model_quantized.onnx (int8), model_q4.onnx."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import onnx
import torch
from transformers import LlamaForCausalLM

from ...model.graph import build_graph
from ...recipe import PipelineError, existing, load_recipe, resolve, run_stage

KEYS = {"model": str, "tokenizer": str, "output": str, "max_new_tokens": int}
QUANTISED, FULL, FOUR_BIT = "onnx/model_quantized.onnx", "onnx/model.onnx", "onnx/model_q4.onnx"
SIDE_FILES = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"]


def export(model: LlamaForCausalLM, tokenizer: Path, output: Path, max_new_tokens: int) -> None:
    """Write the whole layout; the config is kept to what the loaders read."""
    (output / "onnx").mkdir(parents=True, exist_ok=True)
    for name, kind in {FULL: "fp32", QUANTISED: "q8", FOUR_BIT: "q4"}.items():
        onnx.save(build_graph(model, kind), output / name)
    c = model.config
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": c.vocab_size,
        "hidden_size": c.hidden_size,
        "intermediate_size": c.intermediate_size,
        "num_hidden_layers": c.num_hidden_layers,
        "num_attention_heads": c.num_attention_heads,
        "num_key_value_heads": c.num_key_value_heads,
        "head_dim": c.hidden_size // c.num_attention_heads,
        "max_position_embeddings": c.max_position_embeddings,
        "rms_norm_eps": c.rms_norm_eps,
        "rope_theta": c.rope_parameters["rope_theta"],
        "hidden_act": "silu",
        "tie_word_embeddings": True,
        "bos_token_id": c.bos_token_id,
        "eos_token_id": c.eos_token_id,
        "pad_token_id": c.pad_token_id,
        "transformers.js_config": {"dtype": "q8"},
    }
    generation = {
        "bos_token_id": c.bos_token_id,
        "eos_token_id": c.eos_token_id,
        "pad_token_id": c.pad_token_id,
        "do_sample": False,
        "max_new_tokens": max_new_tokens,
    }
    for name, content in {"config.json": config, "generation_config.json": generation}.items():
        (output / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(tokenizer / name, output / name)


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    model = LlamaForCausalLM.from_pretrained(existing(recipe["model"], "anteroom_training.stages.ship.merge"), dtype=torch.float32)
    if not model.config.tie_word_embeddings:
        raise PipelineError("the exporter writes tied embeddings only")
    output = resolve(recipe["output"])
    export(model.eval(), existing(recipe["tokenizer"], "anteroom_training.stages.prepare.tokenizer"), output, recipe["max_new_tokens"])
    for name in (FULL, QUANTISED, FOUR_BIT):
        print(f"{name}: {(output / name).stat().st_size / 1e6:.2f} MB", flush=True)


if __name__ == "__main__":
    run_stage("Export ONNX.", stage)
