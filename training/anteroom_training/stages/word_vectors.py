"""Stage: sub-word word vectors (fastText, Bojanowski et al. 2017) from the corpus, for the reader of patient wording."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np

from ..recipe import PipelineError, existing, load_recipe, resolve, run_stage
from ..text.corpus import read_source
from ..text.words import words


KEYS: dict[str, type | tuple[type, ...]] = {
    "corpus": str,
    "output": str,
    "sources": dict,
    "narratives": list,
    "narrative_times": int,
    "dimensions": int,
    "vocabulary": int,
    "buckets": int,
    "min_count": int,
    "epochs": int,
    "workers": int,
    "seed": int,
    "probe": list,
}


def sentences(recipe: dict) -> list[list[str]]:
    """Lines of all sources as words, each source taken as often as the recipe's `sources` says; then the authored words."""
    out: list[list[str]] = []
    corpus = existing(recipe["corpus"], "unpacking the corpus, see README.md")
    for name, times in recipe["sources"].items():
        rows = [w for text in read_source(corpus, name) for line in text.split("\n") if len(w := words(line)) > 2]
        out += rows * int(times)
    for file in recipe["narratives"]:
        with existing(file, "evaluation/split.ts").open(encoding="utf-8") as lines:
            rows = [words(json.loads(line)["narrative"]) for line in lines if line.strip()]
        out += rows * recipe["narrative_times"]
    if not out:
        raise PipelineError("no text: name at least one source in the recipe")
    return out


def train(recipe: dict) -> None:
    from gensim.models import FastText  # only this stage needs it

    began = time.time()
    rows = sentences(recipe)
    print(f"{len(rows)} lines, {sum(map(len, rows)) / 1e6:.1f} M words", flush=True)
    model = FastText(
        sentences=rows,
        vector_size=recipe["dimensions"],
        window=5,
        min_count=recipe["min_count"],
        sg=1,
        negative=8,
        min_n=3,
        max_n=5,
        bucket=recipe["buckets"],
        epochs=recipe["epochs"],
        workers=recipe["workers"],
        seed=recipe["seed"],
    )
    wv = model.wv
    kept = wv.index_to_key[: recipe["vocabulary"]]
    # Components of about one: convolutions start from there.
    scale = float(wv.vectors.std())
    out = resolve(recipe["output"])
    out.mkdir(parents=True, exist_ok=True)
    np.savez(
        out / "vectors.npz",
        words=np.array(kept),
        vectors=(wv.vectors[: len(kept)] / scale).astype(np.float32),
        buckets=(wv.vectors_ngrams / scale).astype(np.float32),
    )
    print(f"{len(kept)} words of {len(wv.index_to_key)}, {time.time() - began:.0f} s -> {out / 'vectors.npz'}", flush=True)
    for probe in recipe["probe"]:
        print(probe, [w for w, _ in wv.most_similar(probe, topn=8)], flush=True)


if __name__ == "__main__":
    run_stage(__doc__ or "", lambda file: train(load_recipe(file, KEYS)))
