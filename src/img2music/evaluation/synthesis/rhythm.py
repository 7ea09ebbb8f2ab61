"""How regular the rhythm of a sound is, the autocorrelation of its onset strength, and how fast."""

from __future__ import annotations

from typing import NamedTuple

import librosa
import numpy as np

from img2music.audio.stft import HOP, RATE

_PULSE, _BAR = (0.25, 1.5), (1.5, 6.0)
"""s."""


class Regularity(NamedTuple):
    """Highest autocorrelation of the onset strength at the distance of beats and at that of bars."""

    pulse: float
    bars: float


def regularity(samples: np.ndarray) -> Regularity:
    """That of samples `(T,)` at 22,050 Hz, 6 s at least."""
    strength = librosa.onset.onset_strength(y=samples, sr=RATE, hop_length=HOP)
    strength = strength - strength.mean()
    found = np.correlate(strength, strength, "full")[len(strength) - 1 :]
    found = found / (found[0] + 1e-9)
    pulse, bars = (found[int(low * RATE / HOP) : int(high * RATE / HOP)].max() for low, high in (_PULSE, _BAR))
    return Regularity(float(pulse), float(bars))


def beat_tempo(samples: np.ndarray) -> float:
    """Beats per minute of samples `(T,)` at 22,050 Hz, by the line through the beats that are heard; 0 without any."""
    _, beats = librosa.beat.beat_track(y=samples, sr=RATE, hop_length=HOP, units="time")
    if len(beats) < 3:
        return 0.0
    return float(60 / np.polyfit(np.arange(len(beats)), beats, 1)[0])
