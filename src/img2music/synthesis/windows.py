"""Music of any length goes through a network by windows that overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

PATCH = 4
"""Latent steps that windows begin and end at multiples of."""
LENGTH = 1024
"""Latent steps of a window, 24 s."""
MARGIN = 64
"""Latent steps at the ends of a window that are heard less well than by its neighbour."""
FADE = 32
"""Latent steps in which one window gives way to the next, in the middle of both margins."""


def windows(steps: int) -> Iterator[tuple[int, int]]:
    """First step and length of each window over `steps` latent steps, which the last one may exceed."""
    stride, first = LENGTH - 2 * MARGIN, 0
    while True:
        length = min(LENGTH, steps - first + -(steps - first) % PATCH)
        yield first, length
        if first + length >= steps:
            return
        first += stride


def crossfaded(parts: Iterable[tuple[int, np.ndarray]], steps: int) -> np.ndarray:
    """The first `steps` of windows `(C, L)`, given with the steps that they begin at: each fades into the next."""
    joined = np.zeros((0, 0), np.float32)
    for first, part in parts:
        if not joined.size:
            joined = np.zeros((len(part), steps + LENGTH), np.float32)
            joined[:, : part.shape[1]] = part
            continue
        begin = first + MARGIN - FADE // 2
        inside = part[:, begin - first :]
        rise = np.linspace(0, 1, FADE + 2, dtype=np.float32)[1:-1]
        joined[:, begin : begin + FADE] *= 1 - rise
        joined[:, begin : begin + FADE] += rise * inside[:, :FADE]
        joined[:, begin + FADE : begin + inside.shape[1]] = inside[:, FADE:]
    return joined[:, :steps]
