"""Authored narratives as examples for the narrative encoder, and the harmless changes they are trained under."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass, replace

from .lexicon import Lexicon, written_out


@dataclass(frozen=True)
class Narrative:
    """
    `told`: (code, start, end) of the characters that tell a finding; `level`, `complaints`: accepted answers, or none. `answers`:
    what was asked or measured beside the words; `decided`: the level rests on them too.
    """

    profile: str
    words: str
    told: tuple[tuple[str, int, int], ...]
    level: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    complete: bool = True
    answers: str = ""
    decided: bool = False


def profile_text(case: dict) -> str:
    """Who the words are about, as `domain/understanding/encoder/profile-text.ts` writes it."""
    age = case.get("age")
    parts = [f"{age['value']} {age['unit']}" if age else "", case.get("sex", "unknown"), case["reporter"]]
    return " ".join(p for p in parts if p and p != "unknown")


def narrative(case: dict, lexicon: Lexicon, asked: dict | None = None) -> Narrative:
    """
    A case of the bank. What a finding implies is told by the same words; a finding without a quote may be anywhere. `asked`: the
    line of `npm run dataset:answers` for it.
    """
    words, gold, asked = case["narrative"], case["gold"], asked or {}
    told: dict[str, tuple[int, int]] = {}
    for code, status in gold.get("findings", {}).items():
        if status != "present":
            continue
        quote = gold.get("quotes", {}).get(code, "")
        at = words.find(quote) if quote else -1
        place = (at, at + len(quote)) if at >= 0 else (0, len(words))
        for implied in lexicon.closure({code}):
            if implied == code or implied not in told:
                told[implied] = place
    for code, status in gold.get("findings", {}).items():
        if status == "absent":
            told.pop(code, None)
    return Narrative(
        profile_text(case), words, tuple((c, a, b) for c, (a, b) in told.items()),
        tuple(gold["triage"]), tuple(gold.get("complaints", [])), gold.get("exhaustive", False),
        asked.get("answers") or asked.get("silent", ""), "answers" in asked,
    )  # fmt: skip


def beside_answers(example: Narrative) -> Narrative:
    """The narrative as the kiosk reads it once the questions are answered (`profileText` of the page)."""
    return replace(example, profile=f"{example.profile}; {example.answers}") if example.answers else example


def drawn_answers(example: Narrative, rng: random.Random) -> Narrative:
    """With its answers or without. Where the level rests on answers, the words alone teach no level."""
    if not example.answers:
        return example
    if example.decided:
        return beside_answers(example) if rng.random() < 0.85 else replace(example, level=())
    return beside_answers(example) if rng.random() < 0.6 else example


def snippets(lexicon: Lexicon, per_code: int, rng: random.Random) -> list[Narrative]:
    """Terms of the lexicon, written out, as short narratives that say one thing."""
    out = []
    for code, terms in lexicon.terms.items():
        texts = {written_out(rng.choice(terms), lexicon.sets, rng) for _ in range(per_code)} if terms else set()
        # A term may be one of several codes, so what it does not name is not denied.
        out += [Narrative("", t, tuple((c, 0, len(t)) for c in sorted(lexicon.closure({code}))), complete=False) for t in sorted(texts)]
    return out


def _typo(word: str, rng: random.Random) -> str:
    """One slip of the keyboard that keeps the length."""
    at = rng.randrange(len(word) - 1)
    if rng.random() < 0.5:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + rng.choice(string.ascii_lowercase) + word[at + 1 :]


def disturbed(text: str, rng: random.Random) -> str:
    """The same text in another hand: case, punctuation or typos. Every character keeps its place."""
    kind = rng.random()
    if kind < 0.2:
        return text.upper() if len(text.upper()) == len(text) else text
    if kind < 0.4:
        return "".join(" " if c in ".,;:!?" else c for c in text)
    words = text.split(" ")
    return " ".join(_typo(w, rng) if len(w) > 3 and rng.random() < 0.12 else w for w in words)


def beside(example: Narrative, other: str, rng: random.Random) -> Narrative:
    """The narrative with text that is none of it before, after or between its sentences; what it tells stays what it tells."""
    joint = rng.choice(["\n", " ", "\n\n"])
    cuts = [0, len(example.words), *[i + 1 for i, c in enumerate(example.words[:-1]) if c in ".!?" and example.words[i + 1] == " "]]
    at = rng.choice([c for c in cuts if not any(a < c < b for _, a, b in example.told)] or [0])
    added = other + joint if at == 0 else joint + other
    moved = tuple((c, a + len(added) if a >= at else a, b + len(added) if b > at else b) for c, a, b in example.told)
    return replace(example, words=example.words[:at] + added + example.words[at:], told=moved)
