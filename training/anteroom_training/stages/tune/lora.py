"""LoRA instruction and safety tuning on the assessment task; loss on the assistant's answer only."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict, prepare_model_for_kbit_training, set_peft_model_state_dict
from tokenizers import Tokenizer
from transformers import BitsAndBytesConfig, LlamaConfig, LlamaForCausalLM

from ...model.architecture import answer_loss
from ...model.budget import Budget, rate_factor
from ...model.device import chosen_device, half_precision
from ...model.parallel import Worker, run_workers
from ...recipe import PipelineError, existing, load_recipe, maker, resolve, run_stage
from ...text.chat import IGNORED, PAD
from ...text.instructions import encode_rows, read_rows
from ...text.packing import epoch_of_batches, pad_batch

KEYS = {
    "base": str,
    "quantise": str,
    "tokenizer": str,
    "train": str,
    "valid": str,
    "output": str,
    "seed": int,
    "r": int,
    "alpha": int,
    "dropout": float,
    "targets": list,
    "tokens_per_batch": int,
    "rate": float,
    "weight_decay": float,
    "warm_up": float,
    "decay_from": float,
    "max_minutes": (int, float),
    "max_epochs": int,
    "valid_rows": int,
    "compile": bool,
    "threads": int,
    "workers": int,
    "save_every": int,
}
Encoded = list[tuple[list[int], list[int]]]


def load_base(recipe: dict[str, Any]) -> LlamaForCausalLM:
    """The base model: float32 on the GPU or else the CPU, or with `quantise: nf4` in 4 bits on a CUDA device (QLoRA, Dettmers et al. 2023)."""
    folder = existing(recipe["base"], maker(recipe["base"]))
    quantise = recipe.get("quantise", "none")
    if quantise == "none":
        return LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32).to(chosen_device())
    if quantise != "nf4":
        raise PipelineError(f"quantise is none or nf4, not {quantise}")
    if not torch.cuda.is_available():
        raise PipelineError("quantise: nf4 needs a CUDA device and none was found; set quantise: none to tune on the CPU")
    if importlib.util.find_spec("bitsandbytes") is None:
        raise PipelineError("quantise: nf4 needs the package bitsandbytes; install the version named in requirements.txt")
    if recipe["workers"] != 1 or recipe["compile"]:
        raise PipelineError("quantise: nf4 runs on one device: set workers: 1 and compile: false")
    bits = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=torch.bfloat16)
    model = LlamaForCausalLM.from_pretrained(folder, quantization_config=bits, device_map={"": 0})
    return prepare_model_for_kbit_training(model)


def adapt(base: LlamaForCausalLM, recipe: dict[str, Any]) -> PeftModel:
    """The base with a LoRA adapter on `targets`; everything else frozen."""
    config = LoraConfig(
        r=recipe["r"], lora_alpha=recipe["alpha"], lora_dropout=recipe["dropout"],
        target_modules=recipe["targets"], bias="none", task_type="CAUSAL_LM",
    )  # fmt: skip
    return get_peft_model(base, config)


def validation_loss(model: PeftModel, rows: Encoded, pad: int) -> float:
    """Mean loss a learned token over `rows`, in evaluation mode."""
    model.eval()
    device = model.device
    total = count = 0.0
    with torch.no_grad(), half_precision(device):
        for first in range(0, len(rows), 8):
            batch = pad_batch(rows[first : first + 8], pad)
            learned = int((batch["labels"][:, 1:] != IGNORED).sum())
            total += answer_loss(model.get_base_model(), batch["input_ids"].to(device), batch["labels"].to(device)).item() * learned
            count += learned
    model.train()
    return total / max(1.0, count)


def train(recipe: dict[str, Any], pad: int, rows: Encoded, valid: Encoded, output: Path, worker: Worker = Worker()) -> None:
    """Tune until the budget is used; resumes from `checkpoint.pt`; leaves `adapter` and a summary."""
    output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(recipe["threads"])
    torch.manual_seed(recipe["seed"])
    model = adapt(load_base(recipe), recipe)
    torch.manual_seed(recipe["seed"] + worker.rank)  # same adapter to begin with, different dropout
    device = model.device
    learned = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=recipe["rate"], betas=(0.9, 0.98), weight_decay=recipe["weight_decay"])
    checkpoint, step, used = output / "checkpoint.pt", 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True, map_location=device)
        set_peft_model_state_dict(model, state["adapter"])
        optimiser.load_state_dict(state["optimiser"])
        step, used = state["step"], state["seconds"]
        print(f"resumed at step {step}", flush=True)
    lengths = [len(ids) for ids, _ in rows]
    epoch_steps = len(epoch_of_batches(lengths, recipe["tokens_per_batch"], recipe["seed"], worker.count))
    budget = Budget(recipe["max_minutes"], recipe["max_epochs"] * epoch_steps, used)
    backbone = torch.compile(model.get_base_model().model, dynamic=True) if recipe["compile"] else None
    if worker.leads:
        print(f"{sum(p.numel() for p in learned)} adapter parameters, {len(rows)} rows, {sum(lengths)} tokens an epoch", flush=True)
        print(f"validation loss before: {validation_loss(model, valid, pad):.4f}", flush=True)
    log = (output / "loss.tsv").open("a", encoding="utf-8")
    losses: list[float] = []
    tokens = 0
    model.train()
    while True:
        epoch = step // epoch_steps
        batches = epoch_of_batches(lengths, recipe["tokens_per_batch"], recipe["seed"] + epoch, worker.count)
        batch = pad_batch([rows[i] for i in batches[step % epoch_steps % len(batches)]], pad)
        progress = worker.agree(budget.progress(step))
        if progress >= 1.0:
            break
        for group in optimiser.param_groups:
            group["lr"] = recipe["rate"] * rate_factor(progress, recipe["warm_up"], recipe["decay_from"])
        ids, labels = (worker.share(batch[name]).to(device) for name in ("input_ids", "labels"))
        with half_precision(device):
            loss = answer_loss(model.get_base_model(), ids, labels, backbone)
        loss.backward()
        worker.average(learned)
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step += 1
        if not worker.leads:
            continue
        tokens += batch["input_ids"].numel()
        losses = [*losses[-49:], loss.item()]
        log.write(f"{step}\t{budget.seconds():.0f}\t{losses[-1]:.4f}\n")
        if step % 20 == 0:
            rate = tokens / max(1.0, budget.seconds() - used)
            print(f"step {step} epoch {step / epoch_steps:.2f} {progress:.1%} loss {np.mean(losses[-20:]):.4f} {rate:.0f} tokens/s", flush=True)
        if step % recipe["save_every"] == 0:
            state = {"adapter": get_peft_model_state_dict(model), "optimiser": optimiser.state_dict(), "step": step, "seconds": budget.seconds()}
            torch.save(state, checkpoint.with_suffix(".tmp"))
            checkpoint.with_suffix(".tmp").replace(checkpoint)
            print(f"validation loss: {validation_loss(model, valid, pad):.4f}", flush=True)
            log.flush()
    log.close()
    if not worker.leads:
        return
    final = validation_loss(model, valid, pad)
    model.save_pretrained(output / "adapter")
    summary = {"steps": step, "epochs": round(step / epoch_steps, 2), "rows": len(rows), "seconds": round(budget.seconds()), "valid_loss": round(final, 4)}
    (output / "summary.json").write_text(json.dumps(summary) + "\n", encoding="utf-8")
    print(f"done: {summary} -> {output / 'adapter'}", flush=True)


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    folder = existing(recipe["tokenizer"], "anteroom_training.stages.prepare.tokenizer")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    context = LlamaConfig.from_pretrained(existing(recipe["base"], maker(recipe["base"]))).max_position_embeddings
    rows = encode_rows(tokenizer, read_rows(resolve(recipe["train"])), context)
    valid = encode_rows(tokenizer, read_rows(resolve(recipe["valid"]), recipe["valid_rows"]), context)
    run_workers(recipe["workers"], train, recipe, tokenizer.token_to_id(PAD), rows, valid, resolve(recipe["output"]))


if __name__ == "__main__":
    run_stage("Tune with LoRA.", stage)
