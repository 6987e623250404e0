"""The lexicon as training reads it: codes, their terms as written, what implies what."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import yaml


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
