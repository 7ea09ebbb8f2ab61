"""Mel spectrograms for display, with NumPy alone."""

from __future__ import annotations

import numpy as np

from img2music.audio import stft
from img2music.stereo import transform

BANDS = 96
HIGHEST = 20_000.0
"""Hz up to which levels are shown, or half the rate where that is less."""
FLOOR = -80.0
"""The lowest level that is shown, dB relative to the highest."""


def to_mel(hertz: np.ndarray | float) -> np.ndarray:
    """Frequencies in Hz on the mel scale of O'Shaughnessy, in mel."""
    return 2595.0 * np.log10(1.0 + np.asarray(hertz) / 700.0)


def mel_levels(samples: np.ndarray, rate: int) -> np.ndarray:
    """Samples `(T,)` at 22,050 or 44,100 Hz, or `(T, C)`, to levels `(BANDS, F)` float32, lowest band first.

    Levels are dB below the loudest entry, from `FLOOR` to 0, of all channels together; silence is `FLOOR` throughout.
    There are 86 frames a second.
    """
    grid = transform if rate == transform.RATE else stft
    columns = samples.reshape(len(samples), -1).T
    frames = [grid.stft(np.ascontiguousarray(channel)) for channel in columns]
    power = sum(np.square(one.real) + np.square(one.imag) for one in frames)
    energies = _bands(grid.WINDOW, rate) @ np.transpose(power)
    loudest = float(energies.max())
    if loudest <= 0:
        return np.full(energies.shape, FLOOR, np.float32)
    levels = 10 * np.log10(np.maximum(energies / loudest, 1e-12))
    return np.maximum(levels, FLOOR).astype(np.float32)


def highest(rate: int) -> float:
    """Hz up to which levels are shown."""
    return min(rate / 2, HIGHEST)


def _bands(window: int, rate: int) -> np.ndarray:
    """Weights `(BANDS, bins)`: triangles that overlap by half, evenly spaced in mel."""
    bins = to_mel(np.fft.rfftfreq(window, 1 / rate))
    edges = np.linspace(0.0, float(to_mel(highest(rate))), BANDS + 2)[:, None]
    rise = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.clip(np.minimum(rise, fall), 0, None).astype(np.float32)
