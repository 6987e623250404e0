"""Greedy generation with ONNX Runtime, as the browser does it; used to measure what is shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime

FOLD = "session.disable_quant_qdq"


class Session:
    """One ONNX model with its KV cache. `fold` dequantises the weights once, while the session is created."""

    def __init__(self, model: Path, threads: int = 2, fold: bool = True, optimised: Path | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        if fold:
            options.add_session_config_entry(FOLD, "1")
        if optimised:
            options.optimized_model_filepath = str(optimised)
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.cache_inputs = [i for i in self.session.get_inputs() if i.name.startswith("past_key_values.")]

    def empty_cache(self) -> list[np.ndarray]:
        return [np.zeros((1, i.shape[1], 0, i.shape[3]), np.float32) for i in self.cache_inputs]

    def forward(self, ids: list[int], cache: list[np.ndarray], keep: int = 0) -> tuple[np.ndarray, list[np.ndarray]]:
        """Logits of the last `keep` positions (0: all), and the grown cache."""
        total = cache[0].shape[2] + len(ids)
        feeds = {
            "input_ids": np.asarray([ids], np.int64),
            "attention_mask": np.ones((1, total), np.int64),
            "num_logits_to_keep": np.asarray(keep, np.int64),
            **{i.name: value for i, value in zip(self.cache_inputs, cache, strict=True)},
        }
        logits, *grown = self.session.run(None, feeds)
        return logits, grown

    def generate(self, ids: list[int], end: int, limit: int) -> list[int]:
        """Greedy continuation up to and without `end`, at most `limit` tokens."""
        logits, cache = self.forward(ids, self.empty_cache(), keep=1)
        written: list[int] = []
        while len(written) < limit:
            token = int(logits[0, -1].argmax())
            if token == end:
                break
            written.append(token)
            logits, cache = self.forward([token], cache, keep=1)
        return written
