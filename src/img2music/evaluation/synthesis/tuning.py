"""How far the notes that are heard are from their pitches."""

from __future__ import annotations

import numpy as np

from img2music.audio.stft import RATE
from img2music.composition.pitch import hertz
from img2music.synthesis.performance import Performance

_LOWEST, _HIGHEST = 52, 88
"""MIDI pitches between which fundamentals are far enough apart, and loud."""
_SETTLED, _SHORTEST, _LONGEST = 0.05, 0.3, 1.5
"""s: after the beginning of a note; of it at least and at most."""
_RANGE = 70
"""Cents around a pitch in which its fundamental is looked for."""
_SIZE = 1 << 16
"""Samples of a transform: bins are a third of a Hz apart."""


def cents_off(samples: np.ndarray, performance: Performance) -> float | None:
    """The median distance in cents of the strongest tone near each note from its pitch, in samples `(T,)` at 22,050 Hz;
    None where no note is long enough.

    Notes that glide are left out, and those beside which no tone is the strongest of its surroundings.
    """
    found = [
        away
        for _, start, end, pitch, _, bend in performance.tuned_notes
        if not bend and _LOWEST <= pitch <= _HIGHEST and end - start >= _SHORTEST
        if (away := _away(_held(samples, start, end), pitch)) is not None
    ]
    return float(np.median(found)) if found else None


def _held(samples: np.ndarray, start: float, end: float) -> np.ndarray:
    return samples[max(round((start + _SETTLED) * RATE), 0) : round(min(end, start + _LONGEST) * RATE)]


def _away(samples: np.ndarray, pitch: float) -> float | None:
    """By how many cents the strongest tone near a pitch is off it, None without one."""
    if len(samples) < (_SHORTEST - 2 * _SETTLED) * RATE:
        return None
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), _SIZE))
    cents = 1200 * np.log2(np.maximum(np.fft.rfftfreq(_SIZE, 1 / RATE), 1) / hertz(pitch))
    near = np.flatnonzero(np.abs(cents) < _RANGE)
    peak = near[spectrum[near].argmax()]
    return None if peak in (near[0], near[-1]) else abs(float(cents[peak]))
