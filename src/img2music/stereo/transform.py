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

_OVERLAP = WINDOW // HOP
_HANN = np.hanning(WINDOW + 1)[:-1].astype(np.float32)


def stft(samples: np.ndarray) -> np.ndarray:
    """Samples `(T,)` to frames `(F, 1025)` complex64, F even, scaled as those at 22.05 kHz."""
    return spectrogram.windowed_transform(samples, _HANN * np.float32(0.5), HOP)


def istft(frames: np.ndarray) -> np.ndarray:
    """Frames `(F, 1025)` to samples `((F - 1) * 512,)` float32, the least-squares inverse of `stft`."""
    inverse = Inverse(len(frames))
    inverse.add(frames)
    return inverse.samples()


class Inverse:
    """The inverse of `count` frames that are given part by part, in order: they need not all be there at once."""

    def __init__(self, count: int) -> None:
        self._count, self._begun = count, 0
        self._rows = np.zeros((count + _OVERLAP - 1, HOP), np.float32)
        self._piece = np.empty((32, WINDOW), np.float32)

    def add(self, frames: np.ndarray) -> None:
        """The next frames `(N, 1025)`."""
        window = _HANN * np.float32(2)
        for block in spectrogram.blocks(len(frames)):
            size = min(block.stop, len(frames)) - block.start
            piece, first = self._piece[:size], self._begun + block.start
            np.fft.irfft(frames[block], n=WINDOW, axis=1, out=piece)  # type: ignore[arg-type]
            piece *= window
            for part in range(_OVERLAP):
                self._rows[first + part : first + part + size] += piece[:, part * HOP : (part + 1) * HOP]
        self._begun += len(frames)

    def samples(self) -> np.ndarray:
        """The samples `((count - 1) * 512,)` float32 when all frames were added."""
        total = self._rows.reshape(-1)
        total /= _squared_window(self._count)
        return total[WINDOW // 2 : WINDOW // 2 + (self._count - 1) * HOP]


@lru_cache(maxsize=2)
def _squared_window(count: int) -> np.ndarray:
    rows = np.zeros((count + _OVERLAP - 1, HOP), np.float32)
    for part in range(_OVERLAP):
        rows[part : part + count] += _HANN[part * HOP : (part + 1) * HOP] ** 2
    return np.maximum(rows.reshape(-1), 1e-3)
