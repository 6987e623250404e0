"""Identifiers put into carriers: templates with {SLOT}s filled, and narratives in which a person gets a name."""

from __future__ import annotations

import importlib
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

SLOT = re.compile(r"\{([A-Za-z.]+)\}")


@dataclass(frozen=True)
class Planted:
    """A text and its identifiers as (slot, start, end)."""

    text: str
    slots: list[tuple[str, int, int]]


def read_templates(file: Path) -> list[str]:
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]


def fill(template: str, value_of: Callable[[str], str]) -> Planted:
    """`template` with every {SLOT} replaced by `value_of(slot)`."""
    parts: list[str] = []
    slots: list[tuple[str, int, int]] = []
    at = length = 0
    for found in SLOT.finditer(template):
        value = value_of(found[1])
        parts += [template[at : found.start()], value]
        start = length + found.start() - at
        slots.append((found[1], start, start + len(value)))
        at, length = found.end(), start + len(value)
    return Planted("".join([*parts, template[at:]]), slots)


class People:
    """Invented names of some Faker locales; `strange` of them are made of halves of two names, so that no list holds them.

    One first name in twelve is from `everyday`: names that are words as well.
    """

    def __init__(self, locales: list[str], rng: random.Random, strange: float = 0.0, everyday: list[str] | None = None) -> None:
        self.rng, self.strange, self.everyday = rng, strange, everyday or []
        self.lists: list[tuple[list[str], list[str]]] = []
        for locale in locales:
            provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
            lists = {kind: words for kind in dir(provider) if isinstance(words := getattr(provider, kind), (tuple, list, dict))}
            first = sorted({name for kind, words in lists.items() if kind.startswith("first_name") for name in words})
            last = sorted({name for kind, words in lists.items() if kind.startswith("last_name") for name in words})
            if first and last:
                self.lists.append((first, last))

    def _pick(self, which: int) -> str:
        words = self.rng.choice(self.lists)[which]
        word = self.rng.choice(words)
        if self.rng.random() < self.strange and " " not in word:
            other = self.rng.choice(words)
            word = word[: max(2, len(word) // 2 + 1)] + other[len(other) // 2 :].lower()
        return word

    def first(self) -> str:
        return self.rng.choice(self.everyday) if self.everyday and self.rng.random() < 0.08 else self._pick(0)

    def last(self) -> str:
        name = self._pick(1)
        return f"{name}-{self._pick(1)}" if self.rng.random() < 0.05 else name

    def full(self, language: str) -> str:
        middle = f" {self.rng.choice('ABCDEFGHJKLMNPRSTW')}." if self.rng.random() < 0.12 else f" {self.first()}" if self.rng.random() < 0.08 else ""
        second = f" {self.last()}" if language == "es" and self.rng.random() < 0.6 else ""
        return f"{self.first()}{middle} {self.last()}{second}"


# Where a person may get a name: pattern -> what stands there with the name (\g<1> the match, NAME the name).
_CARRIERS = {
    "en": [
        (
            r"\b([Mm]y (?:husband|wife|son|daughter|brother|sister|mum|mother|dad|father|partner|friend|neighbour|cousin|niece|nephew|nan"
            r"|grandad|boy|girl|baby|little one))\b", r"\g<1> NAME"),
        (
            r"(?:(?<=^)|(?<=\. )|(?<=, )|(?<= and )|(?<= but ))([Hh]e|[Ss]he)(?=(?:'s| has| is| was| had| says| said| keeps| woke| can't"
            r"| cant| won't| feels| started| fell)\b)", "NAME"),
        (r"\b((?:[Tt]he|[Mm]y) (?:doctor|gp|GP|nurse|consultant|surgeon))\b", "TITLE LAST"),
    ],
    "es": [
        (r"\b([Mm]i (?:marido|mujer|hijo|hija|hermano|hermana|madre|padre|novio|pareja|amiga|abuelo|abuela|niño|niña|bebé|sobrino|primo))\b", r"\g<1> NAME"),
        (r"\b([Ee]l médico|[Ll]a médica|[Ee]l doctor|[Ll]a doctora)\b", "TITLE LAST"),
    ],
}
_TITLE = {"en": ["Dr", "Dr.", "Doctor", "Nurse", "Mr", "Mrs", "Sister", "Prof"], "es": ["el doctor", "la doctora", "la Dra.", "el Dr.", "don", "doña"]}
_FRONT = {
    "en": ["I'm {n}. ", "my name is {n}, ", "{n} here. ", "This is {n}. ", "Hi {f} here, ", "its {f} again. ", "{n}, "],
    "es": ["Soy {n}. ", "Me llamo {n}, ", "{n}. ", "Le escribe {n}: ", "hola soy {f}, "],
}
_BACK = {
    "en": [" Thanks, {n}", " - {n}", " {f} can tell you more.", " Ask {f} if unsure.", " Love, {f}", " said {f}."],
    "es": [" Gracias, {n}", " - {n}", " Pregunte a {f}.", " Atentamente, {n}", " me lo dijo {f}."],
}


def plant_name(narrative: str, language: str, people: People, rng: random.Random) -> Planted:
    """`narrative` with one person named: a relation, a pronoun, a doctor, or a greeting or signature."""
    small = narrative == narrative.lower() and rng.random() < 0.7
    case = str.lower if small else str
    places = [(found, text) for form, text in _CARRIERS[language] for found in re.finditer(form, narrative)]
    if places and rng.random() < 0.75:
        found, text = rng.choice(places)
        made = found.expand(text.replace("NAME", "\0").replace("TITLE LAST", "\1"))
        title = case(rng.choice(_TITLE[language])) + " " if "\1" in made else ""
        name = case(people.last() if title else people.full(language) if rng.random() < 0.2 else people.first())
        lead = made.split("\0")[0] if "\0" in made else title
        start = found.start() + len(lead)
        return Planted(narrative[: found.start()] + lead + name + narrative[found.end() :], [("NAME", start, start + len(name))])
    front = rng.random() < 0.6
    template = rng.choice((_FRONT if front else _BACK)[language])
    names = {"n": people.full(language) if rng.random() < 0.7 else people.first(), "f": people.first()}
    filled = fill(template.replace("{n}", "{NAME.n}").replace("{f}", "{NAME.f}"), lambda slot: case(names[slot[-1]]))
    text, offset = (filled.text + narrative, 0) if front else (narrative + filled.text, len(narrative))
    return Planted(text, [("NAME", offset + start, offset + end) for _, start, end in filled.slots])
