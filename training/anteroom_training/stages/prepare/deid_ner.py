"""The tagger of the de-identification gate: a CRF learnt from own templates and from narratives with names put in.

Negatives are narratives as they are, without those in which a capitalised or related word is a listed name (they were written
by people and name invented ones here and there). Writes `words.txt` (everyday words), `model.crfsuite` and `summary.json`.
"""

from __future__ import annotations

import importlib
import json
import random
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any, Iterator

import pycrfsuite

from ...privacy.addresses import address_spans
from ...privacy.dictionaries import DOUBLE, EPONYMS, LOCALES, WORD, common_words, dictionary_spans, first_names, places
from ...privacy.ner import features, tokens_of
from ...privacy.plant import People, Planted, fill, plant_name, read_templates
from ...recipe import PipelineError, existing, load_recipe, resolve, run_stage

KEYS = {
    "templates": str,
    "narratives": str,
    "drugs": list,
    "output": str,
    "seed": int,
    "fills": int,
    "narrative_rows": int,
    "hide_lists": float,
    "lower": float,
    "c1": float,
    "c2": float,
    "iterations": int,
}
LABELS = {"NAME": "NAME", "PLACE": "PLACE", "OTHER": "ORG"}
_TRADES = {
    "en": [
        "Bakery",
            "Foods",
                "Logistics",
                    "Primary School",
                        "Care Home", "Motors", "Builders", "Academy", "Surgery", "Medical Centre", "Brewery", "Textiles", "Farm", "Supermarket", "Transport"],
    "es": ["Talleres", "Panadería", "Conservas", "Colegio", "Residencia", "Transportes", "Construcciones",
        "Farmacia", "Clínica", "Hotel", "Bodegas", "Granja"],
}  # fmt: skip
_ROADS = {
    "en": ["Street", "Road", "Avenue", "Lane", "Close", "Drive", "Way", "Crescent", "Court"], "es": ["Calle", "Avenida", "Plaza", "Paseo", "Camino", "c/"]}


def everyday(narratives: list[str]) -> list[str]:
    """Words that stand in small letters in two narratives or more, in five for a listed first name ("john", "rose"); sorted."""
    seen: Counter[str] = Counter()
    for narrative in narratives:
        seen.update({word for word in re.findall(WORD, narrative) if word.islower()})
    return sorted(word for word, times in seen.items() if times >= (5 if word in first_names() else 2))


def clean(rows: list[dict[str, Any]], wanted: int) -> list[dict[str, Any]]:
    """The first `wanted` rows in which neither the lists nor titles, relations and forms find a name or a place."""
    kept: list[dict[str, Any]] = []
    for row in rows:
        if len(kept) == wanted:
            break
        if not any(True for find in (dictionary_spans, address_spans) for _ in find(row["narrative"])):
            kept.append(row)
    return kept


class Values:
    """Values of slots for one language."""

    def __init__(self, language: str, people: People, drugs: list[str], rng: random.Random) -> None:
        self.language, self.people, self.drugs, self.rng = language, people, drugs, rng
        self.cities = sorted(place for place in places() if len(place) > 3)
        self.eponyms = sorted(word for word in EPONYMS if len(word) > 4)
        provider = importlib.import_module("faker.providers.address.en_GB").Provider
        self.british = sorted(provider.counties)

    def __call__(self, slot: str) -> str:
        rng, people = self.rng, self.people
        if slot == "NAME.full":
            return people.full(self.language)
        if slot == "NAME.first":
            return people.first()
        if slot == "NAME.last":
            return people.last()
        if slot == "PLACE.city":
            if rng.random() < 0.2:  # a town that no list holds
                return people.last() + rng.choice([
                    "ton", "ham", "bury", "field", " Bay", "ville", "ford"] if self.language == "en" else ["eda", "ares", " del Río", " de Abajo", "illo"])
            return rng.choice(self.british) if rng.random() < 0.05 else rng.choice(self.cities).title().replace(" Of ", " of ").replace(" De ", " de ")
        if slot == "PLACE.street":
            road = rng.choice(_ROADS[self.language])
            return f"{rng.randint(1, 300)} {people.last()} {road}" if self.language == "en" else f"{road} {people.last()}, {rng.randint(1, 120)}"
        if slot == "OTHER.org":
            trade = rng.choice(_TRADES[self.language])
            name = people.last() if rng.random() < 0.7 else rng.choice(self.cities).title()
            ways = [
                f"{name} & {people.last()}",
                    f"{name} Ltd",
                        f"{name} Inc",
                            f"{name} Group",
                                f"{name} {trade}",
                                    f"{name} {trade}"] if self.language == "en" else [f"{name} S.L.", f"{name} S.A.", f"{trade} {name}", f"{trade} {name}"]
            return rng.choice(ways)
        if slot == "DRUG":
            return rng.choice(self.drugs)
        if slot == "EPONYM":
            return rng.choice(self.eponyms).capitalize()
        raise PipelineError(f"unknown slot in a template: {slot}")


def labelled(planted: Planted) -> tuple[list[str], list[str]]:
    """Words and their BIO labels."""
    words, labels = [], []
    for token in tokens_of(planted.text):
        words.append(token[0])
        label = "O"
        for slot, start, end in planted.slots:
            if start <= token.start() < end and slot.split(".")[0] in LABELS:
                label = ("B-" if token.start() == start else "I-") + LABELS[slot.split(".")[0]]
        labels.append(label)
    return words, labels


def examples(recipe: dict[str, Any], rows: list[dict[str, Any]], rng: random.Random) -> Iterator[Planted]:
    """Filled templates, narratives with a name and narratives as they are."""
    double = sorted(word.capitalize() for word in DOUBLE)
    people = {language: People([locale for locale in LOCALES if locale.startswith(language)] * 2 + LOCALES, rng, 0.3, double) for language in ("en", "es")}
    for language in ("en", "es"):
        values = Values(language, people[language], recipe["drugs"], rng)
        for template in read_templates(resolve(recipe["templates"]) / f"templates.{language}.txt"):
            for _ in range(recipe["fills"] if "{" in template else max(1, recipe["fills"] // 4)):
                made = fill(template, values)
                yield Planted(made.text.lower(), made.slots) if rng.random() < recipe["lower"] and len(made.text.lower()) == len(made.text) else made
    for at, row in enumerate(rows):
        yield Planted(row["narrative"], []) if at % 2 else plant_name(row["narrative"], row["language"], people[row["language"]], rng)


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    rng = random.Random(recipe["seed"])
    output = resolve(recipe["output"])
    output.mkdir(parents=True, exist_ok=True)
    file = existing(recipe["narratives"], "the repository; it is committed")
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    words = everyday([row["narrative"] for row in rows])
    (output / "words.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    common_words.cache_clear()
    rng.shuffle(rows)
    rows = clean(rows, recipe["narrative_rows"])
    print(f"{len(words)} everyday words, {len(rows)} narratives without a listed name", flush=True)
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": recipe["c1"], "c2": recipe["c2"], "max_iterations": recipe["iterations"], "feature.minfreq": 2})
    counts: Counter[str] = Counter()
    for planted in examples(recipe, rows, rng):
        words, labels = labelled(planted)
        hidden = frozenset(at for at in range(len(words)) if labels[at] != "O" and rng.random() < recipe["hide_lists"])
        trainer.append(features(words, hidden), labels)
        counts.update(labels)
        counts["texts"] += 1
        if counts["texts"] % 1000 == 0:
            print(f"{counts['texts']} texts", flush=True)
    started, step = time.monotonic(), 0

    def say(*_: Any) -> None:
        nonlocal step
        step += 1
        if step % 200 == 0:
            print(f"{time.monotonic() - started:.0f} s", flush=True)

    trainer.message = say
    print(f"learning from {counts['texts']} texts", flush=True)
    trainer.train(str(output / "model.crfsuite"))
    size = (output / "model.crfsuite").stat().st_size
    summary = {**{label: counts[label] for label in sorted(counts)}, "seconds": round(time.monotonic() - started), "bytes": size}
    (output / "summary.json").write_text(json.dumps(summary) + "\n", encoding="utf-8")
    print(f"done: {summary} -> {output}", flush=True)


if __name__ == "__main__":
    run_stage("Learn the tagger of the de-identification gate.", stage)
