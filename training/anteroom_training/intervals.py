"""Intervals of shares."""

from __future__ import annotations

import math

Z = 1.959964


def wilson(share: float, n: int) -> tuple[float, float]:
    """95 % interval of a share of `n` tries (Wilson 1927); everything is possible without a try."""
    if n == 0:
        return 0.0, 1.0
    middle, half = share + Z * Z / (2 * n), Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, (middle - half) / (1 + Z * Z / n)), min(1.0, (middle + half) / (1 + Z * Z / n))
