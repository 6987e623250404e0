"""Writes tests/fixtures/tiny-families: random models of the families a clinic may choose, in the layouts their publishers use.

`python training/scripts/make_tiny_families.py [NAME ...]` (deterministic, about 1.2 MB). Gemma 2, Mistral, Qwen 2 and mT5 in transformers.js
layout (ONNX), Llama in MLC layout. They talk nonsense: they are there to fetch, import, serve, load and run. Each ONNX graph is compared with
PyTorch first.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import onnx
import torch
from tokenizers import Tokenizer
from transformers import (
    Gemma2Config,
    Gemma2ForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    MT5Config,
    MT5ForConditionalGeneration,
    Qwen2Config,
    Qwen2ForCausalLM,
)

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "training"))

from anteroom_training.stages.ship import export_mlc  # noqa: E402
from tiny_export import cache_of, compare, export  # noqa: E402
from tiny_mt5 import write_mt5  # noqa: E402
from tiny_tokenizers import CHATML_TEMPLATE, GEMMA_TEMPLATE, MISTRAL_TEMPLATE, byte_fallback_bpe, byte_level_bpe, unigram  # noqa: E402

CONTEXT, HIDDEN, HEAD, LAYERS = 256, 32, 16, 2
# Below a folder named like the real one: the formatter leaves it alone.
TARGET = REPOSITORY / "tests" / "fixtures" / "tiny-families" / "model-shards"
# Wide enough that the best token is clear of the second and every backend picks the same.
SPREAD = 0.3


def save_side_files(folder: Path, tokenizer: Tokenizer, about: dict[str, Any], config: dict[str, Any], generation: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    for name, content in {"tokenizer_config.json": about, "config.json": config, "generation_config.json": generation}.items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


class Causal(torch.nn.Module):
    """input_ids, attention_mask, position_ids, past → logits, present: the interface transformers.js feeds."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, position_ids, *past):
        cache = cache_of(list(zip(past[0::2], past[1::2], strict=True)))
        # The mask is written out: a traced graph must not depend on the lengths that it was traced with.
        columns = torch.arange(attention_mask.shape[1])[None, None, None, :]
        allowed = (columns <= position_ids[:, None, :, None]) & attention_mask[:, None, None, :].bool()
        mask = torch.where(allowed, 0.0, torch.finfo(torch.float32).min)
        masks = {"full_attention": mask, "sliding_attention": mask} if self.model.config.model_type == "gemma2" else mask
        hidden = self.model.model(
            input_ids=input_ids, attention_mask=masks, position_ids=position_ids, past_key_values=cache, use_cache=True
        ).last_hidden_state
        logits = self.model.lm_head(hidden)
        cap = getattr(self.model.config, "final_logit_softcapping", None)
        if cap:
            logits = torch.tanh(logits / cap) * cap
        return (logits, *[t for layer in cache.layers for t in (layer.keys, layer.values)])


class CausalKeeping(Causal):
    """As newer exports: logits only of as many last tokens as asked for."""

    def forward(self, input_ids, attention_mask, position_ids, num_logits_to_keep, *past):
        logits, *present = super().forward(input_ids, attention_mask, position_ids, *past)
        return (logits[:, -num_logits_to_keep:, :], *present)


def causal_inputs(layers: int, kv: int, seen: int, length: int, keep: int | None = None) -> dict[str, torch.Tensor]:
    ids = torch.arange(length)[None] % 50 + 5
    inputs = {"input_ids": ids, "attention_mask": torch.ones(1, seen + length, dtype=torch.int64), "position_ids": torch.arange(length)[None] + seen}
    if keep is not None:
        inputs["num_logits_to_keep"] = torch.tensor(keep)
    for n in range(layers):
        for part in ("key", "value"):
            inputs[f"past_key_values.{n}.{part}"] = torch.randn(1, kv, seen, HEAD)
    return inputs


def write_causal(model: torch.nn.Module, kv: int, target: Path, keep: int | None = None) -> None:
    module = (Causal if keep is None else CausalKeeping)(model).eval()
    names = [f"{n}.{part}" for n in range(LAYERS) for part in ("key", "value")]
    axes = {"input_ids": {0: "batch", 1: "sequence"}, "position_ids": {0: "batch", 1: "sequence"}, "attention_mask": {0: "batch", 1: "total"}}
    axes |= {f"past_key_values.{s}": {0: "batch", 2: "past"} for s in names} | {f"present.{s}": {0: "batch", 2: "total"} for s in names}
    axes |= {"logits": {0: "batch", 1: "sequence"}}
    file = target / "onnx" / "model.onnx"
    export(module, causal_inputs(LAYERS, kv, 3, 4, keep), ["logits", *[f"present.{s}" for s in names]], axes, file)
    for seen, length in ((0, 7), (7, 1), (5, 3)):
        compare(module, causal_inputs(LAYERS, kv, seen, length, keep), file)


def shape() -> dict[str, Any]:
    return {"hidden_size": HIDDEN, "intermediate_size": 64, "num_hidden_layers": LAYERS, "num_attention_heads": 2, "num_key_value_heads": 1,
            "head_dim": HEAD, "max_position_embeddings": CONTEXT, "initializer_range": SPREAD}  # fmt: skip


def write_gemma(target: Path) -> None:
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"]
    tokenizer = byte_fallback_bpe(special)
    config = Gemma2Config(vocab_size=tokenizer.get_vocab_size(), **shape(), query_pre_attn_scalar=HEAD, sliding_window=CONTEXT,
                          attn_implementation="eager")  # fmt: skip
    write_causal(Gemma2ForCausalLM(config), 1, target)
    about = {"tokenizer_class": "GemmaTokenizer", "bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>",
             "model_max_length": CONTEXT, "chat_template": GEMMA_TEMPLATE}  # fmt: skip
    generation = {"bos_token_id": 2, "eos_token_id": [1, 5], "pad_token_id": 0, "do_sample": False}
    save_side_files(target, tokenizer, about, plain(config, "Gemma2ForCausalLM"), generation)


def write_mistral(target: Path) -> None:
    tokenizer = byte_fallback_bpe(["<unk>", "<s>", "</s>", "[INST]", "[/INST]"])
    config = MistralConfig(vocab_size=tokenizer.get_vocab_size(), **shape(), sliding_window=None, tie_word_embeddings=False,
                           attn_implementation="eager")  # fmt: skip
    write_causal(MistralForCausalLM(config), 1, target)
    about = {"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": None,
             "model_max_length": CONTEXT, "chat_template": MISTRAL_TEMPLATE}  # fmt: skip
    save_side_files(target, tokenizer, about, plain(config, "MistralForCausalLM"), {"bos_token_id": 1, "eos_token_id": 2, "do_sample": False})


def write_qwen(target: Path) -> None:
    tokenizer = byte_level_bpe(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    config = Qwen2Config(vocab_size=tokenizer.get_vocab_size(), **shape(), tie_word_embeddings=True, attn_implementation="eager")
    write_causal(Qwen2ForCausalLM(config), 1, target, keep=1)
    # Weights beside the graph, as publishers split large models.
    file = target / "onnx" / "model.onnx"
    onnx.save_model(onnx.load(str(file)), str(file), save_as_external_data=True, location="model.onnx_data", size_threshold=1024)
    about = {"tokenizer_class": "Qwen2Tokenizer", "bos_token": None, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "unk_token": None,
             "model_max_length": CONTEXT, "chat_template": CHATML_TEMPLATE}  # fmt: skip
    config = plain(config, "Qwen2ForCausalLM") | {"transformers.js_config": {"use_external_data_format": {"model.onnx": 1}}}
    save_side_files(target, tokenizer, about, config, {"bos_token_id": 0, "eos_token_id": [2, 0], "pad_token_id": 0, "do_sample": False})


def write_medical(target: Path) -> None:
    tokenizer = unigram(["<pad>", "</s>", "<unk>", *[f"<extra_id_{n}>" for n in range(4)]])
    config = MT5Config(vocab_size=tokenizer.get_vocab_size(), d_model=HIDDEN, d_kv=HEAD, d_ff=64, num_layers=1, num_decoder_layers=1,
                       num_heads=HIDDEN // HEAD, initializer_factor=1.0, attn_implementation="eager")  # fmt: skip
    write_mt5(MT5ForConditionalGeneration(config), target)
    about = {"tokenizer_class": "T5Tokenizer", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>", "model_max_length": CONTEXT}
    generation = {"decoder_start_token_id": 0, "eos_token_id": 1, "pad_token_id": 0, "do_sample": False}
    save_side_files(target, tokenizer, about, plain(config, "MT5ForConditionalGeneration"), generation)


def plain(config: Any, architecture: str) -> dict[str, Any]:
    """A config as a publisher commits it, without what belongs to this machine."""
    kept = {k: v for k, v in config.to_dict().items() if k not in ("transformers_version", "_name_or_path", "dtype", "layer_types")}
    return {**kept, "architectures": [architecture], "is_encoder_decoder": architecture.startswith("MT5")}


def write_llama_mlc(target: Path) -> None:
    tiny = REPOSITORY / "tests" / "fixtures" / "tiny-llama" / "model-shards" / "model"
    config = LlamaConfig(vocab_size=512, **shape(), rms_norm_eps=1e-5, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, pad_token_id=0)
    about = {"id": "tiny-llama", "version": "0.0.0", "licence": "Apache-2.0"}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "out"
        export_mlc.export(LlamaForCausalLM(config).eval(), tiny, "q4f32_1", about, folder)
        # As a publisher has it: without our manifest.
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(folder, target, ignore=shutil.ignore_patterns("manifest.json", "*.wasm"))


def main() -> None:
    """Names on the command line: only these are made anew."""
    makers = {"gemma-2": write_gemma, "mistral": write_mistral, "qwen-2": write_qwen, "medical-mt5": write_medical, "llama-mlc": write_llama_mlc}
    for name, write in makers.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        shutil.rmtree(TARGET / name, ignore_errors=True)
        torch.manual_seed(7)
        write(TARGET / name)
        size = sum(f.stat().st_size for f in (TARGET / name).rglob("*") if f.is_file())
        print(f"{name}: {size / 1000:.0f} KB", flush=True)


if __name__ == "__main__":
    main()
