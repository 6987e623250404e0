"""MLC layout: packing, names, records, config, prompt, and the call of the compiler."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from anteroom_training.model.mlc import (
    GROUP,
    QUANTISATIONS,
    largest_error,
    matrices,
    pack_groups,
    parameters,
    read_tensor_cache,
    unpack_groups,
    write_tensor_cache,
)
from anteroom_training.model.shards import verify
from anteroom_training.recipe import PipelineError
from anteroom_training.stages.prepare.tokenizer import save_tokenizer
from anteroom_training.stages.ship import export_mlc
from anteroom_training.text.chat import render

ABOUT = {"id": "m", "version": "1.0.0", "licence": "Apache-2.0"}


@pytest.fixture
def folder(tokenizer, tmp_path):
    save_tokenizer(tokenizer, tmp_path / "tokenizer", 256)
    return tmp_path


def write(model, folder, quantisation, limit=2**24):
    (folder / "cache").mkdir()
    write_tensor_cache(parameters(model, quantisation), folder / "cache", 1000, limit)
    return folder / "cache"


def test_packing_by_hand():
    # Largest magnitude 7: scale 1, so each nibble is its weight plus 7; the first weight is in the lowest four bits.
    weight = np.zeros((1, 40), np.float32)
    weight[0, :9] = [-7, -1, 0, 1, 2, 3, 4, 7, 5]
    weight[0, 32:] = 14
    words, scale = pack_groups(weight)
    assert words.dtype == np.uint32 and words.shape == (1, 8) and scale.tolist() == [[1.0, 2.0]]
    assert [hex(word) for word in words[0]] == ["0xeba98760", "0x7777777c", "0x77777777", "0x77777777", "0xeeeeeeee", "0x0", "0x0", "0x0"]
    np.testing.assert_array_equal(unpack_groups(words, scale, 40), weight)


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_packed_weights_are_within_half_a_step(kind):
    weight = (np.random.default_rng(3).normal(size=(24, 80)) * 0.05).astype(kind)
    weight[5] = 0
    words, scale = pack_groups(weight)
    assert scale.dtype == kind and scale.shape == (24, 3)
    step = np.repeat(scale.astype(np.float32), GROUP, axis=1)[:, :80]
    error = np.abs(unpack_groups(words, scale, 80) - weight.astype(np.float32))
    assert (error <= 0.508 * step).all() and error.max() > 0.4 * step.max()
    assert not unpack_groups(words, scale, 80)[5].any()


@pytest.mark.parametrize("quantisation", QUANTISATIONS)
def test_what_was_written_is_the_model(model, folder, quantisation):
    cache = write(model, folder, quantisation)
    stored = read_tensor_cache(cache)
    packed, kind = QUANTISATIONS[quantisation]
    assert largest_error(model, stored, quantisation) <= (0.508 if packed else 2**-11 + 1e-9)
    if quantisation == "q0f32":
        assert all((stored[name] == weight).all() for name, weight in matrices(model))
    # One wrong tensor is seen.
    name = "model.layers.1.mlp.down_proj.q_weight" if packed else "model.layers.1.mlp.down_proj.weight"
    wrong = {**stored, name: stored[name][::-1]}
    assert largest_error(model, wrong, quantisation) > 1


def test_names_and_shapes_are_those_of_mlc(model, folder):
    shapes = {name: (list(a.shape), a.dtype.name) for name, a in read_tensor_cache(write(model, folder, "q4f16_1")).items()}
    c = model.config
    h, kv, i = c.hidden_size, c.num_key_value_heads * c.head_dim, c.intermediate_size
    expected = {
        "model.embed_tokens": (c.vocab_size, h),
        **{f"model.layers.{n}.self_attn.qkv_proj": (h + 2 * kv, h) for n in range(2)},
        **{f"model.layers.{n}.self_attn.o_proj": (h, h) for n in range(2)},
        **{f"model.layers.{n}.mlp.gate_up_proj": (2 * i, h) for n in range(2)},
        **{f"model.layers.{n}.mlp.down_proj": (h, i) for n in range(2)},
    }
    norms = ["model.norm", *(f"model.layers.{n}.{m}_layernorm" for n in range(2) for m in ("input", "post_attention"))]
    assert shapes == {
        **{f"{name}.q_weight": ([o, k // 8], "uint32") for name, (o, k) in expected.items()},
        **{f"{name}.q_scale": ([o, k // 32], "float16") for name, (o, k) in expected.items()},
        **{f"{name}.weight": ([h], "float16") for name in norms},
    }
    attention = model.model.layers[1].self_attn
    fused = dict(matrices(model))["model.layers.1.self_attn.qkv_proj.weight"]
    np.testing.assert_array_equal(fused[h : h + kv], attention.k_proj.weight.detach().numpy())


def test_an_untied_head_is_packed_too(model, folder):
    model.config.tie_word_embeddings = False
    stored = read_tensor_cache(write(model, folder, "q4f32_1"))
    assert stored["lm_head.q_weight"].shape == stored["model.embed_tokens.q_weight"].shape
    assert largest_error(model, stored, "q4f32_1") <= 0.508


def test_records_cover_the_shards_without_gaps(model, folder):
    cache = write(model, folder, "q4f16_1", limit=20_000)
    described = json.loads((cache / "tensor-cache.json").read_text())
    total = 0
    for n, shard in enumerate(described["records"]):
        data = (cache / shard["dataPath"]).read_bytes()
        assert shard["dataPath"] == f"params_shard_{n}.bin" and shard["format"] == "raw-shard"
        assert len(data) == shard["nbytes"] <= 20_000
        assert hashlib.md5(data).hexdigest() == shard["md5sum"]
        at = 0
        for record in shard["records"]:
            assert record["byteOffset"] == at
            assert record["nbytes"] == np.prod(record["shape"]) * np.dtype(record["dtype"]).itemsize
            at += record["nbytes"]
        assert at == len(data)
        total += at
    assert len(described["records"]) > 1
    assert described["metadata"]["ParamBytes"] == total
    assert described["metadata"]["ParamSize"] == sum(len(s["records"]) for s in described["records"])


def test_a_tensor_larger_than_a_shard_is_refused(model, folder):
    with pytest.raises(PipelineError, match="model.embed_tokens.weight takes .* choose a smaller quantisation"):
        write(model, folder, "q0f32", limit=20_000)


def test_weights_beyond_float16_are_refused(model, folder):
    model.model.norm.weight.data[0] = 1e6
    with pytest.raises(PipelineError, match="model.norm.weight does not fit float16"):
        write(model, folder, "q4f16_1")


def test_export_writes_a_verified_folder(model, folder, capsys, monkeypatch):
    monkeypatch.setattr(export_mlc, "compiler", lambda: None)
    target = folder / "m-q4f16_1-MLC"
    export_mlc.export(model, folder / "tokenizer", "q4f16_1", ABOUT, target)
    said = capsys.readouterr().out
    assert said.startswith("WebGPU library not compiled: mlc_llm is not installed.") and said.count("\n") == 1
    assert verify(target) == []
    names = {file["path"] for file in json.loads((target / "manifest.json").read_text())["files"]}
    assert names == {"mlc-chat-config.json", "tensor-cache.json", "params_shard_0.bin", "tokenizer.json", "tokenizer_config.json"}
    config, c = json.loads((target / "mlc-chat-config.json").read_text()), model.config
    for name in ("hidden_size", "intermediate_size", "num_attention_heads", "num_hidden_layers", "num_key_value_heads", "head_dim", "vocab_size"):
        assert config["model_config"][name] == getattr(c, name)
    assert config["model_config"]["rms_norm_eps"] == c.rms_norm_eps
    assert config["model_config"]["position_embedding_base"] == c.rope_parameters["rope_theta"]
    assert config["context_window_size"] == config["prefill_chunk_size"] == c.max_position_embeddings
    assert config["quantization"] == "q4f16_1" and config["active_vocab_size"] == c.vocab_size
    assert config["conv_template"]["stop_token_ids"] == [c.eos_token_id]


def web_llm_prompt(template: dict, messages: list[dict]) -> list[str]:
    """Pieces that web-llm encodes one by one (`getPromptArrayInternal`), the system message first, a reply header last."""
    pieces = [template["system_template"].replace("{system_message}", messages[0]["content"])]
    for n, message in enumerate(messages[1:]):
        said = template["role_templates"][message["role"]].replace(f"{{{message['role']}_message}}", message["content"])
        pieces.append(template["roles"][message["role"]] + template["role_content_sep"] + said + template["seps"][n % 2])
    return [*pieces, template["roles"]["assistant"] + template["role_empty_sep"]]


def test_the_prompt_is_token_for_token_that_of_training(tokenizer):
    def said(role: str, content: str) -> dict:
        return {"role": role, "content": content}

    messages = [said("system", "Be brief."), said("user", "f1 + cough"), said("assistant", '{"level":"low"}'), said("user", " f2 - fever ")]
    template = export_mlc.conversation(1, 2, "<|eos|>")
    for many in (2, 4):
        ids = list(template["system_prefix_token_ids"])
        for piece in web_llm_prompt(template, messages[:many]):
            ids += tokenizer.encode(piece, add_special_tokens=False).ids
        assert ids == tokenizer.encode(render(messages[:many], answer_next=True), add_special_tokens=False).ids


def fake_compiler(folder: Path, code: int) -> list[str]:
    """A stand-in that records how it was called and, with code 0, writes the file behind --output."""
    script = folder / "fake.py"
    script.write_text(
        "import sys, pathlib\n"
        f"pathlib.Path({str(folder / 'called')!r}).write_text('\\n'.join(sys.argv[1:]))\n"
        f"if {code} == 0: pathlib.Path(sys.argv[sys.argv.index('--output') + 1]).write_bytes(b'wasm')\n"
        f"sys.exit({code})\n"
    )
    return [sys.executable, str(script)]


def test_the_library_is_compiled_where_mlc_llm_is_installed(model, folder, monkeypatch):
    monkeypatch.setattr(export_mlc, "compiler", lambda: fake_compiler(folder, 0))
    target = folder / "out"
    export_mlc.export(model, folder / "tokenizer", "q4f16_1", ABOUT, target)
    command, config, *options = (folder / "called").read_text().splitlines()
    assert command == "compile" and config.endswith("mlc-chat-config.json") and options[:2] == ["--device", "webgpu"]
    assert (target / "m-q4f16_1-webgpu.wasm").read_bytes() == b"wasm"
    assert verify(target) == []


def test_a_failed_compilation_is_said_and_writes_nothing(model, folder, monkeypatch):
    monkeypatch.setattr(export_mlc, "compiler", lambda: fake_compiler(folder, 3))
    with pytest.raises(PipelineError, match=r"mlc_llm compile failed \(exit code 3\)"):
        export_mlc.export(model, folder / "tokenizer", "q4f16_1", ABOUT, folder / "out")
    assert not (folder / "out").exists()


def test_models_that_the_layout_does_not_cover_are_refused(model, tokenizer):
    export_mlc.check_supported(model.config)
    model.config.attention_bias = True
    with pytest.raises(PipelineError, match="without biases"):
        export_mlc.check_supported(model.config)
    vocabulary = json.loads(tokenizer.to_str())
    with pytest.raises(PipelineError, match="byte-level"):
        export_mlc.chat_config(model.config, {**vocabulary, "decoder": None}, "q0f32")
