"""Mel spectrograms for display, with NumPy alone."""

from __future__ import annotations

import numpy as np

from img2music.audio.stft import WINDOW, stft

BANDS = 96
FLOOR = -80.0
"""The lowest level that is shown, dB relative to the highest."""


def to_mel(hertz: np.ndarray | float) -> np.ndarray:
    """Frequencies in Hz on the mel scale of O'Shaughnessy, in mel."""
    return 2595.0 * np.log10(1.0 + np.asarray(hertz) / 700.0)


def mel_levels(samples: np.ndarray, rate: int) -> np.ndarray:
    """Samples `(T,)` at `rate` Hz to levels `(BANDS, F)` float32, lowest band first.

    Levels are dB below the loudest entry, from `FLOOR` to 0; silence is `FLOOR` throughout. A frame lasts 256 samples.
    """
    frames = stft(samples)
    power = np.square(frames.real) + np.square(frames.imag)
    energies = _bands(rate) @ power.T
    loudest = float(energies.max())
    if loudest <= 0:
        return np.full(energies.shape, FLOOR, np.float32)
    levels = 10 * np.log10(np.maximum(energies / loudest, 1e-12))
    return np.maximum(levels, FLOOR).astype(np.float32)


def _bands(rate: int) -> np.ndarray:
    """Weights `(BANDS, bins)`: triangles that overlap by half, evenly spaced in mel."""
    bins = to_mel(np.fft.rfftfreq(WINDOW, 1 / rate))
    edges = np.linspace(0.0, bins[-1], BANDS + 2)[:, None]
    rise = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.clip(np.minimum(rise, fall), 0, None).astype(np.float32)
