"""Samples played faster or slower, by cutting or extending their spectrum."""

from __future__ import annotations

import numpy as np


def stretched(samples: np.ndarray, length: int) -> np.ndarray:
    """Samples `(T,)` played in the time of `length` samples, float32; their spectrum wraps around at the ends."""
    spectrum = np.fft.rfft(samples)[: length // 2 + 1]
    return (np.fft.irfft(spectrum, length) * (length / len(samples))).astype(np.float32)


def played(samples: np.ndarray, semitones: float) -> np.ndarray:
    """Samples `(T,)` played so many semitones higher, and with that faster."""
    return stretched(samples, round(len(samples) / 2 ** (semitones / 12)))
