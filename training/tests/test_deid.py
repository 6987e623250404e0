"""The de-identification gate: recall on held-out templates, words that must survive, forms of dates and ages, rows, command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from anteroom_training.privacy.gate import identifiers_in, redact_row
from anteroom_training.privacy.identifiers import Identifier
from anteroom_training.privacy.measure import false_positives, own, recall
from anteroom_training.privacy.redact import redact

TRAINING = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def found():
    return recall(own(seed=21, each=8, unlisted=False))


def test_recall_on_held_out_templates(found):
    assert set(found) == {kind.token for kind in Identifier}
    assert sum(pair[0] for pair in found.values()) / sum(pair[1] for pair in found.values()) >= 0.99


@pytest.mark.parametrize("kind", [kind.token for kind in Identifier])
def test_recall_of_each_class(found, kind):
    hit, planted = found[kind]
    assert planted >= 8 and hit / planted >= 0.95


def test_recall_of_names_on_no_list():
    hit, planted = recall(own(seed=22, each=4, unlisted=True))["NAME"]
    assert planted > 100 and hit / planted >= 0.95


def test_narratives_keep_their_words():
    counts, words = false_positives(TRAINING.parent / "evaluation" / "cases" / "authored-tune.jsonl", 300)
    assert words > 5000
    assert 1000 * sum(counts.values()) / words < 8


@pytest.mark.parametrize(
    "text",
    [
        "May I have more? It may bruise. I rose from bed and there is a mark on my skin.",
        "I have Parkinson's disease, my aunt has Crohn's and the doctor spoke of Bell's palsy.",
        "Enfermedad de Parkinson y síndrome de Sjögren, toma metformina 850 mg cada 12 horas.",
        "BP 120/80, pulse 94, sats 94%, pain 7/10, temp 38.5, sugar 11.2, weight 72.5 kg",
        "amoxicillin 500 mg 3 times a day for 7 days, then ibuprofen 400 mg as needed",
        "She is 45 years old, has had it for 3 weeks and is worse since Monday",
        "24/7 pain for 2-3 weeks, 1/2 a tablet at 10.30, 5 or 6 times a night",
        "He is 89 years old. Hope it goes. Will it heal? I will wait.",
        "me duele el pecho desde hace 2 horas, tengo 60 años y tensión de 150/90",
    ],
)
def test_clinical_words_survive(text):
    assert redact(text)["text"] == text


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("It began on 14 March 2024.", "It began on [DATE 2024]."),
        ("seen 03/11/2023 and again 5 de mayo de 2024", "seen [DATE 2023] and again [DATE 2024]"),
        ("born 12/05/1921", "born [DATE]"),
        ("since June", "since [DATE]"),
        ("My aunt is 94 years old", "My aunt is 90 or older"),
        ("mujer de 93 años", "mujer de 90 o más años"),
        ("I had the operation in 2019", "I had the operation in 2019"),
        ("ring 07700 900123 or fax 020 7946 0999", "ring [PHONE] or fax [FAX]"),
        ("mail jo@example.com", "mail [EMAIL]"),
        ("from 192.0.2.17", "from [IP]"),
    ],
)
def test_what_takes_the_place(text, redacted):
    assert redact(text)["text"] == redacted


def test_spans_fit_the_text_and_a_second_run_finds_nothing():
    for planted in own(seed=23, each=1, unlisted=False):
        done = redact(planted.text)
        ends = [0, *(span["end"] for span in done["spans"])]
        assert all(ends[at] <= span["start"] < span["end"] <= len(planted.text) for at, span in enumerate(done["spans"]))
        assert redact(done["text"])["text"] == done["text"]


def test_rows_keep_their_structure():
    row = {
        "id": "abdo-01",
        "narrative": "I'm Margaret Ashdown, my belly hurts",
        "age": {"value": 96, "unit": "year"},
        "sex": "female",
        "gold": {"triage": ["high"], "complaints": ["D01"], "answers": [{"reply": "call 07700 900123"}]},
        "patient": {"surname": "Ashdown", "dob": "1929-01-02", "mrn": 4471209, "age": 97},
        "seen": True,
        "score": 0.25,
        "note": None,
    }
    before = json.dumps(row)
    redacted, counts = redact_row(row)
    assert json.dumps(row) == before
    assert redacted == {
        **row,
        "narrative": "I'm [NAME], my belly hurts",
        "age": {"value": 90, "unit": "year"},
        "gold": {"triage": ["high"], "complaints": ["D01"], "answers": [{"reply": "call [PHONE]"}]},
        "patient": {"surname": "[NAME]", "dob": "[DATE]", "mrn": "[MRN]", "age": 90},
    }
    assert counts == {"NAME": 2, "PHONE": 1, "DATE": 3, "MRN": 1}
    assert redact_row(redacted) == (redacted, {})


def run(*arguments):
    command = [sys.executable, "-m", "anteroom_training.privacy.cli", *map(str, arguments)]
    return subprocess.run(command, cwd=TRAINING, capture_output=True, text=True, check=False)


def test_command_line(tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out" / "rows.jsonl"
    source.write_text('{"text":"sore knee"}\n\n{"text":"I am Siobhan Pemberton of LS6 3HN"}\n["ring 07700 900123"]\n', encoding="utf-8")
    done = run("--in", source, "--check", "--out", target)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[:2] == ["line 3: NAME 1, PLACE 1", "line 4: PHONE 1"]
    assert json.loads(lines[2]) == {"rows": 3, "rows_with_identifiers": 2, "classes": {"NAME": 1, "PHONE": 1, "PLACE": 1}}
    assert "Pemberton" not in done.stdout + done.stderr
    assert [json.loads(line) for line in target.read_text().splitlines()] == [{"text": "sore knee"}, {"text": "I am [NAME] of [PLACE]"}, ["ring [PHONE]"]]
    assert run("--in", target, "--check").returncode == 0


def test_command_line_errors(tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"text":"ok"}\n{"text": Pemberton\n', encoding="utf-8")
    for arguments, message in (
        (["--in", tmp_path / "none.jsonl", "--check"], "error: file not found"),
        (["--in", source, "--check"], "line 2 is not JSON"),
        (["--in", source], "give --check, --out FILE, or both"),
        (["--in", source, "--out", source], "--out must be another file"),
    ):
        done = run(*arguments)
        assert done.returncode != 0 and message in done.stderr and "Pemberton" not in done.stderr
    source.write_text('{"jo@example.com": 1}\n', encoding="utf-8")
    assert "a field name holds an identifier (EMAIL)" in run("--in", source, "--out", tmp_path / "out.jsonl").stderr


def test_every_class_has_letter_and_token():
    assert "".join(kind.value[1] for kind in Identifier) == "ABCDEFGHIJKLMNOPQR"
    assert identifiers_in("") == identifiers_in(" ... ") == []
