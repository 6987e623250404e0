"""The narrative encoder: a small BERT with three heads, and its ONNX form for transformers.js."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import BertConfig, BertModel

LEVELS = ("low", "medium", "high", "emergency")
MOST_TOKENS = 320


class NarrativeEncoder(torch.nn.Module):
    """
    Token ids [B, T] of `profile [SEP] words [SEP]` to findings [B, T, codes] (logit that this token tells the finding), level
    [B, 4] and complaints [B, ICPC-2 codes]. Level and complaints rest on mean and maximum of the token vectors.
    """

    def __init__(self, encoder: BertModel, codes: int, complaints: int) -> None:
        super().__init__()
        self.encoder = encoder
        size = encoder.config.hidden_size
        self.dropout = torch.nn.Dropout(0.1)
        self.findings = torch.nn.Linear(size, codes)
        self.level = torch.nn.Linear(2 * size, len(LEVELS))
        self.complaints = torch.nn.Linear(2 * size, complaints)
        torch.nn.init.constant_(self.findings.bias, -4.0)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).last_hidden_state
        real = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * real).sum(1) / real.sum(1)
        most = (states + (real - 1) * 1e4).max(1).values
        whole = self.dropout(torch.cat([mean, most], 1))
        return self.findings(self.dropout(states)), self.level(whole), self.complaints(whole)


def name_heads(model: NarrativeEncoder, codes: torch.Tensor, complaints: torch.Tensor) -> None:
    """Starts the heads at the vectors of their labels, [n, size] each, so that rare codes know what they are called."""
    with torch.no_grad():
        for head, vectors in ((model.findings, codes), (model.complaints, complaints)):
            away = torch.nn.functional.normalize(vectors - vectors.mean(0), dim=1)
            head.weight.zero_()
            head.weight[:, : away.shape[1]] = 0.3 * away


def with_vocabulary(encoder: BertModel, kept: list[int]) -> BertModel:
    """The same encoder with only the `kept` rows of its word table, in that order."""
    table = encoder.embeddings.word_embeddings.weight.detach()[kept].clone()
    config = BertConfig(**{**encoder.config.to_dict(), "vocab_size": len(kept)})
    smaller = BertModel(config, add_pooling_layer=False)
    state = {k: v for k, v in encoder.state_dict().items() if not k.startswith("pooler.")}
    state["embeddings.word_embeddings.weight"] = table
    smaller.load_state_dict(state)
    return smaller


NAMES = ["input_ids", "attention_mask", "token_type_ids"]


def to_onnx(model: NarrativeEncoder, file: Path) -> None:
    """Writes `file` with int8 weights; activations stay floating point between the products."""
    file.parent.mkdir(parents=True, exist_ok=True)
    whole = file.with_suffix(".full.onnx")
    ids = torch.ones((2, 7), dtype=torch.long)
    axes: dict[str, dict[int, str]] = {name: {0: "batch", 1: "tokens"} for name in [*NAMES, "findings"]}
    axes |= {name: {0: "batch"} for name in ("level", "complaints")}
    torch.onnx.export(
        model.eval(), (ids, ids, torch.zeros_like(ids)), str(whole), input_names=NAMES,
        output_names=["findings", "level", "complaints"], dynamic_axes=axes, opset_version=17, dynamo=False,
    )  # fmt: skip
    quantize_dynamic(whole, file, weight_type=QuantType.QInt8, per_channel=True)
    onnx.checker.check_model(onnx.load(file))
