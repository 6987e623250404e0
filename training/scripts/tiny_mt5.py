"""mT5 as its publishers lay it out: an encoder, and one decoder graph with a branch for the first step and one for later steps."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper
from tiny_export import cache_of, compare, export
from transformers import EncoderDecoderCache, MT5ForConditionalGeneration


class Encoder(torch.nn.Module):
    def __init__(self, model: MT5ForConditionalGeneration) -> None:
        super().__init__()
        self.encoder = model.encoder

    def forward(self, input_ids, attention_mask):
        mask = torch.where(attention_mask[:, None, None, :].bool(), 0.0, torch.finfo(torch.float32).min)
        return self.encoder(input_ids=input_ids, attention_mask=mask).last_hidden_state


class Step(torch.nn.Module):
    def __init__(self, model: MT5ForConditionalGeneration) -> None:
        super().__init__()
        self.model = model

    def step(self, source_mask, input_ids, hidden, own, cross):
        source = torch.where(source_mask[:, None, None, :].bool(), 0.0, torch.finfo(torch.float32).min)
        length, seen = input_ids.shape[1], own[0][0].shape[2] if own else 0
        rows = torch.arange(length)[:, None] + seen
        # The mask is written out: a traced graph must not depend on the lengths that it was traced with.
        mask = torch.where(torch.arange(length + seen)[None, :] <= rows, 0.0, torch.finfo(torch.float32).min)[None, None]
        cache = EncoderDecoderCache(cache_of(own), cache_of(cross))
        states = self.model.decoder(
            input_ids=input_ids, attention_mask=mask, encoder_hidden_states=hidden, encoder_attention_mask=source, past_key_values=cache,
            use_cache=True,
        ).last_hidden_state  # fmt: skip
        return self.model.lm_head(states), cache


class FirstStep(Step):
    """Reads the encoder's output and gives the keys and values made of it."""

    def forward(self, encoder_attention_mask, input_ids, encoder_hidden_states):
        logits, cache = self.step(encoder_attention_mask, input_ids, encoder_hidden_states, [], [])
        present = []
        for mine, theirs in zip(cache.self_attention_cache.layers, cache.cross_attention_cache.layers, strict=True):
            present += [mine.keys, mine.values, theirs.keys, theirs.values]
        return (logits, *present)


class LaterStep(Step):
    """Reads those keys and values, and does not give them again."""

    def forward(self, encoder_attention_mask, input_ids, *past):
        own = [(past[i], past[i + 1]) for i in range(0, len(past), 4)]
        cross = [(past[i + 2], past[i + 3]) for i in range(0, len(past), 4)]
        hidden = torch.zeros(1, 1, self.model.config.d_model)
        logits, cache = self.step(encoder_attention_mask, input_ids, hidden, own, cross)
        return (logits, *[t for layer in cache.self_attention_cache.layers for t in (layer.keys, layer.values)])


def branch(graph: onnx.GraphProto, prefix: str, shared: dict[bytes, onnx.TensorProto], outputs: list[str], empty: list[int]) -> onnx.GraphProto:
    """A graph as the branch of an `If`: its names behind `prefix`, its weights in `shared`, its inputs those of the whole."""
    name = {i.name: i.name for i in graph.input}
    for weights in graph.initializer:
        content = weights.SerializeToString().replace(weights.name.encode(), b"")
        if content not in shared:
            shared[content] = onnx.TensorProto()
            shared[content].CopyFrom(weights)
            shared[content].name = f"weights_{len(shared)}"
        name[weights.name] = shared[content].name
    nodes = []
    for node in graph.node:
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        copy.name = prefix + node.name
        copy.input[:] = [name.get(i, prefix + i) if i else "" for i in node.input]
        copy.output[:] = [prefix + o for o in node.output]
        nodes.append(copy)
    given = {o.name for o in graph.output}
    for o in outputs:
        if o not in given:
            nothing = helper.make_tensor(prefix + o, TensorProto.FLOAT, empty, [])
            nodes.append(helper.make_node("Constant", [], [prefix + o], value=nothing))
    values = [helper.make_tensor_value_info(prefix + o, TensorProto.FLOAT, None) for o in outputs]
    return helper.make_graph(nodes, prefix, [], values)


def write_mt5(model: MT5ForConditionalGeneration, target: Path) -> None:
    model.eval()
    hidden, heads, head = model.config.d_model, model.config.num_heads, model.config.d_kv
    encoder = Encoder(model).eval()
    text = {"input_ids": torch.arange(6)[None] + 5, "attention_mask": torch.ones(1, 6, dtype=torch.int64)}
    file = target / "onnx" / "encoder_model.onnx"
    export(encoder, text, ["last_hidden_state"], {k: {0: "batch", 1: "source"} for k in (*text, "last_hidden_state")}, file)
    compare(encoder, {"input_ids": torch.arange(9)[None] + 5, "attention_mask": torch.ones(1, 9, dtype=torch.int64)}, file)

    names = [f"{n}.{side}.{part}" for n in range(model.config.num_decoder_layers) for side in ("decoder", "encoder") for part in ("key", "value")]
    own = [n for n in names if ".decoder." in n]

    def inputs(source: int, seen: int) -> dict[str, torch.Tensor]:
        given = {"encoder_attention_mask": torch.ones(1, source, dtype=torch.int64), "input_ids": torch.tensor([[7]])}
        if seen == 0:
            return given | {"encoder_hidden_states": torch.randn(1, source, hidden)}
        return given | {f"past_key_values.{n}": torch.randn(1, heads, seen if n in own else source, head) for n in names}

    axes = {n: {0: "batch_size", 1: "source"} for n in ("encoder_attention_mask", "encoder_hidden_states")}
    axes |= {"input_ids": {0: "batch_size", 1: "length"}}
    axes |= {f"past_key_values.{n}": {0: "batch_size", 2: "past" if n in own else "source"} for n in names}
    axes |= {f"present.{n}": {0: "batch_size", 2: "total" if n in own else "source_out"} for n in names} | {"logits": {0: "batch_size", 1: "length"}}
    parts = {}
    for prefix, module, given, kept in (("first_", FirstStep(model), (6, 0), names), ("later_", LaterStep(model), (6, 3), own)):
        file = target / "onnx" / f"{prefix}part.onnx"
        chosen = inputs(*given)
        outputs = ["logits", *[f"present.{n}" for n in kept]]
        export(module.eval(), chosen, outputs, {k: v for k, v in axes.items() if k in chosen or k in outputs}, file)
        compare(module, inputs(9, given[1] and 4), file)
        parts[prefix] = onnx.load(str(file))
        file.unlink()

    shared: dict[bytes, onnx.TensorProto] = {}
    outputs = ["logits", *[f"present.{n}" for n in names]]
    later, first = (branch(parts[p].graph, p, shared, outputs, [0, heads, 1, head]) for p in ("later_", "first_"))
    whole = {i.name: i for p in parts.values() for i in p.graph.input}
    given = [whole[n] for n in ("encoder_attention_mask", "input_ids", "encoder_hidden_states", *[f"past_key_values.{n}" for n in names])]
    given.append(helper.make_tensor_value_info("use_cache_branch", TensorProto.BOOL, [1]))
    sizes = {"logits": ["batch_size", "length", model.config.vocab_size]}
    sizes |= {f"present.{n}": ["cache_batch", heads, "total" if n in own else "source_out", head] for n in names}
    node = helper.make_node("If", ["use_cache_branch"], outputs, then_branch=later, else_branch=first)
    values = [helper.make_tensor_value_info(o, TensorProto.FLOAT, sizes[o]) for o in outputs]
    graph = helper.make_graph([node], "decoder", given, values, initializer=list(shared.values()))
    made = helper.make_model(graph, opset_imports=parts["first_"].opset_import, ir_version=parts["first_"].ir_version)
    onnx.checker.check_model(made)
    onnx.save(made, str(target / "onnx" / "decoder_model_merged.onnx"))
