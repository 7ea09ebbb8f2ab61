"""What learning keeps: its state on disk, and the moving average of its weights."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from img2music.system.files import atomic_write


def save_state(file: Path, state: Mapping[str, Any]) -> None:
    """Write a state whole or not at all."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    with atomic_write(file, force=True) as temporary:
        temporary.write_bytes(buffer.getbuffer())


@torch.no_grad()
def move_average(average: dict[str, Tensor], weights: Mapping[str, Tensor], keep: float) -> None:
    """Move the average of weights towards them after a step; `keep` is the share of it that lasts."""
    for name, value in weights.items():
        if name in average:
            average[name].lerp_(value, 1 - keep)
        else:
            average[name] = value.clone()
