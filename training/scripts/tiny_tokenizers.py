"""Tokenizers and chat templates of the tiny families: few words, but of the true kinds."""

from __future__ import annotations

import json

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

VOCABULARY = 320
TEXTS = [
    "Possible chest infection with fever and cough. Nurse to check temperature and breathing today.",
    "Posible infección de garganta con fiebre. La enfermera debe valorar hoy.",
    "Douleur à la poitrine à l'effort : prévenir l'infirmière maintenant. Febbre e tosse da tre giorni.",
] * 4

GEMMA_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else message['role']) + '\\n'"
    " + message['content'] + '<end_of_turn>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"
)
CHATML_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
MISTRAL_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'assistant' %}{{ ' ' + message['content'] + eos_token }}"
    "{% else %}{{ '[INST] ' + message['content'] + '[/INST]' }}{% endif %}{% endfor %}"
)


def byte_fallback_bpe(special: list[str]) -> Tokenizer:
    """As Gemma and Mistral have it: words begin with ▁, unknown characters fall back to bytes."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    bytes_ = [f"<0x{n:02X}>" for n in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY - len(bytes_), special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(TEXTS, trainer)
    # The trainer knows no byte tokens: they follow what it learnt.
    saved = json.loads(tokenizer.to_str())
    vocabulary = saved["model"]["vocab"]
    for token in bytes_:
        vocabulary.setdefault(token, len(vocabulary))
    return Tokenizer.from_str(json.dumps(saved))


def byte_level_bpe(special: list[str]) -> Tokenizer:
    """As Qwen, Llama 3 and gpt-oss have it: every byte has a printable character."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    return tokenizer


def unigram(special: list[str]) -> Tokenizer:
    """As mT5 has it: SentencePiece unigrams behind ▁, and a piece for every byte after the special tokens."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=VOCABULARY // 2, special_tokens=special, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(TEXTS, trainer)
    # The trainer knows no byte tokens: they stand where they do in mT5, after the special ones.
    saved = json.loads(tokenizer.to_str())
    pieces = saved["model"]["vocab"]
    known, learnt = pieces[: len(special)], pieces[len(special) :]
    learnt += [[c, -8.0] for c in '0123456789{}[]":,+-' if c not in [piece for piece, _ in learnt]]
    lowest = min(score for _, score in pieces) - 10
    saved["model"] |= {"vocab": [*known, *[[f"<0x{n:02X}>", lowest] for n in range(256)], *learnt], "byte_fallback": True}
    end = special.index("</s>")
    part = {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}
    saved["post_processor"] = {
        "type": "TemplateProcessing", "single": list(part), "pair": list(part),
        "special_tokens": {"</s>": {"id": "</s>", "ids": [end], "tokens": ["</s>"]}},
    }  # fmt: skip
    return Tokenizer.from_str(json.dumps(saved))
