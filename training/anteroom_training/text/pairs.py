"""What the embedder learns from: pairs of texts that mean the same, and passages with the ways in which people ask for them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from .corpus import BOILERPLATE, jsonl, tidy

Pair = tuple[str, str]


def medquad(corpus: Path) -> Iterator[Pair]:
    """Question -> first sentences of the answer; rare-disease collections are left out (two thirds of the whole)."""
    for row in jsonl(corpus / "medquad" / "medquad_qa.jsonl"):
        if row["src"] in ("GARD", "GHR") or len(row["answer"]) < 80:
            continue
        body = " ".join(p for p in tidy(row["answer"]).split("\n") if not BOILERPLATE.search(p))
        if len(body) > 60:
            yield row["question"], body[:400]


def hpo(corpus: Path) -> Iterator[Pair]:
    with (corpus / "hpo" / "layperson-synonyms.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quotechar='"'):
            yield row["?term_label"], row["?layperson"]
    with (corpus / "hpo" / "hp-es.babelon.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield row["source_value"], row["translation_value"]


def questions(corpus: Path) -> Iterator[Pair]:
    for row in jsonl(corpus / "rqe_amia2016" / "rqe_train.jsonl"):
        if str(row["label"]).lower() == "true" and row["chq"] != row["faq"]:
            yield row["chq"], row["faq"]
    for row in jsonl(corpus / "meqsum" / "meqsum.jsonl"):
        yield row["CHQ"], row["Summary"]


def lexicon(knowledge: Path) -> Iterator[Pair]:
    """Lay term -> label, in both languages and across them."""
    for file in sorted((knowledge / "lexicon").glob("findings-*.yaml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["entries"]:
            label = entry["label"]
            yield label["es"], label["en"]
            for language in ("en", "es"):
                for term in entry["terms"][language]:
                    yield term.replace("*", ""), label["en"]


@dataclass(frozen=True)
class Section:
    """A passage of a guideline, and how people ask for it in English and Spanish (`knowledge-index/asks`)."""

    id: str
    heading: str
    body: str
    asks: tuple[str, ...]

    @property
    def text(self) -> str:
        """As the index embeds it."""
        return f"{self.heading}: {self.body}"


def sections(knowledge: Path) -> list[Section]:
    """Every passage, in file order."""
    found = []
    for file in sorted((knowledge / "guidelines").glob("*.md")):
        asked = knowledge / "asks" / f"{file.stem}.yaml"
        asks = yaml.safe_load(asked.read_text(encoding="utf-8"))["asks"] if asked.is_file() else {}
        parts = re.findall(r"^## (.+?) \{#([a-z0-9-]+)\}\n+(.+?)(?=\n## |\Z)", file.read_text(encoding="utf-8"), re.M | re.S)
        for heading, anchor, body in parts:
            said = asks.get(anchor, {"en": [], "es": []})
            found.append(Section(f"{file.stem}#{anchor}", heading, " ".join(body.split()), (*said["en"], *said["es"])))
    return found


def passages(knowledge: Path) -> Iterator[Pair]:
    """Heading, and each sentence, -> the passage it stands in."""
    for section in sections(knowledge):
        yield section.heading, section.body
        for sentence in re.split(r"(?<=[.!?])\s+", section.body):
            yield sentence, section.text


def protocols(knowledge: Path) -> Iterator[Pair]:
    """Spanish and English texts of a protocol say the same."""
    for file in sorted((knowledge / "protocols").glob("*.yaml")):
        found: list[Pair] = []

        def walk(node: object) -> None:
            if isinstance(node, dict):
                if set(node) == {"en", "es"}:
                    found.append((str(node["es"]), str(node["en"])))
                else:
                    for child in node.values():
                        walk(child)
            elif isinstance(node, list):
                for child in node:
                    walk(child)

        walk(yaml.safe_load(file.read_text(encoding="utf-8")))
        yield from found


def all_pairs(corpus: Path, knowledge: Path) -> dict[str, list[Pair]]:
    """Every source of pairs, by name."""
    sources = {"medquad": medquad(corpus), "hpo": hpo(corpus), "questions": questions(corpus)}
    sources |= {"lexicon": lexicon(knowledge), "passages": passages(knowledge), "protocols": protocols(knowledge)}
    return {name: [(a, b) for a, b in pairs if a.strip() and b.strip()] for name, pairs in sources.items()}
