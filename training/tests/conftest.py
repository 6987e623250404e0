"""Fixtures: everything is made in memory or in a temporary folder; nothing is downloaded."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import pytest

TRAINING = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TRAINING))

from anteroom_training.model.architecture import build_model  # noqa: E402
from anteroom_training.stages.prepare.tiny_data import LABELS, PASSAGES  # noqa: E402
from anteroom_training.stages.prepare.tokenizer import train_tokenizer  # noqa: E402
from anteroom_training.text.synthetic import Forms  # noqa: E402

ARCHITECTURE = {"hidden": 64, "layers": 2, "heads": 4, "kv_heads": 2, "intermediate": 96, "context": 256}


@pytest.fixture(scope="session")
def tokenizer():
    return train_tokenizer(itertools.islice(Forms(LABELS, PASSAGES, 3).stream(), 60), 480)


@pytest.fixture
def model(tokenizer):
    return build_model(ARCHITECTURE, tokenizer.get_vocab_size(), seed=5).eval()


@pytest.fixture
def forms():
    return Forms(LABELS, PASSAGES, 11)
