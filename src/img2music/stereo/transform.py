"""Short-time Fourier transform at 44.1 kHz: frames of 2,048 samples every 512, Hann window.

Its frames are those of `img2music.audio.stft` at 22.05 kHz: the same moments, and the lower 513 of its bins the same
frequencies, with twice the magnitude.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from img2music.audio import stft as spectrogram

RATE = 2 * spectrogram.RATE
"""Hz."""
WINDOW, HOP = 2 * spectrogram.WINDOW, 2 * spectrogram.HOP
BINS = WINDOW // 2 + 1
LOWER = spectrogram.BINS
"""Bins up to 11,025 Hz."""

_HANN = np.hanning(WINDOW + 1)[:-1].astype(np.float32)


def stft(samples: np.ndarray) -> np.ndarray:
    """Samples `(T,)` to frames `(F, 1025)` complex64, F even, scaled as those at 22.05 kHz."""
    return spectrogram.windowed_transform(samples, _HANN * np.float32(0.5), HOP)


def istft(frames: np.ndarray) -> np.ndarray:
    """Frames `(F, 1025)` to samples `((F - 1) * 512,)` float32, the least-squares inverse of `stft`."""
    count, overlap = len(frames), WINDOW // HOP
    rows = np.zeros((count + overlap - 1, HOP), np.float32)
    piece = np.empty((32, WINDOW), np.float32)
    window = _HANN * np.float32(2)
    for block in spectrogram.blocks(count):
        size = min(block.stop, count) - block.start
        np.fft.irfft(frames[block], n=WINDOW, axis=1, out=piece[:size])  # type: ignore[arg-type]
        piece[:size] *= window
        for part in range(overlap):
            rows[block.start + part : block.start + part + size] += piece[:size, part * HOP : (part + 1) * HOP]
    total = rows.reshape(-1)
    total /= _squared_window(count)
    return total[WINDOW // 2 : WINDOW // 2 + (count - 1) * HOP]


@lru_cache(maxsize=2)
def _squared_window(count: int) -> np.ndarray:
    overlap = WINDOW // HOP
    rows = np.zeros((count + overlap - 1, HOP), np.float32)
    for part in range(overlap):
        rows[part : part + count] += _HANN[part * HOP : (part + 1) * HOP] ** 2
    return np.maximum(rows.reshape(-1), 1e-3)
