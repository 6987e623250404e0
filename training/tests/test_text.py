"""Tokenizer, chat format, loss masks, packing and synthetic text."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from transformers import AutoTokenizer

from anteroom_training.recipe import PipelineError
from anteroom_training.stages.prepare.tiny_data import instruction_row, write_tiny_corpus
from anteroom_training.stages.prepare.tokenizer import save_tokenizer
from anteroom_training.text.chat import BOS, EOS, IGNORED, SPECIAL_TOKENS, encode_with_loss_mask, render
from anteroom_training.text.corpus import chunks, lay_labels, read_source, tidy
from anteroom_training.text.instructions import encode_rows, read_rows
from anteroom_training.text.packing import cycle_rows, epoch_of_batches, pack, pad_batch

MESSAGES = [
    {"role": "system", "content": "Be careful."},
    {"role": "user", "content": "f1 + sore throat"},
    {"role": "assistant", "content": '{"level":"low"}'},
]


@pytest.mark.parametrize("text", ["f1 + dolor de garganta, 38.5 °C", "  two  blanks\n\ttab", '{"cites":["f12","p3"]}', "日本 é ß"])
def test_round_trip(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False).ids) == text


def test_special_tokens_have_the_first_ids(tokenizer):
    assert [tokenizer.token_to_id(token) for token in SPECIAL_TOKENS] == [0, 1, 2, 3, 4, 5]


def test_ids_split_regularly(tokenizer):
    pieces = [tokenizer.encode(f"f{n}", add_special_tokens=False).tokens for n in (1, 7, 12)]
    assert pieces == [["f", "1"], ["f", "7"], ["f", "1", "2"]]


def test_template_equals_render(tokenizer, tmp_path):
    save_tokenizer(tokenizer, tmp_path, 256)
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    assert loaded.apply_chat_template(MESSAGES, tokenize=False) == render(MESSAGES)
    asked = loaded.apply_chat_template(MESSAGES[:2], tokenize=False, add_generation_prompt=True)
    assert asked == render(MESSAGES[:2], answer_next=True)
    assert render(MESSAGES).startswith(asked)
    assert loaded.encode(asked, add_special_tokens=False) == tokenizer.encode(asked, add_special_tokens=False).ids


def test_loss_only_on_the_answer(tokenizer):
    ids, labels = encode_with_loss_mask(tokenizer, MESSAGES)
    assert ids == tokenizer.encode(render(MESSAGES), add_special_tokens=False).ids
    learned = [label for label in labels if label != IGNORED]
    assert tokenizer.decode(learned, skip_special_tokens=False) == '{"level":"low"}' + EOS
    assert labels[-len(learned) :] == learned


def test_pack_joins_with_eos_and_drops_the_rest():
    rows = pack([[5, 6, 7], [8], [9, 9, 9]], eos=2, length=4)
    assert rows.tolist() == [[5, 6, 7, 2], [8, 2, 9, 9]]


def test_padding_is_not_learned():
    batch = pad_batch([([1, 2, 3], [IGNORED, 2, 3]), ([1], [1])], pad=0)
    assert batch["input_ids"].tolist() == [[1, 2, 3], [1, 0, 0]]
    assert batch["labels"].tolist() == [[IGNORED, 2, 3], [1, IGNORED, IGNORED]]


def test_epoch_takes_every_row_once_within_the_limit():
    lengths = [100, 30, 70, 250, 10, 90, 60, 199]
    batches = epoch_of_batches(lengths, 300, seed=1)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(max(lengths[i] for i in batch) * len(batch) <= 300 for batch in batches)
    assert batches == epoch_of_batches(lengths, 300, seed=1)


def test_resumed_rows_continue_where_they_stopped():
    rows = np.arange(40, dtype=np.uint16).reshape(10, 4)
    whole = cycle_rows(rows, 3, seed=2)
    taken = [next(whole).tolist() for _ in range(5)]
    later = cycle_rows(rows, 3, seed=2, start=3)
    assert [next(later).tolist() for _ in range(2)] == taken[3:]


def test_synthetic_answers_cite_what_they_name(forms):
    for _ in range(50):
        prompt, answer = forms.conversation()
        lines = dict(re.findall(r"^([fp]\d+) (?:[+?-] )?(.*)$", prompt.lower(), re.MULTILINE))
        for statement in [*answer["concerns"], *answer["actions"]]:
            text = statement["text"].lower()
            fragment = text.removeprefix("possible ").removeprefix("concerning for ").removesuffix(".")
            for line in (lines[i] for i in statement["cites"]):
                assert line in text or line.split(":")[0] in text or fragment in line, statement
        assert f"floor: {answer['level']}" in prompt


def test_synthetic_text_repeats_by_seed(forms):
    from anteroom_training.stages.prepare.tiny_data import LABELS, PASSAGES
    from anteroom_training.text.synthetic import Forms

    again = Forms(LABELS, PASSAGES, 11).stream()
    assert [next(again) for _ in range(20)] == [text for text, _ in zip(forms.stream(), range(20))]


def test_corpus_readers(tmp_path):
    write_tiny_corpus(tmp_path, 12, seed=1)
    documents = read_source(tmp_path, "medquad")
    assert len(documents) == 12 and documents[0].startswith("What are the care of the throat steps?\n")
    assert read_source(tmp_path, "medquad-rare") == []
    assert "sore throat" in lay_labels(tmp_path)


def test_corpus_errors_name_what_is_missing(tmp_path):
    with pytest.raises(PipelineError, match="corpus source not found"):
        read_source(tmp_path, "medquad")
    with pytest.raises(PipelineError, match="unknown corpus source: nowhere"):
        read_source(tmp_path, "nowhere")


def test_tidy_and_boilerplate():
    assert tidy("it’s  “so”\n\n\nyes ") == 'it\'s "so"\nyes'
    kept = "This paragraph is long enough to be kept and says something of use to readers. " * 4
    assert list(chunks(f"{kept}\nOpenStax is part of Rice University, a nonprofit corporation.\nshort")) == [kept.strip()]


def test_rows_are_checked(tmp_path, tokenizer, forms):
    file = tmp_path / "rows.jsonl"
    row = instruction_row(forms, 1)
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert read_rows(file) == [row]
    assert encode_rows(tokenizer, [row], 5000) == [encode_with_loss_mask(tokenizer, row["messages"])]
    assert encode_rows(tokenizer, [row], 10) == []
    bad = {**row, "messages": row["messages"][:2]}
    for lines, message in {
        "{not json": ":1: not JSON",
        json.dumps(row) + "\n" + json.dumps({"id": "x"}): ":2: missing patient_profile",
        json.dumps(bad): ":1: messages must end",
        "": "no rows",
    }.items():
        file.write_text(lines, encoding="utf-8")
        with pytest.raises(PipelineError, match=message):
            read_rows(file)
    with pytest.raises(PipelineError, match="npm run dataset"):
        read_rows(tmp_path / "none.jsonl")


def test_bos_comes_from_the_template_alone(tokenizer):
    assert tokenizer.encode("a").ids == tokenizer.encode("a", add_special_tokens=False).ids
    assert render([]) == BOS
