"""ONNX against torch, KV cache, int8, folding, LoRA merge, optimisers and shards."""

from __future__ import annotations

import json

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from anteroom_training.model.architecture import answer_loss, next_token_loss, optimisers, parameter_count, set_rates
from anteroom_training.model.budget import Budget, rate_factor
from anteroom_training.model.graph import build_graph, int4_blocks, int8_per_channel, packed_int4
from anteroom_training.model.runtime import Session
from anteroom_training.model.shards import model_hash, verify, write_manifest
from anteroom_training.stages.tune.lora import adapt
from anteroom_training.stages.ship.merge import merge
from anteroom_training.stages.ship.release import parameters_of
from anteroom_training.text.chat import IGNORED

IDS = [1, 4, 77, 91, 20, 33, 77, 91, 5, 60, 61, 62]
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def torch_logits(model, ids):
    with torch.no_grad():
        return model(input_ids=torch.tensor([ids])).logits.numpy()


@pytest.fixture
def full(model, tmp_path):
    onnx.save(build_graph(model, "fp32"), tmp_path / "full.onnx")
    return tmp_path / "full.onnx"


@pytest.fixture
def quantised(model, tmp_path):
    onnx.save(build_graph(model, "q8"), tmp_path / "int8.onnx")
    return tmp_path / "int8.onnx"


def test_onnx_equals_torch(model, full):
    session = Session(full, threads=1)
    logits, _ = session.forward(IDS, session.empty_cache())
    assert logits.shape == (1, len(IDS), model.config.vocab_size)
    np.testing.assert_allclose(logits, torch_logits(model, IDS), atol=1e-4)


def test_cache_step_by_step_equals_whole(full):
    session = Session(full, threads=1)
    whole, _ = session.forward(IDS, session.empty_cache())
    cache, steps = session.empty_cache(), []
    for ids in (IDS[:5], IDS[5:6], IDS[6:9], IDS[9:]):
        logits, cache = session.forward(ids, cache)
        steps.append(logits)
    np.testing.assert_allclose(np.concatenate(steps, axis=1), whole, atol=1e-4)
    assert cache[0].shape[2] == len(IDS)


def test_only_the_last_logits_when_asked(full):
    session = Session(full, threads=1)
    whole, _ = session.forward(IDS, session.empty_cache())
    last, _ = session.forward(IDS, session.empty_cache(), keep=1)
    assert last.shape[1] == 1
    np.testing.assert_allclose(last, whole[:, -1:], atol=1e-4)


def test_generation_is_greedy_and_stops(model, full):
    session = Session(full, threads=1)
    ids, expected = list(IDS), []
    for _ in range(8):
        expected.append(int(torch_logits(model, ids)[0, -1].argmax()))
        ids.append(expected[-1])
    assert session.generate(IDS, end=-1, limit=8) == expected
    assert session.generate(IDS, end=expected[0], limit=8) == []


def test_int8_is_within_half_a_step():
    weight = np.random.default_rng(1).normal(size=(40, 30)).astype(np.float32)
    stored, scale = int8_per_channel(weight, axis=1)
    assert stored.dtype == np.int8 and scale.shape == (30,)
    assert (np.abs(stored * scale - weight) <= scale / 2 + 1e-6).all()


def test_quantised_file_is_small_and_folds_to_plain_kernels(model, full, quantised, tmp_path):
    assert quantised.stat().st_size < 0.45 * full.stat().st_size
    folded = tmp_path / "folded.onnx"
    session = Session(quantised, threads=1, fold=True, optimised=folded)
    kinds = {node.op_type for node in onnx.load(folded).graph.node}
    assert "MatMul" in kinds
    assert not kinds & {"DequantizeLinear", "MatMulNBits", "MatMulIntegerToFloat", "DynamicQuantizeMatMul"}
    logits, _ = session.forward(IDS, session.empty_cache())
    assert np.abs(logits - torch_logits(model, IDS)).max() < 0.05


def test_int4_is_within_half_a_step_of_its_block():
    weight = np.random.default_rng(1).normal(size=(64, 30)).astype(np.float32)
    stored, scale = int4_blocks(weight)
    assert stored.min() >= -7 and stored.max() <= 7 and scale.shape == (2, 30)
    assert (np.abs(stored * np.repeat(scale, 32, axis=0) - weight) <= np.repeat(scale, 32, axis=0) / 2 + 1e-6).all()
    assert (numpy_helper.to_array(packed_int4("w", stored)).astype(np.int8) == stored).all()


def test_four_bit_file_runs_and_says_nearly_the_same(model, quantised, tmp_path):
    file, folded = tmp_path / "q4.onnx", tmp_path / "q4-folded.onnx"
    onnx.save(build_graph(model, "q4"), file)
    assert file.stat().st_size < quantised.stat().st_size
    logits, _ = Session(file, threads=1, fold=True, optimised=folded).forward(IDS, Session(file, threads=1).empty_cache())
    assert "DequantizeLinear" not in {node.op_type for node in onnx.load(folded).graph.node}
    assert np.abs(logits - torch_logits(model, IDS)).max() < 0.5


def test_merged_adapter_equals_adapter(model, tmp_path):
    model.save_pretrained(tmp_path / "base")
    plain = torch_logits(model, IDS)
    tuned = adapt(model, {"r": 4, "alpha": 8, "dropout": 0.1, "targets": TARGETS}).eval()
    learned = [name for name, p in tuned.named_parameters() if p.requires_grad]
    assert learned and all("lora_" in name for name in learned)
    generator = torch.Generator().manual_seed(3)
    for name, parameter in tuned.named_parameters():
        if "lora_B" in name:
            parameter.data = torch.randn(parameter.shape, generator=generator) * 0.05
    tuned.save_pretrained(tmp_path / "adapter")
    merged = merge(tmp_path / "base", tmp_path / "adapter")
    np.testing.assert_allclose(torch_logits(merged, IDS), torch_logits(tuned, IDS), atol=1e-4)
    assert np.abs(torch_logits(merged, IDS) - plain).max() > 1e-2


def test_each_parameter_has_one_optimiser(model):
    found = optimisers(model, 0.02, 0.004, 0.0)
    held = [id(p) for o in found for group in o.param_groups for p in group["params"]]
    assert sorted(held) == sorted(id(p) for p in model.parameters())
    set_rates(found, 0.5)
    assert [o.param_groups[0]["lr"] for o in found] == [0.01, 0.002]


def test_loss_ignores_masked_labels(model):
    logits = torch.randn(1, 4, 10, generator=torch.Generator().manual_seed(1))
    expected = torch.nn.functional.cross_entropy(logits[:, 1], torch.tensor([7]))
    assert torch.isclose(next_token_loss(logits, torch.tensor([[IGNORED, IGNORED, 7, IGNORED]])), expected)


def test_answer_loss_equals_masked_loss_over_all_logits(model):
    tuned = adapt(model, {"r": 4, "alpha": 8, "dropout": 0.0, "targets": TARGETS}).eval()
    ids = torch.tensor([IDS, IDS[::-1]])
    labels = ids.clone()
    labels[:, :7] = IGNORED
    expected = next_token_loss(tuned(input_ids=ids).logits, labels)
    assert torch.isclose(answer_loss(tuned.get_base_model(), ids, labels), expected, atol=1e-5)


def test_rate_follows_the_budget():
    assert [rate_factor(p, 0.1, 0.6) for p in (0.05, 0.1, 0.6)] == [0.5, 1.0, 1.0]
    assert rate_factor(0.8, 0.1, 0.6) == pytest.approx(0.5)
    assert rate_factor(1.0, 0.1, 0.6) == 0.02
    assert Budget(minutes=10, steps=40).progress(20) == 0.5
    assert Budget(minutes=1, steps=0, used_seconds=60).progress(0) == 1.0


def test_parameters_from_the_config(model):
    config = model.config.to_dict()
    config["head_dim"] = config["hidden_size"] // config["num_attention_heads"]
    assert parameters_of(config) == parameter_count(model)


def test_shards_and_manifest(tmp_path):
    source = tmp_path / "source"
    (source / "onnx").mkdir(parents=True)
    data = np.random.default_rng(4).bytes(2500)
    (source / "onnx" / "model.onnx").write_bytes(data)
    (source / "config.json").write_text("{}")
    about = {"id": "m", "version": "1"}
    manifest = write_manifest(source, tmp_path / "target", about, ["config.json", "onnx/model.onnx"], limit=1000)
    paths = [shard["path"] for file in manifest["files"] for shard in file["shards"]]
    assert paths == ["config.json", *(f"onnx/model.onnx.00{n}" for n in range(3))]
    assert b"".join((tmp_path / "target" / p).read_bytes() for p in paths[1:]) == data
    assert manifest == json.loads((tmp_path / "target" / "manifest.json").read_text())
    assert manifest["hash"] == model_hash(list(reversed(manifest["files"])))
    assert verify(tmp_path / "target") == []
    last = tmp_path / "target" / paths[-1]
    last.write_bytes(last.read_bytes()[:-1] + b"\x00")
    assert verify(tmp_path / "target") == ["shard differs: onnx/model.onnx.002", "file differs: onnx/model.onnx"]
    last.unlink()
    assert verify(tmp_path / "target") == ["shard differs: onnx/model.onnx.002", "file differs: onnx/model.onnx"]
