"""Domain-adaptive pre-training on packed text, of new weights or of a `base`; time-boxed and resumable."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

from ...model.architecture import build_model, next_token_loss, optimisers, parameter_count, set_rates
from ...model.budget import Budget, rate_factor
from ...model.device import chosen_device, half_precision
from ...model.parallel import Worker, run_workers
from ...recipe import PipelineError, existing, load_recipe, resolve, run_stage
from ...text.chat import EOS, render
from ...text.corpus import lay_labels, read_source
from ...text.packing import cycle_rows, pack
from ...text.synthetic import Forms, passages_from
from ..prepare.tokenizer import knowledge_texts

KEYS = {
    "base": str,
    "corpus": str,
    "tokenizer": str,
    "output": str,
    "seed": int,
    "architecture": dict,
    "sequence": int,
    "batch": int,
    "tokens": int,
    "shares": dict,
    "knowledge": list,
    "max_minutes": (int, float),
    "max_steps": int,
    "matrix_rate": float,
    "other_rate": float,
    "weight_decay": float,
    "warm_up": float,
    "decay_from": float,
    "compile": bool,
    "threads": int,
    "workers": int,
    "save_every": int,
}
REPEATS = 4


def documents_of(name: str, recipe: dict[str, Any], corpus: Path) -> list[str]:
    """All documents of one source."""
    kind, _, file = name.partition(":")
    if kind == "knowledge":
        return knowledge_texts(recipe["knowledge"])
    if not file:
        return read_source(corpus, name)
    lines = map(json.loads, existing(file, "npm run dataset").read_text(encoding="utf-8").splitlines())
    # A conversation ends with an end token of its own, a document gets one when it is packed.
    return [render(row["messages"]).removesuffix(EOS) if kind == "rows" else row["narrative"] for row in lines]


def mixed_rows(recipe: dict[str, Any], tokenizer: Tokenizer) -> tuple[np.ndarray, dict[str, int]]:
    """Packed rows with each source at its share of `tokens` (at most REPEATS passes), and the tokens taken of each.

    A source is a reader of text/corpus.py, `synthetic`, `knowledge`, `rows:FILE` (conversations) or `narratives:FILE` (the case bank).
    """
    folder = existing(recipe["corpus"], "unpacking the corpus, see README.md")
    draw = random.Random(recipe["seed"])
    mixed: list[list[int]] = []
    taken: dict[str, int] = {}
    for name, share in recipe["shares"].items():
        wanted = int(share * recipe["tokens"])
        if name == "synthetic":
            passages = passages_from(read_source(folder, "medquad"))
            texts = Forms(lay_labels(folder), passages, recipe["seed"] + 1).stream()
        else:
            documents = documents_of(name, recipe, folder)
            draw.shuffle(documents)
            texts = itertools.chain.from_iterable(itertools.repeat(documents, REPEATS))
        count = 0
        for text in texts:
            if count >= wanted:
                break
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            mixed.append(ids)
            count += len(ids) + 1
        taken[name] = count
        print(f"{name}: {count} tokens of {wanted} wanted", flush=True)
    draw.shuffle(mixed)
    return pack(mixed, tokenizer.token_to_id(EOS), recipe["sequence"]), taken


def cache_rows(recipe: dict[str, Any], tokenizer: Tokenizer, output: Path) -> None:
    """`mixed_rows`, kept in the output folder so that a resumed run sees the same rows in the same order."""
    output.mkdir(parents=True, exist_ok=True)
    file = output / "rows.npy"
    if not file.exists():
        rows, taken = mixed_rows(recipe, tokenizer)
        if len(rows) <= recipe["batch"]:
            raise PipelineError("too little text for one batch: raise `tokens` or `shares`")
        np.save(file, rows)
        (output / "mix.json").write_text(json.dumps(taken, indent=2) + "\n", encoding="utf-8")


def train(recipe: dict[str, Any], tokenizer: Tokenizer, output: Path, worker: Worker = Worker()) -> None:
    """Train until the budget is used; leaves `output/model` and a summary. Needs `cache_rows` first."""
    torch.set_num_threads(recipe["threads"])
    rows = np.load(output / "rows.npy", mmap_mode="r")
    if recipe["base"]:
        model = LlamaForCausalLM.from_pretrained(existing(recipe["base"], "anteroom_training.stages.prepare.base"), dtype=torch.float32)
    else:
        model = build_model(recipe["architecture"], tokenizer.get_vocab_size(), recipe["seed"])
    device = chosen_device()
    model.to(device)
    found = optimisers(model, recipe["matrix_rate"], recipe["other_rate"], recipe["weight_decay"])
    checkpoint, step, used = output / "checkpoint.pt", 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True, map_location=device)
        model.load_state_dict(state["model"])
        for optimiser, saved in zip(found, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        step, used = state["step"], state["seconds"]
        print(f"resumed at step {step}", flush=True)
    forward = torch.compile(model.forward) if recipe["compile"] else model.forward
    budget = Budget(recipe["max_minutes"], recipe["max_steps"], used)
    if worker.leads:
        print(f"{parameter_count(model)} parameters, {rows.size} tokens in {len(rows)} rows", flush=True)
    losses: list[float] = []
    log = (output / "loss.tsv").open("a", encoding="utf-8")
    model.train()
    for batch in cycle_rows(rows, recipe["batch"], recipe["seed"], step):
        progress = worker.agree(budget.progress(step))
        if progress >= 1.0:
            break
        set_rates(found, rate_factor(progress, recipe["warm_up"], recipe["decay_from"]))
        with half_precision(device):
            ids = worker.share(batch).to(device)
            loss = next_token_loss(forward(input_ids=ids, use_cache=False).logits, ids)
        loss.backward()
        worker.average(model.parameters())
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser in found:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        step += 1
        if not worker.leads:
            continue
        losses = [*losses[-49:], loss.item()]
        log.write(f"{step}\t{budget.seconds():.0f}\t{losses[-1]:.4f}\n")
        if step % 20 == 0:
            seen = step * batch.numel()
            rate = seen / max(1.0, budget.seconds())
            print(f"step {step} {progress:.1%} loss {np.mean(losses[-20:]):.3f} {seen / 1e6:.2f} M tokens {rate:.0f}/s", flush=True)
        if step % recipe["save_every"] == 0:
            save = {"model": model.state_dict(), "optimisers": [o.state_dict() for o in found], "step": step, "seconds": budget.seconds()}
            torch.save(save, checkpoint.with_suffix(".tmp"))
            checkpoint.with_suffix(".tmp").replace(checkpoint)
    log.close()
    if not worker.leads:
        return
    model.save_pretrained(output / "model")
    final = float(np.mean(losses)) if losses else float("nan")
    seen = step * recipe["batch"] * recipe["sequence"]
    (output / "summary.json").write_text(
        json.dumps({"steps": step, "tokens": seen, "seconds": round(budget.seconds()), "loss": round(final, 4)}) + "\n",
        encoding="utf-8",
    )
    print(f"done: {step} steps, {seen} tokens, loss {final:.3f} -> {output / 'model'}", flush=True)


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    folder = existing(recipe["tokenizer"], "anteroom_training.stages.prepare.tokenizer")
    tokenizer, output = Tokenizer.from_file(str(folder / "tokenizer.json")), resolve(recipe["output"])
    cache_rows(recipe, tokenizer, output)
    run_workers(recipe["workers"], train, recipe, tokenizer, output)


if __name__ == "__main__":
    run_stage("Pre-train the model.", stage)
