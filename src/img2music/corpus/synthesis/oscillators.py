"""Band-limited waves and envelopes at 44.1 kHz."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import signal

from img2music.corpus.tones import Tone

RATE = 44_100
"""Sampling rate of all stereo sound, Hz."""
_TABLE = 4096
_HIGHEST = 20_000.0
"""No partial lies above, Hz."""

Array = np.ndarray


def frequency(tone: Tone, t: Array, glide: float = 0.07, vibrato: float = 0.0) -> Array:
    """Hz of a note at times `t` (s from its start): its bend glides away, `vibrato` is in semitones."""
    wave = vibrato * np.clip((t - 0.12) / 0.35, 0, 1) * np.sin(2 * np.pi * 5.4 * t)
    return 440 * 2 ** ((tone.pitch - 69 + tone.bend * np.exp(-t / glide) + wave) / 12)


def gate(t: Array, length: float, attack: float, release: float) -> Array:
    """Rises in `attack`, falls in `release` seconds after `length`."""
    return np.minimum(t / attack, 1) * np.clip((length + release - t) / release, 0, 1)


def saw(phase: Array, highest: float) -> Array:
    """A saw wave by phase in turns, without partials above 20 kHz while it has no more than `highest` Hz."""
    return _looked_up(phase, _saw_table(_octave(highest)))


def square(phase: Array, highest: float, width: float = 0.5) -> Array:
    """A pulse wave of such a `width`, as `saw`: the difference of two saws."""
    return saw(phase, highest) - saw(phase + width, highest)


def _octave(hertz: float) -> int:
    """Partials below 20 kHz, in steps of a third of an octave so that few tables serve all."""
    partials = max(1.0, _HIGHEST / hertz)
    return max(1, int(2 ** (np.floor(3 * np.log2(partials)) / 3)))


@lru_cache(maxsize=64)
def _saw_table(partials: int) -> Array:
    spectrum = np.zeros(_TABLE // 2 + 1, complex)
    numbers = np.arange(1, min(partials, _TABLE // 2 - 1) + 1)
    spectrum[numbers] = -0.5j * _TABLE / numbers * (2 / np.pi)
    table = np.fft.irfft(spectrum, _TABLE)
    return np.append(table, table[0])


def _looked_up(phase: Array, table: Array) -> Array:
    place = (phase % 1) * _TABLE
    index = place.astype(np.int64)
    part = place - index
    return table[index] * (1 - part) + table[index + 1] * part


def bandpass(x: Array, low: float = 0.0, high: float = 0.0, order: int = 2) -> Array:
    """Keep `low` to `high` Hz of samples `(T,)` or `(T, C)`; 0 leaves that side open."""
    if low > 0:
        x = signal.sosfilt(signal.butter(order, low, "highpass", fs=RATE, output="sos"), x, axis=0)
    if 0 < high < 0.48 * RATE:
        x = signal.sosfilt(signal.butter(order, high, "lowpass", fs=RATE, output="sos"), x, axis=0)
    return x


def panned(x: Array, pan: float) -> Array:
    """A mono signal `(T,)` at `pan` from -1 (left) to 1 (right) with equal power, `(T, 2)`."""
    angle = (pan + 1) * np.pi / 4
    return np.stack([x * np.cos(angle), x * np.sin(angle)], axis=1) * np.sqrt(2)
