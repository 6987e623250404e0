"""Recall of the gate on identifiers planted in templates it was not built on, and its false positives on narratives.

`python -m anteroom_training.privacy.measure [--report FILE] [--tuning FILE]`. Held-out sets:
- own: `tests/deid/` templates and hand-written values, and the same templates with names of Faker locales no list of the gate holds;
- presidio: every other template of `presidio_templates` (corpus), filled by Faker;
- meddocan: the dev split of Spanish clinical records with invented identifiers (corpus), classes of the rule only.
Rules are tuned with `--tuning`: other lines, the other templates, the train split and the train narratives.
An identifier counts as found when every letter and digit of it is covered (of a date: its day and month; the year may stay).
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Iterable, Iterator

import yaml
from faker import Faker

from ..intervals import wilson
from ..recipe import REPOSITORY
from .gate import identifiers_in
from .identifiers import Span
from .plant import People, Planted, fill, read_templates

HELD_OUT = REPOSITORY / "training" / "tests" / "deid"
UNLISTED = {"en": ["en_NZ", "nl_NL", "ro_RO", "yo_NG"], "es": ["es_CL"]}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def covered(planted: Planted, spans: list[Span], slot: tuple[str, int, int]) -> bool:
    """Whether no letter or digit of the identifier is left; years of dates and what an age keeps do not count."""
    name, start, end = slot
    hidden = {at for span in spans for at in range(span.start, span.end)}
    if name.startswith("DATE"):
        value = planted.text[start:end]
        hidden |= {start + at for year in _YEAR.finditer(value) for at in range(*year.span())}
        filler = re.finditer(r"\b(?:last|late|early|the|of|de|del|finales|d[ií]a|año|in)\b", value)
        hidden |= {start + at for word in filler for at in range(*word.span())}
    if name == "NAME":  # a title may stay
        hidden |= {start + at for title in re.finditer(r"\b(?:Mrs?|Ms|Miss|Dr|Mx|Sr|Sra|Dra|D|Dña)\b", planted.text[start:end]) for at in range(*title.span())}
    if name == "OTHER.org":
        hidden |= {start + at for article in re.finditer(r"\A(?:the|el|la)\b", planted.text[start:end]) for at in range(*article.span())}
    return all(at in hidden or not planted.text[at].isalnum() for at in range(start, end))


def own(seed: int, each: int, unlisted: bool) -> Iterator[Planted]:
    """Every held-out template `each` times; `unlisted` takes names from locales that the gate's lists leave out."""
    values = yaml.safe_load((HELD_OUT / "values.yaml").read_text(encoding="utf-8"))
    rng = random.Random(seed)
    for language in ("en", "es"):
        people = People(UNLISTED[language], rng)
        for template in read_templates(HELD_OUT / f"templates.{language}.txt"):
            for _ in range(each):

                def value_of(slot: str) -> str:
                    if unlisted and slot.startswith("NAME"):
                        return {"full": people.full(language), "first": people.first(), "last": people.last()}[slot.split(".")[1]]
                    return rng.choice(values[language][slot])

                if not unlisted or "{NAME" in template:
                    yield fill(template, value_of)


_PRESIDIO = {
    "person": "NAME", "name": "NAME", "first_name": "NAME", "last_name": "NAME", "name_male": "NAME", "name_female": "NAME",
    "first_name_male": "NAME", "first_name_female": "NAME", "last_name_male": "NAME", "last_name_female": "NAME", "first_name_nonbinary": "NAME",
    "city": "PLACE", "address": "PLACE", "street_name": "PLACE", "postcode": "PLACE", "zipcode": "PLACE", "credit_card_number": "ACCOUNT",
    "iban": "ACCOUNT", "phone_number": "PHONE", "email": "EMAIL", "url": "URL", "ssn": "SSN", "ip_address": "IP", "us_driver_license": "LICENCE",
    "date_of_birth": "DATE", "organization": "OTHER",
}  # fmt: skip


def presidio(corpus: Path, seed: int, each: int, half: int) -> Iterator[Planted]:
    """Every other corpus template (0: tuned on, 1: held out), filled by Faker in US and British form."""
    fakers = [Faker("en_US"), Faker("en_GB")]
    rng = random.Random(seed)
    for faker in fakers:
        faker.seed_instance(seed)
    text = (corpus / "presidio_templates" / "templates.txt").read_text(encoding="utf-8", errors="replace")
    for line in text.splitlines()[half::2]:
        template = re.sub(r"\{\{(\w+)\}\}", lambda found: f"{{{found[1].replace('_', '.')}}}", line.replace("\\n", "\n"))
        for _ in range(each):
            faker = rng.choice(fakers)

            def value_of(slot: str) -> str:
                return _faked(faker, slot.replace(".", "_"), rng)

            made = fill(template, value_of)
            kept = [(_PRESIDIO[slot.replace(".", "_")], start, end) for slot, start, end in made.slots if slot.replace(".", "_") in _PRESIDIO]
            yield Planted(made.text, kept)


def _faked(faker: Faker, kind: str, rng: random.Random) -> str:
    made: dict[str, Any] = {
        "person": faker.name, "organization": faker.company, "url": faker.url, "ip_address": faker.ipv4, "nationality": lambda: "French",
        "nation_woman": lambda: "Frenchwoman", "nation_plural": lambda: "the French", "age": lambda: str(rng.randint(18, 80)), "zipcode": faker.postcode,
        "us_driver_license": lambda: faker.bothify("?#######").upper(), "date_time": lambda: faker.date(), "date_of_birth": lambda: faker.date("%d/%m/%Y"),
        "address": lambda: faker.address().replace("\n", ", "), "secondary_address": lambda: "Apt. 12", "state_abbr": lambda: "MA", "prefix": lambda: "Dr.",
    }  # fmt: skip
    return str(made[kind]() if kind in made else getattr(faker, kind)())


_MEDDOCAN = {
    "NOMBRE_SUJETO_ASISTENCIA": "NAME", "NOMBRE_PERSONAL_SANITARIO": "NAME", "CALLE": "PLACE", "TERRITORIO": "PLACE", "FECHAS": "DATE",
    "NUMERO_TELEFONO": "PHONE", "NUMERO_FAX": "FAX", "CORREO_ELECTRONICO": "EMAIL", "ID_SUJETO_ASISTENCIA": "MRN", "ID_ASEGURAMIENTO": "PLAN",
    "ID_TITULACION_PERSONAL_SANITARIO": "LICENCE", "ID_CONTACTO_ASISTENCIAL": "MRN", "ID_EMPLEO_PERSONAL_SANITARIO": "LICENCE", "URL_WEB": "URL",
    "IDENTIF_BIOMETRICOS": "BIOMETRIC", "IDENTIF_VEHICULOS_NRSERIE_PLACAS": "VEHICLE", "IDENTIF_DISPOSITIVOS_NRSERIE": "DEVICE", "DIREC_PROT_INTERNET": "IP",
    "NUMERO_BENEF_PLAN_SALUD": "PLAN", "OTRO_NUMERO_IDENTIF": "OTHER", "HOSPITAL": "OTHER", "CENTRO_SALUD": "OTHER",
}  # fmt: skip


def meddocan(corpus: Path, limit: int, split: str) -> Iterator[Planted]:
    """Records of one split; regions as large as a state may stay and are left out."""
    large = {
        "españa", "cataluña", "andalucía", "galicia", "comunidad de madrid", "murcia", "asturias", "castilla",
        "navarra", "extremadura", "país vasco", "aragón", "canarias"}
    with (corpus / "meddocan_es" / f"meddocan_{split}.jsonl").open(encoding="utf-8") as file:
        for _, line in zip(range(limit), file):
            row = json.loads(line)
            slots = [(_MEDDOCAN[label], start, end) for start, end, label in row["spans"] if label in _MEDDOCAN and row["text"][start:end].lower() not in large]
            slots = [slot for slot in slots if not (slot[0] == "DATE" and _YEAR.fullmatch(row["text"][slot[1] : slot[2]]))]
            slots = [slot for slot in slots if slot[0] != "MRN" or any(char.isdigit() for char in row["text"][slot[1] : slot[2]])]  # "married"
            yield Planted(row["text"], slots)


_MARKED = re.compile(r"\[\[([A-Za-z.]+):(.+?)\]\]")


def tuning() -> Iterator[Planted]:
    """The marked lines that the rules were tuned on."""
    for line in read_templates(REPOSITORY / "training" / "recipes" / "deid-v1" / "tune.txt"):
        values = [found[2] for found in _MARKED.finditer(line)]
        yield fill(_MARKED.sub(lambda found: f"{{{found[1]}}}", line), lambda _: values.pop(0))


def recall(planted: Iterable[Planted], missed: list[str] | None = None) -> dict[str, list[int]]:
    """Class -> [found, planted]; `missed` gets "slot<tab>value<tab>text" of what was left."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in planted:
        spans = identifiers_in(one.text)
        for slot in one.slots:
            hit = covered(one, spans, slot)
            counts[slot[0].split(".")[0]][0] += hit
            counts[slot[0].split(".")[0]][1] += 1
            if not hit and missed is not None:
                around = one.text[max(0, slot[1] - 60) : slot[2] + 40].replace("\n", " / ")
                missed.append(f"{slot[0]}\t{one.text[slot[1] : slot[2]]}\t{around}")
    return dict(counts)


def false_positives(file: Path, limit: int, flagged: list[str] | None = None) -> tuple[Counter[str], int]:
    """Spans a class in narratives without planted identifiers, and the words read."""
    counts: Counter[str] = Counter()
    words = 0
    for line in file.read_text(encoding="utf-8").splitlines()[:limit]:
        narrative = json.loads(line)["narrative"]
        words += len(narrative.split())
        for span in identifiers_in(narrative):
            counts[span.kind.token] += 1
            if flagged is not None:
                flagged.append(f"{span.kind.token}\t{narrative[span.start : span.end]}\t{narrative[max(0, span.start - 40) : span.end + 30]}")
    return counts, words


def _show(name: str, counts: dict[str, list[int]]) -> dict[str, Any]:
    total = [sum(pair[at] for pair in counts.values()) for at in (0, 1)]
    print(f"\n{name}", flush=True)
    table = {}
    for kind, (found, planted) in [*sorted(counts.items()), ("all", total)]:
        low, high = wilson(found / max(1, planted), planted)
        table[kind] = {"found": found, "planted": planted, "recall": round(found / max(1, planted), 4), "low": round(low, 4), "high": round(high, 4)}
        print(f"  {kind:<10} {found:>5}/{planted:<5} {found / max(1, planted):.4f}  [{low:.4f}, {high:.4f}]", flush=True)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=REPOSITORY / "training" / "data" / "corpus")
    parser.add_argument("--each", type=int, default=8, help="fills of each own template")
    parser.add_argument("--records", type=int, default=100, help="records of meddocan")
    parser.add_argument("--report", type=Path, help="JSON file for the figures")
    parser.add_argument("--tuning", type=Path, metavar="FILE", help="measure on the sets the gate is tuned on; FILE gets what was missed (keep it private)")
    given = parser.parse_args()
    lines: list[str] = []
    tuned = given.tuning is not None
    report: dict[str, Any] = {}
    if tuned:
        report["tuning"] = _show("tuning lines", recall(tuning(), lines))
    else:
        report["own"] = _show("own templates", recall(own(7, given.each, False)))
        report["unlisted"] = _show("own templates, names on no list", recall(own(8, given.each, True)))
    if (given.corpus / "presidio_templates").is_dir():
        report["presidio"] = _show("presidio templates", recall(presidio(given.corpus, 9, 3, 0 if tuned else 1), lines))
    if (given.corpus / "meddocan_es").is_dir():
        report["meddocan"] = _show("meddocan records", recall(meddocan(given.corpus, given.records, "train" if tuned else "dev"), lines))
    split = "train" if tuned else "tune"
    counts, words = false_positives(REPOSITORY / "evaluation" / "cases" / f"authored-{split}.jsonl", 2000, lines)
    rate = 1000 * sum(counts.values()) / words
    report["narratives"] = {"words": words, "spans": dict(counts), "per_1000_words": round(rate, 2)}
    print(f"\nnarratives ({split}): {sum(counts.values())} spans in {words} words, {rate:.2f} per 1,000; {dict(counts)}", flush=True)
    if tuned:
        given.tuning.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if given.report:
        given.report.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
