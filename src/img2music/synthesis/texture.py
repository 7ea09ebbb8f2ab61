"""The texture of a sound: what latents have beyond the mean that a score asks for, drawn at random.

Of each genre it is noise with the covariance of such remainders. Each of its principal components lasts as long as
theirs do: a first-order autoregressive process.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from img2music.errors import ModelError
from img2music.models.folder import TEXTURE, Models
from img2music.models.tensors import malformed, sound_tensors

_BLOCK = 256
"""Latent steps whose noise is drawn at a time."""
_STREAM = 17
"""Keeps the numbers that are drawn apart from those that other parts draw from the same seed."""


@dataclass(frozen=True, eq=False)
class Texture:
    """Of each genre the principal `components` `(G, C, C)`, each a row as long as its standard deviation, and the
    `persistence` `(G, C)` of each from one latent step to the next, from 0 to 1."""

    components: np.ndarray
    persistence: np.ndarray

    @classmethod
    def load(cls, models: Models) -> Texture:
        """That of a models folder. Raises `ModelError` when it is missing or malformed."""
        components, persistence = sound_tensors(models, TEXTURE, ("components", "persistence"), "texture")
        square = components.ndim == 3 and components.shape[1] == components.shape[2]
        fits = square and components.shape[:2] == persistence.shape and len(components)
        if not fits or np.abs(persistence).max() >= 1:
            raise malformed(models, TEXTURE, "texture")
        return cls(components, persistence)

    def __call__(self, genres: np.ndarray, steps: int, seed: int) -> np.ndarray:
        """The texture `(C, S)` of the first `steps` latent steps of music that has so much of each of the `genres`
        `(G,)`: the likeliest one's.

        It is the same for the same seed, and begins in the same way however long it is. Raises `ModelError` when these
        are other genres than the models'.
        """
        if genres.shape != self.persistence.shape[:1]:
            raise ModelError(f"The texture is of {len(self.persistence)} genres, not {len(genres)}; export it again.")
        genre = int(np.argmax(genres))
        # not a product of matrices, whose rounding may depend on the number of threads
        return np.einsum("kc,ks->cs", self.components[genre], _lasting(self.persistence[genre], steps, seed))


def _lasting(persistence: np.ndarray, steps: int, seed: int) -> np.ndarray:
    """Noise `(C, S)` of unit variance, of which each row keeps its share from step to step."""
    fresh = np.concatenate([_drawn(seed, block, len(persistence)) for block in range(-(-steps // _BLOCK))])[:steps]
    renewed = np.sqrt(1 - np.square(persistence))
    found = np.empty_like(fresh)
    found[0] = fresh[0]
    for step in range(1, steps):
        found[step] = persistence * found[step - 1] + renewed * fresh[step]
    return found.T


def _drawn(seed: int, block: int, channels: int) -> np.ndarray:
    return np.random.default_rng([seed, _STREAM, block]).standard_normal((_BLOCK, channels), np.float32)
