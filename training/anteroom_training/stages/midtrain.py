"""Stage 3: all weights learn to look up and copy, on endless synthetic cases with random labels; loss on answers only.

LoRA alone did not bring a base of few tokens to copy from its prompt (LOG.md, 2026-11-22). Labels and passages are
drawn at random, so the only way to lower this loss is to read the prompt.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

from ..model.architecture import answer_loss, optimisers, set_rates
from ..model.budget import Budget, rate_factor
from ..model.parallel import Worker, run_workers
from ..recipe import existing, load_recipe, resolve, run_stage
from ..text.chat import PAD, encode_with_loss_mask
from ..text.corpus import lay_labels, read_source
from ..text.packing import pad_batch
from ..text.synthetic import Forms, passages_from

KEYS = {
    "base": str,
    "tokenizer": str,
    "corpus": str,
    "output": str,
    "seed": int,
    "rows_per_batch": int,
    "longest": int,
    "matrix_rate": float,
    "other_rate": float,
    "weight_decay": float,
    "warm_up": float,
    "decay_from": float,
    "max_minutes": (int, float),
    "max_steps": int,
    "compile": bool,
    "threads": int,
    "workers": int,
    "save_every": int,
}
POOL = 32


def drill_share(progress: float) -> float:
    """Share of drill batches: nearly all at first, a quarter at the end."""
    return max(0.25, 0.9 - progress)


def batches(
    recipe: dict[str, Any], tokenizer: Tokenizer, worker: Worker, start: int, share: Callable[[], float]
) -> Iterator[dict[str, torch.Tensor]]:
    """This worker's batches, drills with chance `share()`, else whole cases; rows of similar length together.

    Every worker and every resumed run draws its own.
    """
    folder = resolve(recipe["corpus"])
    seed = recipe["seed"] + 1000 * worker.rank + start
    forms = Forms(lay_labels(folder), passages_from(read_source(folder, "medquad"), words=60), seed)
    draw = np.random.default_rng(seed)
    pad, size = tokenizer.token_to_id(PAD), recipe["rows_per_batch"] // worker.count
    makers = {True: (forms.drill, 4 * size), False: (forms.messages, size)}
    pools: dict[bool, list[list]] = {True: [], False: []}
    while True:
        drill = bool(draw.random() < share())
        make, rows_in_batch = makers[drill]
        if not pools[drill]:
            rows = [encode_with_loss_mask(tokenizer, make()) for _ in range(POOL * rows_in_batch)]
            rows = sorted((row for row in rows if len(row[0]) <= recipe["longest"]), key=lambda row: len(row[0]))
            groups = [rows[at : at + rows_in_batch] for at in range(0, len(rows) - rows_in_batch + 1, rows_in_batch)]
            pools[drill] = [groups[n] for n in draw.permutation(len(groups))]
        yield pad_batch(pools[drill].pop(), pad)


def train(recipe: dict[str, Any], tokenizer_file: str, output: Path, worker: Worker = Worker()) -> None:
    """Train until the budget is used; resumes from `checkpoint.pt`; leaves `model` and a summary."""
    output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(recipe["threads"])
    torch.manual_seed(recipe["seed"])
    tokenizer = Tokenizer.from_file(tokenizer_file)
    model = LlamaForCausalLM.from_pretrained(existing(recipe["base"], "anteroom_training.stages.pretrain"), dtype=torch.float32)
    found = optimisers(model, recipe["matrix_rate"], recipe["other_rate"], recipe["weight_decay"])
    checkpoint, step, used = output / "checkpoint.pt", 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        for optimiser, saved in zip(found, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        set_initial_rates(found, recipe)
        step, used = state["step"], state["seconds"]
    backbone = torch.compile(model.model, dynamic=True) if recipe["compile"] else model.model
    budget = Budget(recipe["max_minutes"], recipe["max_steps"], used)
    losses: list[float] = []
    model.train()
    for batch in batches(recipe, tokenizer, worker, step, lambda: drill_share(budget.progress(step))):
        progress = worker.agree(budget.progress(step))
        if progress >= 1.0:
            break
        set_rates(found, rate_factor(progress, recipe["warm_up"], recipe["decay_from"]))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = answer_loss(model, batch["input_ids"], batch["labels"], backbone)
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
        with (output / "loss.tsv").open("a", encoding="utf-8") as log:
            log.write(f"{step}\t{budget.seconds():.0f}\t{losses[-1]:.4f}\n")
        if step % 20 == 0:
            print(f"step {step} {progress:.1%} loss {np.mean(losses[-20:]):.4f} {budget.seconds():.0f} s", flush=True)
        if step % recipe["save_every"] == 0:
            save = {"model": model.state_dict(), "optimisers": [o.state_dict() for o in found], "step": step, "seconds": budget.seconds()}
            torch.save(save, checkpoint.with_suffix(".tmp"))
            checkpoint.with_suffix(".tmp").replace(checkpoint)
    if not worker.leads:
        return
    model.save_pretrained(output / "model")
    summary = {"steps": step, "seconds": round(budget.seconds()), "loss": round(float(np.mean(losses)), 4) if losses else None}
    (output / "summary.json").write_text(json.dumps(summary) + "\n", encoding="utf-8")
    print(f"done: {summary} -> {output / 'model'}", flush=True)


def set_initial_rates(found: list[torch.optim.Optimizer], recipe: dict[str, Any]) -> None:
    """Rates of the recipe in place of those a checkpoint brings."""
    for optimiser in found:
        rate = recipe["matrix_rate"] if isinstance(optimiser, torch.optim.Muon) else recipe["other_rate"]
        for group in optimiser.param_groups:
            group["initial_lr"] = rate


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    tokenizer = existing(recipe["tokenizer"], "anteroom_training.stages.tokenizer") / "tokenizer.json"
    existing(recipe["corpus"], "unpacking the corpus, see README.md")
    run_workers(recipe["workers"], train, recipe, str(tokenizer), resolve(recipe["output"]))


if __name__ == "__main__":
    run_stage("Teach copying.", stage)
