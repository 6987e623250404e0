"""Builds the ONNX graph of a small Llama with KV cache, by hand, in the layout transformers.js expects.

Inputs `input_ids`, `attention_mask`, `num_logits_to_keep` (scalar: logits of the last so many positions, 0 for all;
transformers.js sets it by itself) and `past_key_values.N.key|value`; outputs `logits`, `present.N.key|value`. Positions
follow from the mask (GroupQueryAttention rotates inside), so there is no `position_ids`. Batch 1, or right padding.
Matrices can be stored as int8 with one scale a column, or as int4 with one a block of 32, behind DequantizeLinear: see README.md,
"Folding".
"""

from __future__ import annotations

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from transformers import LlamaForCausalLM

OPSET = 21
MICROSOFT = "com.microsoft"


def int8_per_channel(weight: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric int8 and float32 scales, one scale for each index of `axis`."""
    other = tuple(i for i in range(weight.ndim) if i != axis)
    scale = np.maximum(np.abs(weight).max(axis=other), 1e-8) / 127.0
    shape = [1] * weight.ndim
    shape[axis] = -1
    return np.clip(np.rint(weight / scale.reshape(shape)), -127, 127).astype(np.int8), scale.astype(np.float32)


BLOCK = 32


def int4_blocks(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric 4-bit integers (-7..7, as int8) and float32 scales for every BLOCK rows of a column of `weight`."""
    rows, columns = weight.shape
    blocks = weight.reshape(rows // BLOCK, BLOCK, columns)
    scale = np.maximum(np.abs(blocks).max(axis=1), 1e-8) / 7.0
    stored = np.clip(np.rint(blocks / scale[:, None]), -7, 7).astype(np.int8)
    return stored.reshape(rows, columns), scale.astype(np.float32)


def packed_int4(name: str, values: np.ndarray) -> onnx.TensorProto:
    """Two to a byte, the first in the lower half, as ONNX stores INT4."""
    nibbles = (values.astype(np.int8).ravel() & 0x0F).astype(np.uint8)
    packed = (nibbles[0::2] | (nibbles[1::2] << 4)).tobytes()
    return helper.make_tensor(name, TensorProto.INT4, values.shape, packed, raw=True)


class GraphBuilder:
    """Collects nodes and initialisers; `quantise` decides how matrices are stored: fp32, q8, or q4 (embedding still int8)."""

    def __init__(self, quantise: str) -> None:
        self.quantise, self.nodes, self.initialisers = quantise, [], []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.initialisers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def matrix(self, name: str, value: np.ndarray, axis: int) -> str:
        """A float32 matrix for the graph; when quantising, stored as int8 with scales along `axis` or in blocks of int4."""
        if self.quantise == "fp32":
            return self.constant(name, value)
        if self.quantise == "q4" and axis == 1 and value.shape[0] % BLOCK == 0:
            stored, scale = int4_blocks(value)
            self.initialisers.append(packed_int4(f"{name}.int4", stored))
            self.constant(f"{name}.scale", scale)
            self.node("DequantizeLinear", [f"{name}.int4", f"{name}.scale"], [name], axis=0, block_size=BLOCK)
            return name
        stored, scale = int8_per_channel(value, axis)
        self.constant(f"{name}.int8", stored)
        self.constant(f"{name}.scale", scale)
        self.node("DequantizeLinear", [f"{name}.int8", f"{name}.scale"], [name], axis=axis)
        return name

    def node(self, kind: str, inputs: list[str], outputs: list[str], domain: str = "", **attributes) -> str:
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0] + "/node", domain=domain, **attributes))
        return outputs[0]

    def project(self, x: str, weight: torch.Tensor, name: str) -> str:
        """x @ weight.T for a torch Linear weight."""
        matrix = self.matrix(f"{name}.weight", weight.detach().float().numpy().T, axis=1)
        return self.node("MatMul", [x, matrix], [f"{name}.out"])


def rotary_caches(positions: int, head: int, theta: float) -> tuple[np.ndarray, np.ndarray]:
    """cos and sin of shape (positions, head / 2), as GroupQueryAttention reads them."""
    frequency = 1.0 / theta ** (np.arange(0, head, 2, dtype=np.float64) / head)
    angle = np.arange(positions, dtype=np.float64)[:, None] * frequency[None]
    return np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)


def build_graph(model: LlamaForCausalLM, quantise: str) -> onnx.ModelProto:
    """The ONNX model of `model` (tied embeddings, no biases); `quantise` is fp32, q8 or q4."""
    c = model.config
    heads, kv = c.num_attention_heads, c.num_key_value_heads
    head = c.hidden_size // heads
    g = GraphBuilder(quantise)
    cos, sin = rotary_caches(c.max_position_embeddings, head, c.rope_parameters["rope_theta"])
    g.constant("cos_cache", cos)
    g.constant("sin_cache", sin)
    g.constant("one", np.asarray([1], np.int64))
    g.constant("index_one", np.asarray(1, np.int64))
    g.node("ReduceSum", ["attention_mask", "one"], ["mask_sum"], keepdims=0)
    g.node("Sub", ["mask_sum", "one"], ["last_index"])
    g.node("Cast", ["last_index"], ["seqlens_k"], to=TensorProto.INT32)
    g.node("Shape", ["attention_mask"], ["mask_shape"])
    g.node("Gather", ["mask_shape", "index_one"], ["mask_length"], axis=0)
    g.node("Cast", ["mask_length"], ["total_length"], to=TensorProto.INT32)

    table = g.matrix("embedding", model.model.embed_tokens.weight.detach().float().numpy(), axis=0)
    residual = g.node("Gather", [table, "input_ids"], ["embedded"], axis=0)

    def norm(x: str, skip: str | None, weight: torch.Tensor, name: str) -> tuple[str, str]:
        """RMS norm of x (+ skip); returns the normed and the summed value."""
        scale = g.constant(f"{name}.weight", weight.detach().float().numpy())
        if skip is None:
            node = g.node("SimplifiedLayerNormalization", [x, scale], [f"{name}.out"], axis=-1, epsilon=c.rms_norm_eps, stash_type=1)
            return node, x
        outputs = [f"{name}.out", "", "", f"{name}.sum"]
        g.node("SkipSimplifiedLayerNormalization", [x, skip, scale], outputs, MICROSOFT, epsilon=c.rms_norm_eps)
        return outputs[0], outputs[3]

    branch: str | None = None
    for n, layer in enumerate(model.model.layers):
        attention, mlp = layer.self_attn, layer.mlp
        x, residual = norm(residual, branch, layer.input_layernorm.weight, f"layer{n}.norm1")
        q = g.project(x, attention.q_proj.weight, f"layer{n}.q")
        k = g.project(x, attention.k_proj.weight, f"layer{n}.k")
        v = g.project(x, attention.v_proj.weight, f"layer{n}.v")
        mixed = g.node(
            "GroupQueryAttention",
            [q, k, v, f"past_key_values.{n}.key", f"past_key_values.{n}.value", "seqlens_k", "total_length", "cos_cache", "sin_cache"],
            [f"layer{n}.mixed", f"present.{n}.key", f"present.{n}.value"],
            MICROSOFT,
            num_heads=heads,
            kv_num_heads=kv,
            scale=head**-0.5,
            do_rotary=1,
            rotary_interleaved=0,
        )
        branch = g.project(mixed, attention.o_proj.weight, f"layer{n}.o")
        x, residual = norm(residual, branch, layer.post_attention_layernorm.weight, f"layer{n}.norm2")
        gate = g.project(x, mlp.gate_proj.weight, f"layer{n}.gate")
        up = g.project(x, mlp.up_proj.weight, f"layer{n}.up")
        g.node("Sigmoid", [gate], [f"layer{n}.sigmoid"])
        g.node("Mul", [gate, f"layer{n}.sigmoid"], [f"layer{n}.silu"])
        g.node("Mul", [f"layer{n}.silu", up], [f"layer{n}.gated"])
        branch = g.project(f"layer{n}.gated", mlp.down_proj.weight, f"layer{n}.down")
    x, _ = norm(residual, branch, model.model.norm.weight, "final_norm")
    g.constant("row", np.asarray([1], np.int64))
    g.constant("end", np.asarray([np.iinfo(np.int64).max], np.int64))
    g.node("Reshape", ["num_logits_to_keep", "row"], ["kept_row"])
    g.node("Neg", ["kept_row"], ["kept_from"])
    g.node("Slice", [x, "kept_from", "end", "row"], ["kept"])
    g.node("Transpose", [table], ["embedding.transposed"], perm=[1, 0])
    g.node("MatMul", ["kept", "embedding.transposed"], ["logits"])

    cache = [f"{n}.{part}" for n in range(c.num_hidden_layers) for part in ("key", "value")]
    integer, real = TensorProto.INT64, TensorProto.FLOAT
    inputs = [
        helper.make_tensor_value_info("input_ids", integer, ["batch", "sequence"]),
        helper.make_tensor_value_info("attention_mask", integer, ["batch", "total"]),
        helper.make_tensor_value_info("num_logits_to_keep", integer, []),
        *(helper.make_tensor_value_info(f"past_key_values.{s}", real, ["batch", kv, "past", head]) for s in cache),
    ]
    outputs = [
        helper.make_tensor_value_info("logits", real, ["batch", "kept_tokens", c.vocab_size]),
        *(helper.make_tensor_value_info(f"present.{s}", real, ["batch", kv, "total", head]) for s in cache),
    ]
    graph = helper.make_graph(g.nodes, "anteroom", inputs, outputs, g.initialisers)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="anteroom-training")
