"""Documents to fixed-length rows for pre-training; conversations to padded batches for tuning."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch

from .chat import IGNORED


def pack(documents: Iterable[Sequence[int]], eos: int, length: int) -> np.ndarray:
    """Join documents, each closed by `eos`, and cut into rows of `length` ids; the unfilled last row is dropped."""
    stream: list[int] = []
    for ids in documents:
        stream.extend(ids)
        stream.append(eos)
    rows = len(stream) // length
    return np.asarray(stream[: rows * length], dtype=np.uint16).reshape(rows, length)


def epoch_of_batches(lengths: Sequence[int], tokens_per_batch: int, seed: int, least: int = 1) -> list[list[int]]:
    """Indices grouped into batches of similar length and at most `tokens_per_batch` padded tokens, in random order.

    Batches of fewer than `least` rows (one for each worker) are left out.
    """
    shuffled = random.Random(seed)
    order = sorted(range(len(lengths)), key=lambda i: (lengths[i] + shuffled.randint(0, 24), shuffled.random()))
    batches: list[list[int]] = []
    current: list[int] = []
    longest = 0
    for index in order:
        longest_with = max(longest, lengths[index])
        if current and longest_with * (len(current) + 1) > tokens_per_batch:
            batches.append(current)
            current, longest_with = [], lengths[index]
        current.append(index)
        longest = longest_with
    if current:
        batches.append(current)
    shuffled.shuffle(batches)
    return [batch for batch in batches if len(batch) >= least]


def pad_batch(rows: Sequence[tuple[Sequence[int], Sequence[int]]], pad: int) -> dict[str, torch.Tensor]:
    """`(ids, labels)` rows right-padded to the longest. Attention is causal, so no real token sees the padding."""
    width = max(len(ids) for ids, _ in rows)
    return {
        "input_ids": torch.tensor([list(ids) + [pad] * (width - len(ids)) for ids, _ in rows]),
        "labels": torch.tensor([list(labels) + [IGNORED] * (width - len(labels)) for _, labels in rows]),
    }


def cycle_rows(rows: np.ndarray, batch: int, seed: int, start: int = 0) -> Iterator[torch.Tensor]:
    """Endless batches of packed rows, reshuffled every epoch; `start` skips the batches a resumed run has seen."""
    step = 0
    epoch = 0
    while True:
        order = np.random.default_rng(seed + epoch).permutation(len(rows))
        for first in range(0, len(order) - batch + 1, batch):
            if step >= start:
                yield torch.from_numpy(rows[order[first : first + batch]].astype(np.int64))
            step += 1
        epoch += 1
