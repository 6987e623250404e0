"""Chat format shared by training, the exported tokenizer and the browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

PAD, BOS, EOS, SYSTEM, USER, ASSISTANT = "<|pad|>", "<|bos|>", "<|eos|>", "<|system|>", "<|user|>", "<|assistant|>"
SPECIAL_TOKENS = [PAD, BOS, EOS, SYSTEM, USER, ASSISTANT]
ROLES = {"system": SYSTEM, "user": USER, "assistant": ASSISTANT}

# Role token, then the content, nothing between them; only an answer is closed by <|eos|>.
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] }}"
    "{% if message['role'] == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)

IGNORED = -100


def render(messages: Iterable[Mapping[str, str]], answer_next: bool = False) -> str:
    """The text of a conversation, as CHAT_TEMPLATE writes it."""
    parts = [BOS]
    for message in messages:
        parts += [ROLES[message["role"]], message["content"]]
        if message["role"] == "assistant":
            parts.append(EOS)
    if answer_next:
        parts.append(ASSISTANT)
    return "".join(parts)


def encode_with_loss_mask(tokenizer, messages: Iterable[Mapping[str, str]]) -> tuple[list[int], list[int]]:
    """Token ids and labels; labels are IGNORED except on the assistant's tokens and its closing <|eos|>."""
    ids: list[int] = []
    labels: list[int] = []

    def add(text: str, learn: bool) -> None:
        tokens = tokenizer.encode(text, add_special_tokens=False)
        tokens = getattr(tokens, "ids", tokens)
        ids.extend(tokens)
        labels.extend(tokens if learn else [IGNORED] * len(tokens))

    add(BOS, False)
    for message in messages:
        answer = message["role"] == "assistant"
        add(ROLES[message["role"]], False)
        add(message["content"] + (EOS if answer else ""), answer)
    return ids, labels
