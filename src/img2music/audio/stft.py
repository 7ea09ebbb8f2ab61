"""Short-time Fourier transform, defined once for training, evaluation and the runtime.

Frames of 1,024 samples every 256 samples at 22,050 Hz, Hann window, zero padding at both ends, float32.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

RATE = 22050
"""Sampling rate of everything inside, Hz."""
WINDOW = 1024
HOP = 256
BINS = WINDOW // 2 + 1

_HANN = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
_BLOCK = 32
"""Frames that fit into a processor's cache."""


def frame_count(length: int, hop: int = HOP) -> int:
    """Frames of a signal of `length` samples, one every `hop`: always even, since models take frames in pairs."""
    frames = -(-length // hop) + 1
    return frames + frames % 2


def sample_count(frames: int) -> int:
    """Samples that `frames` frames cover."""
    return (frames - 1) * HOP


def stft(samples: np.ndarray) -> np.ndarray:
    """Samples `(T,)` to complex frames `(frame_count(T), 513)` complex64."""
    return windowed_transform(samples, _HANN, HOP)


def windowed_transform(samples: np.ndarray, window: np.ndarray, hop: int) -> np.ndarray:
    """Samples `(T,)` under a window `(W,)` every `hop` to frames `(frame_count(T, hop), W / 2 + 1)` complex64."""
    count, size = frame_count(len(samples), hop), len(window)
    padded = np.zeros((count - 1) * hop + size, np.float32)
    padded[size // 2 : size // 2 + len(samples)] = samples
    pieces = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    frames = np.empty((count, size // 2 + 1), np.complex64)
    for block in blocks(count):
        # NumPy keeps single precision, which its types do not know
        np.fft.rfft(pieces[block] * window, axis=1, out=frames[block])  # type: ignore[arg-type]
    return frames


def istft(frames: np.ndarray) -> np.ndarray:
    """Complex frames `(F, 513)` to samples `(sample_count(F),)` float32, the least-squares inverse.

    Reference: Griffin & Lim, Signal estimation from modified short-time Fourier transform, 1984.
    """
    pieces = np.empty((len(frames), WINDOW), np.float32)
    for block in blocks(len(frames)):
        np.fft.irfft(frames[block], n=WINDOW, axis=1, out=pieces[block])  # type: ignore[arg-type]
        pieces[block] *= _HANN
    total = overlap_add(pieces)
    total /= _squared_window(len(frames))
    return total[WINDOW // 2 : WINDOW // 2 + sample_count(len(frames))]


def overlap_add(pieces: np.ndarray) -> np.ndarray:
    """Windowed pieces `(F, 1024)` added at their positions, `((F - 1) * 256 + 1024,)`."""
    count = len(pieces)
    overlap = WINDOW // HOP
    blocks = np.zeros((count + overlap - 1, HOP), pieces.dtype)
    for part in range(overlap):
        blocks[part : part + count] += pieces[:, part * HOP : (part + 1) * HOP]
    return blocks.reshape(-1)


def magnitude(samples: np.ndarray) -> np.ndarray:
    """Samples `(T,)` to magnitudes `(frame_count(T), 513)` float32."""
    return np.abs(stft(samples))


def blocks(count: int) -> Iterator[slice]:
    """Slices of `count` frames, each of which fits into a processor's cache."""
    return (slice(start, start + _BLOCK) for start in range(0, count, _BLOCK))


@lru_cache(maxsize=2)
def _squared_window(count: int) -> np.ndarray:
    pieces = np.broadcast_to(_HANN**2, (count, WINDOW))
    return np.maximum(overlap_add(pieces), 1e-3)
