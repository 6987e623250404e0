"""The learnt layer: a linear-chain CRF that tags names, places and organisations from shape, affixes, context and lists."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Iterator

import pycrfsuite

from .dictionaries import PARTICLES, RELATIONS, TITLES, TOKEN, common_words, first_names, is_eponym, large_places, last_names, places, spelling
from .identifiers import Identifier, Span

MODEL = Path(__file__).parent / "ner" / "model.crfsuite"
CLASSES = {"NAME": Identifier.NAME, "PLACE": Identifier.PLACE, "ORG": Identifier.OTHER}
DOUBT = 0.12  # chosen on the tuning sets
_TITLES, _RELATIONS = frozenset(TITLES.split()), frozenset(RELATIONS.split())
_LONGEST = 20  # words; what is longer is another language or machine text
_MACHINE = re.compile(r"[<>{}\[\]|=`*#~$%^_;\"]")
_SHORT = frozenset("MRN NHS SSN NHC CIP DNI NIE DOB VIN IP IBAN GP GMC NPI ID BP ECG MRI CT TAC RM HTA COPD UTI".split())  # no initials
_STREET = frozenset("street road avenue lane close drive calle avenida plaza paseo".split())
_FIRM = frozenset("ltd limited inc plc llc co corp company s.l s.a sl sa school college university hospital bakery foods logistics group bank".split())


def tokens_of(text: str) -> list[re.Match[str]]:
    return list(TOKEN.finditer(text))


def _shape(word: str) -> str:
    if word.isdigit():
        return f"d{min(len(word), 5)}"
    if word.islower():
        return "x"
    if word.isupper():
        return "X" if len(word) == 1 else "XX"
    return "Xx" if word[0].isupper() else "xX" if any(char.isalpha() for char in word) else word


def _lists(lower: str) -> list[str]:
    return [name for name, words in (("first", first_names()), ("last", last_names()), ("place", places())) if lower in words]


def features(words: list[str], hidden: frozenset[int] = frozenset()) -> list[list[str]]:
    """One list of features a word; the words at `hidden` are treated as if no list held them."""
    lower = [word.lower() for word in words]
    known = common_words()
    counts = spelling()
    flags: list[list[str]] = []
    for at, word in enumerate(lower):
        mine = [] if at in hidden else _lists(word)
        if word in known:
            mine.append("known")
        elif word.isalpha() and (at in hidden or counts.get(word, 0) < 100):
            mine.append("rare")
        for name, group in (("title", _TITLES), ("relation", _RELATIONS), ("particle", PARTICLES), ("street", _STREET), ("firm", _FIRM)):
            if word in group:
                mine.append(name)
        flags.append(mine)
    shapes = [_shape(word) for word in words]
    small = "small" if sum(shape == "x" for shape in shapes) >= 0.97 * max(1, sum(word.isalpha() for word in words)) else "mixed"
    rows: list[list[str]] = []
    for at, word in enumerate(lower):
        row = ["bias", small, f"s={shapes[at]}", f"s={shapes[at]}|{small}", f"p3={word[:3]}", f"e2={word[-2:]}", f"e3={word[-3:]}"]
        row += [f"f={flag}" for flag in flags[at]] + [f"f={flag}|{shapes[at]}" for flag in flags[at]] + ["f=" + "+".join(flags[at])]
        if word in known and at not in hidden:
            row.append(f"w={word}")
        for step in (-3, -2, -1, 1, 2):
            near = at + step
            if not 0 <= near < len(words):
                row.append(f"{step}:edge")
                continue
            row.append(f"{step}:s={shapes[near]}")
            row += [f"{step}:f={flag}" for flag in flags[near]]
            if lower[near] in known or not words[near].isalpha():
                row.append(f"{step}:w={lower[near]}")
                if step == -1:
                    row.append(f"-1:w={lower[near]}|{shapes[at]}|{'+'.join(flags[at])}")
        if at > 1:
            row.append(f"-21:{lower[at - 2] if lower[at - 2] in known else shapes[at - 2]}|{lower[at - 1] if lower[at - 1] in known else shapes[at - 1]}")
        if at + 1 < len(words):
            row.append(f"01:{shapes[at]}|{shapes[at + 1]}|{'+'.join(flags[at][:2])}|{'+'.join(flags[at + 1][:2])}")
        rows.append(row)
    return rows


@lru_cache(maxsize=1)
def _tagger() -> pycrfsuite.Tagger:
    tagger = pycrfsuite.Tagger()
    tagger.open(str(MODEL))
    return tagger


def _labels(words: list[str]) -> list[str]:
    """The most likely labels; a capitalised word that is no everyday one is taken from DOUBT on, as a miss costs more than a blot."""
    tagger = _tagger()
    labels = tagger.tag(features(words))
    for at, word in enumerate(words):
        if labels[at] == "O" and word.istitle() and len(word) > 1 and word.lower() not in common_words() and 1 - tagger.marginal("O", at) >= DOUBT:
            labels[at] = max((f"B-{kind}" for kind in CLASSES), key=lambda label: tagger.marginal(label, at))
    return labels


def tagger_spans(text: str) -> Iterator[Span]:
    """Names, places and organisations the tagger sees; disease names are left alone."""
    found = tokens_of(text)
    if " " not in text.strip():  # a code, a key or one word: no context to judge by
        return
    labels = _labels([token[0] for token in found])
    at = 0
    while at < len(found):
        label = labels[at]
        if label == "O":
            at += 1
            continue
        kind, first = label[2:], at
        at += 1
        while at < len(found) and labels[at] == f"I-{kind}":
            at += 1
        run = found[first:at]
        start, end = run[0].start(), run[-1].end()
        if _sound(kind, [token[0] for token in run], text[start:end]) and not is_eponym(text, start, end):
            yield Span(CLASSES[kind], start, end)


# How the fixed sentences of our own assessments and hand-overs begin (src/domain/assessment): capitals that no patient wrote.
_BEGINNINGS = frozenset("preliminary suggests escalate reported recommended requires background arrange alert offer possible male female allows".split())


def _sound(kind: str, words: list[str], text: str) -> bool:
    """Whether a run may be an identifier at all: what the tagger says of other languages and of machine text is noise."""
    letters = [word for word in words if word.isalpha()]
    if letters and letters[0].lower() in _BEGINNINGS and all(word.islower() for word in letters[1:]):
        return False
    if not any(char.isalpha() for char in text) or text.lower() in large_places() or _MACHINE.search(text) or len(words) > _LONGEST:
        return False
    if len(letters) > 2 and all(word.islower() and word in common_words() for word in letters):
        return False
    if text == text.lower() and (kind == "ORG" or any(word.isdigit() for word in words)):
        return False
    return text not in _SHORT
