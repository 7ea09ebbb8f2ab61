"""Pitches as numbers of MIDI, in equal temperament with A4 at 440 Hz."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

_Pitch = TypeVar("_Pitch", float, np.ndarray)


def hertz(pitch: _Pitch) -> _Pitch:
    """The frequency of a MIDI pitch, which need not be whole, or of an array of them, Hz."""
    return 440 * 2 ** ((pitch - 69) / 12)
