"""Stage: trains the reader of patient wording on lexicon terms and quotes of the authored train split, and writes it out."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import time
from pathlib import Path

import numpy as np
import torch

from ..model.reader import LONGEST, WIDTHS, Reader, Vectors, quantised
from ..recipe import PipelineError, existing, load_recipe, resolve, run_stage
from ..text.corpus import read_source
from ..text.wordings import DENIED, Example, case_examples, lexicon_examples, plain_examples, read_cases, read_lexicon

KEYS: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "vectors": str,
    "lexicon": str,
    "cases": list,
    "corpus": str,
    "plain": dict,
    "output": str,
    "filters": int,
    "hidden": int,
    "per_code": int,
    "times": int,
    "others": int,
    "epochs": int,
    "batch": int,
    "rate": float,
    "word_rate": float,
    "folds": int,
    "fold_output": str,
    "seed": int,
}


def tensors(examples: list[Example], vectors: Vectors, codes: list[str]) -> tuple[torch.Tensor, ...]:
    """Rows of words [n, words], lengths, labels, weights."""
    at = {c: i for i, c in enumerate(codes)}
    x = torch.tensor([vectors.ids(words) for words, _, _ in examples])
    y = np.zeros((len(examples), len(codes)), np.float32)
    for row, (_, labels, _) in enumerate(examples):
        y[row, [at[c] for c in labels if c in at]] = 1
    lengths = [min(len(w), LONGEST) for w, _, _ in examples]
    return x, torch.tensor(lengths), torch.from_numpy(y), torch.tensor([w for _, _, w in examples])


def fit(model: Reader, data: tuple[torch.Tensor, ...], recipe: dict) -> None:
    x, lengths, y, weights = data
    layers = [p for name, p in model.named_parameters() if not name.startswith("words.")]
    groups = [{"params": layers, "lr": recipe["rate"]}, {"params": [model.words.weight], "lr": recipe["word_rate"]}]
    optimiser = torch.optim.Adam(groups)
    steps = recipe["epochs"] * (len(x) // recipe["batch"] + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, [g["lr"] for g in groups], total_steps=steps)
    for epoch in range(recipe["epochs"]):
        total = 0.0
        model.train()
        for rows in torch.randperm(len(x)).split(recipe["batch"]):
            logits = model(x[rows], lengths[rows])
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, y[rows], reduction="none").sum(1)
            loss = (loss * weights[rows]).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item() * len(rows)
        print(f"epoch {epoch + 1}/{recipe['epochs']}: loss {total / len(x):.4f}", flush=True)


def score(model: Reader, data: tuple[torch.Tensor, ...]) -> str:
    """F1 over labels of held-out wordings at several thresholds."""
    x, lengths, y, _ = data
    model.eval()
    with torch.no_grad():
        p = torch.sigmoid(model(x, lengths))
    out = []
    for t in (0.3, 0.5, 0.7, 0.9):
        hit = ((p > t) & (y > 0)).sum().item()
        out.append(f"at {t}: precision {hit / max(1, (p > t).sum().item()):.3f} recall {hit / max(1, y.sum().item()):.3f}")
    return "; ".join(out)


def b64(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def export(model: Reader, vectors: Vectors, codes: list[str], recipe: dict) -> Path:
    """`reader.json`: sizes, words, codes and base64 arrays (int8 rows with float32 scales; float32 for the small parts)."""
    rows, row_scales = quantised(vectors.vectors)
    buckets, bucket_scales = quantised(vectors.buckets)
    f32 = lambda t: b64(t.detach().numpy().astype(np.float32))  # noqa: E731
    body = {
        "id": recipe["id"],
        "dimensions": int(rows.shape[1]),
        "filters": recipe["filters"],
        "hidden": recipe["hidden"],
        "widths": list(WIDTHS),
        "codes": codes,
        "words": " ".join(vectors.words),
        "vectors": b64(rows),
        "vectorScales": b64(row_scales),
        "bucketCount": int(len(buckets)),
        "buckets": b64(buckets),
        "bucketScales": b64(bucket_scales),
        # [filter][width][dimension]
        "convolutions": [{"weight": f32(c.weight.permute(0, 2, 1)), "bias": f32(c.bias)} for c in model.convolutions],
        "hiddenLayer": {"weight": f32(model.hidden.weight), "bias": f32(model.hidden.bias)},
        "outLayer": {"weight": f32(model.out.weight), "bias": f32(model.out.bias)},
    }
    out = resolve(recipe["output"])
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(body, separators=(",", ":"))
    (out / "reader.json").write_text(text, encoding="utf-8")
    print(f"{out / 'reader.json'}: {len(text) / 2**20:.1f} MiB, sha256 {hashlib.sha256(text.encode()).hexdigest()}")
    return out / "reader.json"


def fold_of(case: dict, folds: int) -> int:
    """Families stay together; the twin of `foldOf` in evaluation/studies/export-features.ts."""
    digest = hashlib.sha256(case.get("family", case["id"]).encode()).digest()
    return int.from_bytes(digest[:4], "big") % folds


def train(recipe: dict) -> None:
    began = time.time()
    rng = random.Random(recipe["seed"])
    torch.manual_seed(recipe["seed"])
    stored = np.load(existing(recipe["vectors"], "stages.word_vectors"))
    vectors = Vectors([str(w) for w in stored["words"]], stored["vectors"], stored["buckets"])
    lexicon = read_lexicon(existing(recipe["lexicon"], "the repository"))
    cases = read_cases([existing(f, "evaluation/split.ts") for f in recipe["cases"]])
    held = {c["id"] for c in cases if recipe["fold"] >= 0 and fold_of(c, recipe["folds"]) == recipe["fold"]}
    mine = [c for c in cases if c["id"] not in held]
    if not mine:
        raise PipelineError("no case to train on")
    plain = [t for name, n in recipe["plain"].items() for t in read_source(existing(recipe["corpus"], "README.md"), name)[:n]]
    examples = lexicon_examples(lexicon, recipe["per_code"], rng)
    from_terms = len(examples)
    examples += case_examples(mine, lexicon, rng, recipe["times"], recipe["others"])
    examples += plain_examples(plain, len(examples) // 6, rng)
    examples = [e for e in examples if e[0]]
    print(f"{len(lexicon.codes)} codes, {from_terms} wordings of terms, {len(examples)} examples", flush=True)
    outputs = [*lexicon.codes, DENIED]
    unseen = case_examples([c for c in cases if c["id"] in held], lexicon, rng, 1, 2)
    vectors = vectors.with_words([w for words, _, _ in examples for w in words])
    model = Reader(vectors.vectors, len(outputs), recipe["filters"], recipe["hidden"])
    fit(model, tensors(examples, vectors, outputs), recipe)
    if unseen:
        wider = vectors.with_words([w for words, _, _ in unseen for w in words])
        model.words = torch.nn.Embedding.from_pretrained(
            torch.cat([model.words.weight.data, torch.from_numpy(wider.vectors[len(vectors.vectors) :])])
        )
        print("held-out families:", score(model, tensors(unseen, wider, outputs)))
    vectors.vectors = model.words.weight.data[1 : len(vectors.words) + 1].numpy()
    export(model, vectors, lexicon.codes, recipe)
    print(f"{time.time() - began:.0f} s")


def run(recipe_file: Path) -> None:
    """The reader; before it, with `folds`, one for each fold that never saw the fold's families (for the acuity model)."""
    recipe = load_recipe(recipe_file, KEYS)
    for fold in range(recipe["folds"]):
        train({**recipe, "fold": fold, "output": f"{recipe['fold_output']}/{fold}"})
    train({**recipe, "fold": -1})


if __name__ == "__main__":
    run_stage(__doc__ or "", run)
