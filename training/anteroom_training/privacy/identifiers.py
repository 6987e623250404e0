"""The 18 identifier classes of 45 CFR 164.514(b)(2)(i), in the order of the rule, and the span that names one in a text."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Identifier(enum.Enum):
    """Value = (token written in place of the identifier, letter of the rule, what the rule says)."""

    NAME = ("NAME", "A", "names")
    PLACE = ("PLACE", "B", "geographic subdivisions smaller than a state: street, city, county, precinct, ZIP or postcode, coordinates")
    DATE = ("DATE", "C", "elements of dates except the year; ages over 89 and dates that show such an age")
    PHONE = ("PHONE", "D", "telephone numbers")
    FAX = ("FAX", "E", "fax numbers")
    EMAIL = ("EMAIL", "F", "electronic mail addresses")
    SSN = ("SSN", "G", "social security numbers and other national identity numbers")
    MRN = ("MRN", "H", "medical record numbers")
    PLAN = ("PLAN", "I", "health plan beneficiary numbers")
    ACCOUNT = ("ACCOUNT", "J", "account numbers")
    LICENCE = ("LICENCE", "K", "certificate and licence numbers")
    VEHICLE = ("VEHICLE", "L", "vehicle identifiers and serial numbers, licence plates included")
    DEVICE = ("DEVICE", "M", "device identifiers and serial numbers")
    URL = ("URL", "N", "web addresses")
    IP = ("IP", "O", "Internet Protocol addresses")
    BIOMETRIC = ("BIOMETRIC", "P", "biometric identifiers: finger, voice, iris, face and DNA templates")
    PHOTO = ("PHOTO", "Q", "full-face photographs and comparable images, by file name or embedded data")
    OTHER = ("OTHER", "R", "any other unique identifying number, characteristic or code; employers and posts held by one person")

    @property
    def token(self) -> str:
        return self.value[0]


@dataclass(frozen=True)
class Span:
    """Characters [start, end) of a text; `keep` is what may stay: the year of a date, or the text for an age over 89."""

    kind: Identifier
    start: int
    end: int
    keep: str = ""

    @property
    def replacement(self) -> str:
        """`[NAME]`, `[DATE 2024]`, or for an age the bare `90 or older`."""
        if self.keep and not self.keep.isdigit():
            return self.keep
        return f"[{self.kind.token} {self.keep}]" if self.keep else f"[{self.kind.token}]"
