"""Stage 1: byte-level BPE tokenizer with the chat template, in the layout transformers and transformers.js read."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from ...recipe import REPOSITORY, existing, load_recipe, resolve, run_stage
from ...text.chat import BOS, CHAT_TEMPLATE, EOS, PAD, SPECIAL_TOKENS
from ...text.corpus import drawn, lay_labels, read_source
from ...text.synthetic import Forms, passages_from

KEYS = {
    "corpus": str,
    "output": str,
    "vocabulary": int,
    "seed": int,
    "characters_per_source": int,
    "sources": list,
    "synthetic_texts": int,
    "knowledge": list,
    "context": int,
}


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> Tokenizer:
    """Byte-level BPE; every digit is its own token, so ids such as f1 and p12 always split the same way."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path, context: int) -> None:
    """tokenizer.json and tokenizer_config.json (with the chat template inline, where transformers.js looks for it)."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": BOS,
        "eos_token": EOS,
        "pad_token": PAD,
        "additional_special_tokens": SPECIAL_TOKENS[3:],
        "model_max_length": context,
        "padding_side": "right",
        "clean_up_tokenization_spaces": False,
        "chat_template": CHAT_TEMPLATE,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def knowledge_texts(patterns: list[str]) -> list[str]:
    """The project's own protocols and guidelines, where they exist already."""
    files = sorted({file for pattern in patterns for file in REPOSITORY.glob(pattern) if file.is_file()})
    return [file.read_text(encoding="utf-8") for file in files]


def stage(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, KEYS)
    pack = existing(recipe["corpus"], "unpacking the corpus, see README.md")
    draw = random.Random(recipe["seed"])
    texts: list[str] = []
    for name in recipe["sources"]:
        documents = drawn(pack, name, recipe["characters_per_source"], draw)
        texts += documents
        print(f"{name}: {sum(map(len, documents)) / 1e6:.2f} M characters", flush=True)
    forms = Forms(lay_labels(pack), passages_from(read_source(pack, "medquad")), recipe["seed"])
    texts += itertools.islice(forms.stream(), recipe["synthetic_texts"])
    knowledge = knowledge_texts(recipe["knowledge"])
    texts += knowledge * 3
    print(f"knowledge files: {len(knowledge)}; texts: {len(texts)}", flush=True)
    tokenizer = train_tokenizer(texts, recipe["vocabulary"])
    save_tokenizer(tokenizer, resolve(recipe["output"]), recipe["context"])
    sample = texts[:: max(1, len(texts) // 200)]
    ratio = sum(map(len, sample)) / sum(len(tokenizer.encode(text).ids) for text in sample)
    print(f"vocabulary {tokenizer.get_vocab_size()}, {ratio:.2f} characters a token -> {recipe['output']}", flush=True)


if __name__ == "__main__":
    run_stage("Train the tokenizer.", stage)
