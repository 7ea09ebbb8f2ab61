"""True peaks, which lie between the samples, and a look-ahead limiter."""

from __future__ import annotations

import numpy as np

from img2music.audio.fast_length import fast_length

CEILING = -1.0
"""Highest true peak of a finished snippet, dB relative to full scale."""
OVERSAMPLING = 4

_BLOCK = 64
"""Samples for which the limiter finds one gain, about 3 ms."""
_REACH = 4
"""Blocks that the limiter looks ahead and back."""
_ROUNDS = 4
"""Passes of the limiter: reducing one peak changes the waveform between the samples around it."""
_MARGIN = 1e-4
_PIECE, _GUARD = 32 * _BLOCK, 16 * _BLOCK
"""Samples that are oversampled together, and the faded margin on both sides of them."""
_NEAR = 0.5
"""Share of the ceiling from which samples may hide a true peak above it."""
_AT_ONCE = 8
"""Pieces that fit into a processor's cache."""
_RISE = np.sin(np.pi / 2 * (np.arange(_GUARD) + 0.5) / _GUARD) ** 2
_TAPER = np.concatenate([_RISE, np.ones(_PIECE), _RISE[::-1]]).astype(np.float32)


def oversample(samples: np.ndarray) -> np.ndarray:
    """Samples `(…, T)` at four times their rate, `(…, 4 T)` float32 (ITU-R BS.1770-4, annex 2).

    It works on the spectrum: exact for a periodic sound, with some ringing at the ends of others.
    """
    length = samples.shape[-1]
    if length == 0:
        return np.asarray(samples, np.float32)
    spectrum = np.fft.rfft(np.asarray(samples, np.float32))
    if length % 2 == 0:
        spectrum[..., -1] *= 0.5  # the highest frequency is shared with its mirror image from now on
    return np.fft.irfft(spectrum, OVERSAMPLING * length) * np.float32(OVERSAMPLING)


def true_peak(samples: np.ndarray) -> float:
    """Highest value of the wave through samples `(T,)`, or through any channel of `(T, C)`, dB relative to full scale;
    silence gives -120 dB."""
    return 20 * np.log10(max(max(map(_highest, channels(samples))), 1e-6))


def limit_peak(samples: np.ndarray, ceiling: float = CEILING) -> np.ndarray:
    """Samples `(T,)` or `(T, C)` with their true peaks turned down to `ceiling` dB; what stays below is left as it is.

    A limiter that looks ahead: the gain falls smoothly before a peak and rises smoothly after it. It is that of all
    channels, so that the image stays where it is.
    """
    if len(samples) == 0:
        return samples
    most, limited = 10 ** (ceiling / 20), samples
    for _ in range(_ROUNDS):
        peaks = np.max([_peaks(channel, most) for channel in channels(limited)], axis=0)
        if float(peaks.max()) <= most * (1 + _MARGIN):
            return limited
        gain = _gain(peaks, most, len(samples))
        limited = (limited * (gain if limited.ndim == 1 else gain[:, np.newaxis])).astype(np.float32)
    # what is still above after these passes, such as dense noise, is scaled down as a whole
    highest = max(map(_highest, channels(limited)))
    return limited if highest <= most * (1 + _MARGIN) else limited * np.float32(most / highest)


def channels(samples: np.ndarray) -> list[np.ndarray]:
    """Samples `(T,)`, or each channel of `(T, C)`, one after another in memory."""
    return [samples] if samples.ndim == 1 else [np.ascontiguousarray(channel) for channel in samples.T]


def _highest(samples: np.ndarray) -> float:
    """The true peak of samples `(T,)`, which are padded with their last value to a fast length."""
    if len(samples) == 0:
        return 0.0
    held = np.pad(samples, (0, fast_length(len(samples)) - len(samples)), mode="edge")
    return float(np.abs(oversample(held)).max())


def _peaks(samples: np.ndarray, most: float) -> np.ndarray:
    """The true peak of samples `(T,)` in each block, `(ceil(T / 64),)`.

    Only pieces that come near `most` are oversampled, each with a margin; elsewhere the peak of the samples serves.
    White noise may be a few hundredths off, music hardly is.
    """
    count = -(-len(samples) // _PIECE)
    # as if the sound repeated
    padded = np.pad(samples, (_GUARD, count * _PIECE - len(samples) + _GUARD), mode="wrap")
    pieces = np.lib.stride_tricks.sliding_window_view(padded, _PIECE + 2 * _GUARD)[::_PIECE]
    peaks = _blocks_of(np.abs(pieces[:, _GUARD:-_GUARD]))
    near = np.flatnonzero(np.abs(pieces).max(1) > most * _NEAR)
    for some in np.array_split(near, -(-len(near) // _AT_ONCE)) if len(near) else ():
        waves = np.abs(oversample(pieces[some] * _TAPER))
        peaks[some] = _blocks_of(waves[:, OVERSAMPLING * _GUARD : -OVERSAMPLING * _GUARD])
    return peaks.reshape(-1)[: -(-len(samples) // _BLOCK)]


def _blocks_of(pieces: np.ndarray) -> np.ndarray:
    """Pieces `(N, L)` to the highest values in each of their blocks, `(N, 32)`."""
    return pieces.reshape(len(pieces), _PIECE // _BLOCK, -1).max(2)


def _gain(peaks: np.ndarray, most: float, length: int) -> np.ndarray:
    """The gain `(length,)` that keeps the `peaks` of blocks at `most`."""
    needed = np.minimum(1.0, most / np.maximum(peaks, 1e-9))
    # the least of the neighbourhood, then an average over it: at every block still no more than needed
    around = np.pad(needed, 2 * _REACH, mode="edge")
    least = np.lib.stride_tricks.sliding_window_view(around, 2 * _REACH + 1).min(1)
    smooth = np.lib.stride_tricks.sliding_window_view(least, 2 * _REACH + 1).mean(1)
    # a block's own gain at its edges is the lesser of both sides, a line in between
    edges = np.minimum(np.append(smooth[0], smooth), np.append(smooth, smooth[-1]))
    return np.interp(np.arange(length) / _BLOCK, np.arange(len(edges)), edges)
