"""Short wordings of findings for the reader: lexicon terms written out, quotes of authored narratives, and other words."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

import yaml

from .words import spans, words

Example = tuple[list[str], frozenset[str], float]
"""Words, labels, weight."""

DENIED = "denied"
"""A label beside the codes: the words say that it is not so."""

DENIALS = {
    "en": ["no", "not any", "without", "no sign of", "hasnt got", "havent had any", "denies", "never had", "isnt", "dont have"],
    "es": ["no", "sin", "no tengo", "no tiene", "nada de", "ni", "niega", "nunca"],
}


@dataclass
class Lexicon:
    codes: list[str]
    terms: dict[str, list[str]]
    implies: dict[str, list[str]]
    sets: dict[str, dict[str, list[str]]]

    def closure(self, codes: frozenset[str] | set[str]) -> frozenset[str]:
        out: set[str] = set()
        todo = list(codes)
        while todo:
            code = todo.pop()
            if code not in out:
                out.add(code)
                todo += self.implies.get(code, [])
        return frozenset(out)


def read_lexicon(folder: Path) -> Lexicon:
    sets = yaml.safe_load((folder / "sets.yaml").read_text(encoding="utf-8"))["sets"]
    found = Lexicon([], {}, {}, sets)
    for file in sorted(folder.glob("findings-*.yaml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["entries"]:
            found.codes.append(entry["code"])
            found.terms[entry["code"]] = [f"{language}:{t}" for language in ("en", "es") for t in entry["terms"][language]]
            found.implies[entry["code"]] = entry.get("implies", [])
    return found


def written_out(term: str, sets: dict[str, dict[str, list[str]]], rng: random.Random) -> str:
    """One wording of a term: a word of each set or choice, the parts of `a + b` in either order."""
    language, text = term.split(":", 1)
    parts = text.split(" + ")
    rng.shuffle(parts)
    out = []
    for word in " ".join(parts).split():
        if word.startswith("@") and word[1:] in sets:
            word = rng.choice(sets[word[1:]][language])
        out.append(rng.choice(word.split("|")).rstrip("*").replace("0", "3"))
    return " ".join(out)


def lexicon_examples(lexicon: Lexicon, per_code: int, rng: random.Random) -> list[Example]:
    out: list[Example] = []
    for code, terms in lexicon.terms.items():
        labels = lexicon.closure({code})
        seen: set[str] = set()
        for _ in range(per_code * 3):
            if not terms or len(seen) >= per_code:
                break
            term = rng.choice(terms)
            text = written_out(term, lexicon.sets, rng)
            if text in seen:
                continue
            seen.add(text)
            out.append((words(text), labels, 1.0))
            if rng.random() < 0.15 and not set(words(text)) & {"no", "not", "cant", "wont", "sin", "never"}:
                out.append((words(f"{rng.choice(DENIALS[term[:2]])} {text}"), labels | {DENIED}, 1.0))
    return out


def read_cases(files: list[Path]) -> list[dict]:
    rows = []
    for file in files:
        with file.open(encoding="utf-8") as lines:
            rows += [json.loads(line) for line in lines if line.strip()]
    return rows


Marked = tuple[int, int, str, bool]
"""First word, end, code, denied."""


def marked(case: dict) -> tuple[list[str], list[Marked]]:
    """The words of a narrative and which of them each quote covers."""
    narrative = case["narrative"]
    placed = spans(narrative)
    out = []
    for code, quote in case["gold"].get("quotes", {}).items():
        if case["gold"]["findings"].get(code) == "unknown":
            continue
        at = narrative.find(quote)
        if at < 0:
            continue
        inside = [i for i, (_, start, end) in enumerate(placed) if start >= at - 1 and end <= at + len(quote) + 1]
        if inside:
            out.append((inside[0], inside[-1] + 1, code, case["gold"]["findings"].get(code) == "absent"))
    return [w for w, _, _ in placed], out


def case_examples(cases: list[dict], lexicon: Lexicon, rng: random.Random, times: int, others: int) -> list[Example]:
    """
    Quotes, each `times` times with a word more or less at its ends; and windows of the same narratives that overlap no
    quote, at a low weight, because the writer marked only the clearest findings.
    """
    known = set(lexicon.codes)
    out: list[Example] = []
    for case in cases:
        text, quotes = marked(case)
        for first, end, code, denied in quotes:
            if code not in known:
                continue
            for n in range(times):
                a = max(0, first - (rng.randint(0, 2) if n else 0))
                b = min(len(text), end + (rng.randint(0, 2) if n else 0))
                inside = {c for f, e, c, _ in quotes if c in known and f >= a and e <= b}
                labels = lexicon.closure(inside | {code})
                out.append((text[a:b], labels | {DENIED} if denied else labels, 1.5))
        free = [i for i in range(len(text)) if not any(f <= i < e for f, e, _, _ in quotes)]
        for _ in range(others):
            if not free:
                break
            a = rng.choice(free)
            b = a
            while b < len(text) and b - a < rng.randint(2, 8) and b in free:
                b += 1
            out.append((text[a:b], frozenset(), 0.3))
    return out


def plain_examples(documents: list[str], count: int, rng: random.Random) -> list[Example]:
    """Windows of talk that is not about symptoms."""
    out: list[Example] = []
    while documents and len(out) < count:
        text = words(rng.choice(documents))
        if len(text) > 10:
            a = rng.randrange(len(text) - 8)
            out.append((text[a : a + rng.randint(2, 8)], frozenset(), 1.0))
    return out
