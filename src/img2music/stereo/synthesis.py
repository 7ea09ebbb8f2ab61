"""Sound in two channels from what a decoder says of it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from img2music.audio import phase
from img2music.audio import stft as spectrogram
from img2music.audio.noise_fill import noisiness
from img2music.stereo import image, treble
from img2music.stereo.transform import BINS, LOWER, istft

SURE, UNSURE = -1.1, -0.75
"""Doubt, the logarithm of the likely error of a log magnitude, below which nothing is noise, and above which all is.
That of noise whose level is known to the last is -0.73."""
_SMALLEST = 1e-4
_SEED = 20261124


def synthesise(magnitudes: np.ndarray, doubt: np.ndarray, treble_levels: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Samples `((F - 1) * 512, 2)` float32 at 44.1 kHz.

    `magnitudes` `(F, 513)` are of the middle below 11 kHz and `doubt` of the same shape says how far they may be wrong,
    `treble_levels` `(F, 24)` are of what lies above, `shape` `(F / 2, 40)` is the image of both channels.
    """
    left, right = image.channels(middle_frames(magnitudes, doubt, treble_levels), shape)
    return np.stack([istft(left), istft(right)], axis=1)


def middle_frames(magnitudes: np.ndarray, doubt: np.ndarray, treble_levels: np.ndarray) -> np.ndarray:
    """Frames `(F, 1025)` complex64 of the middle of both channels."""
    rough = roughened(np.ascontiguousarray(magnitudes, np.float32), doubt)
    frames = np.empty((len(rough), BINS), np.complex64)
    frames[:, :LOWER] = phase.refined_frames(rough, phase.single_pass_phase(rough))
    frames[:, LOWER:] = treble.noise(treble_levels)
    return frames


def roughened(magnitudes: np.ndarray, doubt: np.ndarray) -> np.ndarray:
    """Magnitudes `(F, 513)` with the grain of noise where a decoder was in doubt and gave what is in the middle, and
    where that is smooth: either says half."""
    doubtful = np.clip((doubt - SURE) / (UNSURE - SURE), 0, 1)
    share = (doubtful + noisiness(magnitudes)) / 2
    return magnitudes * np.exp(_grain(len(magnitudes)) * share.astype(np.float32))


@lru_cache(maxsize=2)
def _grain(frames: int) -> np.ndarray:
    """Logarithms `(frames, 513)` of the magnitudes of white noise around 1, the same every time."""
    samples = np.random.default_rng(_SEED).standard_normal(spectrogram.sample_count(frames), np.float32)
    noise = np.abs(spectrogram.stft(samples)[:frames])
    return np.log(np.maximum(noise / np.median(noise), _SMALLEST))
