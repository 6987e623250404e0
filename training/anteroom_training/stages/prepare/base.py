"""A downloaded Llama as the base of our own: vocabulary cut to what our texts use, layers cut to what a browser can run.

`source` is a Hugging Face folder, or a GGUF file, alone or inside an installed Python package (`package:file`); its SHA-256 is checked.
A byte-level BPE stays one when a token is dropped together with every merge that needs it: what was one token is then spelt with shorter
ones. Layers that are dropped are named in the recipe (the stage can choose them: see `choose_layers`, after Men et al., ShortGPT, 2024).
"""

from __future__ import annotations

import importlib.util
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import torch
from tokenizers import AddedToken, Tokenizer
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from ...model.shards import sha256
from ...recipe import PipelineError, existing, load_recipe, resolve, run_stage
from ...text.chat import ASSISTANT, BOS, EOS, PAD, SPECIAL_TOKENS, SYSTEM, USER, render
from ...text.corpus import drawn
from .tokenizer import knowledge_texts, save_tokenizer

KEYS = {
    "source": str,
    "sha256": str,
    "output": str,
    "tokenizer": str,
    "seed": int,
    "context": int,
    "vocabulary": int,
    "layers": (list, int),
    "rows": list,
    "narratives": list,
    "corpus": str,
    "sources": list,
    "characters_per_source": int,
    "knowledge": list,
    "threads": int,
}
# What our role tokens start from in a base that was taught the ChatML roles.
LIKE = {PAD: "<|im_end|>", BOS: "<|im_start|>", EOS: "<|im_end|>", SYSTEM: "system", USER: "user", ASSISTANT: "assistant"}


def located(source: str) -> Path:
    """The file or folder of `source`; PipelineError with what to install when it is not there."""
    package, _, name = source.partition(":")
    if not name:
        return existing(source, "downloading the base")
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise PipelineError(f"the Python package {package} is not installed: see README.md, 'Base'")
    file = Path(found.submodule_search_locations[0]) / name
    if not file.is_file():
        raise PipelineError(f"the Python package {package} has no {name}")
    return file


def load_source(file: Path) -> tuple[LlamaForCausalLM, Tokenizer]:
    """The base in float32 and its tokenizer."""
    folder, gguf = (file.parent, {"gguf_file": file.name}) if file.is_file() else (file, {})
    loaded = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32, **gguf)
    if not loaded.config.tie_word_embeddings:
        raise PipelineError(f"{file}: only bases with tied embeddings can be exported")
    tokenizer = AutoTokenizer.from_pretrained(folder, **gguf).backend_tokenizer
    return loaded, tokenizer


def cut_vocabulary(tokenizer: Tokenizer, texts: list[str], size: int) -> tuple[Tokenizer, list[int]]:
    """A tokenizer of `size` tokens: our roles first, then bytes, then the tokens `texts` use most, with all they are merged from.

    Returns it with, for each new id from `len(SPECIAL_TOKENS)` on, the id in the base.
    """
    state = json.loads(tokenizer.to_str())
    vocabulary: dict[str, int] = state["model"]["vocab"]
    merges = [tuple(m if isinstance(m, list) else m.split(" ")) for m in state["model"]["merges"]]
    made_of = {}
    for left, right in merges:
        made_of.setdefault(left + right, (left, right))
    added = {token["content"] for token in state["added_tokens"]}
    used: Counter[str] = Counter()
    names = {i: token for token, i in vocabulary.items()}
    for encoded in tokenizer.encode_batch(texts, add_special_tokens=False):
        used.update(names[i] for i in encoded.ids if i in names)
    kept = {token for token in vocabulary if token not in made_of and token not in added}
    room = size - len(SPECIAL_TOKENS)
    for token, _ in sorted(used.items(), key=lambda item: (-item[1], item[0])):
        needed, open_ = set(), [token]
        while open_:
            part = open_.pop()
            if part in kept or part in needed or part in added:
                continue
            needed.add(part)
            open_.extend(made_of.get(part, ()))
        if len(kept) + len(needed) > room:
            break
        kept |= needed
    order = sorted(kept, key=vocabulary.__getitem__)
    state["model"]["vocab"] = {token: i for i, token in enumerate([*SPECIAL_TOKENS, *order])}
    state["model"]["merges"] = [[a, b] for a, b in merges if a in kept and b in kept and a + b in kept]
    state["model"]["unk_token"] = None
    state["added_tokens"] = []
    state["post_processor"] = None
    state["normalizer"] = None
    state["decoder"] = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    cut = Tokenizer.from_str(json.dumps(state))
    cut.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL_TOKENS])
    return cut, [vocabulary[token] for token in order]


def cut_model(source: LlamaForCausalLM, tokenizer: Tokenizer, rows: list[int], layers: list[int], context: int) -> LlamaForCausalLM:
    """`source` with the embedding rows `rows` behind our roles, the layers `layers`, and `context` positions."""
    config = {k: v for k, v in source.config.to_dict().items() if k not in ("quantization_config", "_name_or_path")}
    roles = {name: SPECIAL_TOKENS.index(token) for name, token in {"pad_token_id": PAD, "bos_token_id": BOS, "eos_token_id": EOS}.items()}
    config |= {"vocab_size": len(SPECIAL_TOKENS) + len(rows), "num_hidden_layers": len(layers), "max_position_embeddings": context, **roles}
    config.pop("layer_types", None)
    cut = LlamaForCausalLM(LlamaConfig(**config))
    embedding = source.model.embed_tokens.weight.detach()
    like = [embedding[tokenizer.encode(LIKE[token], add_special_tokens=False).ids].mean(0) for token in SPECIAL_TOKENS]
    with torch.no_grad():
        cut.model.embed_tokens.weight.copy_(torch.cat([torch.stack(like), embedding[rows]]))
        cut.model.norm.weight.copy_(source.model.norm.weight)
        for to, layer in enumerate(layers):
            cut.model.layers[to].load_state_dict(source.model.layers[layer].state_dict())
    cut.tie_weights()
    return cut.eval()


def choose_layers(model: LlamaForCausalLM, tokenizer: Tokenizer, texts: list[str], count: int) -> list[int]:
    """Which `count` layers to keep: drops, one at a time, the layer whose absence raises the loss on `texts` least.

    The first and the last stay. About five minutes on two cores for 30 layers and four texts of 256 tokens.
    """
    encoded = [ids for ids in (tokenizer.encode(text, add_special_tokens=False).ids[:256] for text in texts) if len(ids) == 256]
    batch = torch.tensor(encoded)
    layers = list(model.model.layers)

    def loss(kept: list[int]) -> float:
        model.model.layers = torch.nn.ModuleList(layers[i] for i in kept)
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(input_ids=batch, use_cache=False).logits[:, :-1].float()
        return torch.nn.functional.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten()).item()

    kept = list(range(len(layers)))
    while len(kept) > count:
        least, dropped = min((loss([i for i in kept if i != out]), out) for out in kept[1:-1])
        kept.remove(dropped)
        print(f"{len(kept)} layers: without {dropped} loss {least:.3f}", flush=True)
    model.model.layers = torch.nn.ModuleList(layers)
    return kept


def gather(recipe: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Texts that decide the vocabulary, and a few that decide the layers: instruction rows, narratives, knowledge, corpus."""
    draw = random.Random(recipe["seed"])
    conversations, stories = [], []
    for file in recipe["rows"]:
        lines = existing(file, "npm run dataset").read_text(encoding="utf-8").splitlines()
        conversations += [render(json.loads(line)["messages"]) for line in draw.sample(lines, min(len(lines), 3000))]
    for file in recipe["narratives"]:
        stories += [json.loads(line)["narrative"] for line in existing(file, "the case bank").read_text(encoding="utf-8").splitlines()]
    prose: list[str] = []
    for name in recipe["sources"]:
        prose += drawn(existing(recipe["corpus"], "unpacking the corpus, see README.md"), name, recipe["characters_per_source"], draw)
    samples = [*draw.sample(conversations, min(2, len(conversations))), " ".join(draw.sample(stories, min(8, len(stories)))), *prose[:1]]
    return [*conversations, *stories, *prose, *knowledge_texts(recipe["knowledge"])], samples


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    torch.set_num_threads(recipe["threads"])
    file = located(recipe["source"])
    if file.is_file() and sha256(file.read_bytes()) != recipe["sha256"]:
        raise PipelineError(f"{file.name}: SHA-256 differs from the recipe's: another version of the base")
    source, whole = load_source(file)
    texts, samples = gather(recipe)
    tokenizer, rows = cut_vocabulary(whole, texts, recipe["vocabulary"])
    layers = recipe["layers"]
    if isinstance(layers, int):
        layers = choose_layers(source, whole, samples, layers)
    model = cut_model(source, whole, rows, layers, recipe["context"])
    output = resolve(recipe["output"])
    model.save_pretrained(output)
    save_tokenizer(tokenizer, resolve(recipe["tokenizer"]), recipe["context"])
    sample = texts[:: max(1, len(texts) // 300)]
    was, now = (sum(len(t.encode(text, add_special_tokens=False).ids) for text in sample) for t in (whole, tokenizer))
    count = sum(p.numel() for p in model.parameters())
    summary = {"parameters": count, "vocabulary": tokenizer.get_vocab_size(), "layers": layers, "tokens_more": round(now / was - 1, 4)}
    (output / "summary.json").write_text(json.dumps(summary) + "\n", encoding="utf-8")
    print(f"done: {summary} -> {output}", flush=True)


if __name__ == "__main__":
    run_stage("Cut a downloaded base to size.", stage)
