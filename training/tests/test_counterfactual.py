"""Counterfactual twins: what changes, what never does, where there is none; and the bias report over them."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import yaml

from anteroom_training.recipe import PipelineError
from anteroom_training.rows.demographics import age_band, below, matrix
from anteroom_training.rows.rules import RuleBook, leaves
from anteroom_training.rows.twins import masked, same_side, swap_age, swap_reporter, swap_sex
from anteroom_training.stages.prepare import counterfactual
from anteroom_training.stages.ship import bias
from anteroom_training.stages.ship.evaluate import faithful
from anteroom_training.text.synthetic import compact

PROTOCOL = {
    "id": "sore-ankle",
    "title": {"en": "Sore ankle", "es": "Tobillo"},
    "questions": [],
    "redFlags": [{"when": {"all": ["numb-foot", {"ageAtLeast": {"value": 50, "unit": "year"}}]}}],
    "levels": [],
    "modifiers": [{"when": {"any": ["pregnant", {"ageBelow": {"value": 6, "unit": "month"}}]}}],
    "considerations": [],
    "actions": [],
}
SEXED = {**PROTOCOL, "id": "sore-knee", "title": {"en": "Sore knee", "es": "Rodilla"}, "actions": [{"when": {"not": {"sex": "male"}}}]}
PREGNANT = {**PROTOCOL, "id": "sore-toe", "title": {"en": "Sore toe", "es": "Dedo"}, "levels": [{"when": {"all": ["pregnant", "fever"]}}]}
RNG = random.Random(3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("protocols")
    for protocol in (PROTOCOL, SEXED, PREGNANT):
        (folder / f"{protocol['id']}.yaml").write_text(yaml.safe_dump(protocol))
    return folder


@pytest.fixture(scope="module")
def book(folder):
    return RuleBook(folder)


def row_of(age="71 year", sex="male", complaint="Sore ankle", label="swollen ankle", reporter=None, number=1, level="medium") -> dict:
    value, unit = age.split()
    told = f", told by the {reporter}" if reporter else ""
    prompt = f"patient: {age}, {sex}{told}\nfloor: {level}\ncomplaint: {complaint}\nfindings:\nf1 + {label}\nf2 - numb foot\npassages:\np1 Care: Look at it."
    answer = {
        "level": level,
        "summary": f"Preliminary assessment: {value}-{unit}-old {sex} patient reports {label}; no reported numb foot.",
        "concerns": [{"text": f"Reported {label}.", "cites": ["f1"]}],
        "actions": [{"text": "Look at it.", "cites": ["p1"]}],
        "disclaimer": "Requires nurse review. Not a diagnosis.",
    }
    handover = {"situation": f"{value}-{unit}-old {sex} patient with {label}."}
    history = [{"role": "system", "content": "Cite ids."}, {"role": "user", "content": prompt}]
    said = [{"role": "assistant", "content": compact(answer)}, {"role": "user", "content": "Hand over."}]
    return {
        "id": f"sore-ankle-{number}",
        "task": "assess",
        "language": "en",
        "patient_profile": {"reporter": reporter or "patient", "sex": sex, "age": {"value": int(value), "unit": unit}},
        "symptoms": [{"code": "ankle-swelling", "status": "present"}],
        "conversation_history": history,
        "expected_output": {"assessment": answer, "handover": handover},
        "messages": [*history, *said, {"role": "assistant", "content": compact(handover)}],
        "origin": {"source": "invented", "licence": "Apache-2.0", "kind": "synthetic", "consent": None, "deidentified": True},
    }


def test_sex_changes_in_every_place_and_nothing_else(book):
    row = row_of()
    twin = swap_sex(row, book, RNG)
    assert json.dumps(twin["messages"]) == json.dumps(row["messages"]).replace(" male", " female")
    assert twin["patient_profile"] == {**row["patient_profile"], "sex": "female"}
    assert twin["expected_output"]["handover"]["situation"] == "71-year-old female patient with swollen ankle."
    assert (twin["id"], twin["twin_of"], twin["changed"]) == ("sore-ankle-1~sex", "sore-ankle-1", "sex")
    back = swap_sex({**twin, "id": row["id"]}, book, RNG)
    assert back["messages"] == row["messages"]
    known = frozenset({"swollen ankle", "numb foot"})
    assert faithful(twin["messages"][1]["content"], json.loads(twin["messages"][2]["content"])["summary"], known)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"complaint": "Sore knee"}, "a rule reads sex"),
        ({"complaint": "Sore toe"}, "a rule reads sex"),
        ({"complaint": "Sore ankle; Sore knee"}, "a rule reads sex"),
        ({"complaint": "Something else"}, "rules not known"),
        ({"label": "vaginal bleeding"}, "a word or finding of one sex"),
        ({"label": "trouble when she walks"}, "a word or finding of one sex"),
        ({"label": "dolor en el embarazo"}, "a word or finding of one sex"),
        ({"sex": "unknown"}, "sex not known"),
    ],
)
def test_no_swap_of_sex_where_something_may_rest_on_it(book, change, why):
    assert swap_sex(row_of(**change), book, RNG) == why


def test_a_sexed_finding_that_the_prompt_cut_off_still_counts(book):
    row = row_of()
    row["symptoms"].append({"code": "pregnant", "status": "unknown"})
    assert swap_sex(row, book, RNG) == "a word or finding of one sex"


def test_age_stays_on_its_side_of_every_limit(book):
    rules = book.of(row_of())
    for age in ("71 year", "45 year", "52 year", "7 month", "3 week", "14 month", "84 year", "13 year"):
        row, (value, unit) = row_of(age=age), age.split()
        seen = set()
        for seed in range(30):
            twin = swap_age(row, book, random.Random(seed))
            new = twin["patient_profile"]["age"]
            seen.add(new["value"])
            assert new["unit"] == unit and age_band(twin) == age_band(row)
            for limit in rules.limits:
                assert below((new["value"], unit), limit) == below((int(value), unit), limit)
            assert json.dumps(twin["messages"]).count(f"{new['value']}-{unit}-old male patient") == 2
            assert twin["messages"][1]["content"].startswith(f"patient: {new['value']} {unit}, male")
        assert len(seen) > 1 and int(value) not in seen
    assert all(50 <= age < 56 for age in same_side((52, "year"), rules.limits))
    assert same_side((5, "month"), rules.limits) == [3, 4]


def test_no_swap_of_age_where_the_number_means_something_else(book):
    assert swap_age(row_of(label="ankle sore for 71 hours"), book, RNG) == "the number stands elsewhere too"
    assert swap_age(row_of(complaint="Something else"), book, RNG) == "rules not known"


def test_reporter_only_where_the_text_says_it(book):
    assert swap_reporter(row_of(), book, RNG) == "the text does not say who tells it"
    twin = swap_reporter(row_of(reporter="caregiver"), book, RNG)
    assert "male, told by the patient\n" in twin["messages"][1]["content"] and twin["patient_profile"]["reporter"] == "patient"
    assert swap_reporter(row_of(age="3 year", reporter="caregiver"), book, RNG) == "too young to tell it alone"
    sexed = swap_sex(row_of(reporter="caregiver"), book, RNG)
    assert "patient: 71 year, female, told by the caregiver\n" in sexed["messages"][1]["content"]


def test_rules_of_the_shipped_protocols():
    book = RuleBook(Path(__file__).resolve().parents[2] / "knowledge-index" / "protocols")
    assert book.by_id["testicular-pain"].sexed and book.by_id["abdominal-pain"].sexed and not book.by_id["sore-throat"].sexed
    assert {(6, "month"), (5, "year"), (75, "year")} <= set(book.by_id["sore-throat"].limits)
    assert list(leaves({"not": {"sex": "male"}})) == [("sex", "male")]


@pytest.fixture
def augmented(tmp_path, folder):
    """80 rows, nearly all urgent ones of men, with their twins of the other sex."""
    rows = [row_of(sex="female", number=n, level="low") for n in range(40)]
    rows += [row_of(sex="male", number=n + 40, level="high") for n in range(40)]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    recipe = {
        "files": [str(tmp_path / "in.jsonl")], "output": str(tmp_path / "out"), "protocols": str(folder),
        "swaps": ["sex", "age"], "share": 1.0, "twins_a_row": 1, "seed": 7,
    }  # fmt: skip
    (tmp_path / "counterfactual.yaml").write_text(yaml.safe_dump(recipe))
    counterfactual.stage(tmp_path / "counterfactual.yaml")
    return [json.loads(line) for line in (tmp_path / "out" / "in.jsonl").read_text().splitlines()]


def test_augmentation_takes_the_level_from_sex(tmp_path, augmented):
    report = json.loads((tmp_path / "out" / "counterfactual.json").read_text())["in.jsonl"]
    assert report["twins"] == {"sex": 80} and len(augmented) == 160
    assert augmented[1]["twin_of"] == augmented[0]["id"]  # a twin follows its row
    assert report["before"]["levels_by"]["sex"]["largest_gap"]["gap"] == 1.0
    assert report["after"]["levels_by"]["sex"]["largest_gap"]["gap"] == 0.0
    assert report["after"]["shares"]["sex"] == {"female": 0.5, "male": 0.5}
    assert matrix(augmented, "sex")["groups"]["female"]["levels"] == {"emergency": 0.0, "high": 0.5, "medium": 0.0, "low": 0.5}


def answered(path: Path, rows: list[dict], text_of) -> str:
    verdict = {"schema": True, "floor": True, "fixed": True, "cites": True, "level": True}
    lines = [json.dumps({"id": row["id"], "verdict": verdict, "text": text_of(row)}) + "\n" for row in rows]
    path.write_text("".join(lines))
    return str(path)


def test_bias_report_tells_a_fair_model_from_one_that_reads_sex(tmp_path, augmented):
    def fair(row):
        return row["messages"][2]["content"] + "<|eos|>"

    def unfair(row):
        return fair(row).replace('"level":"low"', '"level":"high"') if row["patient_profile"]["sex"] == "male" else fair(row)

    before = answered(tmp_path / "before.jsonl", augmented, unfair)
    after = answered(tmp_path / "after.jsonl", augmented, fair)
    recipe = {"rows": str(tmp_path / "out" / "in.jsonl"), "before": before, "after": after, "output": str(tmp_path / "bias")}
    (tmp_path / "bias.yaml").write_text(yaml.safe_dump(recipe))
    bias.stage(tmp_path / "bias.yaml")
    report = json.loads((tmp_path / "bias" / "bias.json").read_text())
    assert report["before"]["swaps"]["sex"]["level_changed"]["share"] == 0.5
    assert report["before"]["swaps"]["sex: female"]["level_changed"]["share"] == 1.0
    assert report["after"]["swaps"]["sex"]["level_changed"] == {"n": 80, "count": 0, "share": 0.0, "interval": [0.0, 0.0458]}
    assert report["after"]["swaps"]["sex"]["content_changed"]["count"] == 0  # "male" and "female" are masked
    assert report["compared"]["all"]["level_changed"] == {"before": 0.5, "after": 0.0, "difference": -0.5, "apart": True}
    assert report["after"]["groups"]["sex"]["female"]["valid"]["n"] == 80
    answered(tmp_path / "after.jsonl", [row for row in augmented if "twin_of" not in row], fair)
    with pytest.raises(PipelineError, match="no answer to a row and to its twin"):
        bias.stage(tmp_path / "bias.yaml")


def test_unreadable_answers_are_counted_apart(augmented, tmp_path):
    answers = bias.read_answers(answered(tmp_path / "a.jsonl", augmented, lambda row: "{" if "twin_of" in row else row["messages"][2]["content"]))
    found = bias.swaps(augmented, answers)["all"]
    assert found["unreadable"] == 80 and found["level_changed"]["share"] is None and found["content_changed"]["share"] == 1.0


def test_masking_leaves_what_is_not_demographic():
    assert masked("71-year-old male patient reports pain") == masked("68-year-old female patient reports pain")
    assert masked("patient: 71 year, male\nf1 + pain") == masked("patient: 68 year, female\nf1 + pain")
    assert masked("male patient reports pain") != masked("male patient reports fever")
