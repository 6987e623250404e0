"""Two workers learn what one would: the mean of their gradients is the gradient of the whole batch."""

from __future__ import annotations

from pathlib import Path

import torch

from anteroom_training.model.parallel import Worker, run_workers

BATCH = torch.arange(24, dtype=torch.float32).reshape(6, 4)


def gradient(folder: str, worker: Worker) -> None:
    """Runs in every worker; the leader leaves what it got."""
    torch.manual_seed(1)
    layer = torch.nn.Linear(4, 1)
    (layer(worker.share(BATCH)) ** 2).mean().backward()
    worker.average(layer.parameters())
    said = worker.agree(float(worker.rank) + 7.0)
    torch.save({"weight": layer.weight.grad, "bias": layer.bias.grad, "said": said}, Path(folder) / f"{worker.count}-{worker.rank}.pt")


def test_two_workers_equal_one(tmp_path):
    run_workers(1, gradient, str(tmp_path))
    run_workers(2, gradient, str(tmp_path))
    one, first, second = (torch.load(tmp_path / f"{name}.pt") for name in ("1-0", "2-0", "2-1"))
    for key in ("weight", "bias"):
        torch.testing.assert_close(first[key], one[key])
        torch.testing.assert_close(second[key], one[key])
    assert first["said"] == second["said"] == 7.0


def test_shares_are_disjoint_and_whole():
    parts = [Worker(rank, 3).share(BATCH) for rank in range(3)]
    assert sorted(torch.cat(parts)[:, 0].tolist()) == BATCH[:, 0].tolist()
