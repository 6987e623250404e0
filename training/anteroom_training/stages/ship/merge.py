"""Stage 5: fold the adapter into the base weights, so that the browser needs one plain Llama."""

from __future__ import annotations

from pathlib import Path

import torch
from peft import PeftModel
from transformers import LlamaForCausalLM

from ...recipe import existing, load_recipe, maker, resolve, run_stage

KEYS = {"base": str, "adapter": str, "output": str}


def merge(base: Path, adapter: Path) -> LlamaForCausalLM:
    """The merged model, in evaluation mode."""
    model = LlamaForCausalLM.from_pretrained(base, dtype=torch.float32)
    return PeftModel.from_pretrained(model, adapter).merge_and_unload().eval()


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    base = existing(recipe["base"], maker(recipe["base"]))
    adapter = existing(recipe["adapter"], maker(recipe["adapter"]))
    merge(base, adapter).save_pretrained(resolve(recipe["output"]))
    print(f"merged -> {recipe['output']}", flush=True)


if __name__ == "__main__":
    run_stage("Merge the adapter.", stage)
