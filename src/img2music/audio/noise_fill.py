"""Noise filling: the texture of noise-like sound, which a decoder leaves out.

A decoder cannot predict every bin of cymbals, breath and reverberation. It outputs their mean, a smooth spectrogram
where that of noise is rough, and a smooth spectrogram sounds metallic. Tones are different: their partials stand out
from their surroundings. So wherever decoded magnitudes are smooth from bin to bin, they are multiplied by the
magnitudes of white noise (the stochastic part of spectral modelling, Serra & Smith, 1990).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from img2music.audio.stft import sample_count, stft

SMOOTH, ROUGH = 0.4, 1.0
"""Standard deviation of log magnitudes around a bin, nats: below `SMOOTH` pure noise, above `ROUGH` pure tones."""
_FRAMES, _BINS = 5, 11
"""Size of the surroundings of a bin."""
_SMALLEST = 1e-4
_SEED = 20261124


def roughen(magnitudes: np.ndarray, tonal: np.ndarray | float = 0.0) -> np.ndarray:
    """Magnitudes `(F, 513)` with noise texture where it is missing, the less the surer a bin is `tonal` (0 to 1);
    deterministic."""
    return magnitudes * np.exp(_grain(len(magnitudes)) * noisiness(magnitudes) * (1 - tonal))


def noisiness(magnitudes: np.ndarray) -> np.ndarray:
    """Share of noise in decoded magnitudes `(F, 513)`, from 0 to 1, by how smooth they are around each bin."""
    logarithms = np.log(np.maximum(magnitudes, _SMALLEST))
    mean = _surroundings(logarithms)
    std = np.sqrt(np.maximum(_surroundings(np.square(logarithms)) - np.square(mean), 0))
    return np.clip((ROUGH - std) / (ROUGH - SMOOTH), 0, 1)


def _surroundings(values: np.ndarray) -> np.ndarray:
    """Mean of each neighbourhood of values `(F, 513)`."""
    padded = np.pad(values, [(size // 2, size // 2) for size in (_FRAMES, _BINS)], mode="edge")
    return _sums(_sums(padded, _FRAMES).T, _BINS).T * np.float32(1 / (_FRAMES * _BINS))


def _sums(rows: np.ndarray, size: int) -> np.ndarray:
    """Sums of `size` successive rows of `(N, W)`, `(N - size + 1, W)`; by halves, which takes the fewest additions."""
    if size == 1:
        return rows
    half, count = _sums(rows, size // 2), len(rows) - size + 1
    total = half[:count] + half[size // 2 : size // 2 + count]
    if size % 2:
        total += rows[size - 1 :]
    return total


@lru_cache(maxsize=2)
def _grain(frames: int) -> np.ndarray:
    """Logarithms `(frames, 513)` of the magnitudes of white noise around 1, always the same."""
    samples = np.random.default_rng(_SEED).standard_normal(sample_count(frames), np.float32)
    noise = np.abs(stft(samples)[:frames])
    return np.log(np.maximum(noise / np.median(noise), _SMALLEST))
