"""The channels of a recording as one."""

from __future__ import annotations

import numpy as np

_LEAST_LEFT = 1 / 32
"""How much of the channels' power their mean keeps, -15 dB, or they are taken to cancel each other."""
_BLOCK = 2**16  # moments


def to_mono(channels: np.ndarray) -> np.ndarray:
    """The mean (T,) of channels (T, C), or the loudest of them where they cancel each other in the mean.

    Two channels that are alike but for a sign do so: one was wired the wrong way round, or an effect turned its phase.
    """
    if channels.shape[1] == 1:
        return channels[:, 0]
    mean: np.ndarray = channels.mean(axis=1)
    powers = _powers(channels)
    if _powers(mean[:, np.newaxis])[0] < _LEAST_LEFT * powers.mean():
        return channels[:, powers.argmax()].copy()
    return mean


def _powers(channels: np.ndarray) -> np.ndarray:
    """The power (C,) of each of the channels (T, C), without that of a constant offset."""
    total, squares = np.zeros((2, channels.shape[1]))
    for start in range(0, len(channels), _BLOCK):
        block = channels[start : start + _BLOCK].astype(np.float64)
        total += block.sum(axis=0)
        squares += np.square(block).sum(axis=0)
    length = max(len(channels), 1)
    return squares / length - np.square(total / length)
