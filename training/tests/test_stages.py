"""The tiny twin end to end, resuming, gates and clear errors."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tokenizers import Tokenizer

from anteroom_training.model.shards import verify
from anteroom_training.recipe import PipelineError, load_recipe
from anteroom_training.stages.ship.evaluate import faithful, judge
from anteroom_training.stages.ship.release import check_gates, update_catalog
from anteroom_training.text.synthetic import compact

TRAINING = Path(__file__).resolve().parents[1]
STAGES = {
    path.stem: f"anteroom_training.stages.{path.parent.name}.{path.stem}"
    for path in (TRAINING / "anteroom_training" / "stages").glob("*/*.py")
    if path.stem != "__init__"
}
TINY = ["tiny_data", "deid_ner", "tokenizer", "corrections", "counterfactual", "mix", "pretrain", "lora", "preferences", "merge", "export_onnx", "export_mlc", "evaluate", "bias", "release"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """All stages of recipes/tiny, in a temporary folder; returns that folder."""
    folder = tmp_path_factory.mktemp("tiny")
    for stage in TINY:
        text = (TRAINING / "recipes" / "tiny" / f"{stage}.yaml").read_text(encoding="utf-8")
        recipe = folder / f"{stage}.yaml"
        recipe.write_text(text.replace("training/out/tiny", str(folder)), encoding="utf-8")
        importlib.import_module(STAGES[stage]).stage(recipe)
    return folder


def test_tiny_run_learns_and_releases(tiny):
    losses = [float(line.split("\t")[2]) for line in (tiny / "pretrain" / "loss.tsv").read_text().splitlines()]
    assert losses[-1] < 0.6 * losses[0]
    tuned = [float(line.split("\t")[2]) for line in (tiny / "lora" / "loss.tsv").read_text().splitlines()]
    assert tuned[-1] < tuned[0]
    released = tiny / "model-shards" / "bundled" / "tiny"
    assert verify(released) == []
    manifest = json.loads((released / "manifest.json").read_text())
    assert [file["path"] for file in manifest["files"]] == [
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "onnx/model_quantized.onnx",
    ]
    assert (released / "MODEL_CARD.md").is_file()
    catalog = json.loads((tiny / "model-shards" / "catalog.json").read_text())
    assert [(m["id"], m["manifest"]) for m in catalog["models"]] == [("tiny", "bundled/tiny/manifest.json")]


def test_data_shares_are_recorded(tiny):
    mix = json.loads((tiny / "pretrain" / "mix.json").read_text())
    assert mix["synthetic"] / sum(mix.values()) == pytest.approx(0.5, abs=0.05)


def test_pretraining_resumes_from_its_checkpoint(tiny, capsys):
    from anteroom_training.stages.tune import pretrain

    recipe = load_recipe(tiny / "pretrain.yaml", pretrain.KEYS)
    recipe["max_steps"] = 45  # the checkpoint of step 40 is the last one of the fixture's run
    tokenizer = Tokenizer.from_file(str(tiny / "tokenizer" / "tokenizer.json"))
    pretrain.train(recipe, tokenizer, tiny / "pretrain")
    assert "resumed at step 40" in capsys.readouterr().out
    assert json.loads((tiny / "pretrain" / "summary.json").read_text())["steps"] == 45


def test_recipe_errors(tmp_path):
    file = tmp_path / "r.yaml"
    keys = {"seed": int, "output": str}
    for text, message in {
        "seed: 1": "setting missing: output",
        "seed: yes\noutput: a": "wrong type: seed",
        "seed: 1\noutput: a\nmore: 2": "unknown setting: more",
        "- a": "a recipe is a mapping",
        "a: [": "not valid YAML",
    }.items():
        file.write_text(text)
        with pytest.raises(PipelineError, match=message):
            load_recipe(file, keys)
    with pytest.raises(PipelineError, match="recipe not found"):
        load_recipe(tmp_path / "none.yaml", keys)


def test_command_line_says_one_line_and_fails(tmp_path):
    recipe = yaml.safe_load((TRAINING / "recipes" / "tiny" / "merge.yaml").read_text())
    recipe["base"] = "training/out/tiny/pretrain/nowhere"
    (tmp_path / "merge.yaml").write_text(yaml.safe_dump(recipe))
    command = [sys.executable, "-m", "anteroom_training.stages.ship.merge", "--recipe", str(tmp_path / "merge.yaml")]
    done = subprocess.run(command, cwd=TRAINING, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1] == (
        f"error: missing: {TRAINING / 'out/tiny/pretrain/nowhere'} (made by: anteroom_training.stages.tune.pretrain)"
    )


@pytest.mark.parametrize("path", sorted((TRAINING / "recipes").glob("anteroom-*/*.yaml")), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_shipped_recipes_are_complete(path):
    keys = importlib.import_module(STAGES[path.stem]).KEYS
    assert set(load_recipe(path, keys)) == set(keys)


def test_judge(forms):
    prompt, expected = forms.conversation()
    right = judge(prompt, expected, compact(expected))
    assert all(right.values())
    for text in ("", "{", '{"level":"low"}', "[1]"):
        assert not judge(prompt, expected, text)["schema"]
    wrong = {**expected, "concerns": [{"text": "The zebra is purple.", "cites": ["f1"]}]}
    verdict = judge(prompt, expected, compact(wrong))
    assert verdict["cites"] and not verdict["grounded"] and not verdict["exact"]
    unknown = {**expected, "actions": [{"text": "Ask.", "cites": ["f99"]}]}
    assert not judge(prompt, unknown, compact(unknown))["cites"]
    low = judge(prompt.replace(f"floor: {expected['level']}", "floor: emergency"), expected, compact({**expected, "level": "low"}))
    assert not low["floor"]


PROMPT = "patient: 45 year, male\nfloor: high\ncomplaint: Headache\nfindings:\nf1 + headache\nf2 + jaw pain\nf3 - head injury\nf4 ? fever"


@pytest.mark.parametrize(
    ("summary", "holds"),
    [
        ("45-year-old male patient reports headache and jaw pain; no reported head injury; not known: fever.", True),
        ("45-year-old male patient reports headache.", True),
        ("44-year-old male patient reports headache.", False),
        ("45-year-old female patient reports headache.", False),
        ("45-year-old male patient reports head injury.", False),
        ("45-year-old male patient reports sore throat.", False),
        ("45-year-old male patient reports jaw pain; no reported headache.", False),
        ("45-year-old male patient reports jaw pain; no reported sore throat.", False),
    ],
)
def test_faithful(summary, holds):
    known = frozenset({"headache", "jaw pain", "head injury", "sore throat", "severe headache"})
    assert faithful(PROMPT, f"Preliminary assessment: {summary}", known) is holds


def test_gates_refuse_a_worse_model():
    check_gates({"json": 0.99}, {"json": 0.9})
    with pytest.raises(PipelineError, match="json 0.5 < 0.9; cites None < 0.9"):
        check_gates({"json": 0.5}, {"json": 0.9, "cites": 0.9})


def test_catalog_keeps_other_models(tmp_path):
    file = tmp_path / "catalog.json"
    embedder = {"id": "embedder", "engine": "transformers", "task": "feature-extraction", "manifest": "e", "default": True}
    file.write_text(json.dumps({"models": [embedder]}))
    for manifest in ("a", "b"):
        update_catalog(file, {"id": "m", "manifest": manifest})
    assert json.loads(file.read_text())["models"] == [embedder, {"id": "m", "manifest": "b"}]
