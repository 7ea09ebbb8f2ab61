"""What lies above 11 kHz: levels of bands, filled with noise."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from img2music.stereo.bands import TREBLE_BANDS, TREBLE_EDGES, centres, sums
from img2music.stereo.transform import BINS, HOP, LOWER, stft

FLOOR = 1e-3
"""Magnitude below which nothing is distinguished, as in the spectra below."""
_SEED = 20261129


def levels(frames: np.ndarray) -> np.ndarray:
    """Frames `(F, 1025)` of one channel to natural logarithms of the level of each band, `(F, 24)` float32."""
    power = np.square(frames.real) + np.square(frames.imag)
    return np.log(np.sqrt(sums(power, TREBLE_EDGES) / np.diff(TREBLE_EDGES)) + FLOOR).astype(np.float32)


def noise(band_levels: np.ndarray) -> np.ndarray:
    """Noise that has such levels `(F, 24)`, frames `(F, 1025 - 513)` complex64 from the lowest bin above 11 kHz on; the
    same levels give the same."""
    magnitudes = np.maximum(np.exp(band_levels) - FLOOR, 0)
    return (magnitudes.astype(np.float32) @ _filling()) * _grain(len(band_levels))


@lru_cache(maxsize=1)
def _filling() -> np.ndarray:
    """Weights `(24, 512)` of the bands in each bin; nothing above the last band."""
    bins = np.arange(LOWER, BINS)
    rows = [np.interp(bins, centres(TREBLE_EDGES), row) for row in np.eye(TREBLE_BANDS)]
    return (np.stack(rows) * (bins < TREBLE_EDGES[-1])).astype(np.float32)


@lru_cache(maxsize=2)
def _grain(count: int) -> np.ndarray:
    """Frames `(count, 512)` of white noise of level 1, the same every time."""
    samples = np.random.default_rng(_SEED).standard_normal((count - 1) * HOP, np.float32)
    frames = stft(samples)[:count, LOWER:]
    level = np.sqrt(np.mean(np.square(frames.real) + np.square(frames.imag)))
    return frames / level
