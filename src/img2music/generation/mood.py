"""Mood, which links pictures and music: the mood that a picture suggests, and the moods of known pieces.

People match music with colours by the emotion in both (Palmer, Schloss, Xu & Prado-León, Music–color associations are
mediated by emotion, PNAS 2013). Each attribute has evidence of its own:

- mode from warmth and lightness: music in major goes with lighter and yellower colours, music in minor with darker and
  bluer ones (Palmer et al.), as valence does (Whiteford, Schloss, Helwig & Palmer, Color, music, and emotion: Bach to
  the blues, i-Perception 2018).
- tempo from saturation and detail: faster music goes with more saturated colours (Palmer et al.), as arousal does
  (Whiteford et al.; Valdez & Mehrabian, Effects of color on emotions, 1994). That many edges are as arousing as vivid
  colours is a guess.
- brightness from lightness: higher and brighter sound goes with lighter colours (Marks, On cross-modal similarity,
  1987; Spence, Crossmodal correspondences: a tutorial review, 2011).
- warmth of the sound, from electronic to acoustic instruments, from the warmth of colours: both are called warm, which
  is no more than a guess.
- density from detail and variety of colours, dynamics from contrast, and tension from contrast and clashing hues are
  guesses; the last leans on the preference for harmonious, similar hues (Schloss & Palmer, Aesthetic response to color
  combinations, 2011).
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
        tempo=_together(look.saturation, look.detail),
        major=_together(look.warmth, look.lightness),
        brightness=look.lightness,
        density=_together(look.detail, look.variety),
        dynamics=look.contrast,
    )


def tension_of(appearance: Appearance) -> float:
    """The tension that a picture suggests, from consonant harmony, 0, to dissonant harmony, 1."""
    return _together(appearance.contrast, appearance.clash)


def energy_of(appearance: Appearance) -> float:
    """The energy that a picture suggests, from calm, 0, to full, 1: a guess, after the arousal of saturated colours."""
    return _together(appearance.saturation, appearance.contrast)


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
