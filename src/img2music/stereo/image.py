"""The image of two channels: what the side has of the middle, and how much it has of its own, in 20 bands.

With M the middle and S the side of both channels, S = a M + b D, where D has the spectrum of M and nothing in common
with it. So a places sound to the left (1) or right (-1), and b makes it wide; the level difference and the correlation
of the channels follow from them.

References: Breebaart et al., Parametric coding of stereo audio, 2005; Purnhagen et al., Synthetic ambience in
parametric stereo coding, 2004; the side is predicted as in MPEG unified speech and audio coding, 2012.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from img2music.stereo.bands import IMAGE_BANDS, IMAGE_EDGES, sums
from img2music.stereo.transform import BINS, RATE

WIDTH = 2 * IMAGE_BANDS
"""Numbers that describe the image of a step: a of each band, then the logarithm of b of each."""
LEAST, MOST = -3.5, 1.0
"""Of the natural logarithm of b."""
FARTHEST = 1.5
"""Most that a is away from the middle; beyond 1 channels oppose each other."""
_BOOST = 1.07
"""What spreading loses, since frames overlap, is made up for."""
_FRAMES = 4
"""Frames that one description is of: 46 ms."""


@dataclass(frozen=True)
class Image:
    """`shape` `(S, 40)` describes the image of each step of two frames; `weight` `(S, 20)` is from 0 to 1, how much
    of what is heard the band has."""

    shape: np.ndarray
    weight: np.ndarray


def analyse(left: np.ndarray, right: np.ndarray) -> Image:
    """The image of frames `(F, 1025)` of both channels, F even."""
    middle, side = (left + right) / 2, (left - right) / 2
    power, own, shared = (
        _smoothed(sums(x, IMAGE_EDGES)) for x in (_power(middle), _power(side), (middle * side.conj()).real)
    )
    place = np.clip(shared / np.maximum(power, 1e-9), -FARTHEST, FARTHEST)
    rest = np.maximum(own / np.maximum(power, 1e-9) - place**2, 0)
    width = np.clip(0.5 * np.log(rest + 1e-9), LEAST, MOST)
    both = power + own
    weight = np.clip((10 * np.log10(both + 1e-9) - 10 * np.log10(both.max(1, keepdims=True) + 1e-9) + 60) / 30, 0, 1)
    heard = both.max(1, keepdims=True) > 1e-6
    shape = np.concatenate([np.where(heard, place, 0), np.where(heard, width, LEAST)], axis=1)
    return Image(shape.astype(np.float32), (weight * heard).astype(np.float32))


def channels(middle: np.ndarray, shape: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Frames `(F, 1025)` of the middle and the image `(F / 2, 40)` of their steps to the frames of both channels.

    What the spread middle still has in common with the middle in a band is taken out of it, so that the channels have
    the image that is asked for.
    """
    spread = middle * _spreading()
    power, common = (_smoothed(sums(x, IMAGE_EDGES)) for x in (_power(middle), (spread * middle.conj()).real))
    share = common / np.maximum(power, 1e-9)
    width = np.maximum(np.exp(shape[:, IMAGE_BANDS:]) - np.exp(LEAST), 0)  # alike channels stay alike
    width *= _BOOST / np.sqrt(np.maximum(1 - share**2, 0.1))
    side = middle * _to_bins(shape[:, :IMAGE_BANDS] - width * share)
    side += spread * _to_bins(width)
    return middle + side, middle - side


def wider(shape: np.ndarray, by: float) -> np.ndarray:
    """The image `(S, 40)` with the logarithms of its widths raised `by` so much."""
    return np.concatenate([shape[:, :IMAGE_BANDS], np.minimum(shape[:, IMAGE_BANDS:] + np.float32(by), MOST)], axis=1)


def cues(shape: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The image `(S, 40)` as level difference in dB, left above right, and correlation of the channels, `(S, 20)`."""
    place, width = shape[:, :IMAGE_BANDS], np.exp(2 * shape[:, IMAGE_BANDS:])
    left, right = (1 + place) ** 2 + width, (1 - place) ** 2 + width
    return 10 * np.log10(left / right), (1 - place**2 - width) / np.sqrt(left * right)


def _power(frames: np.ndarray) -> np.ndarray:
    return np.square(frames.real) + np.square(frames.imag)


def _smoothed(bands: np.ndarray) -> np.ndarray:
    """Sums over the four frames around each step, `(F / 2, 20)`."""
    padded = np.pad(bands, ((1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _FRAMES, axis=0)
    return windows[::2].sum(-1)


def _to_bins(bands: np.ndarray) -> np.ndarray:
    """Values of steps and bands `(S, 20)` to those of frames and bins `(2 S, 1025)`: in time by straight lines, in
    frequency alike all over a band; 0 above the last one."""
    steps = len(bands)
    times = np.clip((np.arange(2 * steps) - 0.5) / 2, 0, steps - 1)
    before = np.minimum(times.astype(int), max(steps - 2, 0))
    part = (times - before)[:, None]
    frames = bands[before] * (1 - part) + bands[np.minimum(before + 1, steps - 1)] * part
    bins = np.repeat(frames.astype(np.float32), np.diff(IMAGE_EDGES), axis=1)
    return np.pad(bins, ((0, 0), (0, BINS - bins.shape[1])))


@lru_cache(maxsize=1)
def _spreading() -> np.ndarray:
    """Phasors `(1025,)` that turn the middle into what has its magnitudes and nothing in common with it: each bin is
    late or early by another few ms, so that the phase turns many times over a band."""
    random = np.random.default_rng(20261129)
    hertz = np.arange(BINS) * RATE / 2 / (BINS - 1)
    knots = np.linspace(0, BINS, 160)
    late = np.interp(np.arange(BINS), knots, random.uniform(-0.006, 0.006, len(knots)))
    turns = np.cumsum(late) * (hertz[1] - hertz[0])
    return np.exp(-2j * np.pi * turns).astype(np.complex64)
