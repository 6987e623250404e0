"""The data mix: shares, repeats, balance, and every refusal."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from pathlib import Path

import pytest
import yaml

from anteroom_training.recipe import PipelineError
from anteroom_training.rows.balance import allot, sample, total_size
from anteroom_training.rows.demographics import age_band, below, field_of
from anteroom_training.stages.prepare import corrections, mix
from anteroom_training.stages.prepare.tiny_data import LABELS, PASSAGES, instruction_row
from anteroom_training.text.synthetic import Forms

FIXTURE = Path(__file__).with_name("fixtures") / "corrections.jsonl"
CONSENT = {"by": "patient", "date": "2026-10-05", "scope": "training"}


def clinic_row() -> dict:
    """What the import of corrections makes of the first record of its fixture."""
    record = json.loads(FIXTURE.read_text(encoding="utf-8").splitlines()[0])
    return corrections.row_of(record, record["assessment"], {"source": "invented clinic", "licence": "Apache-2.0"})


def rows_of(kind: str, count: int, seed: int) -> list[dict]:
    if kind == "clinic":
        return [{**clinic_row(), "id": f"clinic-{'abcdef'[n]}"} for n in range(count)]
    forms = Forms(LABELS, PASSAGES, seed)
    rows = [instruction_row(forms, n, kind) for n in range(count)]
    return [{**row, "id": f"{kind}-{row['id']}"} for row in rows]


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def recipe(tmp_path):
    """A mix by rows over 140 synthetic, 20 authored and 6 clinic rows."""
    return {
        "files": {
            "synthetic": [write(tmp_path / "synthetic.jsonl", rows_of("synthetic", 140, 1))],
            "narratives": [write(tmp_path / "stories.jsonl", rows_of("authored", 20, 2))],
            "clinic": [write(tmp_path / "clinic.jsonl", rows_of("clinic", 6, 3))],
        },
        "stand_in": "",
        "shares": {"synthetic": 0.7, "narratives": 0.2, "clinic": 0.1},
        "unit": "rows",
        "tokenizer": "",
        "tolerance": 0.02,
        "most_repeats": 4,
        "balance": [],
        "output": str(tmp_path / "mix"),
        "seed": 7,
    }


def run(tmp_path, recipe):
    (tmp_path / "mix.yaml").write_text(yaml.safe_dump(recipe))
    mix.stage(tmp_path / "mix.yaml")
    rows = [json.loads(line) for line in (tmp_path / "mix" / "train.jsonl").read_text().splitlines()]
    return rows, json.loads((tmp_path / "mix" / "mix.json").read_text())


def test_shares_repeats_and_report(tmp_path, recipe):
    rows, report = run(tmp_path, recipe)
    kinds = Counter(row["origin"]["kind"] for row in rows)
    assert kinds["synthetic"] / len(rows) == pytest.approx(0.7, abs=0.02)
    assert kinds["authored"] / len(rows) == pytest.approx(0.2, abs=0.02)
    assert kinds["clinic"] / len(rows) == pytest.approx(0.1, abs=0.02)
    # 6 clinic rows at most 4 times each are a tenth of 240; 140 synthetic rows ask for no more than 200.
    assert len(rows) == 200
    assert max(Counter((row["origin"]["kind"], row["id"]) for row in rows).values()) <= 4
    assert report["groups"]["synthetic"]["rows_unused"] == 0
    assert report["groups"]["narratives"]["most_times"] == 2
    assert report["sources"]["invented clinic"] == {"rows": kinds["clinic"], "tokens": None, "licence": "Apache-2.0", "kind": "clinic"}
    assert report["languages"] == {"en": {"rows": 200, "tokens": None}}
    assert [row["origin"]["kind"] for row in rows[:140]] != ["synthetic"] * 140  # shuffled
    again, _ = run(tmp_path, recipe)
    assert again == rows
    other, _ = run(tmp_path, {**recipe, "seed": 8})
    assert other != rows


def test_too_few_clinic_rows_shrink_the_mix_instead_of_repeating_more(tmp_path, recipe):
    rows, report = run(tmp_path, {**recipe, "most_repeats": 2})
    assert len(rows) == 120 and report["groups"]["clinic"]["rows"] == 12
    assert report["groups"]["synthetic"]["rows_unused"] == 56


def test_shares_in_tokens(tmp_path, recipe, tokenizer):
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    _, report = run(tmp_path, {**recipe, "unit": "tokens", "tokenizer": str(tmp_path / "tokenizer.json")})
    for name, target in recipe["shares"].items():
        assert report["groups"][name]["tokens"] / report["tokens"] == pytest.approx(target, abs=0.02)


def test_stand_in_is_named_as_such(tmp_path, recipe, capsys):
    stand_in = write(tmp_path / "replay.jsonl", rows_of("public", 12, 5))
    files = {**recipe["files"], "clinic": [str(tmp_path / "not-yet.jsonl")]}
    _, report = run(tmp_path, {**recipe, "files": files, "stand_in": stand_in})
    assert report["groups"]["clinic"]["stand_in"] is True and report["groups"]["synthetic"]["stand_in"] is False
    assert "stand-in" in capsys.readouterr().out
    with pytest.raises(PipelineError, match="no rows for the group clinic"):
        run(tmp_path, {**recipe, "files": files})


def test_balance_evens_the_cells_within_a_group(tmp_path, recipe):
    rows = rows_of("synthetic", 140, 1)
    for number, row in enumerate(rows):
        row["patient_profile"]["sex"] = "female" if number < 110 else "male"
    recipe["files"]["synthetic"] = [write(tmp_path / "uneven.jsonl", rows)]
    _, report = run(tmp_path, {**recipe, "balance": ["sex"]})
    sexes = report["balance"]["synthetic"]
    assert sexes["before"]["sex"]["female"] == pytest.approx(0.786, abs=0.001)
    assert sexes["after"]["sex"]["female"] == pytest.approx(0.5, abs=0.01)
    assert sexes["after"]["cells"]["gap"] < 0.02 < sexes["before"]["cells"]["gap"]
    assert report["groups"]["synthetic"]["most_times"] <= 4


def broken(kind: str, **change) -> dict:
    row = copy.deepcopy(rows_of(kind, 3, 3)[2])
    for key, value in change.items():
        if key == "drop":
            del row[value]
        elif key == "said":
            row["messages"][1]["content"] += value
        elif key == "age":
            row["patient_profile"]["age"] = value
        else:
            row["origin"][key] = value
    return row


@pytest.mark.parametrize(
    ("group", "row", "message"),
    [
        ("synthetic", broken("synthetic", drop="origin"), r"synthetic.jsonl:3: no origin; write the rows again with: npm run dataset"),
        ("synthetic", broken("synthetic", drop="task"), r"synthetic.jsonl:3: task must be one of"),
        ("synthetic", broken("synthetic", licence=""), r"synthetic.jsonl:3: origin.source and origin.licence"),
        ("synthetic", broken("authored"), r"synthetic.jsonl:3: a row of kind authored does not belong"),
        ("synthetic", broken("clinic"), r"synthetic.jsonl:3: a row of kind clinic does not belong"),
        ("clinic", broken("synthetic"), r"clinic.jsonl:3: a row of kind synthetic does not belong"),
        ("clinic", broken("clinic", consent=None), r"clinic.jsonl:3: no consent for training"),
        ("clinic", broken("clinic", consent={**CONSENT, "scope": "care"}), r"clinic.jsonl:3: the consent is not for training"),
        ("clinic", broken("clinic", consent={**CONSENT, "date": "soon"}), r"clinic.jsonl:3: the consent has no date"),
        ("clinic", broken("clinic", deidentified=False), r"clinic.jsonl:3: the row is not de-identified"),
        ("clinic", broken("clinic", said=" write to zilpha.quent@made-up.example"), r"clinic.jsonl:3: the privacy gate finds EMAIL$"),
        ("clinic", broken("clinic", age={"value": 97, "unit": "year"}), r"clinic.jsonl:3: the privacy gate finds DATE$"),
    ],
)
def test_refusals_name_file_line_and_reason(tmp_path, recipe, group, row, message):
    kind = {"synthetic": "synthetic", "clinic": "clinic"}[group]
    recipe["files"][group] = [write(tmp_path / f"{group}.jsonl", [*rows_of(kind, 2, 9), row])]
    with pytest.raises(PipelineError, match=message) as refused:
        run(tmp_path, recipe)
    assert "zilpha" not in str(refused.value)
    assert not (tmp_path / "mix").exists()


def test_settings_that_cannot_be_meant(tmp_path, recipe):
    for change, message in [
        ({"shares": {"synthetic": 0.7, "narratives": 0.2, "clinic": 0.2}}, "sum to 1"),
        ({"shares": {"synthetic": 1.0}}, "exactly the groups"),
        ({"unit": "words"}, "tokens or rows"),
        ({"balance": ["shoe_size"]}, "unknown field shoe_size"),
        ({"most_repeats": 0}, "most_repeats"),
    ]:
        with pytest.raises(PipelineError, match=message):
            run(tmp_path, {**recipe, **change})


def test_allot_and_sample_hold_their_limits():
    sizes = {"a": 100.0, "b": 10.0, "c": 1.0}
    assert allot(sizes, 60, 4) == {"c": 4.0, "b": 28.0, "a": 28.0}
    rng = random.Random(5)
    for trial in range(40):
        count = rng.randint(1, 60)
        own = [rng.choice([1.0, 3.0, 20.0]) for _ in range(count)]
        cells = [rng.randint(0, 4) for _ in range(count)]
        most = rng.randint(1, 4)
        target = rng.uniform(0.1, 1.0) * most * sum(own)
        taken = sample(cells, own, target, most, trial)
        assert abs(sum(own[i] for i in taken) - target) <= 20.0
        assert max(Counter(taken).values(), default=0) <= most
    assert total_size({"a": 70, "b": 5}, {"a": 0.7, "b": 0.3}, 3) == 50


def test_age_bands_follow_the_rules_of_the_app():
    bands = {(12, "week"): "under 3 months", (13, "week"): "under 3 months", (14, "week"): "under 1", (11, "month"): "under 1", (12, "month"): "1-4", (4, "year"): "1-4",
             (5, "year"): "5-11", (64, "year"): "18-64", (65, "year"): "65-79", (80, "year"): "80 and over"}  # fmt: skip
    for (value, unit), band in bands.items():
        assert age_band({"patient_profile": {"age": {"value": value, "unit": unit}}}) == band
    assert below((2, "year"), (30, "month")) == "unknown"
    assert age_band({"patient_profile": {}}) == "unknown"
    assert field_of({"patient_profile": {}}, "sex") == "not given"
