"""Peaks between the samples, and a limiter that keeps them down."""

from __future__ import annotations

import numpy as np

CEILING = -1.0
"""Highest true peak of a finished snippet, dB relative to full scale."""
OVERSAMPLING = 4

_BLOCK = 64
"""Samples for which the limiter finds one gain, about 3 ms."""
_REACH = 4
"""Blocks that the limiter looks ahead and back."""
_ROUNDS = 4
"""Turning a peak down bends what is around it, and the wave between samples with it: a second round sees to that."""
_MARGIN = 1e-4


def oversample(samples: np.ndarray) -> np.ndarray:
    """Samples `(T,)` at four times their rate, `(4 T,)` float32: the wave between them (ITU-R BS.1770-4, annex 2).

    By the spectrum, so that it is exact but for the ends, where a sound that does not end in silence rings.
    """
    if len(samples) == 0:
        return np.asarray(samples, np.float32)
    spectrum = np.fft.rfft(np.asarray(samples, np.float32))
    if len(samples) % 2 == 0:
        spectrum[-1] *= 0.5  # the highest frequency is shared with its mirror image from now on
    return np.fft.irfft(spectrum, OVERSAMPLING * len(samples)) * np.float32(OVERSAMPLING)


def true_peak(samples: np.ndarray) -> float:
    """Highest value of the wave through samples `(T,)`, dB relative to full scale; silence gives -120 dB."""
    return 20 * np.log10(max(float(np.abs(oversample(samples)).max(initial=0.0)), 1e-6))


def limit_peak(samples: np.ndarray, ceiling: float = CEILING) -> np.ndarray:
    """Samples `(T,)` with their true peaks turned down to `ceiling` dB; what stays below is left as it is.

    A limiter that looks ahead: the gain falls smoothly before a peak and rises smoothly after it.
    """
    most = 10 ** (ceiling / 20)
    for _ in range(_ROUNDS):
        peaks = np.abs(oversample(samples))
        if float(peaks.max(initial=0.0)) <= most * (1 + _MARGIN):
            return samples
        samples = (samples * _gain(peaks, most, len(samples))).astype(np.float32)
    # what a few rounds leave above, of noise as loud as everything around it, is turned down as a whole
    highest = float(np.abs(oversample(samples)).max())
    return samples * np.float32(min(1.0, most / highest))


def _gain(peaks: np.ndarray, most: float, length: int) -> np.ndarray:
    """The gain `(length,)` that keeps oversampled `peaks` at `most`."""
    padded = np.pad(peaks, (0, -len(peaks) % (OVERSAMPLING * _BLOCK)))
    needed = np.minimum(1.0, most / np.maximum(padded.reshape(-1, OVERSAMPLING * _BLOCK).max(1), 1e-9))
    # the least of the neighbourhood, then an average over it: at every block still no more than needed
    around = np.pad(needed, 2 * _REACH, mode="edge")
    least = np.lib.stride_tricks.sliding_window_view(around, 2 * _REACH + 1).min(1)
    smooth = np.lib.stride_tricks.sliding_window_view(least, 2 * _REACH + 1).mean(1)
    # a block's own gain at its edges is the lesser of both sides, a line in between
    edges = np.minimum(np.append(smooth[0], smooth), np.append(smooth, smooth[-1]))
    return np.interp(np.arange(length) / _BLOCK, np.arange(len(edges)), edges)
