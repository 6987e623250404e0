"""Llama weights in the layout of MLC: names, group quantisation and the tensor cache that web-llm fetches.

Names and packing are those of mlc-llm (`model/llama`, `quantization/group_quantization.py`): q, k and v are one matrix, gate and up are one
matrix, and with q4 every matrix, the embedding and a head of its own included, is `q_weight` and `q_scale`; norms stay as they are.
A tied model has no head: the embedding serves for both. web-llm 0.2.80 and newer reads `tensor-cache.json`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from transformers import LlamaForCausalLM

from ..recipe import PipelineError
from .shards import SHARD_BYTES

CACHE = "tensor-cache.json"
GROUP, PER_WORD, MOST = 32, 8, 7  # weights that share a scale; 4-bit weights in a uint32; largest step either way
SMALLEST = 2**-14  # smallest normal float16


class Quantisation(NamedTuple):
    packed: bool
    kind: type[np.floating]


QUANTISATIONS = {
    "q0f32": Quantisation(False, np.float32),
    "q0f16": Quantisation(False, np.float16),
    "q4f16_1": Quantisation(True, np.float16),
    "q4f32_1": Quantisation(True, np.float32),
}


def pack_groups(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """uint32 words (rows, 4 a group) and scales (rows, groups) in the dtype of `weight` (rows, columns).

    A weight is `(nibble - 7) * scale`, the scale being a 7th of the largest magnitude of its group; the first weight of a word is in
    the lowest bits. Nibbles behind the last column are 0 and never read.
    """
    rows, columns = weight.shape
    groups = -(-columns // GROUP)
    padded = np.zeros((rows, groups * GROUP), weight.dtype)
    padded[:, :columns] = weight
    grouped = padded.reshape(rows, groups, GROUP)
    scale = np.abs(grouped).max(axis=2) / weight.dtype.type(MOST)
    # A group of zeros has scale 0; any divisor gives its right nibble, 7.
    divisor = np.where(scale == 0, 1, scale).astype(np.float32)[:, :, None]
    nibbles = np.clip(np.rint(grouped.astype(np.float32) / divisor) + MOST, 0, 2 * MOST).astype(np.uint32).reshape(rows, -1)
    nibbles[:, columns:] = 0
    words = nibbles.reshape(rows, -1, PER_WORD) << (4 * np.arange(PER_WORD, dtype=np.uint32))
    return np.bitwise_or.reduce(words, axis=2), scale


def unpack_groups(words: np.ndarray, scale: np.ndarray, columns: int) -> np.ndarray:
    """float32 weights (rows, columns) of `pack_groups`."""
    nibbles = (words[:, :, None] >> (4 * np.arange(PER_WORD, dtype=np.uint32))) & 15
    steps = nibbles.reshape(len(words), -1).astype(np.float32) - MOST
    return (steps * np.repeat(scale.astype(np.float32), GROUP, axis=1))[:, :columns]


def matrices(model: LlamaForCausalLM) -> Iterator[tuple[str, np.ndarray]]:
    """(name in MLC, float32 weight) of every parameter; matrices are (outputs, inputs)."""

    def of(*modules: Any) -> np.ndarray:
        return np.concatenate([m.weight.detach().float().numpy() for m in modules])

    yield "model.embed_tokens.weight", of(model.model.embed_tokens)
    for n, layer in enumerate(model.model.layers):
        attention, mlp, name = layer.self_attn, layer.mlp, f"model.layers.{n}"
        yield f"{name}.self_attn.qkv_proj.weight", of(attention.q_proj, attention.k_proj, attention.v_proj)
        yield f"{name}.self_attn.o_proj.weight", of(attention.o_proj)
        yield f"{name}.mlp.gate_up_proj.weight", of(mlp.gate_proj, mlp.up_proj)
        yield f"{name}.mlp.down_proj.weight", of(mlp.down_proj)
        yield f"{name}.input_layernorm.weight", of(layer.input_layernorm)
        yield f"{name}.post_attention_layernorm.weight", of(layer.post_attention_layernorm)
    yield "model.norm.weight", of(model.model.norm)
    if not model.config.tie_word_embeddings:
        yield "lm_head.weight", of(model.lm_head)


def parameters(model: LlamaForCausalLM, quantisation: str) -> Iterator[tuple[str, np.ndarray]]:
    """(name, array) as they are stored under `quantisation`. PipelineError for weights that its number format cannot hold."""
    packed, kind = QUANTISATIONS[quantisation]
    for name, weight in matrices(model):
        with np.errstate(over="ignore"):
            stored = weight.astype(kind)
        if not np.isfinite(stored).all():
            raise PipelineError(f"{name} does not fit {np.dtype(kind).name}; choose q0f32 or q4f32_1")
        if packed and weight.ndim == 2:
            words, scale = pack_groups(stored)
            yield name.removesuffix("weight") + "q_weight", words
            yield name.removesuffix("weight") + "q_scale", scale
        else:
            yield name, stored


def write_tensor_cache(arrays: Iterator[tuple[str, np.ndarray]], folder: Path, count: int, limit: int = SHARD_BYTES) -> list[str]:
    """`params_shard_N.bin` of at most `limit` bytes and `tensor-cache.json` over them, for a model of `count` parameters; file names.

    A tensor lies in one shard as a whole, since web-llm takes it from one file; PipelineError for one that is larger.
    """
    shards: list[tuple[list[dict[str, Any]], list[bytes]]] = [([], [])]
    used = total = 0
    for name, array in arrays:
        data = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes()
        if len(data) > limit:
            raise PipelineError(f"{name} takes {len(data)} bytes, a shard holds {limit}; choose a smaller quantisation")
        if used + len(data) > limit:
            shards.append(([], []))
            used = 0
        record = {"name": name, "shape": list(array.shape), "dtype": array.dtype.name, "format": "raw", "nbytes": len(data), "byteOffset": used}
        shards[-1][0].append(record)
        shards[-1][1].append(data)
        used += len(data)
        total += len(data)
    entries = []
    for n, (records, parts) in enumerate(shards):
        data = b"".join(parts)
        path = f"params_shard_{n}.bin"
        (folder / path).write_bytes(data)
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        entries.append({"dataPath": path, "format": "raw-shard", "nbytes": len(data), "records": records, "md5sum": md5})
    about = {"ParamSize": sum(len(e["records"]) for e in entries), "ParamBytes": float(total), "BitsPerParam": total * 8 / count}
    (folder / CACHE).write_text(json.dumps({"metadata": about, "records": entries}, indent=2) + "\n", encoding="utf-8")
    return [CACHE, *(e["dataPath"] for e in entries)]


def read_tensor_cache(folder: Path) -> dict[str, np.ndarray]:
    """Arrays by name, as web-llm cuts them out of the shards."""
    found = {}
    for shard in json.loads((folder / CACHE).read_text(encoding="utf-8"))["records"]:
        data = (folder / shard["dataPath"]).read_bytes()
        for r in shard["records"]:
            part = data[r["byteOffset"] : r["byteOffset"] + r["nbytes"]]
            found[r["name"]] = np.frombuffer(part, np.dtype(r["dtype"]).newbyteorder("<")).reshape(r["shape"])
    return found


def largest_error(model: LlamaForCausalLM, stored: dict[str, np.ndarray], quantisation: str) -> float:
    """Largest distance between a weight and what `stored` says of it, in quantisation steps (q4) or of the weight's size (q0).

    Steps and sizes below SMALLEST, where float16 has a fixed spacing, count as SMALLEST.
    """
    worst = 0.0
    for name, weight in matrices(model):
        stem = name.removesuffix("weight")
        if QUANTISATIONS[quantisation].packed and weight.ndim == 2:
            scale = stored[f"{stem}q_scale"]
            distance = np.abs(unpack_groups(stored[f"{stem}q_weight"], scale, weight.shape[1]) - weight)
            step = np.repeat(scale.astype(np.float32), GROUP, axis=1)[:, : weight.shape[1]]
        else:
            distance, step = np.abs(stored[name].astype(np.float32) - weight), np.abs(weight)
        worst = max(worst, float((distance / np.maximum(step, SMALLEST)).max()))
    return worst
