"""Integrated loudness, and snippets at a common loudness (ITU-R BS.1770-4, EBU R 128)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from img2music.audio.fast_length import fast_length
from img2music.audio.limiter import channels, limit_peak

SNIPPET_LOUDNESS = -16.0
"""Integrated loudness of a finished snippet, LUFS."""
SILENCE = -70.0
"""The absolute gate: quieter blocks do not count, LUFS."""

_OFFSET = -0.691  # dB; with it a sine of 997 Hz at full scale has -3.01 LUFS
_RELATIVE_GATE = -10.0  # LU below the loudness of what passes the absolute gate
_BLOCK, _HOP = 0.4, 0.1  # s
_ROUNDS = 3
_CLOSE = 0.05  # LU


def loudness(samples: np.ndarray, rate: int) -> float:
    """Integrated loudness of samples `(T,)`, or of both channels of `(T, 2)`, at `rate` Hz in LUFS; silence, and less
    than a block of it, gives -70. One channel alone counts as the whole, as a mono file does."""
    length = fast_length(len(samples))
    energy = np.zeros(len(samples) + 1)
    for channel in channels(samples):
        weighted = np.fft.irfft(np.fft.rfft(channel, length) * _weighting(length, rate), length)[: len(samples)]
        energy[1:] += np.cumsum(np.square(weighted, dtype=np.float64))
    block = min(round(_BLOCK * rate), len(samples))
    starts = np.arange(0, len(samples) - block + 1, round(_HOP * rate))
    power = (energy[starts + block] - energy[starts]) / max(block, 1)
    counted = power[_lufs(power) > SILENCE]
    if len(counted) == 0:
        return SILENCE
    counted = counted[_lufs(counted) > _lufs(counted.mean()) + _RELATIVE_GATE]
    return float(_lufs(counted.mean()))


def normalise_loudness(samples: np.ndarray, rate: int, target: float = SNIPPET_LOUDNESS) -> np.ndarray:
    """Samples `(T,)` or `(T, 2)` at `rate` Hz at `target` LUFS with true peaks below the limiter's ceiling, float32.

    Silence stays silence. Loudness that limiting costs is compensated as far as possible.
    """
    now, finished = loudness(samples, rate), samples
    if now <= SILENCE:
        return samples
    for _ in range(_ROUNDS):
        louder = (finished * np.float32(10 ** ((target - now) / 20))).astype(np.float32)
        finished = limit_peak(louder)
        if finished is louder:
            break
        now = loudness(finished, rate)
        if abs(target - now) < _CLOSE:
            break
    return finished


def _lufs(power: np.ndarray | float) -> np.ndarray | float:
    return _OFFSET + 10 * np.log10(np.maximum(power, 1e-12))


@lru_cache(maxsize=2)
def _weighting(length: int, rate: int) -> np.ndarray:
    """Magnitude of the K weighting at the frequencies of a spectrum of `length` samples: a high shelf and a high-pass.

    The standard gives both filters for 48 kHz only; these are the analogue prototypes behind them.
    """
    # bilinear transform: both filters at the imaginary frequency of each bin
    turns = np.tan(np.pi * np.minimum(np.arange(length // 2 + 1) / length, 0.4999))
    square = np.square(turns)
    gain = _shelf(square / np.tan(np.pi * 1681.974 / rate) ** 2)
    gain *= _high_pass(square / np.tan(np.pi * 38.13547 / rate) ** 2)
    return np.sqrt(gain, out=gain).astype(np.float32)


def _shelf(square: np.ndarray) -> np.ndarray:
    """Power of the high shelf at squares of frequencies, 1 at its corner."""
    gain, quality = 10 ** (3.999843853973347 / 20), 0.7071752369554196
    middle = gain**0.4996667741545416 / quality
    return ((1 - gain * square) ** 2 + middle**2 * square) / ((1 - square) ** 2 + square / quality**2)


def _high_pass(square: np.ndarray) -> np.ndarray:
    """That of the high-pass."""
    quality = 0.5003270373238773
    return (1.0049949 * square) ** 2 / ((1 - square) ** 2 + square / quality**2)
