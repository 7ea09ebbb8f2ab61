"""Texture: the grain of noise-like sound, which a decoder leaves out.

Of cymbals, breath and reverberation a decoder cannot know every bin. It answers with the middle of what is likely, a
smooth surface where noise has a rough one, and a smooth surface sounds like metal. Tones look different: their partials
stand out of what is around them. So where decoded magnitudes are smooth from bin to bin, they get the magnitudes of
white noise on top (the stochastic part of spectral modelling, Serra & Smith, 1990).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from img2music.audio.stft import sample_count, stft

SMOOTH, ROUGH = 0.4, 1.0
"""Deviation of log magnitudes from their surroundings, nats: noise alone below, tones alone above."""
_FRAMES, _BINS = 5, 11
"""Surroundings."""
_SMALLEST = 1e-4
_SEED = 20261124


def roughen(magnitudes: np.ndarray) -> np.ndarray:
    """Magnitudes `(F, 513)` with texture where it is missing; equal ones get the same."""
    return magnitudes * np.exp(_grain(len(magnitudes)) * noisiness(magnitudes))


def noisiness(magnitudes: np.ndarray) -> np.ndarray:
    """Share of noise in decoded magnitudes `(F, 513)`, from 0 to 1: how smooth they are around each bin."""
    logarithms = np.log(np.maximum(magnitudes, _SMALLEST))
    mean = _surroundings(logarithms)
    std = np.sqrt(np.maximum(_surroundings(np.square(logarithms)) - np.square(mean), 0))
    return np.clip((ROUGH - std) / (ROUGH - SMOOTH), 0, 1)


def _surroundings(values: np.ndarray) -> np.ndarray:
    """Mean of each neighbourhood of values `(F, 513)`."""
    padded = np.pad(values, [(size // 2, size // 2) for size in (_FRAMES, _BINS)], mode="edge")
    return _sums(_sums(padded, _FRAMES).T, _BINS).T * np.float32(1 / (_FRAMES * _BINS))


def _sums(rows: np.ndarray, size: int) -> np.ndarray:
    """Each `size` rows in succession of `(N, W)` added up, `(N - size + 1, W)`: by halves, which takes fewest steps."""
    if size == 1:
        return rows
    half, count = _sums(rows, size // 2), len(rows) - size + 1
    total = half[:count] + half[size // 2 : size // 2 + count]
    if size % 2:
        total += rows[size - 1 :]
    return total


@lru_cache(maxsize=2)
def _grain(frames: int) -> np.ndarray:
    """Logarithms `(frames, 513)` of the magnitudes of white noise around 1, the same every time."""
    samples = np.random.default_rng(_SEED).standard_normal(sample_count(frames), np.float32)
    noise = np.abs(stft(samples)[:frames])
    return np.log(np.maximum(noise / np.median(noise), _SMALLEST))
