"""The character of clips: as measured, but in the mode that their composer gives, which is hard to measure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from img2music.audio.descriptors import Character, measure_character
from img2music.data.clips.clip import Clip


def character_of(clip: Clip, samples: np.ndarray) -> Character:
    """The character of samples `(T,)` at 22,050 Hz of a clip.

    The tempo is measured even where the composer gives one: the pulse that one taps to is often twice or half as fast.
    """
    measured = measure_character(samples)
    return measured if clip.mode is None else replace(measured, major=clip.mode != "minor")
