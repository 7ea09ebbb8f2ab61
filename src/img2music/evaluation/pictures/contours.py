"""Whether the sound of a snippet changes over time as its picture does where it is read.

Within a snippet: Spearman's correlation of the picture's contour with how bright and how high the sound is, window by
window. Beside it stand the contours of other pictures, which the sound should not follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import librosa
import numpy as np
from scipy.stats import spearmanr

from img2music.audio.descriptors import FREQUENCIES, spectral_centroid
from img2music.audio.stft import HOP, magnitude
from img2music.composition.contour import Contour, at

FOLLOWED = ("brightness", "register")
"""What is measured in the sound: the spectral centroid, and the centre of its tones on a scale of pitches, each as loud
as it is to the ear (A-weighting, IEC 61672)."""
WINDOWS = 15
"""In which a snippet is measured, all of the same length."""
_TONES = (80.0, 1600.0)
"""Hz between which most fundamental tones are."""


@dataclass(frozen=True)
class Following:
    """Medians over snippets: the correlation with the contour of a snippet's own picture, and with those of others."""

    own: float
    others: float


def heard_over_time(samples: np.ndarray) -> np.ndarray:
    """What is `FOLLOWED` in samples `(T,)` at 22,050 Hz, `(2, WINDOWS)`, each the median of its window: Hz, and
    semitones."""
    magnitudes = magnitude(samples)[: -(-len(samples) // HOP)]
    lowest, highest = _TONES
    inside = (lowest <= FREQUENCIES) & (highest >= FREQUENCIES)
    pitches = 12 * np.log2(FREQUENCIES[inside] / lowest)
    powers = np.square(magnitudes[:, inside]) * 10 ** (librosa.A_weighting(FREQUENCIES[inside]) / 10)
    register = powers @ pitches / np.maximum(powers.sum(1), 1e-9)
    found = np.stack([spectral_centroid(magnitudes), register])
    return np.stack([np.median(window, 1) for window in np.array_split(found, WINDOWS, axis=1)], 1)


def asked_over_time(contour: Contour) -> np.ndarray:
    """The same of a contour, in its own measures: lightness, and semitones of register."""
    places = (np.arange(WINDOWS) + 0.5) / WINDOWS
    return np.array([[at(contour.lightness, place) for place in places], [contour.lift(place) for place in places]])


def following(asked: Sequence[np.ndarray], heard: Sequence[np.ndarray]) -> dict[str, Following]:
    """The figures of what is `FOLLOWED`, from `asked_over_time` and `heard_over_time` of each snippet.

    Snippets are left out where nothing changes; there are no figures when fewer than two are left.
    """
    changing = [(a, h) for a, h in zip(asked, heard, strict=True) if np.ptp(a, 1).all() and np.ptp(h, 1).all()]
    if len(changing) < 2:
        return {}
    return {name: _following([(a[row], h[row]) for a, h in changing]) for row, name in enumerate(FOLLOWED)}


def _following(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> Following:
    own = [_correlation(a, h) for a, h in pairs]
    others = [_correlation(a, h) for i, (a, _) in enumerate(pairs) for j, (_, h) in enumerate(pairs) if i != j]
    return Following(float(np.median(own)), float(np.median(others)))


def _correlation(asked: np.ndarray, heard: np.ndarray) -> float:
    return float(spearmanr(asked, heard).statistic)
