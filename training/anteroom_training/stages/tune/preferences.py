"""Safety tuning with preference pairs: Direct Preference Optimization (Rafailov et al. 2023) on top of the LoRA adapter.

A pair is one prompt with an answer that the safety validator passes and one that it refuses (`npm run dataset:pairs`). The tuned
adapter is policy and reference at the start; the loss raises the first answer over the second, relative to that reference, and
`sft_weight` times the plain loss of the chosen answer keeps it likely in itself. The trainer is `trl`, which computes the reference
once beforehand.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from datasets import Dataset
from datasets.utils.logging import disable_progress_bar
from peft import PeftModel
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast, PrinterCallback, TrainerCallback
from trl import DPOConfig, DPOTrainer

from ...model.budget import Budget, rate_factor
from ...jsonl import with_keys
from ...recipe import PipelineError, existing, load_recipe, maker, resolve, run_stage
from ...text.chat import BOS, CHAT_TEMPLATE, EOS, IGNORED, PAD, ROLES, encode_with_loss_mask
from ...text.instructions import encode_rows, read_rows
from ...text.packing import pad_batch
from .lora import load_base, validation_loss

KEYS = {
    "base": str,
    "tokenizer": str,
    "adapter": str,
    "train": str,
    "valid": str,
    "answers": str,
    "output": str,
    "seed": int,
    "beta": float,
    "sft_weight": float,
    "rate": float,
    "weight_decay": float,
    "warm_up": float,
    "decay_from": float,
    "pairs_per_step": int,
    "accumulate": int,
    "max_minutes": (int, float),
    "max_epochs": int,
    "train_pairs": int,
    "valid_pairs": int,
    "valid_rows": int,
    "threads": int,
    "save_every": int,
}
PAIR_KEYS = ("id", "prompt", "chosen", "rejected", "constraint")
Pair = dict[str, Any]


def read_pairs(file: Path, most: int = 0) -> list[Pair]:
    """Pairs of a split, checked; `most` 0 is all. PipelineError names file and line."""
    if not file.is_file():
        raise PipelineError(f"preference pairs not found: {file} (made by: npm run dataset:pairs)")
    pairs: list[Pair] = []
    for number, pair in with_keys(file, PAIR_KEYS):
        if not pair["prompt"] or any(message.get("role") not in ROLES for message in pair["prompt"]):
            raise PipelineError(f"{file}:{number}: prompt is a list of messages with a role and a content")
        if pair["chosen"] == pair["rejected"]:
            raise PipelineError(f"{file}:{number}: chosen and rejected are the same")
        pairs.append(pair)
        if len(pairs) == most:
            break
    if not pairs:
        raise PipelineError(f"{file}: no pairs")
    return pairs


def conversation(pair: Pair, side: str) -> list[dict[str, str]]:
    return [*pair["prompt"], {"role": "assistant", "content": pair[side]}]


def wrap_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """Our `tokenizer.json` with our chat template, as `trl` wants it."""
    file = str(folder / "tokenizer.json")
    return PreTrainedTokenizerFast(tokenizer_file=file, bos_token=BOS, eos_token=EOS, pad_token=PAD, chat_template=CHAT_TEMPLATE)


def fitting(tokenizer: Tokenizer, pairs: list[Pair], context: int) -> list[Pair]:
    """The pairs that fit `context` tokens on both sides; how many did not is printed."""
    kept = [p for p in pairs if all(len(encode_with_loss_mask(tokenizer, conversation(p, s))[0]) <= context for s in ("chosen", "rejected"))]
    if len(kept) < len(pairs):
        print(f"{len(pairs) - len(kept)} of {len(pairs)} pairs are longer than {context} tokens: left out", flush=True)
    if not kept:
        raise PipelineError(f"no pair fits the context of {context} tokens")
    return kept


def to_dataset(pairs: list[Pair]) -> Dataset:
    """Conversational form: `trl` writes prompt and answer with the tokenizer's chat template."""
    answer = {side: [[{"role": "assistant", "content": p[side]}] for p in pairs] for side in ("chosen", "rejected")}
    return Dataset.from_dict({"prompt": [p["prompt"] for p in pairs], **answer})


def check_ids(rows: Dataset, tokenizer: Tokenizer, pairs: list[Pair]) -> None:
    """Raises PipelineError when what `trl` made of a pair is not what the browser and `lora` read: ids and learned tokens."""
    for row, pair in zip(rows, pairs, strict=True):
        for side in ("chosen", "rejected"):
            ids, labels = encode_with_loss_mask(tokenizer, conversation(pair, side))
            learned = row[f"{side}_ids"]
            if row["prompt_ids"] + learned == ids and [i for i in labels if i != IGNORED] == learned:
                continue
            raise PipelineError(f"pair {pair['id']}: the chat template and text/chat.py give different token ids")


@torch.no_grad()
def log_probabilities(model: PeftModel, tokenizer: Tokenizer, pairs: list[Pair], batch: int) -> torch.Tensor:
    """Sum of log-probabilities of the answer's tokens, (pairs, 2): chosen, rejected. In nats."""
    model.eval()
    base = model.get_base_model()
    rows = [encode_with_loss_mask(tokenizer, conversation(p, s)) for p in pairs for s in ("chosen", "rejected")]
    sums: list[torch.Tensor] = []
    for first in range(0, len(rows), 2 * batch):
        padded = pad_batch(rows[first : first + 2 * batch], tokenizer.token_to_id(PAD))
        labels = padded["labels"][:, 1:].to(model.device)
        with torch.autocast(model.device.type, dtype=torch.bfloat16):
            hidden = base.model(input_ids=padded["input_ids"].to(model.device), use_cache=False).last_hidden_state[:, :-1]
            learned = labels != IGNORED
            logits = base.lm_head(hidden[learned])
        losses = torch.zeros_like(labels, dtype=torch.float32)
        losses[learned] = functional.cross_entropy(logits.float(), labels[learned], reduction="none")
        sums.append(-losses.sum(dim=1).cpu())
    return torch.cat(sums).view(-1, 2)


def compare(before: torch.Tensor, after: torch.Tensor, beta: float, constraints: list[str]) -> dict[str, Any]:
    """Figures on pairs from their log-probabilities (pairs, 2).

    `preferred`: share where the chosen answer is the likelier one; `reward_*`: the same against the reference, in units of `beta`
    times nats (both are 0 before, where policy and reference are one).
    """
    rewards = beta * (after - before)
    won = (rewards[:, 0] > rewards[:, 1]).float()
    groups: dict[str, list[int]] = defaultdict(list)
    for index, constraint in enumerate(constraints):
        groups[constraint].append(index)

    def preferred(values: torch.Tensor) -> float:
        return round((values[:, 0] > values[:, 1]).float().mean().item(), 4)

    return {
        "preferred_before": preferred(before),
        "preferred_after": preferred(after),
        "margin_before": round((before[:, 0] - before[:, 1]).mean().item(), 3),
        "margin_after": round((after[:, 0] - after[:, 1]).mean().item(), 3),
        "reward_accuracy_before": 0.0,
        "reward_accuracy_after": round(won.mean().item(), 4),
        "reward_margin_before": 0.0,
        "reward_margin_after": round((rewards[:, 0] - rewards[:, 1]).mean().item(), 4),
        "chosen_reward_after": round(rewards[:, 0].mean().item(), 4),
        "constraints": {
            name: {"pairs": len(at), "before": preferred(before[at]), "after": preferred(after[at]), "reward_accuracy": round(won[at].mean().item(), 4)}
            for name, at in sorted(groups.items())
        },
    }


class TimeBox(TrainerCallback):
    """Ends the run with its budget, prints progress and keeps the seconds used beside each checkpoint."""

    def __init__(self, budget: Budget, clock: Path) -> None:
        self.budget, self.clock = budget, clock

    def on_step_end(self, args, state, control, **_: Any) -> None:
        if self.budget.progress(state.global_step) >= 1.0:
            control.should_training_stop = True
            control.should_save = True

    def on_save(self, args, state, control, **_: Any) -> None:
        self.clock.write_text(json.dumps({"step": state.global_step, "seconds": self.budget.seconds()}), encoding="utf-8")

    def on_log(self, args, state, control, logs: dict[str, Any] | None = None, **_: Any) -> None:
        shown = {"loss": "loss", "rewards/accuracies": "accuracy", "rewards/margins": "margin", "grad_norm": "gradient"}
        figures = " ".join(f"{name} {float(logs[key]):.4f}" for key, name in shown.items() if key in (logs or {}))
        if figures:
            print(f"step {state.global_step} {self.budget.progress(state.global_step):.1%} {figures}", flush=True)


def make_trainer(recipe: dict[str, Any], model: PeftModel, tokenizer: PreTrainedTokenizerFast, pairs: list[Pair], output: Path, clock: Path) -> DPOTrainer:
    """The trainer with our budget, rate schedule and checkpoints (`output/checkpoint-N`, the last one kept)."""
    used = json.loads(clock.read_text(encoding="utf-8"))["seconds"] if clock.is_file() else 0.0
    settings = DPOConfig(
        output_dir=str(output), seed=recipe["seed"], beta=recipe["beta"],
        loss_type=["sigmoid", "sft"] if recipe["sft_weight"] > 0 else ["sigmoid"],
        loss_weights=[1.0, recipe["sft_weight"]] if recipe["sft_weight"] > 0 else None,
        precompute_ref_log_probs=True, max_length=None, pad_to_multiple_of=None,
        per_device_train_batch_size=recipe["pairs_per_step"], gradient_accumulation_steps=recipe["accumulate"],
        num_train_epochs=recipe["max_epochs"], max_grad_norm=1.0, learning_rate=recipe["rate"],
        save_strategy="steps", save_steps=recipe["save_every"], save_total_limit=1, logging_steps=max(1, recipe["save_every"] // 4),
        gradient_checkpointing=False, bf16=True, use_cpu=model.device.type == "cpu", report_to="none", disable_tqdm=True,
        dataloader_pin_memory=model.device.type != "cpu",
    )  # fmt: skip
    learned = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=recipe["rate"], betas=(0.9, 0.98), weight_decay=recipe["weight_decay"])
    steps = recipe["max_epochs"] * -(-len(pairs) // (recipe["pairs_per_step"] * recipe["accumulate"]))
    budget = Budget(recipe["max_minutes"], steps, used)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: rate_factor(budget.progress(step), recipe["warm_up"], recipe["decay_from"])
    )
    trainer = DPOTrainer(
        model=model, args=settings, train_dataset=to_dataset(pairs), processing_class=tokenizer,
        optimizers=(optimiser, schedule), callbacks=[TimeBox(budget, clock)],
    )  # fmt: skip
    trainer.remove_callback(PrinterCallback)
    return trainer


def train(recipe: dict[str, Any], folder: Path, pairs: list[Pair], valid: list[Pair], answers: list, output: Path) -> dict[str, Any]:
    """Tune until the budget is used; resumes from the last checkpoint; leaves `adapter` and `summary.json`, which it returns."""
    output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(recipe["threads"])
    torch.manual_seed(recipe["seed"])
    disable_progress_bar()
    adapter = existing(recipe["adapter"], maker(recipe["adapter"]))
    model = PeftModel.from_pretrained(load_base({"base": recipe["base"]}), adapter, is_trainable=True)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    context = model.config.max_position_embeddings
    pairs, valid = fitting(tokenizer, pairs, context), fitting(tokenizer, valid, context)
    encoded = encode_rows(tokenizer, answers, context)
    print(f"{len(pairs)} pairs, {len(valid)} for validation, {len(encoded)} answers", flush=True)
    pad = tokenizer.token_to_id(PAD)
    before, loss_before = log_probabilities(model, tokenizer, valid, recipe["pairs_per_step"]), validation_loss(model, encoded, pad)
    print(f"before: chosen likelier in {(before[:, 0] > before[:, 1]).float().mean():.1%}, validation loss {loss_before:.4f}", flush=True)
    trainer = make_trainer(recipe, model, wrap_tokenizer(folder), pairs, output, output / "clock.json")
    check_ids(trainer.train_dataset, tokenizer, pairs)
    checkpoints = sorted(output.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    if checkpoints:
        print(f"resumed at step {checkpoints[-1].name.split('-')[1]}", flush=True)
    trainer.train(resume_from_checkpoint=str(checkpoints[-1]) if checkpoints else None)
    after, loss_after = log_probabilities(model, tokenizer, valid, recipe["pairs_per_step"]), validation_loss(model, encoded, pad)
    model.save_pretrained(output / "adapter", selected_adapters=["default"])
    summary = {
        "pairs": len(pairs), "valid_pairs": len(valid), "steps": trainer.state.global_step,
        "seconds": round(json.loads((output / "clock.json").read_text(encoding="utf-8"))["seconds"]),
        **compare(before, after, recipe["beta"], [p["constraint"] for p in valid]),
        "valid_loss_before": round(loss_before, 4), "valid_loss_after": round(loss_after, 4),
    }  # fmt: skip
    (output / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    print(f"done: {summary} -> {output / 'adapter'}", flush=True)
    return summary


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    folder = existing(recipe["tokenizer"], "anteroom_training.stages.prepare.tokenizer")
    pairs = read_pairs(resolve(recipe["train"]), recipe["train_pairs"])
    valid = read_pairs(resolve(recipe["valid"]), recipe["valid_pairs"])
    answers = read_rows(resolve(recipe["answers"]), recipe["valid_rows"])
    train(recipe, folder, pairs, valid, answers, resolve(recipe["output"]))


if __name__ == "__main__":
    run_stage("Tune with preference pairs.", stage)
