"""Common level for clips going into the models and snippets coming out."""

from __future__ import annotations

import numpy as np

TARGET = -18.0
"""Root-mean-square level that models are trained at, dB relative to full scale."""
CEILING = -1.0
"""Highest sample value of a finished snippet, dB relative to full scale."""

_BLOCK = 64
"""Samples for which the limiter finds one gain, about 3 ms."""
_REACH = 4
"""Blocks that the limiter looks ahead and back."""


def level(samples: np.ndarray) -> float:
    """Root-mean-square level of samples `(T,)` in dB relative to full scale; silence gives -120 dB."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
    return 10 * np.log10(max(power, 1e-12))


def normalise_loudness(samples: np.ndarray, target: float = TARGET) -> np.ndarray:
    """Samples `(T,)` scaled to `target` dB; silence stays silence."""
    now = level(samples)
    return samples if now <= -119 else (samples * np.float32(10 ** ((target - now) / 20))).astype(np.float32)


def limit_peak(samples: np.ndarray, ceiling: float = CEILING) -> np.ndarray:
    """Samples `(T,)` with their peaks turned down to `ceiling` dB; what stays below is left as it is.

    A limiter that looks ahead: the gain falls smoothly before a peak and rises smoothly after it.
    """
    most = 10 ** (ceiling / 20)
    if float(np.abs(samples).max(initial=0.0)) <= most:
        return samples
    padded = np.pad(np.abs(samples), (0, -len(samples) % _BLOCK))
    peaks = padded.reshape(-1, _BLOCK).max(1)
    needed = np.minimum(1.0, most / np.maximum(peaks, 1e-9))
    # the least of the neighbourhood, then an average over it: at every block still no more than needed
    around = np.pad(needed, 2 * _REACH, mode="edge")
    least = np.lib.stride_tricks.sliding_window_view(around, 2 * _REACH + 1).min(1)
    smooth = np.lib.stride_tricks.sliding_window_view(least, 2 * _REACH + 1).mean(1)
    # a block's own gain at its edges is the lesser of both sides, a line in between
    edges = np.minimum(np.append(smooth[0], smooth), np.append(smooth, smooth[-1]))
    places = np.arange(len(samples)) / _BLOCK
    gain = np.interp(places, np.arange(len(edges)), edges)
    return (samples * gain).astype(np.float32)
