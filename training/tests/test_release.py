"""Release: every refusal, what a release leaves behind, the card's figures, signing, and files larger than a shard."""

from __future__ import annotations

import json

import numpy as np
import pytest
import yaml
from joserfc.jwk import ECKey

from anteroom_training.model.shards import SHARD_BYTES, sha256, verify, write_manifest
from anteroom_training.model.signing import verify_signature
from anteroom_training.recipe import PipelineError
from anteroom_training.stages.ship import release
from anteroom_training.stages.ship.card import fill_card
from anteroom_training.stages.ship.evaluate import MEASURES, wilson
from anteroom_training.stages.ship.gates import check_gates

CARD = """# m

## Intended use

Tests, {{version}}.

## Data

{{mix}}

### Cleaning

None.

## Sources and licences

{{sources}}

## Metrics

{{metrics}}

## Limits

Many.
"""
CONFIG = {
    "architectures": ["LlamaForCausalLM"], "vocab_size": 8, "hidden_size": 4, "intermediate_size": 8, "num_hidden_layers": 1,
    "num_key_value_heads": 1, "head_dim": 2, "max_position_embeddings": 1024,
}  # fmt: skip
MIX = {
    "unit": "tokens",
    "groups": {
        "triage": {"share": 0.75, "rows": 30, "tokens": 3000, "target": 0.7, "stand_in": False},
        "dialogue": {"share": 0.25, "rows": 10, "tokens": 1000, "target": 0.3, "stand_in": True},
    },
    "sources": {"guides": {"licence": "CC BY 4.0", "kind": "text", "rows": 40, "tokens": 4000}},
    "tasks": {},
}


class Workplace:
    """A release that holds; tests change one thing of it."""

    def __init__(self, folder):
        self.folder, self.target = folder, folder / "model-shards" / "bundled" / "m"
        (folder / "onnx" / "onnx").mkdir(parents=True)
        for name in ("generation_config.json", "tokenizer.json", "tokenizer_config.json"):
            (folder / "onnx" / name).write_text("{}")
        (folder / "onnx" / "config.json").write_text(json.dumps(CONFIG))
        self.model = folder / "onnx" / "onnx" / "model_quantized.onnx"
        self.model.write_bytes(np.random.default_rng(1).bytes(5000))
        files = {"model_quantized.onnx": sha256(self.model.read_bytes()), "tokenizer.json": sha256(b"{}")}
        self.report = {"n": 200, "json": 0.98, "cites": 0.9, "intervals": {"json": [0.95, 0.99]}, "files": files, "rows_sha256": "r"}
        self.mix, self.card, self.before = MIX, CARD, None
        self.recipe = {
            "onnx": str(folder / "onnx"), "evaluation": str(folder / "evaluation"), "mix": str(folder / "mix.json"), "card": str(folder / "card.md"),
            "target": str(self.target), "catalog": str(folder / "model-shards" / "catalog.json"), "id": "m", "version": "1.2.3",
            "licence": "Apache-2.0", "gates": {"json": 0.9}, "replaces": "", "no_worse": {}, "most_mib": 1, "signing_key": "",
        }  # fmt: skip

    def replaced(self, **figures):
        """Say what the replaced model was measured at, and compare `json` and `cites` with it."""
        (self.folder / "old").mkdir()
        (self.folder / "old" / "evaluation.json").write_text(json.dumps({"rows_sha256": "r", **figures}))
        self.recipe |= {"replaces": str(self.folder / "old"), "no_worse": {"json": 0.02, "cites": 0.0}}

    def run(self):
        (self.folder / "evaluation").mkdir(exist_ok=True)
        (self.folder / "evaluation" / "report.json").write_text(json.dumps(self.report))
        (self.folder / "mix.json").write_text(json.dumps(self.mix))
        (self.folder / "card.md").write_text(self.card)
        (self.folder / "release.yaml").write_text(yaml.safe_dump(self.recipe))
        release.stage(self.folder / "release.yaml")

    def refuses(self, message):
        """Refused in one line, and what was there stays."""
        self.target.mkdir(parents=True)
        (self.target / "manifest.json").write_text("old")
        with pytest.raises(PipelineError, match=message) as raised:
            self.run()
        assert "\n" not in str(raised.value)
        assert [(f.name, f.read_text()) for f in self.target.iterdir()] == [("manifest.json", "old")]
        assert [f.name for f in self.target.parent.iterdir()] == ["m"]
        assert not (self.folder / "model-shards" / "catalog.json").exists()


@pytest.fixture
def work(tmp_path, monkeypatch):
    monkeypatch.delenv(release.KEY_VARIABLE, raising=False)
    return Workplace(tmp_path)


def test_a_release_that_holds(work, capsys):
    work.replaced(json=0.99, cites=0.9)
    work.run()
    said = capsys.readouterr().out
    assert "manifest unsigned: no `signing_key`" in said and "other rows" not in said
    assert verify(work.target) == []
    assert json.loads((work.target / "evaluation.json").read_text()) == {
        "n": 200, "json": 0.98, "cites": 0.9, "intervals": {"json": [0.95, 0.99]}, "rows_sha256": "r",
    }  # fmt: skip
    card = (work.target / "MODEL_CARD.md").read_text()
    assert "Tests, 1.2.3." in card and "{{" not in card
    assert "| `json` | parses as JSON | 98.0 % | 95.0 % – 99.0 % |" in card and "| `n` | held-out cases | 200 |  |" in card
    assert "| dialogue (stand-in) | 25.0 % | 30.0 % | 10 | 1,000 |" in card and "| guides | CC BY 4.0 | 40 | 4,000 |" in card
    assert not (work.target / "manifest.jws").exists()
    (work.target / "left-over").write_text("x")  # again over itself: the folder is replaced as a whole
    work.recipe["replaces"] = str(work.target)
    work.run()
    assert not (work.target / "left-over").exists() and (work.target / "evaluation.json").exists()


@pytest.mark.parametrize(
    ("gates", "message"),
    [
        ({"json": 0.99}, "release refused: json 0.98 < 0.99"),
        ({"json": 0.9, "schema": 0.5}, "release refused: schema None < 0.5"),
        ({}, "release refused: the recipe has no gates"),
    ],
)
def test_missed_and_unmeasured_gates_are_refused(work, gates, message):
    work.recipe["gates"] = gates
    work.refuses(message)


@pytest.mark.parametrize("value", [float("nan"), None, "1.0", True])
def test_what_is_no_figure_passes_no_gate(value):
    with pytest.raises(PipelineError, match="json None < 0.5"):
        check_gates({"json": value}, {"json": 0.5})


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ({"json": 1.0, "cites": 0.95}, r"cites 0.9 < 0.95 of the replaced model \(tolerance 0.0\)$"),
        ({"json": 1.001, "cites": 0.9}, "release refused: json 0.98 < 1.001"),
        ({"json": 0.9}, "cites not measured for the replaced model"),
    ],
)
def test_a_worse_model_is_refused(work, figures, message):
    work.replaced(**figures)
    work.refuses(message)


def test_a_measure_that_the_new_report_lacks_is_refused(work):
    work.replaced(json=0.9, cites=0.5)
    del work.report["cites"]
    work.refuses("cites not measured for the new model")


def test_nothing_to_compare_is_refused(work):
    work.replaced(json=0.9, cites=0.5)
    work.recipe["no_worse"] = {}
    work.refuses("`no_worse` names no measure")


def test_a_replaced_model_without_figures_is_refused(work):
    work.replaced(json=0.9, cites=0.5)
    (work.folder / "old" / "evaluation.json").unlink()
    work.refuses("evaluation.json is missing, so nothing can be compared")


def test_other_rows_are_mentioned(work, capsys):
    work.replaced(json=0.9, cites=0.5)
    work.report["rows_sha256"] = "s"
    work.run()
    assert "note: old was measured on other rows" in capsys.readouterr().out


def test_another_model_file_than_the_measured_one_is_refused(work):
    work.model.write_bytes(work.model.read_bytes()[:-1] + b"\x00")
    work.refuses("release refused: model_quantized.onnx changed since evaluation")


def test_another_tokenizer_than_the_measured_one_is_refused(work):
    (work.folder / "onnx" / "tokenizer.json").write_text("{ }")
    work.refuses("release refused: tokenizer.json changed since evaluation")


def test_a_report_that_names_no_files_is_refused(work):
    del work.report["files"]
    work.refuses("does not say which files it measured")


@pytest.mark.parametrize("section", ["Intended use", "Data", "Sources and licences", "Metrics", "Limits"])
def test_a_card_without_a_section_is_refused(work, section):
    work.card = CARD.replace(f"## {section}\n", "## Something else\n")
    work.refuses(f"release refused: the model card lacks {section}$")

    work.card = CARD.replace("Many.\n", "")  # an empty section is none
    with pytest.raises(PipelineError, match="the model card lacks Limits$"):
        work.run()


@pytest.mark.parametrize(("name", "section"), [("mix", "Data"), ("metrics", "Metrics")])
def test_typed_figures_are_refused(work, name, section):
    work.card = CARD.replace(f"{{{{{name}}}}}", "about 99 %")
    work.refuses(f"the model card lacks {{{{{name}}}}} under {section}; figures are filled in, not typed")


def test_a_placeholder_that_nothing_fills_is_refused(work):
    work.mix = {"guides": 4000}  # the plain form names no licences
    work.refuses("nothing fills sources in the model card")


def test_a_missing_card_is_refused(work):
    work.recipe["card"] = "none.md"
    work.refuses("missing: .*none.md")


def test_a_release_that_is_too_large_is_refused(work):
    work.recipe["most_mib"] = 0.001
    work.refuses(r"release refused: 0.0 MiB, at most 0.001 allowed \(`most_mib`\)")


def test_the_plain_mix_is_shown_too():
    filled = fill_card("{{mix}}", {}, {"guides": 3000, "talks": 1000}, {}, MEASURES)
    assert "| guides | 75.0 % | 3,000 |" in filled and "| talks | 25.0 % | 1,000 |" in filled


def test_a_mix_by_rows_has_no_tokens_to_show():
    groups = {"triage": {"share": 1.0, "rows": 30, "tokens": None, "target": 1.0, "stand_in": False}}
    mix = {"unit": "rows", "groups": groups, "sources": {"guides": {"licence": "MIT", "rows": 30, "tokens": None}}}
    filled = fill_card("{{mix}}\n{{sources}}", {}, mix, {}, MEASURES)
    assert "| triage | 100.0 % | 100.0 % | 30 |  |" in filled and "| guides | MIT | 30 |  |" in filled


def signing_key(work) -> str:
    key = ECKey.generate_key("P-256")
    file = work.folder / "key.jwk"
    file.write_text(json.dumps(key.as_dict(private=True)))
    (work.folder / "model-shards").mkdir()
    public = {**key.as_dict(private=False), "kid": key.thumbprint()}
    (work.folder / "model-shards" / "trusted-keys.json").write_text(json.dumps({"keys": [public]}))
    return str(file)


@pytest.mark.parametrize("way", ["recipe", "environment"])
def test_a_release_is_signed_with_the_given_key(work, way, monkeypatch, capsys):
    file = signing_key(work)
    if way == "recipe":
        work.recipe["signing_key"] = file
    else:
        monkeypatch.setenv(release.KEY_VARIABLE, file)
    work.run()
    trusted = json.loads((work.folder / "model-shards" / "trusted-keys.json").read_text())["keys"]
    signature = (work.target / "manifest.jws").read_text()
    assert verify_signature((work.target / "manifest.json").read_bytes(), signature, trusted) == trusted[0]["kid"]
    assert f"manifest signed by {trusted[0]['kid']}" in capsys.readouterr().out


def test_a_key_that_nobody_trusts_signs_no_release(work):
    work.recipe["signing_key"] = signing_key(work)
    (work.folder / "model-shards" / "trusted-keys.json").unlink()
    work.refuses("signing key .* is not in")


def test_twenty_megabytes_travel_in_shards(tmp_path):
    data = np.random.default_rng(9).bytes(20_000_000)
    (tmp_path / "source" / "onnx").mkdir(parents=True)
    (tmp_path / "source" / "onnx" / "model_quantized.onnx").write_bytes(data)
    manifest = write_manifest(tmp_path / "source", tmp_path / "target", {"id": "m"}, ["onnx/model_quantized.onnx"])
    (file,) = manifest["files"]
    assert [(s["path"], s["bytes"]) for s in file["shards"]] == [
        ("onnx/model_quantized.onnx.000", SHARD_BYTES),
        ("onnx/model_quantized.onnx.001", 20_000_000 - SHARD_BYTES),
    ]
    assert b"".join((tmp_path / "target" / s["path"]).read_bytes() for s in file["shards"]) == data and verify(tmp_path / "target") == []


def test_a_shard_over_sixteen_mebibytes_is_found(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "model.onnx").write_bytes(bytes(SHARD_BYTES + 1))
    write_manifest(tmp_path / "source", tmp_path / "target", {"id": "m"}, ["model.onnx"], limit=2 * SHARD_BYTES)
    assert verify(tmp_path / "target") == ["shard too large: model.onnx"]


def test_wilson_interval():
    assert wilson(0.9, 10) == [0.5958, 0.9821]
    assert wilson(1.0, 30) == [0.8865, 1.0] and wilson(0.0, 30) == [0.0, 0.1135]
