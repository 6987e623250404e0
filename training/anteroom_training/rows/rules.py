"""What the protocols' rules read of a patient: which age limits, and whether sex. For changing nothing that a rule depends on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..recipe import PipelineError
from .demographics import BAND_LIMITS, Limit

SEXED = re.compile(
    r"\b(he|she|him|hers?|his|himself|herself|m[ae]n|wom[ae]n|boys?|girls?|males?|females?|ladies|lady|gentlem[ae]n|mr|mrs|ms|"
    r"mother|father|mum|mom|dad|sons?|daughters?|brother|sister|husband|wife|girlfriend|boyfriend|uncle|aunt|nan|gran|"
    r"grand(ma|pa|mother|father|dad|son|daughter)|pregnan\w*|trimester|postpartum|postnatal|antenatal|birth|labour|midwi\w*|miscarr\w*|"
    r"periods?|menstr\w*|menopaus\w*|vagin\w*|womb|uter\w*|ovar\w*|ectopic|cervical smear|vulv\w*|labia|pelvic|breast\w*|nipple\w*|"
    r"lactat\w*|testic\w*|scrot\w*|penis|penile|foreskin|prostat\w*|erecti\w*|contracepti\w*|tampon\w*|eclampsia|"
    r"él|ella|hombres?|mujer(es)?|niñ[oa]s?|chic[oa]s?|varón|varones|madre|padre|hij[oa]s?|herman[oa]|espos[oa]|marido|novi[oa]|"
    r"abuel[oa]|tí[oa]|embaraz\w*|parto|regla|menstru\w*|senos?|mamas?|test[ií]cul\w*|pene|útero|ovario\w*|anticoncep\w*)\b",
    re.IGNORECASE,
)
"""Words that say a sex, or belong to one. Wide on purpose: a row with any of them outside the patient line is left as it is."""

ASKED_PREGNANT: Limit = (56, "year")
"""Pregnancy is asked from 12 to 55 years (src/domain/intake/history.ts)."""


@dataclass(frozen=True)
class Rules:
    """Age limits anywhere in a protocol, and whether anything but a modifier for pregnancy and the like reads sex."""

    limits: tuple[Limit, ...]
    sexed: bool


def leaves(condition: Any) -> Iterator[tuple[str, Any]]:
    """`("code", code)`, `("sex", sex)` and `("age", (value, unit))` of a condition (contracts/content/condition.ts)."""
    if isinstance(condition, str):
        yield "code", condition
    elif isinstance(condition, list):
        for part in condition:
            yield from leaves(part)
    elif isinstance(condition, dict):
        for key, value in condition.items():
            if key == "sex":
                yield "sex", value
            elif key in ("ageBelow", "ageAtLeast"):
                yield "age", (value["value"], value["unit"])
            elif key in ("all", "any", "not", "of", "absent"):
                yield from leaves(value)


def rules_of(protocol: dict[str, Any]) -> Rules:
    """A modifier only ever raises the level when its finding is present, and such a finding stands in the row; so codes count elsewhere."""
    lists = ("questions", "redFlags", "levels", "modifiers", "considerations", "actions")
    parts = {part: [entry.get("when", []) for entry in protocol[part]] for part in lists}
    parts["applies"] = [protocol.get("applies", [])]
    found = [(part, *leaf) for part, conditions in parts.items() for condition in conditions for leaf in leaves(condition)]
    limits = {value for _, kind, value in found if kind == "age"}
    codes = [value.replace("-", " ") for part, kind, value in found if kind == "code" and part != "modifiers"]
    return Rules(tuple(sorted(limits)), any(kind == "sex" for _, kind, _ in found) or any(SEXED.search(code) for code in codes))


class RuleBook:
    """Rules by protocol. Without a folder every row counts as resting on none: for invented rows only."""

    def __init__(self, folder: Path | None) -> None:
        self.free = folder is None
        self.by_id: dict[str, Rules] = {}
        self.by_title: dict[str, Rules] = {}
        files = sorted(folder.glob("*.yaml")) if folder else []
        if folder and not files:
            raise PipelineError(f"no protocols in {folder}; set protocols to knowledge-index/protocols")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        for file in files:
            protocol = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 a safe loader either way
            self.by_id[protocol["id"]] = self.by_title[protocol["title"]["en"]] = rules_of(protocol)

    def of(self, row: dict[str, Any]) -> Rules | None:
        """Rules that a row's answer rests on, by the complaint line of its prompt, else by its id; None when they cannot be told."""
        if self.free or row["task"] == "extract":  # findings are read from the words; no rule decides them
            return Rules(BAND_LIMITS, False)
        said = "\n".join(message["content"] for message in row["messages"] if message["role"] == "user")
        line = re.search(r"^complaint: (.+)$", said, re.MULTILINE)
        if line:
            found = [self.by_title.get(title) for title in line[1].split("; ")]
        else:
            named = re.fullmatch(r"(?:\w+-)?(.+)-\d+", row["id"])
            found = [self.by_id.get(named[1]) if named else None]
        if None in found:
            return None
        limits = {limit for rules in found if rules for limit in rules.limits}
        return Rules(tuple(sorted({*limits, *BAND_LIMITS, ASKED_PREGNANT})), any(rules.sexed for rules in found if rules))
