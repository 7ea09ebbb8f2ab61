"""Whitening by principal components, and rounding to 8 bits: what AudioSet does to embeddings before publishing them.

Reference: Abu-El-Haija et al., YouTube-8M: a large-scale video classification benchmark, 2016, section 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

COMPONENTS = 128  # as many as AudioSet keeps
LIMIT = 2.0  # standard deviations, beyond which AudioSet cuts off
LEVELS = 255  # of 8 bits, above zero
_STILL = 1e-6  # of the largest standard deviation: below, a component is rounding error


@dataclass(frozen=True)
class Whitening:
    """An affine map of embeddings `(n, d)` to principal components `(n, k)` of about unit variance.

    `mean` is `(d,)`, `directions` `(k, d)`, each already divided by the standard deviation along it.
    """

    mean: np.ndarray
    directions: np.ndarray

    @classmethod
    def fit(cls, embeddings: np.ndarray, components: int = COMPONENTS) -> Whitening:
        """The map that takes `embeddings` `(n, d)` to at most `components` uncorrelated numbers of unit variance.

        There are fewer when fewer embeddings vary. Raises ValueError below two embeddings or when all are the same.
        """
        if embeddings.ndim != 2 or len(embeddings) < 2:
            raise ValueError(f"whitening needs two embeddings at least, not {embeddings.shape}")
        mean = embeddings.mean(0)
        _, scales, axes = np.linalg.svd((embeddings - mean) / np.sqrt(len(embeddings) - 1), full_matrices=False)
        moving = scales > max(_STILL * scales[0], np.finfo(float).tiny)
        if not moving.any():
            raise ValueError("embeddings that are all the same cannot be whitened")
        return cls(mean, (axes[moving] / scales[moving, None])[:components])

    def apply(self, embeddings: np.ndarray) -> np.ndarray:
        """Embeddings `(n, d)` to `(n, k)`."""
        return (embeddings - self.mean) @ self.directions.T


def quantise(whitened: np.ndarray) -> np.ndarray:
    """Whitened embeddings cut off at ±2 and rounded down to whole numbers from 0 to 255, as float64."""
    return np.floor((np.clip(whitened, -LIMIT, LIMIT) + LIMIT) * (LEVELS / (2 * LIMIT)))
