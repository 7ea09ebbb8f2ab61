"""Pitch shift and time stretch at once, as by playing a tape faster: the spectrum is cut or extended."""

from __future__ import annotations

import numpy as np


def stretched(samples: np.ndarray, length: int) -> np.ndarray:
    """Samples `(T,)` resampled to `length` samples, float32; as a whole they are taken for periodic."""
    spectrum = np.fft.rfft(samples)[: length // 2 + 1]
    return (np.fft.irfft(spectrum, length) * (length / len(samples))).astype(np.float32)


def pitch_shifted(samples: np.ndarray, semitones: float) -> np.ndarray:
    """Samples `(T,)` shifted by `semitones`, and as much faster."""
    return stretched(samples, round(len(samples) / 2 ** (semitones / 12)))
