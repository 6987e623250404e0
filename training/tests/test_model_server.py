"""The endpoint engine against llama.cpp's own server: the test is tests/contract/endpoint-server.test.ts, which needs this Python."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from anteroom_training.stages.ship.export_gguf import rotary_order

REPOSITORY = Path(__file__).resolve().parents[2]


def test_rotary_order_pairs_the_halves_of_each_head():
    rows = np.arange(8, dtype=np.float32)[:, None]
    assert rotary_order(rows, 2)[:, 0].tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


def test_endpoint_engine_against_a_real_server():
    runner = REPOSITORY / "node_modules" / "vitest" / "vitest.mjs"
    node = shutil.which("node")
    if node is None or not runner.is_file():
        pytest.skip("npm ci has not run")
    done = subprocess.run(
        [node, str(runner), "run", "tests/contract/endpoint-server.test.ts"],
        cwd=REPOSITORY,
        env={**os.environ, "ANTEROOM_PYTHON": sys.executable, "ANTEROOM_MODEL_SERVER": "required", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
