"""The channels of a recording as one, or as two."""

from __future__ import annotations

import numpy as np

_LEAST_LEFT = 1 / 32
"""How much of the channels' power their mean keeps, -15 dB, or they are taken to cancel each other."""
_BLOCK = 2**16  # moments
_BESIDE = 0.5**0.5
# Weights of further channels on the left and on the right (ITU-R BS.775-3), in the order of WAV and FLAC for so many
# channels; those of low-frequency effects are left out, as the standard leaves them.
_CENTRE, _LEFT, _RIGHT, _NONE = (_BESIDE, _BESIDE), (_BESIDE, 0.0), (0.0, _BESIDE), (0.0, 0.0)
_SURROUND = {
    3: (_CENTRE,),
    4: (_LEFT, _RIGHT),
    5: (_CENTRE, _LEFT, _RIGHT),
    6: (_CENTRE, _NONE, _LEFT, _RIGHT),
    7: (_CENTRE, _NONE, _CENTRE, _LEFT, _RIGHT),
    8: (_CENTRE, _NONE, _LEFT, _RIGHT, _LEFT, _RIGHT),
}


def to_mono(channels: np.ndarray) -> np.ndarray:
    """The mean (T,) of channels (T, C), or the loudest of them where they cancel each other in the mean.

    Two channels that are alike but for a sign do so: one was wired the wrong way round, or an effect turned its phase.
    """
    if channels.shape[1] == 1:
        return channels[:, 0]
    mean: np.ndarray = channels.mean(axis=1)
    powers = _powers(channels)
    if _powers(mean[:, np.newaxis])[0] < _LEAST_LEFT * powers.mean():
        return channels[:, powers.argmax()].copy()
    return mean


def to_stereo(channels: np.ndarray) -> np.ndarray:
    """Left and right (T, 2) of channels (T, C): one channel is both, and surround sound is mixed down.

    More channels than those of surround sound are taken to have no places, and are averaged.
    """
    count = channels.shape[1]
    if count == 2:
        return channels
    if count not in _SURROUND:
        return np.repeat(to_mono(channels)[:, np.newaxis], 2, axis=1)
    weights = np.array([(1.0, 0.0), (0.0, 1.0), *_SURROUND[count]], np.float32)
    mixed: np.ndarray = channels @ (weights / weights.sum(0).max())
    return mixed


def _powers(channels: np.ndarray) -> np.ndarray:
    """The power (C,) of each of the channels (T, C), without that of a constant offset."""
    total, squares = np.zeros((2, channels.shape[1]))
    for start in range(0, len(channels), _BLOCK):
        block = channels[start : start + _BLOCK].astype(np.float64)
        total += block.sum(axis=0)
        squares += np.square(block).sum(axis=0)
    length = max(len(channels), 1)
    return squares / length - np.square(total / length)
