"""
Stage: fine-tunes a small pre-trained BERT into the narrative encoder (findings with their place, triage level, complaint),
prunes its vocabulary, and releases it as int8 ONNX. It learns from the authored train split and from terms of the lexicon.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import random
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import torch
from transformers import BertConfig, BertModel, BertTokenizerFast

from ...model.encoder import LEVELS, MOST_TOKENS, NarrativeEncoder, name_heads, to_onnx, with_vocabulary
from ...model.encoder_data import Data, batches
from ...model.shards import verify, write_manifest
from ...recipe import PipelineError, existing, load_recipe, resolve, run_stage
from ...text.corpus import jsonl, read_source
from ...text.lexicon import Lexicon, read_lexicon
from ...text.narratives import Narrative, beside, beside_answers, disturbed, drawn_answers, narrative, snippets
from ..ship.release import update_catalog

KEYS: dict[str, type | tuple[type, ...]] = {
    "id": str, "version": str, "base": str, "base_sha256": str, "lexicon": str, "cases": list, "tune": str, "answers": list, "beside": str, "start": str,
    "corpus": str, "sources": dict, "vocabulary": int, "least": int, "per_code": int, "output": str, "target": str, "catalog": str,
    "card": str, "licence": str, "epochs": int, "tokens": int, "rate": float, "head_rate": float, "disturb": float, "beside_share": float,
    "seed": int,
}  # fmt: skip
FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "labels.json", "onnx/model_quantized.onnx"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def base_folder(name: str, digest: str) -> Path:
    """A folder, or a Python package that carries the model; its weights must have the SHA-256 that the recipe names."""
    folder = resolve(name)
    if not folder.is_dir():
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            raise PipelineError(f"base model not found: {name} (see training/README.md)")
        folder = Path(spec.submodule_search_locations[0]) / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file() or hashlib.sha256(weights.read_bytes()).hexdigest() != digest:
        raise PipelineError(f"base model is not the one the recipe names: {weights}")
    return folder


def pruned(tokenizer: BertTokenizerFast, texts: list[str], size: int) -> list[int]:
    """Ids of the tokens to keep, in order: special tokens, single characters, and those used most in `texts`."""
    counts: Counter[int] = Counter()
    for at in range(0, len(texts), 256):
        for ids in tokenizer(texts[at : at + 256], add_special_tokens=False)["input_ids"]:
            counts.update(ids)
    tokens = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    first = [i for i, t in enumerate(tokens) if t in SPECIAL or len(t.removeprefix("##")) == 1]
    often = [i for i, _ in counts.most_common() if i not in set(first)]
    return sorted([*first, *often][:size])


def smaller_tokenizer(tokenizer: BertTokenizerFast, kept: list[int]) -> BertTokenizerFast:
    """The same tokenizer with only the `kept` tokens, numbered anew."""
    tokens = tokenizer.convert_ids_to_tokens(kept)
    return BertTokenizerFast(vocab={token: n for n, token in enumerate(tokens)}, do_lower_case=True, model_max_length=MOST_TOKENS)


def measure(model: NarrativeEncoder, data: Data, rows: list[Narrative], cases: list[dict]) -> dict[str, float]:
    """Exact level, first complaint, and the best F1 of findings over thresholds, on cases that are not trained on."""
    model.eval()
    exact = complaint = coded = 0
    found: list[tuple[float, bool]] = []
    names = list(data.complaint)
    with torch.no_grad():
        for case, row in zip(cases, rows, strict=True):
            given, target = data.batch([row])
            tokens, level, named = model(**given)
            most = tokens.masked_fill(~target["words"].unsqueeze(-1), -1e4).max(1).values.sigmoid()[0]
            exact += LEVELS[int(level.argmax())] in row.level
            if row.complaints:
                coded += 1
                complaint += names[int(named.argmax())] in row.complaints
            for code, status in case["gold"].get("findings", {}).items():
                p = float(most[data.code[code]]) if code in data.code else 0.0
                found.append((p, status == "present"))
    model.train()
    best = (0.0, 0.0)
    for threshold in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        right = sum(p >= threshold and told for p, told in found)
        wrong = sum((p >= threshold) != told for p, told in found)
        best = max(best, (2 * right / max(1, 2 * right + wrong), threshold))
    return {"level": exact / len(cases), "complaint": complaint / max(1, coded), "finding_f1": best[0], "at": best[1]}


def label_vectors(encoder: BertModel, tokenizer: BertTokenizerFast, texts: list[list[str]]) -> torch.Tensor:
    """Mean vector of each list of wordings."""
    out = []
    with torch.no_grad():
        for group in texts:
            given = tokenizer(group, padding=True, truncation=True, max_length=24, return_tensors="pt")
            states = encoder(**given).last_hidden_state
            real = given["attention_mask"].unsqueeze(-1)
            out.append(((states * real).sum(1) / real.sum(1)).mean(0))
    return torch.stack(out)


def begun(
    base: Path, recipe: dict, lexicon: Lexicon, rows: list[Narrative], short: list[Narrative], others: list[str],
    codes: list[str], complaints: list[str],
) -> tuple[NarrativeEncoder, BertTokenizerFast]:  # fmt: skip
    """The base with a pruned vocabulary, and heads that start at the vectors of their labels."""
    whole = BertTokenizerFast.from_pretrained(base)
    pack = existing(recipe["corpus"], "unpacking the corpus")
    prose = [d for name, n in recipe["sources"].items() for d in read_source(pack, name)[:n]]
    # Narratives count many times: their words must all be there.
    kept = pruned(whole, [*prose, *[s.words for s in short], *[r.words for r in rows] * 20, *others * 20], recipe["vocabulary"])
    encoder = with_vocabulary(BertModel.from_pretrained(base, add_pooling_layer=False), kept)
    tokenizer = smaller_tokenizer(whole, kept)
    if len(tokenizer) != len(kept):
        raise PipelineError(f"the tokenizer has {len(tokenizer)} tokens, not {len(kept)}")
    model = NarrativeEncoder(encoder, len(codes), len(complaints))
    like = {c: [r.words for r in rows if c in r.complaints][:16] for c in complaints}
    wordings = [[s.words for s in short if (code, 0, len(s.words)) in s.told][:8] or [code.replace("-", " ")] for code in codes]
    name_heads(model, label_vectors(encoder, tokenizer, wordings), label_vectors(encoder, tokenizer, list(like.values())))
    return model, tokenizer


def resumed(start: Path, base: Path, codes: list[str], complaints: list[str]) -> tuple[NarrativeEncoder, BertTokenizerFast]:
    """The encoder of an earlier run, with its vocabulary; labels that it did not know start anew."""
    tokenizer = BertTokenizerFast.from_pretrained(start)
    config = BertConfig.from_pretrained(base, vocab_size=len(tokenizer))
    model = NarrativeEncoder(BertModel(config, add_pooling_layer=False), len(codes), len(complaints))
    earlier = json.loads((start / "labels.json").read_text(encoding="utf-8"))
    state, own = torch.load(start / "checkpoint.pt"), model.state_dict()
    for head, names in (("findings", codes), ("complaints", complaints)):
        known = {name: n for n, name in enumerate(earlier["codes" if head == "findings" else head])}
        for part in ("weight", "bias"):
            rows = own[f"{head}.{part}"].clone()
            for n, name in enumerate(names):
                if name in known:
                    rows[n] = state[f"{head}.{part}"][known[name]]
            state[f"{head}.{part}"] = rows
    model.load_state_dict(state)
    return model, tokenizer


def examples_of(files: list[str], lexicon: Lexicon, asked: dict[str, dict]) -> tuple[list[dict], list[Narrative]]:
    cases = [c for f in files for c in jsonl(existing(f, "the repository"))]
    return cases, [narrative(c, lexicon, asked.get(c["id"])) for c in cases]


def asked_of(recipe: dict) -> dict[str, dict]:
    """What was asked or measured beside the words of each case, by its id."""
    return {line["id"]: line for f in recipe["answers"] for line in jsonl(existing(f, "npm run dataset:answers (see training/README.md)"))}


def labels_of(rows: list[Narrative], lexicon: Lexicon, least: int) -> tuple[list[str], list[str], dict[str, int]]:
    """Codes with at least `least` narratives, in lexicon order; complaints with two; how many narratives tell each code."""
    told = Counter(code for row in rows for code, _, _ in row.told)
    named = Counter(code for row in rows for code in row.complaints)
    codes = [c for c in lexicon.codes if told[c] >= least]
    return codes, sorted(c for c, n in named.items() if n >= 2), {c: told[c] for c in codes}


def fit(model: NarrativeEncoder, data: Data, rows: list[Narrative], short: list[Narrative], others: list[str], recipe: dict) -> None:
    rng = random.Random(recipe["seed"])
    body = [p for n, p in model.named_parameters() if n.startswith("encoder.")]
    heads = [p for n, p in model.named_parameters() if not n.startswith("encoder.")]
    optimiser = torch.optim.AdamW([{"params": body, "lr": recipe["rate"]}, {"params": heads, "lr": recipe["head_rate"]}], weight_decay=0.01)
    weights = {"complaints": 0.5, "findings": 0.5, "bf16": 1.0}

    def drawn() -> list[Narrative]:
        out = []
        for row in rows:
            row = drawn_answers(row, rng)
            if others and rng.random() < recipe["beside_share"]:
                row = beside(row, rng.choice(others), rng)
            if rng.random() < recipe["disturb"]:
                row = replace(row, words=disturbed(row.words, rng))
            out.append(row)
        return [*out, *rng.sample(short, len(short) // 3)]

    steps = recipe["epochs"] * len(batches(drawn(), recipe["tokens"] * 4, rng))
    warm = max(1, steps // 16)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: min(1.0, s / warm) * max(0.02, 1 - s / max(1, steps)))
    began = time.time()
    for epoch in range(recipe["epochs"]):
        total = count = 0.0
        for group in batches(drawn(), recipe["tokens"] * 4, rng):
            loss = data.loss(model, group, weights)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total, count = total + loss.item() * len(group), count + len(group)
        print(f"epoch {epoch + 1}/{recipe['epochs']}: loss {total / count:.3f}, {time.time() - began:.0f} s", flush=True)
        keep(model, recipe)


def keep(model: NarrativeEncoder, recipe: dict) -> None:
    torch.save(model.state_dict(), resolve(recipe["output"]) / "checkpoint.pt")


def write_files(model: NarrativeEncoder, tokenizer: BertTokenizerFast, folder: Path, labels: dict) -> None:
    """The layout transformers.js asks for, and the names of what the heads say."""
    tokenizer.save_pretrained(folder)
    c = model.encoder.config
    config = {
        "model_type": "bert", "architectures": ["BertModel"], "vocab_size": c.vocab_size, "hidden_size": c.hidden_size,
        "num_hidden_layers": c.num_hidden_layers, "num_attention_heads": c.num_attention_heads,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config) + "\n", encoding="utf-8")
    (folder / "labels.json").write_text(json.dumps(labels) + "\n", encoding="utf-8")
    to_onnx(model, folder / "onnx" / "model_quantized.onnx")


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    torch.manual_seed(recipe["seed"])
    rng = random.Random(recipe["seed"])
    output = resolve(recipe["output"])
    output.mkdir(parents=True, exist_ok=True)
    lexicon = read_lexicon(existing(recipe["lexicon"], "the repository"))
    asked = asked_of(recipe)
    _, rows = examples_of(recipe["cases"], lexicon, asked)
    codes, complaints, support = labels_of(rows, lexicon, recipe["least"])
    short = [s for s in snippets(lexicon, recipe["per_code"], rng) if any(c in support for c, _, _ in s.told)]
    others = [t for t in existing(recipe["beside"], "the repository").read_text(encoding="utf-8").split("\n") if t.strip()]

    base = base_folder(recipe["base"], recipe["base_sha256"])
    if recipe["start"]:
        model, tokenizer = resumed(existing(recipe["start"], "an earlier run of this stage"), base, codes, complaints)
    else:
        model, tokenizer = begun(base, recipe, lexicon, rows, short, others, codes, complaints)
    print(f"{len(rows)} narratives, {len(short)} terms, {len(codes)} codes, {len(complaints)} complaints, {len(tokenizer)} tokens", flush=True)

    data = Data(tokenizer, codes, complaints)
    model.train()
    fit(model, data, rows, short, others, recipe)
    tune_cases, told = examples_of([recipe["tune"]], lexicon, asked)
    report = measure(model, data, [beside_answers(t) if t.decided else t for t in told], tune_cases)
    print(json.dumps({"tune": report}), flush=True)

    write_files(model, tokenizer, output, {"codes": codes, "complaints": complaints, "levels": list(LEVELS), "support": support})
    target, catalog = resolve(recipe["target"]), resolve(recipe["catalog"])
    about = {
        "id": recipe["id"], "version": recipe["version"], "task": "narrative-understanding", "architecture": "BertModel",
        "parameters": sum(p.numel() for p in model.parameters()), "contextTokens": MOST_TOKENS, "licence": recipe["licence"],
    }  # fmt: skip
    manifest = write_manifest(output, target, about, FILES)
    card = existing(recipe["card"], "a person").read_text(encoding="utf-8")
    for name, value in {"narratives": len(rows), "codes": len(codes), "complaints": len(complaints), "tokens": len(tokenizer), **report}.items():
        card = card.replace("{{" + name + "}}", f"{value:.3f}" if isinstance(value, float) else str(value))
    (target / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    if verify(target):
        raise PipelineError(f"release is not sound: {verify(target)}")
    path = (target / "manifest.json").relative_to(catalog.parent).as_posix()
    entry = {"id": recipe["id"], "engine": "transformers", "task": "narrative-understanding", "manifest": path, "default": True}
    update_catalog(catalog, entry)
    print(f"{recipe['id']}: {sum(f['bytes'] for f in manifest['files'])} bytes", flush=True)


if __name__ == "__main__":
    run_stage("Train and release the narrative encoder.", stage)
