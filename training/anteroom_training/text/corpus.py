"""Readers of the corpus pack: each yields plain documents of one source, cleaned. The pack is never committed."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from ..recipe import PipelineError

BOILERPLATE = re.compile(
    r"OpenStax|Creative Commons|Rice University|Key Points\n|These resources (address|from)|Genetic Testing Registry|"
    r"If you need medical advice|ClinicalTrials\.gov|To learn more|Review Questions|Answer Key",
)
CHUNK_CHARACTERS = 3000
DASHES_AND_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "–": "-"})


def tidy(text: str) -> str:
    """Straight quotes, single blanks, no runs of empty lines."""
    text = re.sub(r"[ \t]+", " ", text.translate(DASHES_AND_QUOTES))
    return re.sub(r"\n\s*\n+", "\n", text).strip()


def chunks(text: str, size: int = CHUNK_CHARACTERS) -> Iterator[str]:
    """Runs of whole paragraphs of about `size` characters, without headings-only and boilerplate paragraphs."""
    held: list[str] = []
    for paragraph in map(str.strip, tidy(text).split("\n")):
        if len(paragraph) < 40 or BOILERPLATE.search(paragraph):
            continue
        held.append(paragraph)
        if sum(map(len, held)) >= size:
            yield "\n".join(held)
            held = []
    if sum(map(len, held)) > 200:
        yield "\n".join(held)


def jsonl(file: Path) -> Iterator[dict]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def books(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.txt")):
        if file.name != "SOURCE.txt":
            yield from chunks(file.read_text(encoding="utf-8"))


def medquad(folder: Path, rare: bool) -> Iterator[str]:
    """`rare` selects the rare-disease collections (GARD, GHR), two thirds of the whole; else all others."""
    for row in jsonl(folder / "medquad_qa.jsonl"):
        if (row["src"] in ("GARD", "GHR")) == rare and len(row["answer"]) > 80:
            body = "\n".join(p for p in tidy(row["answer"]).split("\n") if not BOILERPLATE.search(p))
            yield f"{row['question']}\n{body[:CHUNK_CHARACTERS]}"


def plain_language(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.json")):
        for row in json.loads(file.read_text(encoding="utf-8")):
            if isinstance(row, dict) and row.get("term") and row.get("plain_alternative"):
                yield f"{row['term']}: {tidy(str(row['plain_alternative']))}"


def interviews(folder: Path) -> Iterator[str]:
    for row in jsonl(folder / "osce_train.jsonl"):
        text = "\n".join(f"{turn['speaker']}: {tidy(turn['text'])}" for turn in row["turns"])
        for first in range(0, len(text), CHUNK_CHARACTERS):
            yield text[first : first + CHUNK_CHARACTERS]


def mts_dialog(folder: Path) -> Iterator[str]:
    with (folder / "MTS-Dialog-TrainingSet.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield f"{tidy(row['dialogue'])}\nNote: {tidy(row['section_text'])}"


def aci_bench(folder: Path) -> Iterator[str]:
    with (folder / "train.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield tidy(row["dialogue"])[: 2 * CHUNK_CHARACTERS]
            yield tidy(row["note"])[:CHUNK_CHARACTERS]


def meqsum(folder: Path) -> Iterator[str]:
    for row in jsonl(folder / "meqsum.jsonl"):
        yield f"{tidy(row['CHQ'])}\nIn short: {tidy(row['Summary'])}"


def topical_chat(folder: Path) -> Iterator[str]:
    for row in jsonl(folder / "topical_chat.jsonl"):
        yield "\n".join(tidy(text) for _, text in row["turns"])[:CHUNK_CHARACTERS]


def onestop(folder: Path) -> Iterator[str]:
    for row in jsonl(folder / "onestop_english.jsonl"):
        yield from chunks(row["text"])


def casimedicos(folder: Path, language: str) -> Iterator[str]:
    yield from chunks((folder / f"casimedicos_{language}_train.txt").read_text(encoding="utf-8"))


READERS: dict[str, tuple[str, Callable[[Path], Iterator[str]]]] = {
    "medquad": ("medquad", lambda f: medquad(f, rare=False)),
    "medquad-rare": ("medquad", lambda f: medquad(f, rare=True)),
    "openstax-health": ("openstax_health", books),
    "openstax-general": ("openstax_general", books),
    "standard-ebooks": ("standard_ebooks", books),
    "plain-language": ("plain_language_us_gov", plain_language),
    "nhs-style": ("nhs_content_style", books),
    "interviews": ("osce_fareez", interviews),
    "mts-dialog": ("mts_dialog", mts_dialog),
    "aci-bench": ("aci_bench", aci_bench),
    "meqsum": ("meqsum", meqsum),
    "topical-chat": ("topical_chat", topical_chat),
    "onestop": ("onestop_english", onestop),
    "casimedicos-en": ("casimedicos", lambda f: casimedicos(f, "en")),
    "casimedicos-es": ("casimedicos", lambda f: casimedicos(f, "es")),
}


def lay_labels(pack: Path) -> list[str]:
    """Short lay names of symptoms (Human Phenotype Ontology, layperson synonyms), lower case, sorted."""
    labels = set()
    with (pack / "hpo" / "layperson-synonyms.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t"):
            name = row[-1].strip('"').lower()
            if 1 <= name.count(" ") <= 4 and "retard" not in name and re.fullmatch(r"[a-z][a-z ,'-]+", name):
                labels.add(name)
    return sorted(labels)


def read_source(pack: Path, name: str) -> list[str]:
    """All documents of one source in file order, exact duplicates dropped. PipelineError when it is not there."""
    if name not in READERS:
        raise PipelineError(f"unknown corpus source: {name} (known: {', '.join(sorted(READERS))})")
    directory, reader = READERS[name]
    if not (pack / directory).is_dir():
        raise PipelineError(f"corpus source not found: {pack / directory} (unpack the corpus there, see README.md)")
    seen: set[bytes] = set()
    documents = []
    for text in reader(pack / directory):
        digest = hashlib.sha1(" ".join(text.lower().split()).encode()).digest()
        if text and digest not in seen:
            seen.add(digest)
            documents.append(text)
    return documents


def drawn(pack: Path, name: str, characters: int, draw: random.Random) -> list[str]:
    """Documents of one source in random order, until they have more than `characters`."""
    documents = read_source(pack, name)
    draw.shuffle(documents)
    sizes = itertools.accumulate(map(len, documents), initial=0)
    return [document for document, before in zip(documents, sizes, strict=False) if before <= characters]
