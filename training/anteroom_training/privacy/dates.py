"""Class C: dates in the usual English and Spanish forms (the year may stay) and ages over 89 (become `90 or older`)."""

from __future__ import annotations

import datetime
import re
from typing import Iterator

from .identifiers import Identifier, Span

OLDEST_YEAR_AGE = 89  # a year of birth further back than this shows an age over 89 and goes as well
OLD_AGE = {"en": "90 or older", "es": "90 o más"}

_MONTHS = (
    "january|february|april|june|july|august|september|october|november|december"
    "|enero|febrero|marzo|abril|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre"
)
_SHORT = "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|ene|abr|ago|dic"
_WORDS = "march|may|mayo"  # also an English verb, an English modal and a sauce: need a date around them
_ANY = rf"(?:(?:{_MONTHS}|{_WORDS})\b|(?:{_SHORT})\b\.?)"
_YEAR4 = r"(?:18|19|20)\d\d"
_YEAR = rf"(?P<year>{_YEAR4}|['’]\d\d|\d\d(?![\d:/.%]|\s?(?:mg|ml|kg|mm|cm|h|am|pm)\b))"
_UNITS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
_ORDINAL = (
    rf"{_UNITS}|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth"
    rf"|twenty[- ](?:{_UNITS})|thirty[- ]first"
)
_CARDINAL_ES = (
    "primero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|diecis[eé]is|diecisiete|dieciocho|diecinueve"
    "|veinte|veintiuno|veintid[oó]s|veintitr[eé]s|veinticuatro|veinticinco|veintis[eé]is|veintisiete|veintiocho|veintinueve|treinta(?: y uno)?"
)
_DAY = rf"(?:the )?(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|[ºª°])?|(?:the )?(?:{_ORDINAL})|(?:{_CARDINAL_ES})"
_TIME = r"(?:[T ,]{1,2}\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d:?\d\d|[ap]m)?)?"
_BEFORE = (
    r"(?:(?:in|since|until|till|during|before|after|by|from|around|about|last|next|early|late|mid|middle of|end of|beginning of|start of|of|on"
    r"|en|desde|hasta|durante|de|del|hacia|sobre|a (?:finales|principios|mediados) de|(?:finales|principios|mediados) de|pasado|pr[oó]ximo)[ -]+)"
)
_FEASTS = (
    r"christmas(?: day| eve)?|xmas|boxing day|new year'?s(?: day| eve)?|new years?\b|(?<!the )easter(?: sunday| monday)?|good friday|halloween"
    r"|thanksgiving|valentine'?s(?: day)?|bonfire night|independence day|navidad(?:es)?|nochebuena|nochevieja|semana santa|d[ií]a de reyes"
)

_FORMS = [
    rf"\b(?P<year>{_YEAR4})[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?!\d){_TIME}",
    rf"(?<![\d/.-])(?:0?[1-9]|[12]\d|3[01])\s?(?P<sep>[-/.])\s?(?:0?[1-9]|[12]\d|3[01])\s?(?P=sep)\s?(?P<year>{_YEAR4}|\d\d)(?![\d/])(?!\.\d){_TIME}",
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:T?\d{6}Z?)?(?!\d)",
    rf"(?<![\d.])(?:{_DAY})\s*(?:day )?[-/ ]?(?:of\s+|de\s+)?{_ANY}(?:\s*[-/,]?\s*(?:of |de |del |del año )?{_YEAR}\b)?",
    rf"\b{_ANY}[\s-]+(?:{_DAY})\b(?!\s?(?:days?|weeks?|times?|mg|ml|hours?|años|d[ií]as)\b)(?!:\d)(?:,?\s+(?:of |de )?{_YEAR}\b)?",
    rf"\b{_ANY}[\s,/-]*(?:of |de |del )?(?P<year>{_YEAR4}|['’]\d\d)\b",
    rf"(?<![\d/.-])(?:0?[1-9]|1[0-2])[-/](?P<year>{_YEAR4})\b",
    rf"\b{_BEFORE}(?P<core>(?:{_WORDS})\b|(?:{_SHORT})\b\.?)(?!\s+(?:be|have|not|need|also|well|or)\b)",
    r"\b(?:on|since|until|till|from|by|before|after|due|el|d[ií]a|hasta el|desde el|dob|born|nacid[oa] el)[ :]+(?P<core>(?:0?[1-9]"
    r"|[12]\d|3[01])/(?:0?[1-9]|[12]\d|3[01]))(?![\d/%])",
    r"\b(?:on|since|until|till|by|from) (?P<core>the (?:[1-9]|[12]\d|3[01])(?:st|nd|rd|th))(?=\s*(?:[.,;:!?)]|$)|\s+(?:and|but|at|i"
    r"|we|he|she|it|they|to|with|for|my|when)\b)",
    r"\b(?P<core>d[ií]a (?:[1-9]|[12]\d|3[01]))(?=\s*(?:[.,;:!?)]|$)|\s+(?:de este mes|del mes|a las|y|pero|me|le)\b)",
    rf"(?<!every )(?<!each )(?<!cada )\b(?P<core>{_MONTHS})\b",
    rf"(?<!every )(?<!each )(?<!cada )\b(?P<core>{_FEASTS})\b(?! (?:tree|dinner|lunch|cake|party|pudding|decorations|lights|eggs?))",
]
_DATES = [re.compile(form, re.IGNORECASE) for form in _FORMS]
_LABELLED = re.compile(
    rf"\b(?:fecha[^:\n]{{0,25}}|dob|d\.o\.b\.?|date[^:\n]{{0,15}})\s*:\s*(?P<core>\d[\d /.-]{{3,10}}\d)", re.IGNORECASE
)
_BORN = re.compile(
    rf"\b(?:born|dob|birth(?: ?date|day)?|nacid[oa]|nacimiento|naci[oó]|nac[ií])\b[^.\n]{{0,14}}?(?P<core>(?P<year>{_YEAR4}))\b", re.IGNORECASE
)

_TENS_EN = r"ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?"
_TENS_ES = r"noventa(?: y (?:uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve))?"
_OLD = (
    rf"(?:9\d|1[0-2]\d|{_TENS_EN}|(?:a|one) hundred(?: and (?:one|two|three|four|five|six|seven|eight|nine|ten))?|{_TENS_ES}|cien"
    rf"(?:to (?:uno|dos|tres|cuatro|cinco))?)"
)
_NOT_AGE = (
    r"(?! or older| o más)(?![\d.,]*\d)(?!\s*(?:%|/|(?:kg|kilos?|lbs?|bpm|mg|ml|cm|mm|beats|percent|por ciento|sats|over|on air"
    r"|miles|minutes|mins?|days?|weeks?|hours?|months?|d[ií]as|semanas|horas|meses)\b))"
)
_AGES = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<![\d.,/])(?P<age>(?:{_OLD})[- ]?(?:years?|yrs?)[- ]?(?:old|of age))\b",
        rf"(?<![\d.,/])(?P<age>(?:{_OLD})[- ]?(?:y\.?/?o\.?|yo))\b",
        rf"(?<![\d.,/])(?P<age>{_OLD})[- ]?(?:years?|yrs?)\b(?=[- ](?:man|woman|male|female|lady|gentleman|mother|father|patient|m\b|f\b))",
        rf"(?<![\d.,/])(?P<age>{_OLD}) años\b(?! (?:atr[aá]s|fumando|después|de (?:evoluci[oó]n|matrimonio)))",
        rf"\b(?:aged?|edad(?: de)?)(?: is| of|:|,|=)*\s+(?P<age>{_OLD})\b{_NOT_AGE}",
        rf"\b(?:he|she|(?:my |our |her |his )?(?:mum|mom|dad|mother|father|nan|nana|gran|granny|grandma|grandmother|grandad|grandpa"
        rf"|grandfather|aunt|uncle|husband|wife|patient))"
        rf"(?:'s|’s| is| was)(?: only| now| nearly| almost)? (?P<age>{_OLD})\b{_NOT_AGE}",
        rf"\b(?:turn(?:ed|s|ing)?|reach(?:ed|es)?) (?P<age>{_OLD})\b{_NOT_AGE}",
        rf"\b(?:cumpl(?:e|i[oó]|ir[aá]|ido)) (?P<age>{_OLD})\b{_NOT_AGE}",
        rf"(?<![\d.,/])(?P<age>{_OLD})[- ]?(?:[mf]|male|female)\b(?=[ ,.;]|$)",
    )
]


def _kept_year(year: str | None, today: int) -> str:
    """Four digits of a year that may stay, or nothing: unknown, or so early that it shows an age over 89."""
    digits = (year or "").strip("'’ ")
    if not digits:
        return ""
    full = int(digits) if len(digits) == 4 else 2000 + int(digits) if 2000 + int(digits) <= today + 5 else 1900 + int(digits)
    return str(full) if full >= today - OLDEST_YEAR_AGE else ""


def date_spans(text: str) -> Iterator[Span]:
    """Dates and ages over 89; spans may overlap."""
    today = datetime.date.today().year
    for form in _DATES:
        for found in form.finditer(text):
            groups = found.groupdict()
            start, end = found.span("core") if "core" in groups else found.span()
            yield Span(Identifier.DATE, start, len(text[:end].rstrip(" ,")), _kept_year(groups.get("year"), today))
    for found in _LABELLED.finditer(text):  # also misprints such as 26708/2017
        yield Span(Identifier.DATE, *found.span("core"), _kept_year(found["core"][-4:] if re.search(rf"{_YEAR4}$", found["core"]) else None, today))
    for found in _BORN.finditer(text):
        if int(found["year"]) < today - OLDEST_YEAR_AGE:
            yield Span(Identifier.DATE, *found.span("core"))
    for form in _AGES:
        for found in form.finditer(text):
            spanish = "año" in found[0].lower() or re.search(r"noventa|cien|edad|cumpl", found[0], re.IGNORECASE)
            yield Span(Identifier.DATE, *found.span("age"), OLD_AGE["es" if spanish else "en"])
