"""The embedder: static sub-word embeddings (mean of token vectors), trained by contrast on pairs that mean the same.

Loss: InfoNCE with in-batch negatives (van den Oord 2018), vectors normalised. A static embedder answers in microseconds
on one thread, which a kiosk needs more than the last points of recall; the hybrid with lexical search makes up for it.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from ...model.shards import verify, write_manifest
from ...recipe import PipelineError, existing, load_recipe, resolve, run_stage
from ...text.pairs import Pair, all_pairs
from ..ship.release import update_catalog

KEYS = {
    "corpus": str, "knowledge": str, "output": str, "target": str, "catalog": str, "card": str, "id": str, "version": str,
    "licence": str, "vocabulary": int, "dimensions": int, "batch": int, "steps": int, "rate": float, "temperature": float,
    "seed": int, "shares": dict, "gate": float,
}  # fmt: skip
PAD, MOST_TOKENS = 0, 128


def train_tokenizer(texts: list[str], vocabulary: int) -> Tokenizer:
    """Byte-level BPE over lower-case text without accents: patients type both ways."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=["<pad>"], initial_alphabet=alphabet))
    return tokenizer


def encode(tokenizer: Tokenizer, texts: list[str]) -> torch.Tensor:
    """Token ids [batch, longest], padded with PAD."""
    rows = [e.ids[:MOST_TOKENS] or [PAD] for e in tokenizer.encode_batch(texts)]
    out = torch.full((len(rows), max(map(len, rows))), PAD)
    for i, row in enumerate(rows):
        out[i, : len(row)] = torch.tensor(row)
    return out


def embed(table: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    """Normalised mean of the token vectors, [batch, dimensions]."""
    mask = (ids != PAD).unsqueeze(-1)
    mean = (table[ids] * mask).sum(1) / mask.sum(1).clamp(min=1)
    return torch.nn.functional.normalize(mean, dim=-1)


def recall_at(table: torch.Tensor, tokenizer: Tokenizer, pairs: list[Pair], k: int) -> float:
    """Share of first texts whose second text is among the k nearest of all different second texts."""
    answers = sorted({b for _, b in pairs})
    place = {b: i for i, b in enumerate(answers)}
    with torch.no_grad():
        scores = embed(table, encode(tokenizer, [a for a, _ in pairs])) @ embed(table, encode(tokenizer, answers)).T
    best = scores.topk(min(k, len(answers)), dim=1).indices
    return float(np.mean([place[b] in best[i].tolist() for i, (_, b) in enumerate(pairs)]))


def to_onnx(table: np.ndarray) -> onnx.ModelProto:
    """input_ids [B, S] -> last_hidden_state [B, S, D]; the table is int8 with one scale a row, so that it downloads small."""
    scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-9) / 127
    quantised = np.clip(np.round(table / scale), -127, 127).astype(np.int8)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["rows"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["scale", "input_ids"], ["scales"]),
        helper.make_node("Mul", ["numbers", "scales"], ["last_hidden_state"]),
    ]
    graph = helper.make_graph(
        nodes,
        "static-embedder",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "sequence"])],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "sequence", table.shape[1]])],
        [numpy_helper.from_array(quantised, "table"), numpy_helper.from_array(scale.astype(np.float32), "scale")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def write_files(folder: Path, tokenizer: Tokenizer, table: torch.Tensor) -> list[str]:
    """The files transformers.js asks for; answers their paths."""
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"model_type": "bert", "architectures": ["BertModel"], "vocab_size": table.shape[0], "hidden_size": table.shape[1]}
    about = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": MOST_TOKENS, "pad_token": "<pad>"}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(about), encoding="utf-8")
    onnx.save(to_onnx(table.numpy()), folder / "onnx" / "model_quantized.onnx")
    return ["config.json", "tokenizer.json", "tokenizer_config.json", "onnx/model_quantized.onnx"]


def train(pairs: dict[str, list[Pair]], tokenizer: Tokenizer, recipe: dict) -> torch.Tensor:
    rng = random.Random(recipe["seed"])
    torch.manual_seed(recipe["seed"])
    table = torch.nn.Parameter(torch.randn(tokenizer.get_vocab_size(), recipe["dimensions"]) * 0.1)
    optimiser = torch.optim.Adam([table], lr=recipe["rate"])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=recipe["rate"], total_steps=recipe["steps"])
    names, weights = list(recipe["shares"]), list(recipe["shares"].values())
    for step in range(recipe["steps"]):
        # One source a batch: negatives from the same source are the hard ones.
        batch = rng.choices(pairs[rng.choices(names, weights)[0]], k=recipe["batch"])
        batch = list({b: (a, b) for a, b in batch}.values())
        left, right = embed(table, encode(tokenizer, [a for a, _ in batch])), embed(table, encode(tokenizer, [b for _, b in batch]))
        scores = left @ right.T / recipe["temperature"]
        target = torch.arange(len(batch))
        loss = (torch.nn.functional.cross_entropy(scores, target) + torch.nn.functional.cross_entropy(scores.T, target)) / 2
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 100 == 0:
            print(f"step {step}/{recipe['steps']} loss {loss.item():.3f}", flush=True)
    return table.detach()


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    corpus, knowledge = existing(recipe["corpus"], "unpacking the corpus"), existing(recipe["knowledge"], "the repository")
    pairs = all_pairs(corpus, knowledge)
    rng = random.Random(recipe["seed"])
    held: dict[str, list[Pair]] = {}
    for name, rows in pairs.items():
        rng.shuffle(rows)
        cut = max(1, len(rows) // 20)
        held[name], pairs[name] = rows[:cut], rows[cut:]
    tokenizer = train_tokenizer([t for rows in pairs.values() for pair in rows for t in pair], recipe["vocabulary"])
    table = train(pairs, tokenizer, recipe)
    report = {name: round(recall_at(table, tokenizer, rows, 5), 4) for name, rows in held.items()}
    print(json.dumps({"recall_at_5_held_out": report, "pairs": {n: len(r) for n, r in pairs.items()}}), flush=True)
    if report["lexicon"] < recipe["gate"]:
        raise PipelineError(f"release refused: lexicon recall@5 {report['lexicon']} < {recipe['gate']}")
    output, target, catalog = resolve(recipe["output"]), resolve(recipe["target"]), resolve(recipe["catalog"])
    paths = write_files(output, tokenizer, table)
    about = {
        "id": recipe["id"], "version": recipe["version"], "task": "feature-extraction", "architecture": "StaticEmbedding",
        "parameters": table.numel(), "contextTokens": MOST_TOKENS, "licence": recipe["licence"],
    }  # fmt: skip
    manifest = write_manifest(output, target, about, paths)
    card = existing(recipe["card"], "a person").read_text(encoding="utf-8").replace("{{recall}}", json.dumps(report))
    (target / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    if verify(target):
        raise PipelineError(f"release is not sound: {verify(target)}")
    path = (target / "manifest.json").relative_to(catalog.parent).as_posix()
    update_catalog(catalog, {"id": recipe["id"], "engine": "transformers", "task": "feature-extraction", "manifest": path, "default": True})
    print(f"{recipe['id']}: {sum(f['bytes'] for f in manifest['files'])} bytes", flush=True)


if __name__ == "__main__":
    run_stage("Train and release the embedder.", stage)
