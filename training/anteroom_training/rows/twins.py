"""Counterfactual twins: the same row with another sex, age or reporter, and nothing else changed.

After Lu et al. 2020 (counterfactual data augmentation). Where it cannot be shown that the answer would stay as it is, there is no twin.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from .demographics import DAYS, Limit, age_of, below, field_of, level_of
from .rules import SEXED, RuleBook

MARK = "~"
"""Between the id of a row and what its twin has changed: `sore-throat-10~sex`."""
OTHER_SEX = {"male": "female", "female": "male"}
OTHER_REPORTER = {"patient": "caregiver", "caregiver": "patient"}
TELLS_FROM: Limit = (12, "year")
MOST = {"day": 13, "week": 12, "month": 23, "year": 89}
"""Largest age a twin is given; above 89 years an age is an identifier."""
PATIENT_LINE = re.compile(r"^(patient: )([^,\n]+)(, )(female|male|unknown)(, told by the (?:patient|caregiver))?$", re.MULTILINE)
OLD = r"(-| )(year|month|week|day)s?(-| )old\b"
NAMED_SEX = re.compile(rf"(\b[\d.]+{OLD} )?\b(?P<sex>female|male)(?= patient\b)", re.IGNORECASE)
REPORTER_LINE = re.compile(r"(?<=, told by the )(patient|caregiver)$", re.MULTILINE)
NUMBER_WORDS = re.compile(
    r"\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|teen\w*|toddler|newborn|birthday|aged|years? old|months? old|weeks? old|"
    r"años de edad|cumpl\w+)\b",
    re.IGNORECASE,
)


def texts(row: dict[str, Any]) -> str:
    """Everything the model reads or writes in a row, as one text."""
    return "\n".join(message["content"] for message in row["messages"])


def rewritten(value: Any, change: Callable[[str], str]) -> Any:
    """A copy of a JSON value with every string changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: rewritten(inner, change) for key, inner in value.items()}
    return [rewritten(inner, change) for inner in value] if isinstance(value, list) else value


def cited(value: Any) -> Iterator[Any]:
    """Every `cites` and `level` of an answer, in order."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("cites", "level"):
                yield inner
            yield from cited(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from cited(inner)


def made(row: dict[str, Any], what: str, profile: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """The twin: profile and texts changed, `twin_of` and `changed` added."""
    twin = copy.deepcopy(row)
    twin["id"], twin["twin_of"], twin["changed"] = f"{row['id']}{MARK}{what}", row["id"], what
    twin["patient_profile"].update(profile)
    for key in ("conversation_history", "messages"):
        twin[key] = [{**message, "content": change(message["content"])} for message in row[key]]
    twin["expected_output"] = rewritten(row["expected_output"], change)
    if list(cited(twin["expected_output"])) != list(cited(row["expected_output"])) or level_of(twin) != level_of(row):
        raise AssertionError(f"{row['id']}: a twin must keep level and citations")
    return twin


def swap_sex(row: dict[str, Any], book: RuleBook, _: random.Random) -> dict[str, Any] | str:
    """The twin of the other sex, or why there is none."""
    sex = row["patient_profile"].get("sex")
    if sex not in OTHER_SEX:
        return "sex not known"
    if row["task"] == "extract":
        return "a person's own words"
    rules = book.of(row)
    if rules is None:
        return "rules not known"
    if rules.sexed:
        return "a rule reads sex"
    said = texts(row)
    lines = [found[4] for found in PATIENT_LINE.finditer(said)]
    if lines != [sex]:
        return "no patient line with this sex"
    rest = PATIENT_LINE.sub(" ", NAMED_SEX.sub(" ", said))
    codes = " ".join(symptom["code"].replace("-", " ") for symptom in row["symptoms"])
    if SEXED.search(rest) or SEXED.search(codes):
        return "a word or finding of one sex"
    if any(found["sex"].lower() != sex for found in NAMED_SEX.finditer(said)):
        return "another sex is named"
    other = OTHER_SEX[sex]

    def change(text: str) -> str:
        text = PATIENT_LINE.sub(lambda m: f"{m[1]}{m[2]}{m[3]}{other}{m[5] or ''}", text)
        cased = {True: other.capitalize(), False: other}
        return NAMED_SEX.sub(lambda m: f"{m[1] or ''}{cased[m['sex'][0].isupper()]}", text)

    return made(row, "sex", {"sex": other}, change)


def same_side(age: Limit, limits: tuple[Limit, ...]) -> list[int]:
    """Other ages in the same unit that every limit treats alike, up to MOST."""
    if age[1] not in DAYS:
        return []
    own = [below(age, limit) for limit in limits]
    ages = [value for value in range(1, MOST[age[1]] + 1) if value != age[0]]
    return [value for value in ages if [below((value, age[1]), limit) for limit in limits] == own]


def swap_age(row: dict[str, Any], book: RuleBook, rng: random.Random) -> dict[str, Any] | str:
    """A twin of another age on the same side of every limit of the rules, or why there is none."""
    age = age_of(row)
    if age is None:
        return "age not known"
    rules = book.of(row)
    if rules is None:
        return "rules not known"
    other = same_side(age, rules.limits)
    if not other:
        return "no other age between the same limits"
    said, value = texts(row), f"{age[0]:g}"
    if [found[2] for found in PATIENT_LINE.finditer(said)] != [f"{value} {age[1]}"]:
        return "no patient line with this age"
    named = re.compile(rf"\b{re.escape(value)}(?={OLD})", re.IGNORECASE)
    rest = PATIENT_LINE.sub(" ", re.sub(rf"\b{re.escape(value)}{OLD}", " ", said, flags=re.IGNORECASE))
    if re.search(rf"\b{re.escape(value)}\b", rest):
        return "the number stands elsewhere too"
    if row["task"] == "extract" and NUMBER_WORDS.search(rest):
        return "a person's own words"
    new = str(rng.choice(other))

    def change(text: str) -> str:
        text = PATIENT_LINE.sub(lambda m: f"{m[1]}{new} {age[1]}{m[3]}{m[4]}{m[5] or ''}", text)
        return named.sub(new, text)

    return made(row, "age", {"age": {"value": int(new), "unit": age[1]}}, change)


def swap_reporter(row: dict[str, Any], _: RuleBook, __: random.Random) -> dict[str, Any] | str:
    """The twin told by somebody else, or why there is none. Rows that never say who tells it would be plain copies."""
    reporter = row["patient_profile"].get("reporter")
    if row["task"] == "extract":
        return "a person's own words"
    if REPORTER_LINE.findall(texts(row)) != [reporter]:
        return "the text does not say who tells it"
    age = age_of(row)
    if reporter == "caregiver" and (age is None or below(age, TELLS_FROM) != "false"):
        return "too young to tell it alone"
    rest = REPORTER_LINE.sub(" ", texts(row))
    if re.search(r"\bcaregiver\b", rest, re.IGNORECASE):
        return "the reporter is named elsewhere too"
    other = OTHER_REPORTER[str(reporter)]
    profile = {"reporter": other}
    twin = made(row, "reporter", profile, lambda text: REPORTER_LINE.sub(other, text))
    twin["patient_profile"].pop("relation", None)
    return twin


SWAPS: dict[str, Callable[[dict[str, Any], RuleBook, random.Random], dict[str, Any] | str]] = {
    "sex": swap_sex,
    "age": swap_age,
    "reporter": swap_reporter,
}


def masked(text: str) -> str:
    """A text without its demographic words and with one spacing: what must not change between a row and its twin."""
    try:
        text = json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False)
    except json.JSONDecodeError:
        pass
    text = PATIENT_LINE.sub("patient:", text)
    text = re.sub(rf"\b[\d.]+{OLD},?", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(female|male|woman|man|girl|boy|she|he|her|his|caregiver|patient)\b", " ", text, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", text).strip()


def groups_of(row: dict[str, Any]) -> dict[str, str]:
    """Sex, reporter and age band of a row."""
    return {field: field_of(row, field) for field in ("sex", "reporter", "age_band")}
