"""Import of nurse corrections: rows, pairs, redaction and every refusal. The contract's own test is tests/unit/assessment/correction.test.ts."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
import yaml

from anteroom_training.recipe import PipelineError
from anteroom_training.rows.correction import prompt_of
from anteroom_training.rows.origin import read_sourced
from anteroom_training.stages.prepare import corrections

FIXTURE = Path(__file__).with_name("fixtures") / "corrections.jsonl"


@pytest.fixture
def records():
    return [json.loads(line) for line in FIXTURE.read_text(encoding="utf-8").splitlines()]


def run(tmp_path, records, required=True):
    export = tmp_path / "export.jsonl"
    if records:
        export.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    recipe = {"export": str(export), "required": required, "output": str(tmp_path / "out"), "source": "invented clinic", "licence": "Apache-2.0"}
    (tmp_path / "corrections.yaml").write_text(yaml.safe_dump(recipe))
    corrections.stage(tmp_path / "corrections.yaml")
    found = [json.loads((tmp_path / "out" / "corrections.json").read_text())]
    for name in ("train.jsonl", "pairs.jsonl"):
        found.append([json.loads(line) for line in (tmp_path / "out" / name).read_text().splitlines()])
    return found


def test_rows_and_pairs(tmp_path, records):
    report, rows, pairs = run(tmp_path, records)
    accepted, raised, reworded = rows
    assert accepted["expected_output"] == records[0]["assessment"] and accepted["review"]["changed"] is False
    assert raised["expected_output"]["level"] == "high" and json.loads(raised["messages"][-1]["content"]) == records[1]["corrected"]
    assert accepted["messages"][:-1] == records[0]["prompt"] == accepted["conversation_history"]
    assert raised["origin"] == {
        "source": "invented clinic",
        "licence": "Apache-2.0",
        "kind": "clinic",
        "consent": records[1]["consent"],
        "deidentified": True,
    }
    assert raised["review"] == {"decision": "change-level", "role": "nurse", "changed": True}
    assert raised["symptoms"] == [{"code": "ankle-swelling", "status": "present"}, {"code": "cannot-bear-weight", "status": "present"}]
    assert [pair["id"] for pair in pairs] == [raised["id"], reworded["id"]]
    pair = pairs[0]
    assert pair["prompt"] == raised["messages"][:-1] and pair["chosen"] == raised["messages"][-1]["content"]
    assert json.loads(pair["rejected"]) == records[1]["assessment"]
    assert pair["reason"] == "Cannot bear weight, seen the same day." and set(pair) >= {"id", "prompt", "chosen", "rejected", "reason"}
    assert report["records"] == {"accepted unchanged": 1, "corrected": 2, "left out: return without corrected texts": 1}
    assert report["levels"]["model"] == {"medium": 2, "low": 1} and report["levels"]["staff"] == {"medium": 1, "high": 1, "low": 1}


def test_rows_pass_the_mix_and_pairs_the_preference_stage(tmp_path, records):
    run(tmp_path, records)
    assert len(read_sourced(tmp_path / "out" / "train.jsonl")) == 3
    pytest.importorskip("trl")
    from anteroom_training.stages.tune.preferences import read_pairs

    assert len(read_pairs(tmp_path / "out" / "pairs.jsonl")) == 2


def test_ids_lead_back_to_no_export(tmp_path, records):
    _, rows, _ = run(tmp_path, records)
    assert all(row["id"].startswith("clinic-") and not any(letter.isdigit() for letter in row["id"]) for row in rows)


def test_identifiers_are_redacted_everywhere(tmp_path, records):
    records[1]["reason"] = "Write to zilpha.quent@made-up.example about it."
    records[1]["corrected"]["actions"][0]["text"] = "Arrange a same-day review, zilpha.quent@made-up.example."
    report, rows, pairs = run(tmp_path, records)
    written = "".join((tmp_path / "out" / name).read_text() for name in ("train.jsonl", "pairs.jsonl", "corrections.json"))
    assert "zilpha" not in written
    assert report["redacted"]["EMAIL"] == 2
    assert "[EMAIL]" in pairs[0]["reason"] and "[EMAIL]" in rows[1]["messages"][-1]["content"]


def changed(record: dict, path: str, value) -> dict:
    record = copy.deepcopy(record)
    place, *rest = path.split(".")
    inner = record
    for key in rest:
        inner, place = inner[int(place) if place.isdigit() else place], key
    inner[int(place) if place.isdigit() else place] = value
    return record


@pytest.mark.parametrize(
    ("line", "path", "value", "message"),
    [
        (1, "consent", None, "no consent for training"),
        (1, "consent.scope", "care", r"consent.* does not follow contracts/clinical/correction.ts"),
        (1, "consent.by", "Zilpha Quent", r"consent.* does not follow"),
        (1, "deidentified", False, "the record is not de-identified"),
        (1, "corrected.level", "low", "corrected assessment: level below the floor"),
        (1, "corrected.level", "medium", "change-level keeps the level"),
        (1, "reason", " ", "change-level needs a reason"),
        (1, "corrected.concerns.0.cites", ["f9"], "cites an id that the prompt does not have"),
        (1, "corrected.disclaimer", "All is well.", "disclaimer and beginning"),
        (1, "prompt.1.content", "patient: Zilpha Quent", "prompt is not what the app writes from input"),
        (1, "reviewerName", "Zilpha Quent", r"the record does not follow .*additionalProperties"),
        (1, "reviewerRole", "admin", "reviewerRole does not follow"),
        (0, "assessment.level", "low", "level below the floor"),
        (2, "corrected.level", "medium", "accept cannot change the level"),
        (3, "id", "a1", "the same id stands on an earlier line"),
    ],
)
def test_refusals_write_nothing_and_tell_no_text(tmp_path, records, line, path, value, message):
    records[line] = changed(records[line], path, value)
    with pytest.raises(PipelineError, match=rf"export.jsonl:{line + 1}: .*{message}") as refused:
        run(tmp_path, records)
    assert "Zilpha" not in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_prompt_is_cut_as_the_app_cuts_it(records):
    given = copy.deepcopy(records[0]["input"])
    given["findings"] = [{"id": f"code-{n}", "label": f"sign {n}", "status": "absent"} for n in range(14)]
    given["passages"] = [{"id": "x#y", "heading": "Long", "text": " ".join(["word"] * 60)}] * 5
    lines = prompt_of(given).splitlines()
    assert "f10 - sign 9" in lines and not any(line.startswith(("f11", "p4")) for line in lines)
    assert lines[-1] == f"p3 Long: {' '.join(['word'] * 40)} …"


def test_no_export_yet(tmp_path, capsys):
    with pytest.raises(PipelineError, match="missing"):
        run(tmp_path, [])
    with pytest.raises(FileNotFoundError):
        run(tmp_path, [], required=False)  # the stage ends well and writes nothing
    assert "no corrections yet" in capsys.readouterr().out
