"""The embedder: static sub-word embeddings (mean of token vectors), trained by contrast on pairs that mean the same.

Loss: InfoNCE with in-batch negatives (van den Oord 2018), vectors normalised. A static embedder answers in microseconds
on one thread. Passages are learnt as the index holds them: the vector of the text and the mean of the ways in which people ask
for it, added; one way is kept out of the mean and asks, and so do the stories that the rules cite the passage for.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from ...model.shards import verify, write_manifest
from ...recipe import PipelineError, existing, load_recipe, resolve, run_stage
from ...text.corpus import jsonl
from ...text.pairs import Pair, Section, all_pairs, sections
from ..ship.release import update_catalog

KEYS = {
    "corpus": str, "knowledge": str, "output": str, "target": str, "catalog": str, "card": str, "id": str, "version": str,
    "licence": str, "vocabulary": int, "dimensions": int, "batch": int, "steps": int, "rate": float, "temperature": float,
    "seed": int, "shares": dict, "stories": str, "gate": float,
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


def meeting(table: torch.Tensor, tokenizer: Tokenizer, texts: list[str], asks: list[list[str]]) -> torch.Tensor:
    """Where passages stand: their text and the mean of what asks for them, of equal weight. Unit vectors [passages, dimensions]."""
    said = embed(table, encode(tokenizer, [ask for group in asks for ask in group])).split([len(group) for group in asks])
    means = torch.nn.functional.normalize(torch.stack([group.mean(0) for group in said]), dim=-1)
    return torch.nn.functional.normalize(embed(table, encode(tokenizer, texts)) + means, dim=-1)


def recall_at(table: torch.Tensor, tokenizer: Tokenizer, known: list[Section], held: list[Pair], k: int) -> float:
    """Share of held-out asks whose passage is among the k nearest of all passages."""
    place = {section.id: i for i, section in enumerate(known)}
    with torch.no_grad():
        stand = meeting(table, tokenizer, [section.text for section in known], [list(section.asks) for section in known])
        best = (embed(table, encode(tokenizer, [ask for ask, _ in held])) @ stand.T).topk(k, dim=1).indices
    return float(np.mean([place[passage] in best[i].tolist() for i, (_, passage) in enumerate(held)]))


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


Batch = tuple[torch.Tensor, torch.Tensor]
ASKS, STORIES = "asks", "stories"
# Passages a batch, from so many guidelines: those of the same guideline are the hard negatives.
GUIDELINES, PASSAGES, IN_MEAN = 12, 128, 3


class Batches:
    """Draws batches of two sides that mean the same. One source a batch: negatives from the same source are the hard ones."""

    def __init__(self, pairs: dict[str, list[Pair]], known: list[Section], stories: list[Pair], size: int, rng: random.Random) -> None:
        self.pairs, self.stories, self.size, self.rng = pairs, stories, size, rng
        self.known = {section.id: section for section in known if len(section.asks) > IN_MEAN}
        self.guidelines: dict[str, list[Section]] = {}
        for section in self.known.values():
            self.guidelines.setdefault(section.id.split("#")[0], []).append(section)

    def _beside(self, asking: list[tuple[str, Section]]) -> tuple[list[str], list[str], list[list[str]]]:
        groups = [self.rng.sample([a for a in section.asks if a != ask], IN_MEAN) for ask, section in asking]
        return [ask for ask, _ in asking], [section.text for _, section in asking], groups

    def draw(self, source: str, table: torch.Tensor, tokenizer: Tokenizer) -> Batch:
        """Two matrices of unit vectors, row by row the same meaning."""
        if source not in (ASKS, STORIES):
            drawn = self.rng.choices(self.pairs[source], k=self.size)
            drawn = list({b: (a, b) for a, b in drawn}.values())
            return embed(table, encode(tokenizer, [a for a, _ in drawn])), embed(table, encode(tokenizer, [b for _, b in drawn]))
        if source == ASKS:
            chosen = self.rng.sample(list(self.guidelines), min(GUIDELINES, len(self.guidelines)))
            sections_ = [section for name in chosen for section in self.guidelines[name]]
            asking = [(self.rng.choice(s.asks), s) for s in self.rng.sample(sections_, min(PASSAGES, len(sections_)))]
        else:
            told = {passage: words for words, passage in self.rng.choices(self.stories, k=self.size) if passage in self.known}
            asking = [(words, self.known[passage]) for passage, words in told.items()]
        words, texts, groups = self._beside(asking)
        return embed(table, encode(tokenizer, words)), meeting(table, tokenizer, texts, groups)


def train(batches: Batches, tokenizer: Tokenizer, recipe: dict) -> torch.Tensor:
    torch.manual_seed(recipe["seed"])
    table = torch.nn.Parameter(torch.randn(tokenizer.get_vocab_size(), recipe["dimensions"]) * 0.1)
    optimiser = torch.optim.Adam([table], lr=recipe["rate"])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=recipe["rate"], total_steps=recipe["steps"])
    names, weights = list(recipe["shares"]), list(recipe["shares"].values())
    for step in range(recipe["steps"]):
        left, right = batches.draw(batches.rng.choices(names, weights)[0], table, tokenizer)
        scores = left @ right.T / recipe["temperature"]
        target = torch.arange(len(left))
        loss = (torch.nn.functional.cross_entropy(scores, target) + torch.nn.functional.cross_entropy(scores.T, target)) / 2
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 100 == 0:
            print(f"step {step}/{recipe['steps']} loss {loss.item():.3f}", flush=True)
    return table.detach()


def kept_out(known: list[Section], rng: random.Random) -> tuple[list[Section], list[Pair]]:
    """One English ask of each passage is never trained on and stands in no mean: it measures."""
    held = [(rng.choice(section.asks[:6]), section.id) for section in known if section.asks]
    out = {passage: ask for ask, passage in held}
    return [replace(section, asks=tuple(a for a in section.asks if a != out.get(section.id))) for section in known], held


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    corpus, knowledge = existing(recipe["corpus"], "unpacking the corpus"), existing(recipe["knowledge"], "the repository")
    pairs, rng = all_pairs(corpus, knowledge), random.Random(recipe["seed"])
    known, held = kept_out(sections(knowledge), rng)
    told = [(row["text"], row["passages"][0]) for row in jsonl(existing(recipe["stories"], "npm run dataset"))]
    texts = [t for rows in pairs.values() for pair in rows for t in pair] + [a for s in known for a in s.asks] + [t for t, _ in told]
    tokenizer = train_tokenizer(texts, recipe["vocabulary"])
    table = train(Batches(pairs, known, told, recipe["batch"], rng), tokenizer, recipe)
    report = {f"recall@{k}": round(recall_at(table, tokenizer, known, held, k), 4) for k in (1, 5)}
    print(json.dumps({**report, "held_out_asks": len(held), "stories": len(told)}), flush=True)
    if report["recall@5"] < recipe["gate"]:
        raise PipelineError(f"release refused: recall@5 of held-out asks {report['recall@5']} < {recipe['gate']}")
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
