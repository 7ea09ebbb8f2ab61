"""Where style codes lie: what the sound of a score usually is, and the directions in which real clips differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from img2music.errors import ModelError
from img2music.generation.perturbation import shift
from img2music.models.folder import STYLES, Models
from img2music.models.tensors import malformed, sound_tensors
from img2music.options import check_strength
from img2music.synthesis.style_code import style_code


@dataclass(frozen=True, eq=False)
class StyleSpace:
    """`offset` `(2 C,)` is what the style codes of clips have more, on average, than those of their scores' means, and
    `directions` `(K, 2 C)` are the ways in which they differ from that, each as long as its standard deviation."""

    offset: np.ndarray
    directions: np.ndarray

    @classmethod
    def load(cls, models: Models) -> StyleSpace:
        """That of a models folder. Raises `ModelError` when it is missing or malformed."""
        offset, directions = sound_tensors(models, STYLES, ("offset", "directions"), "style codes")
        if offset.ndim != 1 or directions.shape[1:] != offset.shape or not len(directions):
            raise malformed(models, STYLES, "style codes")
        return cls(offset, directions)

    def usual(self, means: np.ndarray) -> np.ndarray:
        """The style code `(2 C,)` of the sound that a score usually has, by the means `(C, S)` of its latents.

        Raises `ModelError` when these are latents of other models.
        """
        return self._fitting(style_code(means)) + self.offset

    def moved(self, code: np.ndarray, features: np.ndarray, strength: float) -> np.ndarray:
        """A style code moved by `strength` along a picture's features `(D,)`: 1 is as far as clips of one score differ
        from one another in their sound.

        Raises `OptionError` when the strength is not a number from 0 to 10, and `ModelError` for a code of other
        models.
        """
        check_strength(strength)
        return self._fitting(code) + np.float32(strength) * shift(features, self.directions)

    def _fitting(self, code: np.ndarray) -> np.ndarray:
        if code.shape != self.offset.shape:
            raise ModelError(f"A style code of {len(code)} numbers does not fit these models; export them again.")
        return code
