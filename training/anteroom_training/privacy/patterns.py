"""Classes with a shape or a label of their own: numbers, addresses on the wire, codes, files. Names are in `dictionaries` and `ner`."""

from __future__ import annotations

import ipaddress
import re
from typing import Iterator

import phonenumbers

from .identifiers import Identifier, Span

# The value after a label: one code, or groups of one, with at least one digit; digits and capitals alone carry it over a blank.
_GLUE = r"(?:[ \t]*(?:number|num|no|n\.?[º°o]|nr|id|code|reference|ref|is|was|es|era|n[uú]mero|c[oó]digo|de|#|:|=|\.|-|\(|\)|,))*[ \t]*#?"
_CODE = (
    r"(?P<core>(?=[^\s]*\d|[A-Z]{2,6}[ ]\d)[A-Za-z0-9](?:[A-Za-z0-9]|[-./](?=[A-Za-z0-9]))*(?:[ ](?=[A-Z0-9./-]*\d)[A-Z0-9]+"
    r"(?:[-./][A-Z0-9]+)*|[ ][A-Z0-9]{1,5}(?![A-Za-z]))*)"
)
_ONE = r"(?P<core>(?=[\w.-]*\d)[A-Za-z0-9](?:[\w]|[-./](?=\w))+)"


def _labelled(kind: Identifier, labels: str, value: str = _CODE) -> tuple[Identifier, re.Pattern[str]]:
    """`labels` in any case, then the value in its own case."""
    return kind, re.compile(rf"(?<![A-Za-z])(?i:{labels})(?i:{_GLUE}(?:(?:with|for|from|on|of|at|de|del|con) (?:[a-z]+ ){{0,2}}?[a-z]+{_GLUE})?){value}")


def _shape(kind: Identifier, form: str, flags: int = 0) -> tuple[Identifier, re.Pattern[str]]:
    return kind, re.compile(form, flags)


_TLD = "com|org|net|edu|gov|info|io|co|uk|es|us|eu|me|app|health|clinic|blog|tv|ie|ca|au|de|fr|mx|ar|cl|pt|it|nhs|xyz|dev|ly"
_AREAS = (
    "A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]"
    "|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE"
)
_PHONE_LABEL = (
    "phone|telephone|tel|mobile|cell(?:phone)?|call|ring|text|reach|contact|whatsapp|number|landline|tel[eé]fono|m[oó]vil|fijo"
    "|llam\\w+|contacto|tfno|tlf"
)
_IMAGE = "jpe?g|png|heic|heif|gif|bmp|tiff?|webp|dcm|raw|nef|mp4|mov"
_MARK = r"[A-Z0-9][A-Z0-9-]*"

RULES: list[tuple[Identifier, re.Pattern[str]]] = [
    _shape(Identifier.EMAIL, r"[\w.+%-]+\s?(?:@|\(at\)|\[at\]|\sat\s(?=\w+\s?(?:\.|dot\s)))\s?[\w-]+(?:(?:\.|\s?\(dot\)\s?|\sdot\s)[A-Za-z][\w-]+)+"),
    _shape(Identifier.PHOTO,
        rf"\bWhatsApp Image [\d-]+(?: at [\d.]+(?: [AP]M)?)?\.\w+|(?:[\w-]+ (?=\d))?[\w()%-]+(?:\.[\w-]+)*\.(?:{_IMAGE})\b", re.IGNORECASE),
    _shape(Identifier.PHOTO, r"data:(?:image|video)/[\w+.-]+;base64,[A-Za-z0-9+/=]+"),
    _labelled(Identifier.PHOTO,
        r"(?:photo(?:graph)?|picture|selfie|mugshot|portrait|headshot|foto(?:graf[ií]a)?|retrato)s? (?:id|no|number|file|ref|n[uú]mero"
        r"|archivo)", _ONE),
    _shape(Identifier.URL, r"\b(?:https?|ftp|sftp)://[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]|\bwww\.[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]", re.IGNORECASE),
    _shape(Identifier.URL, rf"(?<![@\w.-])(?:[a-z0-9-]+\.)+(?:{_TLD})(?:/[^\s<>\"')\]]*[^\s<>\"')\].,;:!?])?(?![\w-]|\.\w)", re.IGNORECASE),
    _shape(Identifier.DEVICE, r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b"),
    _shape(Identifier.DEVICE, r"\(01\)\d{14}(?:\(\d\d\)[A-Za-z0-9-]+)*"),
    _labelled(Identifier.DEVICE,
        r"(?:serial|s/n|imei|udi|device (?:id(?:entifier)?|no|number|serial)|sensor id|pump id|implant id|n[uú]mero de serie"
        r"|n\.?[º°] de serie|id(?:entificador)? del (?:dispositivo|aparato)|nº serie)"),
    _shape(Identifier.VEHICLE, r"\b(?=[A-HJ-NPR-Z0-9]*\d)(?=[A-HJ-NPR-Z0-9]*[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{11}(?=\d{0,6})[A-HJ-NPR-Z0-9]{2}\d{4}\b"),
    _shape(Identifier.VEHICLE, r"\b[A-Z]{2}\d{2}\s?[A-HJ-PR-Z]{3}\b|(?<![\d.,/-])\d{4}[ -]?[BCDFGHJ-NPR-TV-Z]{3}\b|\b[A-Z]{1,2}-\d{4}-[A-Z]{2}\b"),
    _labelled(Identifier.VEHICLE,
        r"(?:licen[cs]e plate|number plate|plates?|registration plate|vehicle reg(?:istration)?|car reg(?:istration)?|reg plate|vin"
        r"|chassis|matr[ií]cula|bastidor|placas?)(?:(?: of| on)? (?:the|my|his|her) car)?"),
    _shape(Identifier.SSN, r"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])"),
    _shape(Identifier.SSN, r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b|\bQQ\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b"),
    _shape(Identifier.SSN,
        r"(?<![\dA-Za-z])(?:\d{8}|\d{2}\.\d{3}\.\d{3})[- ]?[A-HJ-NP-TV-Z]\b|\b[XYZ][- ]?\d{7}[- ]?[A-Z]\b|"
        r"(?<!\d)\d{2}[/ -]\d{7,8}[/ -]\d{2}(?!\d)"),
    _shape(Identifier.SSN, r"\b[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d\b"),
    _labelled(Identifier.SSN,
        r"(?:ssn|social(?: security)?|national insurance|n\.?i\.? (?:no|number)|national id(?:entity)?|id(?:entity)? (?:card|number|no)"
        r"|dni|nie|nif|nuss|seguridad social|curp|c[eé]dula|documento de identidad)"),
    _labelled(Identifier.MRN,
        r"(?:mrn|m\.r\.n\.?|medical record|hospital (?:no|number|id)|patient (?:id|no|number|record)|chart|nhs(?= ?(?:no|number|id|#|:))"
        r"|chi number|record (?:no|number)|file (?:no|number)|unit number|nhc|historia(?: cl[ií]nica)?(?= ?(?:n|:))|(?:n[uú]mero"
        r"|n\.?[º°]) de historia(?: cl[ií]nica)?|n[uú]mero de paciente|episodio|nass)"),
    _shape(Identifier.PLAN, r"\b[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d{2}\b"),
    _labelled(Identifier.PLAN,
        r"(?:member(?:ship)?(?: (?:id|no|number))|policy|insurance(?: (?:id|no|number|card|policy|group))|medicare|medicaid|subscriber"
        r"|beneficiary|health (?:plan|card)|group (?:no|number|id)|ehic|p[oó]liza|tarjeta sanitaria|cip\b|cipa|mutua|afiliad[oa]"
        r"|beneficiari[oa])"),
    _shape(Identifier.ACCOUNT, r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,4})?\b"),
    _shape(Identifier.ACCOUNT,
        r"(?<![\d-])(?:\d{4}[ -]){3}\d{4}(?![\d-])|(?<!\d)\d{16}(?!\d)|(?<!\d)3[47]\d{2}[ -]?\d{6}[ -]?\d{5}(?!\d)|"
        r"(?<!\d)\d{2}-\d{2}-\d{2}[ ]\d{8}(?!\d)"),
    _shape(Identifier.ACCOUNT, r"(?<!\d)\d{4} \d{4} \d{2} ?\d{10}(?!\d)"),
    _labelled(Identifier.ACCOUNT,
        r"(?:accounts?|acct|a/c|iban|sort code|(?:debit |credit |bank )?card|routing|swift|cuenta|tarjeta(?: de (?:cr[eé]dito"
        r"|d[eé]bito))?|ccc)"),
    _shape(Identifier.LICENCE, r"\b[A-Z9]{5}\s?\d{6}\s?[A-Z9]{2}\s?[A-Z0-9]{2,3}[A-Z]{0,2}\b"),
    _labelled(Identifier.LICENCE,
        r"(?:licen[cs]e|driving licen[cs]e|drivers?'?s? licen[cs]e|\bdl\b|passport|certificate|certification|registration|gmc|nmc|hcpc"
        r"|npi|dea|pin number|permiso(?: de conducir)?|carn[eé](?:t)?(?: de conducir)?|licencia|pasaporte|colegiad[oa]|n\.?[º°]\s?col\.?"
        r"|certificado)"),
    _shape(Identifier.BIOMETRIC, r"\b[\w-]*(?:fingerprint|thumb|voiceprint|iris|retina|huella|pulgar)[\w-]*\.\w{2,5}\b|\b[\w-]+\.wsq\b", re.IGNORECASE),
    _labelled(
        Identifier.BIOMETRIC,
        r"(?:finger[- ]?prints?|thumb[- ]?prints?|palm[- ]?(?:prints?|veins?)|face[- ]?prints?|voice[- ]?prints?|(?:iris|retinal?)"
        r"(?: scan| template| pattern| record)+|face ?id|fac(?:e|ial) (?:template|recognition|scan|geometry)|biometrics?"
        r"|dna profile|plantilla facial|huellas?(?: (?:dactilar|digital)(?:es)?)?|biom[eé]tric[oa]s?|(?:registro|escaneo|patr[oó]n) de"
        r"(?:l)? iris|iris)(?: (?:template|hash|file|record|scan|profile|plantilla|archivo))*",
        r"(?P<core>(?!(?:19|20)\d\d\b)(?=[\w./-]*\d)[A-Za-z0-9](?:\w|[-./](?=\w)){3,})",
    ),
    _labelled(Identifier.PLACE,
        r"(?:zip(?: ?code)?|post ?code|postal code|c\.?p\.?|c[oó]digo postal)",
            r"(?P<core>\d{5}(?:-\d{4})?|\d{2} \d{3}|[A-Za-z]{1,2}\d[A-Za-z\d]?\s?\d?[A-Za-z]{0,2})\b"),
    _shape(Identifier.PLACE,
        r"(?<![\d-])\d{5}-\d{4}(?![\d-])|\b(?:A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI"
        r"|S[CD]|T[NX]|UT|V[AT]|W[AIVY])\.?,? \d{5}\b"),
    _shape(Identifier.PLACE, rf"\b(?:{_AREAS})\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{{2}}\b"),
    _shape(Identifier.PLACE, rf"\b(?:{_AREAS})\d[a-z\d]? \d[abd-hjlnp-uw-z]{{2}}\b", re.IGNORECASE),
    _shape(Identifier.PLACE, r"(?<![\d.,/-])(?:0[1-9]|[1-4]\d|5[0-2])\d{3}(?=[ ,(]{1,2}[A-ZÁÉÍÓÚ][a-záéíóúñ]{2,})(?! (?:Units?|Leuco|Plaq|UI))"),
    _shape(Identifier.PLACE, r"(?<![\d.])-?\d{1,2}\.\d{3,},\s?-?\d{1,3}\.\d{3,}(?!\d)"),
    _shape(Identifier.OTHER, r"(?<![\w.@/])@[A-Za-z0-9_](?:[\w.]*\w)?"),
    _shape(Identifier.OTHER, r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{16,64}\b"),
    _labelled(Identifier.OTHER,
        r"(?:user ?name|log-?in|password|passcode|insta(?:gram)?|tik ?tok|snap(?:chat)?|twitter|usuario|contraseña)(?: (?:name"
        r"|handle))?[ ]*(?=[:=]|is |es )", r"(?P<core>[^\s,;]+[^\s,;.])"),
    _labelled(Identifier.OTHER,
        r"(?:booking|order|invoice|reference|referral|ticket|tracking|case|claim|confirmation|participant|subject|study|trial|enrol?ment"
        r"|student|employee|staff|badge|barcode|prescription|rx|sample|specimen|accession|request|locker|crime|pnr|reserva|pedido"
        r"|factura|referencia|participante|expediente|empleado|muestra|petici[oó]n|cita n)(?: (?:code|id|no|number|reference|ref))?",
            r"(?P<core>(?!(?:19|20)\d\d\b)(?=[\w./-]*\d[\w./-]*\d[\w./-]*\d)[A-Za-z0-9](?:\w|[-./](?=\w)){3,})"),
    _labelled(Identifier.OTHER,
        r"(?:my |your |the )?(?:id|ref|code|c[oó]digo)", r"(?P<core>(?=[\w./-]*\d[\w./-]*\d[\w./-]*\d[\w./-]*\d)[A-Za-z0-9](?:\w|[-./](?=\w)){4,})"),
    # What no label names: long numbers and codes of letters and digits.
    _shape(Identifier.OTHER, r"(?<![\d.,/:+-])\d{7,}(?![\d.,]*\d)(?!\s?(?:mg|mcg|g|ml|l|iu|units?|ui|copies|cells|/))"),
    _shape(Identifier.OTHER, r"(?<![\w.,/])(?=[A-Z0-9-]*[A-Z])(?=(?:[A-Z-]*\d){5})[A-Z0-9]+(?:-[A-Z0-9]+)*\b"),
]

_IP4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\d.]*\d)")
_IP6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_DIALLED = re.compile(r"(?<![\w.,/-])(?:\+|00)?\(?\d(?:[ ().-]{0,2}\d){5,14}(?:\s?(?:x|ext\.?|extension|extensi[oó]n)\s?\d{1,5})?(?![\d/%-])", re.IGNORECASE)
_AFTER_UNIT = re.compile(r"\s?(?:mg|mcg|g|ml|l|iu|units?|ui|kg|mm|cm|hours?|hrs?|days?|weeks?|am|pm|bpm)\b", re.IGNORECASE)
_CALLED = re.compile(rf"\b(?:{_PHONE_LABEL})\b[^\d\n]{{0,25}}$", re.IGNORECASE)
_FAXED = re.compile(r"\bfax\b[^\d\n]{0,25}$|\bfax(?:ed|ing)?\b[^\d.\n]{0,40}$", re.IGNORECASE)
_MEASURED = re.compile(r"\d{1,3}[.,]\d{1,2}|[vV]?\d+(?:\.\d+)+")  # "policy v4.2", "37.2"
_YEARS = re.compile(r"(?:19|20)\d\d\s?[-.]\s?(?:19|20)\d\d")
_GROUPED = re.compile(
    r"^(?:\+|00)|^\(\d{3,5}\)|^\d{3}[ .-]\d{3}[ .-]\d{4}$|^\d{3}-\d{4}$|^0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}$|^[6789]\d{2}"
    r"(?:[ -]\d{3}){2}$|^[6789]\d{2}(?:[ -]\d\d){3}$|^9\d (?:\d{3} \d\d \d\d|\d{3} \d{4})$")


def _phones(text: str) -> Iterator[Span]:
    """Telephone and fax numbers: after a word for it, in a telephone's grouping, or valid in the US, the UK or Spain."""
    for found in _DIALLED.finditer(text):
        number = found[0].rstrip(" .-(")
        digits = sum(char.isdigit() for char in number)
        if digits < 7 and not _CALLED.search(text[: found.start()]) or digits < 6 or _YEARS.fullmatch(number) or _AFTER_UNIT.match(text, found.end()):
            continue
        before = text[max(0, found.start() - 50) : found.start()]
        end = found.start() + len(number)
        if _FAXED.search(before):
            yield Span(Identifier.FAX, found.start(), end)
        elif _CALLED.search(before) or _GROUPED.match(number) or "x" in number.lower() or _valid(number):
            yield Span(Identifier.PHONE, found.start(), end)


def _valid(number: str) -> bool:
    for region in ("US", "GB", "ES"):
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(number, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _addresses(text: str) -> Iterator[Span]:
    for form in (_IP4, _IP6):
        for found in form.finditer(text):
            try:
                ipaddress.ip_address(found[0].split("/")[0])
            except ValueError:
                continue
            yield Span(Identifier.IP, *found.span())


def pattern_spans(text: str) -> Iterator[Span]:
    """Identifiers with a shape or a label, all classes but names; spans may overlap, earlier rules are the more telling."""
    yield from _phones(text)
    yield from _addresses(text)
    for kind, form in RULES:
        for found in form.finditer(text):
            start, end = found.span("core" if "core" in form.groupindex else 0)
            if "core" in form.groupindex and (sum(char.isalnum() for char in text[start:end]) < 4 or _MEASURED.fullmatch(text, start, end)):
                continue
            yield Span(kind, start, end)
