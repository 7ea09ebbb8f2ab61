"""Sound that grows brighter and darker over time, as with an equaliser that somebody turns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from img2music.audio.fast_length import fast_length
from img2music.audio.limiter import channels

CORNER = 1200.0
"""Hz above which sound is raised or lowered."""
MOST = 9.0
"""dB by which it is at most."""


def brightened(samples: np.ndarray, rate: int, shares: Sequence[float], seconds: float) -> np.ndarray:
    """Samples `(T,)` or `(T, C)` at `rate` Hz, their treble lowered where the `shares`, spread evenly over the first
    `seconds`, are below 0.5, and raised where they are above."""
    places = (np.arange(len(shares)) + 0.5) / len(shares) * seconds
    levels = 2 * MOST * (np.interp(np.arange(len(samples)) / rate, places, shares) - 0.5)
    gains = (10 ** (levels / 20) - 1).astype(np.float32)
    bright = [channel + gains * _treble(channel, rate) for channel in channels(samples)]
    return np.stack(bright, axis=1).reshape(samples.shape).astype(samples.dtype)


def _treble(samples: np.ndarray, rate: int) -> np.ndarray:
    """What lies above the corner, of samples `(T,)`."""
    length = fast_length(len(samples))
    squares = np.square(np.fft.rfftfreq(length, 1 / rate))
    high = (squares / (squares + CORNER**2)).astype(np.float32)
    return np.fft.irfft(np.fft.rfft(samples, length) * high, length)[: len(samples)]
