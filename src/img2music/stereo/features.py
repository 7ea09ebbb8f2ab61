"""Two channels as what models hear of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from img2music.audio.files.downmix import to_mono
from img2music.audio.level import TRAINING_LEVEL
from img2music.stereo import image, treble
from img2music.stereo.transform import LOWER, stft


@dataclass(frozen=True)
class Features:
    """What models hear of two channels, in frames F, two of them a step.

    `magnitudes` `(F, 513)` of the middle below 11 kHz, `treble` `(F, 24)` levels above (natural logarithms), `image`
    `(F / 2, 40)` and its `weight` `(F / 2, 20)` as in `img2music.stereo.image`.
    """

    magnitudes: np.ndarray
    treble: np.ndarray
    image: np.ndarray
    weight: np.ndarray


def features(samples: np.ndarray) -> Features:
    """Samples `(T, 2)` at 44.1 kHz to features, at the level that models are trained at.

    Where the channels cancel each other, the louder one stands for their middle.
    """
    samples = samples * _to_level(samples)
    left, right = stft(samples[:, 0]), stft(samples[:, 1])
    seen = image.analyse(left, right)
    middle = (left + right) / 2
    mono = to_mono(samples)
    if not np.array_equal(mono, samples.mean(1)):
        middle = stft(mono)
    return Features(np.abs(middle[:, :LOWER]), treble.levels(middle), seen.shape, seen.weight)


def _to_level(samples: np.ndarray) -> np.float32:
    """The factor that brings the middle to the level of training; silence stays silence."""
    power = float(np.mean(np.square(to_mono(samples), dtype=np.float64)))
    return np.float32(10 ** (TRAINING_LEVEL / 20) / np.sqrt(power)) if power > 1e-12 else np.float32(1)
