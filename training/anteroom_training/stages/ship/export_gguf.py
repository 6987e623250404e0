"""A Llama checkpoint of this pipeline as one GGUF file, for a model server on the clinic's network (llama.cpp, LM Studio, text-generation-webui)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, LlamaFileType, TokenType
from safetensors import safe_open

# HF's name of a layer's weight -> llama.cpp's.
LAYER = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
WHOLE = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}


def rotary_order(weight: np.ndarray, heads: int) -> np.ndarray:
    """llama.cpp turns neighbouring pairs of a head, transformers its two halves: the rows of q and k are reordered."""
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(weight.shape)


def _tensor(name: str, weight: np.ndarray, config: dict) -> tuple[str, np.ndarray]:
    if name in WHOLE:
        return WHOLE[name], weight
    if name == "lm_head.weight":
        return "output.weight", weight
    _, _, layer, rest = name.split(".", 3)
    part = rest.removesuffix(".weight")
    heads = {"self_attn.q_proj": "num_attention_heads", "self_attn.k_proj": "num_key_value_heads"}.get(part)
    return f"blk.{layer}.{LAYER[part]}.weight", rotary_order(weight, config[heads]) if heads else weight


def _write_tokenizer(writer: GGUFWriter, folder: Path, config: dict) -> None:
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    special = {token["content"] for token in tokenizer["added_tokens"]}
    vocabulary = {index: token for token, index in tokenizer["model"]["vocab"].items()}
    vocabulary |= {token["id"]: token["content"] for token in tokenizer["added_tokens"]}
    tokens, types = [], []
    for index in range(config["vocab_size"]):
        token = vocabulary.get(index)
        tokens.append(token if token is not None else f"<|unused{index}|>")
        types.append(TokenType.UNUSED if token is None else TokenType.CONTROL if token in special else TokenType.NORMAL)
    writer.add_tokenizer_model("gpt2")
    # Both split like GPT-2; `smollm` makes every digit a token of its own besides.
    single_digits = "individual_digits" in json.dumps(tokenizer["pre_tokenizer"])
    writer.add_tokenizer_pre("smollm" if single_digits else "gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in tokenizer["model"]["merges"]])
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])
    writer.add_pad_token_id(config["pad_token_id"])
    # The chat template writes it.
    writer.add_add_bos_token(False)
    about = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    writer.add_chat_template(about["chat_template"])


def write_gguf(model: Path, tokenizer: Path, target: Path, name: str) -> None:
    """`model` holds config.json and model.safetensors, `tokenizer` tokenizer.json and tokenizer_config.json. Matrices are float16."""
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    if config["model_type"] != "llama":
        raise ValueError(f"not a Llama checkpoint: {config['model_type']}")
    heads = config["num_attention_heads"]
    rope = config.get("rope_theta") or config.get("rope_parameters", {}).get("rope_theta", 10000.0)
    writer = GGUFWriter(target, "llama")
    writer.add_name(name)
    writer.add_file_type(LlamaFileType.MOSTLY_F16)
    writer.add_vocab_size(config["vocab_size"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_dimension_count(config.get("head_dim") or config["hidden_size"] // heads)
    writer.add_rope_freq_base(rope)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    _write_tokenizer(writer, tokenizer, config)
    with safe_open(model / "model.safetensors", framework="numpy") as weights:
        for key in weights.keys():  # noqa: SIM118  safe_open is no mapping
            if key == "lm_head.weight" and config.get("tie_word_embeddings"):
                continue
            tensor, values = _tensor(key, weights.get_tensor(key).astype(np.float32), config)
            writer.add_tensor(tensor, np.ascontiguousarray(values if values.ndim == 1 else values.astype(np.float16)))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
