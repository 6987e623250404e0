"""Streets, addresses and towns by their form, employers and posts held by one person; English and Spanish."""

from __future__ import annotations

import importlib
import re
from functools import lru_cache
from typing import Iterator

from .dictionaries import CAP, FULL, PART, WORD, common_words, is_name, large_places
from .identifiers import Identifier, Span

_EN_STREET = (
    "street|road|avenue|lane|crescent|boulevard|terrace|drive|close|court|place|way|square|gardens|grove|mews|row|parade|parkway"
    "|highway|circle|trail|hill|walk|rise"
    "|plaza|quay|wharf|embankment"
)
_ALONE = "street|road|avenue|lane|crescent|boulevard|terrace|close|drive|square|gardens|grove|mews|parade|parkway|highway"  # telling without a number
_EN_SHORT = "st|rd|ave|ln|cres|blvd|ter|dr|cl|ct|pl|sq|gdns|pkwy|hwy|cir"
_ES_FULL = r"calle|carrer|c/|av(?:en)?ida|avenido|avda?|plaza|pza|paseo|camino|carretera|ctra|ronda|rambla|gran v[ií]a"
_ES_STREET = rf"{_ES_FULL}|c\.|av|p[ºo]|traves[ií]a|glorieta|callej[oó]n|urbanizaci[oó]n|urb|pol[ií]gono|v[ií]a|bulevar|cuesta"
_UNIT = r"(?:(?:flat|apartment|apt\.?|unit|suite|ste\.?|room|floor|studio|piso|puerta|esc\.?|portal|bloque)\s?#?\d*[A-Za-z]?\b,?\s*)"
_NOT_STREET = (
    r"(?:days?|weeks?|months?|years?|hours?|hrs?|mins?|minutes?|times?|miles?|yards?|met(?:er|re)s?|blocks?|mg|ml|of|in|on|to|my|the"
    r"|a|and|or|at|it|is|was|i|down|up|out|off"
    r"|by|from|with|for|per|x|nights?)"
)
_NUMBER_ES = r"(?:(?i:n\.?[º°o]\.?|n[uú]m\.?|n[uú]mero|km\.?) ?)?"
_REST_ES = (
    r"(?:(?: ?[,.–-] ?| )(?:\d{1,3}(?:[.,]\d{3})?\.?[ºª°]?(?!\d)(?: ?[A-Z]{1,2}\b)?(?! ?(?:años|mg|d[ií]as|veces|horas|semanas|meses"
    r"|minutos|cm|kg|ml)\b)|[PA-F]-?\d{0,2}\b|[A-L]\b"
    r"|(?i:bajos?|[aá]tico|izq\w*|iz|dcha?|derecha|izquierda|piso|portal|puerta|esc)\b\.?)){0,5}"
)
_TOWN_END = "town|ville|burgh|bury|berg|borough|chester|mouth|haven|furt|shire|hampton|minster|ingham|stead|worth"
_TOWN_START = "North|South|East|West|New|Old|Lake|Port|Upper|Lower|Great|Little|Mount|Fort|Saint|St|San|Santa|Sant|Los|Las|El|La|Villa|Puerto"
_POSTCODE = r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|(?:[A-Z]{2},? )?\d{5}(?:-\d{4})?)"

_KINDS = (
    "Ltd|Limited|Inc|PLC|plc|LLC|LLP|Co|Corp|Corporation|Company|Group|Holdings|School|College|Academy|University|Nursery|Hospital"
    "|Infirmary|Surgery|Clinic|Bakery|Foods|Motors"
    r"|Hotel|Medical (?:Centre|Center|Practice)|Health (?:Centre|Center)|Care Home|(?:& |and )?Sons|Bros|Brewery|Logistics"
    r"|Supermarket|Church|Factory|S\.?L\.?U?\b\.?|S\.?A\.?\b\.?"
)
_FIRM_FORMS = (
    rf"(?:{CAP}(?:['’]s)? (?:(?:&|and|of) )?){{1,4}}(?:{_KINDS})(?![\w])",
    r"\b(?i:work(?:s|ed|ing)? (?:for|at)|(?:job|shift|driver|cook|cleaner|nurse|clerk|cashier) (?:for|at)|employed (?:by|at)|"
    r"(?:my )?employer(?: is)?,?|employee of"
    r"|trabaj\w+ (?:en|para|con)|empleado (?:de|en)|mi empresa,?) (?:(?:the|el|la|los|las) )?"
    rf"(?P<core>{CAP}(?: (?:(?:&|and|of|de|del|de la|y) )?{CAP}){{0,4}}(?: S\.[LA]\.(?:U\.)?)?)",
    r"\b(?:Hospital|Complejo|Cl[ií]nica|Centro de Salud|Centro M[eé]dico|Colegio|Instituto|Residencia|Universidad|Ambulatorio"
    r"|Fundaci[oó]n|Talleres|Panader[ií]a|Transportes"
    rf"|Conservas|Bodegas|Construcciones|Farmacia)(?: (?:(?:de la|de los|de las|del|de|la|el|los|y) )?{CAP}){{1,6}}(?: \d+)?",
    rf"(?P<pair>{CAP} & {CAP})",
    rf"(?P<trio>{CAP}, {CAP} (?:and|&|y) {CAP})",
)
_POSTS = re.compile(
    r"\b(?i:(?:mayor|mayoress|head ?teacher|head ?master|headmistress|principal|vicar|bishop|imam|rabbi|mp|councillor|senator"
    r"|governor|chief executive|ceo|chief constable|captain"
    rf"|goalkeeper|manager|director|alcalde|alcaldesa|concejala?|p[aá]rroco|presidente|presidenta|directora?|diputad[oa])) (?i:of|at"
    rf"|for|de|del)(?i: the| la| el)? {FULL}"
)


@lru_cache(maxsize=None)
def _forms() -> list[re.Pattern[str]]:
    """Compiled once; the street words of the United States come from Faker."""
    suffixes = "|".join(sorted({*importlib.import_module("faker.providers.address.en_US").Provider.street_suffixes}))
    house = rf"(?:(?:The )?{CAP} (?:Cottage|House|Farm|Lodge|Barn|Court|Villa),? )?"
    alone = "|".join(word.title() for word in _ALONE.split("|"))
    return [
        re.compile(form)
        for form in (
            rf"(?i:{_UNIT})?(?<![\d.,/])\b\d{{1,5}}[A-Za-z]?,? (?:[NSEW]{{1,2}}\.? )?(?:(?!(?i:{_NOT_STREET})\b)[^\W\d_][\w'’.-]*\s){{1,3}}"
            rf"(?i:{_EN_STREET}|{_EN_SHORT})\b\.?"
            rf"(?: (?:[NSEW]{{1,2}}\b))?(?:,? (?i:{_UNIT}))?",
            rf"(?i:{_UNIT})?(?<![\d.,/])\b(?:\d{{1,5}}[A-Za-z]?,? )?{CAP}(?:['’]s)?(?: {CAP})? (?:{suffixes}|(?:{suffixes})s)\b(?:,?\s+(?i:{_UNIT}))?",
            rf"\b\d{{1,5}}[A-Za-z]?,? {CAP}(?: {CAP}){{0,3}},?\s+(?i:{_UNIT})?,?\s*(?:{CAP}(?: {CAP}){{0,2}},?\s+){{1,2}}{_POSTCODE}",
            rf"(?i:{_UNIT}){CAP}(?: {CAP}){{0,3}},\s+(?:{CAP}(?: {CAP}){{0,2}},?\s+){{1,2}}{_POSTCODE}",
            r"\bUnit \d+ Box \d+(?:,? (?:[ADF]PO) A[AEP] \d{5})?|\b(?:USNS|USS|USNV|USCGC) [\w ]+,? [ADF]PO A[AEP] \d{5}",
            r"\bPSC \d+,? Box \d+,? [ADF]PO A[AEP] \d{5}",
            rf"{house}(?:{CAP}(?:['’]s)? ){{1,3}}(?:{alone}|Rd|Ave|Blvd)\b",
            r"(?i:\bp\.? ?o\.? box|\bapartado(?: de correos)?|\bapdo\.?) ?\d+",
            rf"(?i:\b(?:{_ES_STREET}))(?![^\W\d_])\.? ?{PART}?{CAP}(?: (?:{PART})?{CAP}){{0,4}}(?:,? ?{_NUMBER_ES}(?:\d{{1,4}}(?!\d)(?! ?"
            rf"(?:años|mg|d[ií]as|de )\b)[A-Za-z]?\b|s/n))?{_REST_ES}",
            rf"(?i:\b(?:{_ES_FULL}|av))(?![^\W\d_])\.?,? ?(?:{PART})?(?:[^\W\d_]+\.?(?: [^\W\d_]+){{0,3}})?,? ?{_NUMBER_ES}(?:\d{{1,4}}(?!\d)|s/n|SN\b)"
            rf"(?! ?(?:años|d[ií]as|mg|veces|horas|semanas|meses|minutos|cm|kg)\b)[A-Za-z]?\b{_REST_ES}",
            rf"{CAP}(?: (?:{PART})?{CAP}){{0,3}},? (?:s/n|SN|(?:km\.? )?\d{{1,4}}{_REST_ES}(?=[ .,-]{{1,3}}(?:E-)?\d{{5}}\b))",
            r"\b(?i:flat|apartment|apt\.?|unit|suite) #?\d+[A-Za-z]?\b",
            # Postcode and town in one: "28905 Getafe", "41003. Sevilla".
            rf"(?<![\d.,/-])(?:E-)?(?:0[1-9]|[1-4]\d|5[0-2])\d{{3}}[ .,(-]{{1,3}}{CAP}(?: (?:{PART})?{CAP}){{0,3}}",
            # What a label says: "Domicilio: ...", "Address: ..." to the end of the line or sentence.
            r"(?i:\b(?:domicilio|direcci[oó]n|(?:home |postal |current )?address|localidad(?: ?/ ?provincia)?|provincia|ciudad|municipio"
            r"|poblaci[oó]n|town|city|county|residence))"
            r" ?: *(?P<core>[^\n;|]{2,80}?)(?=\s*(?:\.\s*\n|\n|;|\||$|\.\s+[A-ZÁÉÍÓÚ][a-záéíóú]{3}))",
        )
    ]


@lru_cache(maxsize=None)
def _firms() -> list[re.Pattern[str]]:
    return [re.compile(form) for form in _FIRM_FORMS]


def address_spans(text: str) -> Iterator[Span]:
    """Streets, towns by form, firms and posts; spans may overlap."""
    for form in _forms():
        for found in form.finditer(text):
            start, end = found.span("core" if "core" in form.groupindex else 0)
            yield Span(Identifier.PLACE, start, len(text[:end].rstrip(" ,.")))
    for found in re.finditer(rf"\b(?:{_TOWN_START})\.? {CAP}|\b[A-Z][a-z]{{2,}}(?:{_TOWN_END})\b", text):
        words = [word.lower() for word in re.findall(WORD, found[0])]
        if words[-1] not in common_words() and found[0].lower() not in large_places():
            yield Span(Identifier.PLACE, *found.span())
    for form in _firms():
        for found in form.finditer(text):
            start, end = found.span("core" if "core" in form.groupindex else 0)
            words = re.findall(WORD, text[start:end])
            if "pair" in form.groupindex or "trio" in form.groupindex:
                known = sum(is_name(word) and word.lower() not in large_places() for word in words)
                telling = known >= 2 or not any(word.lower() in common_words() or word.lower() in large_places() for word in words)
            else:
                telling = len(words) > 1 or words[0].lower() not in common_words()
            if telling:
                yield Span(Identifier.OTHER, start, end)
    for found in _POSTS.finditer(text):
        yield Span(Identifier.OTHER, *found.span())
