"""Mood, which links pictures and music: the mood that a picture suggests, and the moods of known pieces.

People match music with colours by the emotion in both. Faster music in major goes with lighter, more saturated and
warmer colours, slower music in minor with darker, duller and bluer ones (Palmer, Schloss, Xu & Prado-León,
Music–color associations are mediated by emotion, PNAS 2013; Whiteford, Schloss, Helwig & Palmer, Color, music, and
emotion: Bach to the blues, i-Perception 2018). Higher and brighter sound goes with lighter colours (Spence, Crossmodal
correspondences: a tutorial review, 2011). That many edges and colours suggest many notes, and contrast changes of
loudness, is an assumption of this project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass

import numpy as np

from img2music.audio.descriptors import Character
from img2music.vision.appearance import Appearance, standing_out

_WORDS = {
    "tempo": ("slow", "fast"),
    "major": ("minor", "major"),
    "brightness": ("low and dark in sound", "bright in sound"),
    "density": ("few notes", "many notes"),
    "dynamics": ("even in loudness", "changing in loudness"),
}
_WEIGHTS = (1.0, 0.4, 1.0, 1.0, 0.3)
"""Weights of the fields of `Mood` in a choice: attributes that are heard at once count most."""


@dataclass(frozen=True)
class Mood:
    """Each from 0 to 1: for a picture, the mood that it suggests; for a piece, its percentile within its genre."""

    tempo: float
    major: float
    brightness: float
    density: float
    dynamics: float

    def words(self) -> list[str]:
        """What stands out, in words."""
        return standing_out(asdict(self), _WORDS)


def mood_of(appearance: Appearance) -> Mood:
    """The mood that a picture suggests."""
    look = appearance
    return Mood(
        tempo=_together(look.saturation, look.lightness, look.warmth),
        major=_together(look.lightness, look.saturation, look.warmth),
        brightness=look.lightness,
        density=_together(look.detail, look.variety),
        dynamics=look.contrast,
    )


def moods_of(characters: Sequence[Character]) -> np.ndarray:
    """The moods of the pieces of a genre, `(N, 5)` in the order of `Mood`: their percentiles among each other."""
    values = np.array([astuple(character) for character in characters], np.float64)
    below = (values[:, None] > values).sum(1)
    equal = (values[:, None] == values).sum(1)
    return ((below + 0.5 * equal) / len(values)).astype(np.float32)


def distances(mood: Mood, moods: np.ndarray) -> np.ndarray:
    """The distance of each of `moods` `(N, 5)` from a mood, `(N,)`, 0 to 1."""
    weights = np.array(_WEIGHTS, np.float32)
    squares = np.square(moods - np.array(astuple(mood), np.float32))
    # not a matrix product, which on some processors raises spurious warnings for such narrow matrices
    return np.sqrt((squares * weights).sum(1) / weights.sum())


def _together(*shares: float) -> float:
    """Several percentiles as one: their mean, spread again so that it varies as widely as each of them."""
    return float(np.clip(0.5 + (np.mean(shares) - 0.5) * np.sqrt(len(shares)), 0, 1))
