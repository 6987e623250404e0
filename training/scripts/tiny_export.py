"""PyTorch modules to ONNX files, each compared with what it was made of."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from transformers import DynamicCache


def cache_of(pairs: list[tuple[torch.Tensor, torch.Tensor]]) -> DynamicCache:
    cache = DynamicCache()
    for n, (key, value) in enumerate(pairs):
        cache.update(key, value, n)
    return cache


def export(module: torch.nn.Module, inputs: dict[str, torch.Tensor], outputs: list[str], axes: dict[str, dict[int, str]], file: Path) -> None:
    """Trace, then compare the graph with PyTorch on the very inputs and on longer ones."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module, tuple(inputs.values()), str(file), input_names=list(inputs), output_names=outputs, dynamic_axes=axes,
            opset_version=17, dynamo=False,
        )  # fmt: skip


def compare(module: torch.nn.Module, inputs: dict[str, torch.Tensor], file: Path) -> None:
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    names = {i.name for i in session.get_inputs()}
    found = session.run(None, {k: v.numpy() for k, v in inputs.items() if k in names})
    with torch.no_grad():
        right = module(*inputs.values())
    for got, want in zip(found, right if isinstance(right, tuple) else (right,), strict=True):
        np.testing.assert_allclose(got, want.numpy(), rtol=1e-3, atol=1e-4)
