"""Data-parallel workers of one thread each. On a shared machine two of them keep far more speed than two threads of one
process, which wait for each other inside every operation (LOG.md, 2026-11-22)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
import torch.distributed as distributed
import torch.multiprocessing as multiprocessing


@dataclass(frozen=True)
class Worker:
    """One of `count` workers; number 0 writes logs and checkpoints."""

    rank: int = 0
    count: int = 1
    parent: int = 0

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def share(self, batch: torch.Tensor) -> torch.Tensor:
        """This worker's rows of a batch."""
        return batch[self.rank :: self.count]

    def average(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Replace every gradient by its mean over the workers."""
        if self.count == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([g.flatten() for g in gradients])
        distributed.all_reduce(flat)
        flat /= self.count
        for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
            gradient.copy_(part.view_as(gradient))

    def agree(self, value: float) -> float:
        """The leader's value, for all. Ends a worker whose run was stopped: it would train on for nobody."""
        if self.count == 1:
            return value
        if os.getppid() != self.parent:
            raise SystemExit("the run was stopped")
        held = torch.tensor([value], dtype=torch.float64)
        distributed.broadcast(held, 0)
        return float(held)


def _enter(rank: int, count: int, parent: int, meeting: str, work: Callable, arguments: tuple) -> None:
    # A session of its own: Linux shares the cores fairly by session first, so that two workers in one get one core.
    if hasattr(os, "setsid"):
        os.setsid()
    distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=count)
    try:
        work(*arguments, Worker(rank, count, parent))
    finally:
        distributed.destroy_process_group()


def run_workers(count: int, work: Callable, *arguments: object) -> None:
    """Call `work(*arguments, worker)` in `count` processes; in this one when `count` is 1."""
    if count == 1:
        work(*arguments, Worker())
        return
    with tempfile.TemporaryDirectory() as folder:
        multiprocessing.spawn(_enter, (count, os.getpid(), f"{folder}/meeting", work, arguments), nprocs=count)
