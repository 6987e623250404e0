"""Merged weights to the layout that web-llm loads (MLC): weights, `mlc-chat-config.json`, tokenizer, manifest, one folder a quantisation.

Recipe: `model` (merged weights), `tokenizer` (folder), `output` (gets `<id>-<quantisation>-MLC/`), `id`, `version`, `licence`,
`quantisations` (of q0f32, q0f16, q4f16_1, q4f32_1; the f16 ones need a GPU with shader-f16).
web-llm also needs the model's WebGPU library. `mlc_llm compile` builds it; it is called when it is installed.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from ...model.mlc import QUANTISATIONS, largest_error, parameters, read_tensor_cache, write_tensor_cache
from ...model.shards import write_manifest
from ...recipe import PipelineError, existing, load_recipe, resolve, run_stage
from ...text.chat import ASSISTANT, SYSTEM, USER

KEYS = {"model": str, "tokenizer": str, "output": str, "id": str, "version": str, "licence": str, "quantisations": list}
CONFIG = "mlc-chat-config.json"
TOKENIZER_FILES = ["tokenizer.json", "tokenizer_config.json"]
# Half a step, and what rounding the scale itself to float16 adds.
MOST_STEPS, MOST_ROUNDING = 0.51, 2**-10


def conversation(bos: int, eos: int, end: str) -> dict[str, Any]:
    """CHAT_TEMPLATE of `text/chat.py` in MLC's terms: nothing between role and content, `end` after an answer only."""
    return {
        "name": "anteroom",
        "system_template": f"{SYSTEM}{{system_message}}",
        "system_message": "",
        "system_prefix_token_ids": [bos],
        "add_role_after_system_message": True,
        "roles": {"user": USER, "assistant": ASSISTANT},
        "role_templates": {"user": "{user_message}", "assistant": "{assistant_message}", "tool": "{tool_message}"},
        "messages": [],
        "seps": ["", end],
        "role_content_sep": "",
        "role_empty_sep": "",
        "stop_str": [],
        "stop_token_ids": [eos],
        "function_string": "",
        "use_function_calling": False,
    }


def chat_config(config: LlamaConfig, tokenizer: dict[str, Any], quantisation: str) -> dict[str, Any]:
    """Contents of `mlc-chat-config.json`, version 0.1.0; `tokenizer` is the parsed tokenizer.json."""
    if (tokenizer.get("decoder") or {}).get("type") != "ByteLevel":
        raise PipelineError("the MLC layout is written for byte-level tokenizers only")
    window = config.max_position_embeddings
    model = {
        "hidden_size": config.hidden_size,
        "intermediate_size": config.intermediate_size,
        "num_attention_heads": config.num_attention_heads,
        "num_hidden_layers": config.num_hidden_layers,
        "rms_norm_eps": config.rms_norm_eps,
        "vocab_size": config.vocab_size,
        "tie_word_embeddings": config.tie_word_embeddings,
        "position_embedding_base": config.rope_parameters["rope_theta"],
        "rope_scaling": None,
        "context_window_size": window,
        "prefill_chunk_size": window,
        "num_key_value_heads": config.num_key_value_heads,
        "head_dim": config.head_dim,
        "tensor_parallel_shards": 1,
        "pipeline_parallel_stages": 1,
        "max_batch_size": 1,
        "disaggregation": False,
    }
    tokens = {token["id"]: token["content"] for token in tokenizer["added_tokens"]}
    return {
        "version": "0.1.0",
        "model_type": "llama",
        "quantization": quantisation,
        "model_config": model,
        "vocab_size": config.vocab_size,
        "context_window_size": window,
        "sliding_window_size": -1,
        "prefill_chunk_size": window,
        "attention_sink_size": -1,
        "tensor_parallel_shards": 1,
        "pipeline_parallel_stages": 1,
        "active_vocab_size": len({*tokenizer["model"]["vocab"].values(), *tokens}),
        # Greedy, as the model was measured.
        "temperature": 0.0,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "repetition_penalty": 1.0,
        "top_p": 1.0,
        "tokenizer_files": TOKENIZER_FILES,
        "tokenizer_info": {"token_postproc_method": "byte_level", "prepend_space_in_encode": False, "strip_space_in_decode": False},
        "conv_template": conversation(config.bos_token_id, config.eos_token_id, tokens[config.eos_token_id]),
        "pad_token_id": config.pad_token_id,
        "bos_token_id": config.bos_token_id,
        "eos_token_id": config.eos_token_id,
        "model_task": "chat",
        "embedding_metadata": None,
    }


def check_supported(config: LlamaConfig) -> None:
    """PipelineError for a Llama that the MLC names above do not cover."""
    if config.attention_bias or config.mlp_bias or config.rope_parameters.get("rope_type", "default") != "default":
        raise PipelineError("the MLC exporter writes Llamas without biases and with plain rotary positions only")


def compiler() -> list[str] | None:
    """Command line of mlc_llm, or None when it is not installed."""
    if found := shutil.which("mlc_llm"):
        return [found]
    return [sys.executable, "-m", "mlc_llm"] if importlib.util.find_spec("mlc_llm") else None


def compile_library(folder: Path, name: str) -> list[str]:
    """Compile the WebGPU library of the model in `folder` to `name`; the files made, none without mlc_llm."""
    command = compiler()
    if command is None:
        print(
            f"WebGPU library not compiled: mlc_llm is not installed. Build it with web support (mlc-llm documentation, 'Compile Model "
            f"Libraries'), then run this stage again, or: mlc_llm compile {CONFIG} --device webgpu --output {name}",
            flush=True,
        )
        return []
    print(f"compiling {name}: some minutes", flush=True)
    done = subprocess.run([*command, "compile", str(folder / CONFIG), "--device", "webgpu", "--output", str(folder / name)], check=False)
    if done.returncode or not (folder / name).is_file():
        raise PipelineError(f"mlc_llm compile failed (exit code {done.returncode}); its own message is above")
    return [name]


def export(model: LlamaForCausalLM, tokenizer: Path, quantisation: str, about: dict[str, Any], target: Path) -> float:
    """Write `target` (emptied first) with its manifest; the largest error of a weight (see `largest_error`)."""
    count = sum(p.numel() for p in model.parameters())
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        files = write_tensor_cache(parameters(model, quantisation), folder, count)
        error = largest_error(model, read_tensor_cache(folder), quantisation)
        if error > (MOST_STEPS if QUANTISATIONS[quantisation].packed else MOST_ROUNDING):
            raise PipelineError(f"{quantisation}: a weight is {error:.3f} off, more than rounding explains; choose another quantisation")
        for name in TOKENIZER_FILES:
            shutil.copyfile(tokenizer / name, folder / name)
        vocabulary = json.loads((tokenizer / "tokenizer.json").read_text(encoding="utf-8"))
        (folder / CONFIG).write_text(json.dumps(chat_config(model.config, vocabulary, quantisation), indent=2) + "\n", encoding="utf-8")
        files += compile_library(folder, f"{about['id']}-{quantisation}-webgpu.wasm")
        details = {"task": "text-generation", "architecture": "LlamaForCausalLM", "parameters": count}
        context = {"contextTokens": model.config.max_position_embeddings, "licence": about["licence"]}
        identity = {"id": f"{about['id']}-{quantisation}-MLC", "version": about["version"]}
        write_manifest(folder, target, {**identity, **details, **context}, [CONFIG, *files, *TOKENIZER_FILES])
    return error


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    unknown = [q for q in recipe["quantisations"] if q not in QUANTISATIONS]
    if unknown or not recipe["quantisations"]:
        raise PipelineError(f"{recipe_file}: quantisations: {unknown or 'none'}; known are {', '.join(QUANTISATIONS)}")
    model = LlamaForCausalLM.from_pretrained(existing(recipe["model"], "anteroom_training.stages.ship.merge"), dtype=torch.float32).eval()
    check_supported(model.config)
    tokenizer = existing(recipe["tokenizer"], "anteroom_training.stages.prepare.tokenizer")
    for quantisation in recipe["quantisations"]:
        target = resolve(recipe["output"]) / f"{recipe['id']}-{quantisation}-MLC"
        error = export(model, tokenizer, quantisation, recipe, target)
        size = sum(f.stat().st_size for f in target.glob("params_shard_*.bin"))
        print(f"{target.name}: {size / 1e6:.2f} MB of weights, largest error {error:.4f}", flush=True)


if __name__ == "__main__":
    run_stage("Export for web-llm.", stage)
