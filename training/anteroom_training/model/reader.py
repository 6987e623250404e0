"""The reader: which findings a few words speak of. Convolutions over sub-word vectors (Kim 2014), max-pooled over a window."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

WIDTHS = (1, 2, 3, 4)
LONGEST = 10


class Vectors:
    """Word vectors with sub-word buckets, the twin of `src/domain/understanding/reader/vectors.ts`."""

    def __init__(self, words: list[str], vectors: np.ndarray, buckets: np.ndarray) -> None:
        self.index = {w: i for i, w in enumerate(words)}
        self.words = words
        self.vectors = vectors
        self.buckets = buckets
        self.remembered: dict[str, np.ndarray] = {}

    @staticmethod
    def hash(text: str) -> int:
        """FNV-1a over signed bytes, as fastText has it."""
        h = 2166136261
        for b in text.encode():
            h = ((h ^ (b if b < 128 else b | 0xFFFFFF00)) * 16777619) & 0xFFFFFFFF
        return h

    def of(self, word: str) -> np.ndarray:
        at = self.index.get(word)
        if at is not None:
            return self.vectors[at]
        known = self.remembered.get(word)
        if known is None:
            text = f"<{word}>"
            grams = [text[i : i + n] for n in range(3, 6) for i in range(len(text) - n + 1)]
            rows = [self.hash(g) % len(self.buckets) for g in grams]
            known = self.buckets[rows].mean(0) if rows else np.zeros(self.vectors.shape[1], np.float32)
            self.remembered[word] = known
        return known

    def with_words(self, words: list[str]) -> "Vectors":
        """The same, with a row of their own for words that had none."""
        new = [w for w in dict.fromkeys(words) if w not in self.index]
        rows = [self.of(w) for w in new]
        vectors = np.concatenate([self.vectors, np.stack(rows)]) if rows else self.vectors
        return Vectors([*self.words, *new], vectors, self.buckets)

    def ids(self, words: list[str], length: int = LONGEST) -> list[int]:
        """Row of each word plus one; 0 after the last word. Every word must have a row."""
        found = [self.index[w] + 1 for w in words[:length]]
        return found + [0] * (length - len(found))


def quantised(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows as int8 with one scale each."""
    scale = np.maximum(np.abs(matrix).max(1), 1e-8).astype(np.float32) / 127
    return np.round(matrix / scale[:, None]).astype(np.int8), scale


class Reader(nn.Module):
    """Rows of words [batch, words] (0: none) and lengths [batch] to logits [batch, codes]."""

    def __init__(self, vectors: np.ndarray, codes: int, filters: int, hidden: int, dropout: float = 0.2) -> None:
        super().__init__()
        dimensions = vectors.shape[1]
        self.words = nn.Embedding(len(vectors) + 1, dimensions, padding_idx=0)
        self.words.weight.data[1:] = torch.from_numpy(vectors)
        self.convolutions = nn.ModuleList(nn.Conv1d(dimensions, filters, k) for k in WIDTHS)
        self.hidden = nn.Linear(filters * len(WIDTHS), hidden)
        self.out = nn.Linear(hidden, codes)
        self.dropout = nn.Dropout(dropout)
        # Most findings are not spoken of: start there, or the first steps only learn to be silent.
        nn.init.constant_(self.out.bias, -6.0)
        nn.init.normal_(self.out.weight, std=0.2)

    def features(self, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Most of every filter over the places where its whole width lies in the window; nothing (0) where none does."""
        pooled = []
        for k, conv in zip(WIDTHS, self.convolutions):
            y = torch.relu(conv(self.words(x).transpose(1, 2)))  # [batch, filters, places]
            place = torch.arange(y.shape[2])
            inside = place[None, :] + k <= lengths[:, None]
            pooled.append((y * inside[:, None, :]).amax(2))
        return torch.cat(pooled, 1)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        return self.out(self.dropout(torch.relu(self.hidden(self.dropout(self.features(x, lengths))))))
