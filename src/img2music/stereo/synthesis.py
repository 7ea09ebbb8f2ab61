"""Sound in two channels from what a decoder says of it."""

from __future__ import annotations

import numpy as np

from img2music.audio import phase
from img2music.audio.noise_fill import roughen
from img2music.stereo import image, treble
from img2music.stereo.transform import BINS, LOWER, Inverse, istft

_BLOCK, _MARGIN = 128, 2
"""Steps whose channels are made together, and those around them that have a part in it."""


def synthesise(
    magnitudes: np.ndarray, treble_levels: np.ndarray, shape: np.ndarray, excitation: np.ndarray | None = None
) -> np.ndarray:
    """Samples `((F - 1) * 512, 2)` float32 at 44.1 kHz.

    `magnitudes` `(F, 513)` are of the middle below 11 kHz, `treble_levels` `(F, 24)` of what lies above, `shape`
    `(F / 2, 40)` is the image of both channels. Where the frames `(F, 513)` complex64 of an
    `excitation` are strong, the middle has their phases.
    """
    middle = _middle_frames(magnitudes, treble_levels, excitation)
    inverses = Inverse(len(middle)), Inverse(len(middle))
    for first in range(0, len(shape), _BLOCK):  # all at once would take much memory for long music
        low, high = max(first - _MARGIN, 0), first + _BLOCK + _MARGIN
        inside = slice(2 * (first - low), 2 * (first - low + _BLOCK))
        for inverse, frames in zip(inverses, image.channels(middle[2 * low : 2 * high], shape[low:high]), strict=True):
            inverse.add(frames[inside])
    return np.stack([inverse.samples() for inverse in inverses], axis=1)


def middle_of(magnitudes: np.ndarray, treble_levels: np.ndarray, excitation: np.ndarray | None = None) -> np.ndarray:
    """The middle of the same channels, `((F - 1) * 512,)`."""
    return istft(_middle_frames(magnitudes, treble_levels, excitation))


def _middle_frames(magnitudes: np.ndarray, treble_levels: np.ndarray, excitation: np.ndarray | None) -> np.ndarray:
    """Frames `(F, 1025)` complex64 of the middle of both channels."""
    magnitudes = np.ascontiguousarray(magnitudes, np.float32)
    frames = np.empty((len(magnitudes), BINS), np.complex64)
    if excitation is None:
        rough = roughen(magnitudes)
        phasors, steps = phase.single_pass_phase(rough), phase.STEPS
    else:
        share = phase.tonal_share(excitation)
        rough = roughen(magnitudes, share)
        phasors, steps = phase.excited_phase(rough, excitation, share), phase.EXCITED_STEPS
    frames[:, :LOWER] = phase.refined_frames(rough, phasors, steps)
    frames[:, LOWER:] = treble.noise(treble_levels)
    return frames
