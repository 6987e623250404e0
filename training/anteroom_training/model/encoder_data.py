"""Narratives as batches of the encoder, and its loss."""

from __future__ import annotations

import random

import torch
from transformers import BertTokenizerFast

from ..text.narratives import Narrative
from .encoder import LEVELS, MOST_TOKENS, NarrativeEncoder


class Data:
    """Examples to batches: ids, masks and targets."""

    def __init__(self, tokenizer: BertTokenizerFast, codes: list[str], complaints: list[str]) -> None:
        self.tokenizer = tokenizer
        self.code = {c: i for i, c in enumerate(codes)}
        self.complaint = {c: i for i, c in enumerate(complaints)}

    def batch(self, rows: list[Narrative]) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
        given = self.tokenizer(
            [r.profile for r in rows], [r.words for r in rows], truncation="only_second", max_length=MOST_TOKENS, padding=True,
            return_offsets_mapping=True, return_tensors="pt",
        )  # fmt: skip
        offsets = given.pop("offset_mapping")
        words = (given["token_type_ids"] == 1) & (offsets[..., 1] > offsets[..., 0])
        level, complaint = torch.zeros(len(rows), len(LEVELS)), torch.zeros(len(rows), len(self.complaint))
        told: list[tuple[int, int, torch.Tensor]] = []
        for n, row in enumerate(rows):
            for at in row.level:
                level[n, LEVELS.index(at)] = 1 / len(row.level)
            named = [self.complaint[c] for c in row.complaints if c in self.complaint]
            complaint[n, named] = 1 / max(1, len(named))
            for code, a, b in row.told:
                inside = words[n] & (offsets[n, :, 0] < b) & (offsets[n, :, 1] > a)
                if code in self.code and bool(inside.any()):
                    told.append((n, self.code[code], inside))
        return dict(given), {"words": words, "level": level, "complaint": complaint, "told": told}

    def loss(self, model: NarrativeEncoder, rows: list[Narrative], weights: dict[str, float]) -> torch.Tensor:
        given, target = self.batch(rows)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=weights["bf16"] > 0):
            tokens, level, complaint = model(**given)
        tokens, level, complaint = tokens.float(), level.float(), complaint.float()
        tokens = tokens.masked_fill(~target["words"].unsqueeze(-1), -1e4)
        # A finding that is told counts by its best token inside the quote; one that is not, by its best token anywhere.
        most = tokens.max(1).values
        scale = torch.tensor([1.0 if r.complete else 0.4 for r in rows]).unsqueeze(1)
        absent = torch.nn.functional.softplus(most)
        present = torch.zeros(())
        keep = torch.ones_like(absent)
        for n, code, inside in target["told"]:
            keep[n, code] = 0
            present = present + torch.nn.functional.softplus(-tokens[n, inside, code].max()) * (1.0 if rows[n].level else 0.5)
        findings = (absent * keep * scale).sum() + present
        levels = -(target["level"] * level.log_softmax(-1)).sum()
        complaints = -(target["complaint"] * complaint.log_softmax(-1)).sum()
        return (levels + weights["complaints"] * complaints + weights["findings"] * findings) / len(rows)


def batches(rows: list[Narrative], most: int, rng: random.Random) -> list[list[Narrative]]:
    """Rows of like length together, at most `most` characters a batch, padding counted."""
    order = sorted(rows, key=lambda r: len(r.words) + len(r.profile) + rng.random() * 40)
    out: list[list[Narrative]] = []
    held: list[Narrative] = []
    for row in order:
        if held and (len(held) + 1) * (len(row.words) + len(row.profile) + 20) > most:
            out.append(held)
            held = []
        held.append(row)
    out += [held] if held else []
    rng.shuffle(out)
    return out
