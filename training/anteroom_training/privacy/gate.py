"""What other code calls: identifiers of one text, and one row with every identifier taken out.

Fields whose name says what they hold (`mrn`, `surname`, `dob`) go whole, whatever the value looks like.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Iterator

from .identifiers import Identifier, Span
from .redact import apply_spans, find_spans


OLD_AGE = 90  # stands for "90 or older" where a number is needed
_FIELDS = {
    Identifier.NAME: "(?:patient|full|first|last|middle|given|family|maiden|carer|contact|doctor|gp)_?names?|surname|forename|nombre|apellidos?|nickname",
    Identifier.PLACE:
        "(?:home_|postal_)?address(?:_line_?\\d)?|street|city|town|county|zip(?:_?code)?|post_?code|postal_code|domicilio|direccion"
        "|localidad|codigo_postal",
    Identifier.PHONE: "(?:tele|mobile_?|home_?|work_?|cell_?)?phone(?:_?(?:number|no))?|mobile|telefono|movil",
    Identifier.FAX: "fax(?:_?(?:number|no))?",
    Identifier.EMAIL: "e_?mail(?:_?address)?|correo",
    Identifier.SSN: "ssn|social_security(?:_?(?:number|no))?|national_(?:id|insurance)(?:_?number)?|dni|nie|nif|nuss",
    Identifier.MRN: "mrn|medical_record(?:_?(?:number|no))?|nhs_?(?:number|no)|nhc|hospital_(?:number|no|id)|patient_?(?:id|number|no)|chart_?(?:number|no)",
    Identifier.PLAN: "(?:insurance|policy|plan|member|beneficiary|subscriber|medicare|medicaid)_?(?:id|number|no)|poliza",
    Identifier.ACCOUNT: "account(?:_?(?:number|no))?|iban|card_?(?:number|no)",
    Identifier.LICENCE: "(?:(?:driver|driving|medical)s?_)?licen[cs]e(?:_?(?:number|no))?|passport(?:_?(?:number|no))?|npi|gmc",
    Identifier.VEHICLE: "vin|(?:licen[cs]e_|number_)?plate|matricula|vehicle_?(?:id|reg(?:istration)?)",
    Identifier.DEVICE: "(?:device_?)?serial(?:_?(?:number|no))?|device_?id|imei|udi|mac_?address",
    Identifier.IP: "ip(?:_?address)?",
    Identifier.BIOMETRIC: "fingerprint(?:_?id)?|voice_?print|biometric(?:_?id)?",
    Identifier.PHOTO: "photo(?:_?(?:url|file|path))?|portrait|selfie",
    Identifier.OTHER: "user_?name|login|employer|handle",
}
_BY_NAME = [(kind, re.compile(form)) for kind, form in _FIELDS.items()]
_BIRTH = re.compile("dob|birth_?date|date_of_birth|fecha_(?:de_)?nacimiento|born")
_AGE = re.compile("(?:patient_)?age(?:_(?:in_)?years)?|edad")


def _plain(key: str) -> str:
    """`patientName`, `Patient-Name` -> `patient_name`."""
    return re.sub(r"[\s-]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key)).lower()


def field_spans(key: str, text: str) -> list[Span]:
    """Identifiers of a value: all of it where its field says so, else those in it."""
    name, spans = _plain(key), find_spans(text)
    if not text.strip() or re.fullmatch(r"\[[A-Z]+(?: \d{4})?\]", text.strip()):
        return spans
    for kind, form in _BY_NAME:
        if form.fullmatch(name):
            return [Span(kind, 0, len(text))]
    if _BIRTH.fullmatch(name) and not any(span.end - span.start == len(text) for span in spans):
        return [Span(Identifier.DATE, 0, len(text))]
    if _AGE.fullmatch(name) and re.fullmatch(r"\d{2,3}", text) and int(text) >= OLD_AGE:
        return [] if text == str(OLD_AGE) else [Span(Identifier.DATE, 0, len(text), "90 or older")]
    return spans


def is_old_age(value: dict[str, Any]) -> bool:
    """Whether an object is an age over 89: `{"value": 94, "unit": "year"}`; 90 stands for all of them."""
    number, unit = value.get("value"), value.get("unit")
    return isinstance(number, (int, float)) and not isinstance(number, bool) and str(unit).lower() in ("year", "years", "año", "años") and number > OLD_AGE


def identifiers_in(text: str) -> list[Span]:
    """Identifiers of `text` in order, without overlap; an empty list when there are none."""
    return find_spans(text)


def redact_row(row: dict[str, Any]) -> tuple[dict[str, Any], Counter[str]]:
    """A copy of `row` with every string and identifying number redacted, and how many spans of each class went.

    Lists and objects inside are followed. Field names, booleans and null stay; see `identified_keys` for field names.
    """
    counts: Counter[str] = Counter()
    return _redacted(row, "", counts), counts


def identified_keys(value: Any) -> Iterator[Identifier]:
    """Class of each identifier that stands in a field name, at any depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (span.kind for span in find_spans(key))
            yield from identified_keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from identified_keys(inner)


def _redacted(value: Any, key: str, counts: Counter[str]) -> Any:
    if isinstance(value, dict):
        old = is_old_age(value)
        made = {name: _redacted(inner, name, counts) for name, inner in value.items()}
        if old:
            counts[Identifier.DATE.token] += 1
            made["value"] = OLD_AGE
        return made
    if isinstance(value, list):
        return [_redacted(inner, key, counts) for inner in value]
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return value
    text = value if isinstance(value, str) else str(value)
    spans = field_spans(key, text)
    if not spans:
        return value
    if not isinstance(value, str) and spans[0].keep and not spans[0].keep.isdigit():
        counts[Identifier.DATE.token] += 1
        return OLD_AGE
    counts.update(span.kind.token for span in spans)
    return apply_spans(text, spans)
