"""Where a stage computes: the GPU when there is one, else the CPU; bfloat16 under autocast on both."""

from __future__ import annotations

import torch


def chosen_device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half_precision(device: torch.device) -> torch.autocast:
    """Matrix products in bfloat16, sums in float32."""
    return torch.autocast(device.type, dtype=torch.bfloat16)
