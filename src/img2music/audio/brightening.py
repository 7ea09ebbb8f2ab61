"""Sound that grows brighter and darker over time, as with an equaliser that somebody turns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

CORNER = 1200.0
"""Hz above which sound is raised or lowered."""
MOST = 9.0
"""dB by which it is at most."""


def brightened(samples: np.ndarray, rate: int, shares: Sequence[float], seconds: float) -> np.ndarray:
    """Samples `(T,)` or `(T, C)` at `rate` Hz, their treble lowered where the `shares`, spread evenly over the first
    `seconds`, are below 0.5, and raised where they are above."""
    spectrum = np.fft.rfft(samples, axis=0)
    squares = np.square(np.fft.rfftfreq(len(samples), 1 / rate))
    high = squares / (squares + CORNER**2)
    treble = np.fft.irfft(spectrum * high.reshape(-1, *[1] * (samples.ndim - 1)), len(samples), axis=0)
    places = (np.arange(len(shares)) + 0.5) / len(shares) * seconds
    levels = 2 * MOST * (np.interp(np.arange(len(samples)) / rate, places, shares) - 0.5)
    gains = 10 ** (levels / 20) - 1
    return (samples + gains.reshape(-1, *[1] * (samples.ndim - 1)) * treble).astype(samples.dtype)
