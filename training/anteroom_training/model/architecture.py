"""The model: a small Llama with tied embeddings, and the optimisers that train it."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as functional
from transformers import LlamaConfig, LlamaForCausalLM

from ..text.chat import IGNORED, SPECIAL_TOKENS

ARCHITECTURE_KEYS = ("hidden", "layers", "heads", "kv_heads", "intermediate", "context")


def build_model(architecture: dict[str, Any], vocabulary: int, seed: int) -> LlamaForCausalLM:
    """Fresh weights by seed. `architecture` holds ARCHITECTURE_KEYS; the head size is hidden / heads."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=architecture["hidden"],
        intermediate_size=architecture["intermediate"],
        num_hidden_layers=architecture["layers"],
        num_attention_heads=architecture["heads"],
        num_key_value_heads=architecture["kv_heads"],
        max_position_embeddings=architecture["context"],
        rms_norm_eps=1e-5,
        rope_theta=10000.0,
        tie_word_embeddings=True,
        attention_bias=False,
        mlp_bias=False,
        pad_token_id=SPECIAL_TOKENS.index("<|pad|>"),
        bos_token_id=SPECIAL_TOKENS.index("<|bos|>"),
        eos_token_id=SPECIAL_TOKENS.index("<|eos|>"),
    )
    return LlamaForCausalLM(config)


def parameter_count(model: torch.nn.Module) -> int:
    """Parameters, the tied embedding counted once."""
    return sum(parameter.numel() for parameter in model.parameters())


def optimisers(model: torch.nn.Module, matrix_rate: float, other_rate: float, weight_decay: float) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the blocks, AdamW for embeddings and norms. Each group keeps `initial_lr`.

    `matrix_rate` 0: AdamW for all, which is gentler on weights that were trained before.
    """
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    inner = [p for name, p in named if p.ndim == 2 and "embed_tokens" not in name and "lm_head" not in name]
    matrices = inner if matrix_rate > 0 else []
    chosen = {id(p) for p in matrices}
    others = [p for _, p in named if id(p) not in chosen]
    found: list[torch.optim.Optimizer] = []
    if matrices:
        found.append(torch.optim.Muon(matrices, lr=matrix_rate, momentum=0.95, weight_decay=weight_decay))
    if others:
        found.append(torch.optim.AdamW(others, lr=other_rate, betas=(0.9, 0.95), weight_decay=0.0, fused=True))
    for optimiser in found:
        for group in optimiser.param_groups:
            group["initial_lr"] = group["lr"]
    return found


def set_rates(found: list[torch.optim.Optimizer], factor: float) -> None:
    for optimiser in found:
        for group in optimiser.param_groups:
            group["lr"] = group["initial_lr"] * factor


def next_token_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy of position t predicting t + 1; IGNORED labels do not count."""
    return functional.cross_entropy(
        logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten(), ignore_index=IGNORED
    )


def answer_loss(model: LlamaForCausalLM, ids: torch.Tensor, labels: torch.Tensor, backbone=None) -> torch.Tensor:
    """Mean loss of the learned tokens. Only their positions go through the output matrix: a third of the whole.

    `backbone` is `model.model` or its compiled form.
    """
    backbone = model.model if backbone is None else backbone
    hidden = backbone(input_ids=ids, use_cache=False).last_hidden_state[:, :-1]
    learned = labels[:, 1:] != IGNORED
    return functional.cross_entropy(model.lm_head(hidden[learned]).float(), labels[:, 1:][learned])
