"""Time-boxed training: the schedule follows the share of the wall-clock budget that is used up."""

from __future__ import annotations

import time


def rate_factor(progress: float, warm_up: float, decay_from: float) -> float:
    """Warm-up, stable, then linear decay to 2 %. `progress` is the share of the budget used, 0 to 1."""
    if progress < warm_up:
        return max(0.02, progress / warm_up)
    if progress <= decay_from:
        return 1.0
    return max(0.02, (1.0 - progress) / (1.0 - decay_from))


class Budget:
    """Wall-clock minutes, counting what earlier, interrupted runs have used; `steps` ends a run early (tests)."""

    def __init__(self, minutes: float, steps: int, used_seconds: float = 0.0) -> None:
        self.limit, self.steps, self.used = minutes * 60, steps, used_seconds
        self.started = time.monotonic()

    def seconds(self) -> float:
        return self.used + time.monotonic() - self.started

    def progress(self, step: int) -> float:
        """The larger of the share of time and the share of steps (`steps` 0: time alone)."""
        by_steps = step / self.steps if self.steps else 0.0
        return min(1.0, max(self.seconds() / self.limit, by_steps))
