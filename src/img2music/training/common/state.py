"""The state of a training on disk."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from img2music.system.files import atomic_write


def save_state(file: Path, state: Mapping[str, Any]) -> None:
    """Write a state whole or not at all."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    with atomic_write(file, force=True) as temporary:
        temporary.write_bytes(buffer.getbuffer())
