"""The key that is heard in a sound: its pitch classes beside the profiles of all keys.

Reference: Krumhansl & Kessler, Tracing the dynamic changes in perceived tonal organization in a spatial representation
of musical keys, 1982.
"""

from __future__ import annotations

from typing import NamedTuple

import librosa
import numpy as np

from img2music.audio.stft import RATE

_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
"""How well each step of the scale fits, from the tonic on."""


class Tonality(NamedTuple):
    """The likeliest tonic, 0 being C, whether it is minor, and by how much the best major key fits better than the best
    minor one."""

    key: int
    minor: bool
    majority: float


def tonality(samples: np.ndarray) -> Tonality:
    """That of samples `(T,)` at 22,050 Hz."""
    return tonality_of(librosa.feature.chroma_cqt(y=samples, sr=RATE).mean(1))


def tonality_of(chroma: np.ndarray) -> Tonality:
    """That of pitch classes from C on, `(12,)`."""
    spread = chroma + 1e-9 * np.arange(12)  # silence has some key
    major, minor = (
        np.array([np.corrcoef(np.roll(profile, tonic), spread)[0, 1] for tonic in range(12)])
        for profile in (_MAJOR, _MINOR)
    )
    majority = float(major.max() - minor.max())
    best = minor if majority < 0 else major
    return Tonality(int(best.argmax()), majority < 0, majority)
