"""The character of clips: what is heard, and their mode, which is hard to hear, by what the composer says."""

from __future__ import annotations

import numpy as np

from img2music.audio.descriptors import Character
from img2music.data.clips.clip import Clip
from img2music.data.clips.descriptors import heard_brightness, heard_density, heard_dynamics, heard_major, heard_tempo


def character_of(clip: Clip, samples: np.ndarray) -> Character:
    """The character of samples `(T,)` at 22,050 Hz of a clip."""
    return Character(
        # a composer's beat and the pulse one taps to are often twice or half as fast as one another
        tempo=heard_tempo(samples),
        major=clip.mode != "minor" if clip.mode is not None else heard_major(samples),
        brightness=heard_brightness(samples),
        density=heard_density(samples),
        dynamics=heard_dynamics(samples),
    )
