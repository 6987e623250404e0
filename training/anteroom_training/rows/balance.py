"""Which rows a mix takes and how often: shares of groups, and near-equal cells within a group."""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping, Sequence


def total_size(available: Mapping[str, float], shares: Mapping[str, float], most_repeats: int) -> float:
    """Units of the largest mix with these shares that repeats no group more than `most_repeats` times.

    It is no larger than what uses every row of every group once or more, so nothing is repeated without need.
    """
    wanted = [name for name, share in shares.items() if share > 0]
    enough = max(available[name] / shares[name] for name in wanted)
    return min(enough, *(most_repeats * available[name] / shares[name] for name in wanted))


def allot(sizes: Mapping[Hashable, float], target: float, most_repeats: int) -> dict[Hashable, float]:
    """Units of each cell: all equal, save that no cell gives more than `most_repeats` times its size (water-filling)."""
    quota: dict[Hashable, float] = {}
    left, open_cells = target, sorted(sizes, key=lambda cell: (sizes[cell], str(cell)))
    while open_cells:
        equal = left / len(open_cells)
        cell = open_cells.pop(0)  # the smallest: once it can give an equal part, all others can
        quota[cell] = min(equal, most_repeats * sizes[cell])
        left -= quota[cell]
    return quota


def draw(sizes: Sequence[float], quota: float, most_repeats: int, rng: random.Random) -> tuple[list[int], float]:
    """Indexes of rows whose sizes sum to about `quota`, each at most `most_repeats` times, and what is missing (or, negative, over).

    Each row is taken as often as all fit; the rest are drawn without replacement, the last by chance, so the mean is exact.
    """
    whole = sum(sizes)
    times = max(0, min(most_repeats, int(quota // whole))) if whole else 0
    taken, missing = list(range(len(sizes))) * times, quota - times * whole
    if times == most_repeats:
        return taken, missing
    order = list(range(len(sizes)))
    rng.shuffle(order)
    for index in order:
        if missing <= 0 or rng.random() >= missing / sizes[index]:
            break
        taken.append(index)
        missing -= sizes[index]
    return taken, missing


def sample(cells: Sequence[Hashable], sizes: Sequence[float], target: float, most_repeats: int, seed: int) -> list[int]:
    """Indexes (with repeats) of rows worth about `target` units, cells near equal; `cells[i]`, `sizes[i]` belong to row i."""
    rng = random.Random(seed)
    members: dict[Hashable, list[int]] = {}
    for index, cell in enumerate(cells):
        members.setdefault(cell, []).append(index)
    quota = allot({cell: sum(sizes[i] for i in own) for cell, own in members.items()}, target, most_repeats)
    order = sorted(members, key=str)
    rng.shuffle(order)
    chosen: list[int] = []
    carried = 0.0
    for cell in order:  # what one cell misses or exceeds by part of a row, the next one makes good
        own = members[cell]
        taken, carried = draw([sizes[i] for i in own], quota[cell] + carried, most_repeats, rng)
        chosen += [own[i] for i in taken]
    return chosen


def evenness(weights: Sequence[float]) -> dict[str, float]:
    """Of cells' weights: how many, smallest and largest share, and their gap."""
    total = sum(weights) or 1.0
    parts = [weight / total for weight in weights]
    low, high = min(parts, default=0.0), max(parts, default=0.0)
    return {"cells": len(parts), "least": round(low, 4), "most": round(high, 4), "gap": round(high - low, 4)}
