"""Two channels as what models hear of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from img2music.audio.files.downmix import to_mono
from img2music.audio.level import TRAINING_LEVEL
from img2music.audio.resampling import resample
from img2music.audio.stft import frame_count
from img2music.stereo import image, treble
from img2music.stereo.transform import HOP, LOWER, RATE, stft

_FRAMES, _MARGIN = 2048, 8
"""Frames that are heard together, and those around them that have a part in it."""


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
    mono = to_mono(samples)
    instead = None if np.array_equal(mono, samples.mean(1)) else mono
    count = frame_count(len(samples), HOP)
    found = [_part(samples, instead, first, min(first + _FRAMES, count)) for first in range(0, count, _FRAMES)]
    return Features(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def side_rows(levels: np.ndarray, shape: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """What the side encoder is given of S steps, `(S, 108)`: levels above 11 kHz of both frames, the shape of the image
    and its weight."""
    return np.concatenate([levels.reshape(len(shape), -1), shape, weight], axis=1)


def middle_at_22_khz(samples: np.ndarray) -> np.ndarray:
    """The middle of samples `(T, 2)` at 44.1 kHz as models of one channel hear it, `(T / 2,)` at 22,050 Hz."""
    return resample(np.ascontiguousarray(to_mono(samples)), RATE, RATE // 2)


def _part(samples: np.ndarray, instead: np.ndarray | None, first: int, last: int) -> tuple[np.ndarray, ...]:
    """Features of the frames from `first` to `last`; all at once would take much memory for long recordings. `instead`
    stands for the middle where it is given."""
    begin = max(first - _MARGIN, 0)
    cut, frames, steps = (
        slice(begin * HOP, (last + _MARGIN) * HOP),
        slice(first - begin, last - begin),
        slice((first - begin) // 2, (last - begin) // 2),
    )
    left, right = stft(samples[cut, 0]), stft(samples[cut, 1])
    seen = image.analyse(left, right)
    middle = ((left + right) / 2 if instead is None else stft(instead[cut]))[frames]
    return np.abs(middle[:, :LOWER]), treble.levels(middle), seen.shape[steps], seen.weight[steps]


def _to_level(samples: np.ndarray) -> np.float32:
    """The factor that brings the middle to the level of training; silence stays silence."""
    power = float(np.mean(np.square(to_mono(samples), dtype=np.float64)))
    return np.float32(10 ** (TRAINING_LEVEL / 20) / np.sqrt(power)) if power > 1e-12 else np.float32(1)
