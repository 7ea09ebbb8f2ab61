"""Latent code perturbation, l̂ = l + α · v̂ (paper section 2.2).

A feature vector and an embedding differ in size. So v̂ is projected onto the principal directions in which whole clips
of the genre differ, each scaled by its standard deviation, and the same shift is added to every latent step: strength 1
moves the embedding as far as a typical clip of the genre lies from their mean.
"""

from __future__ import annotations

import numpy as np

from img2music.options import check_strength

_PROJECTION_SEED = 20260101


def perturb(embedding: np.ndarray, features: np.ndarray, directions: np.ndarray, strength: float) -> np.ndarray:
    """Move an embedding `(C, S)` by `strength` along the picture's features `(D,)`.

    `directions` is `(K, C)`. Strength 0 gives the embedding back. Raises `OptionError` when the strength is
    not a number from 0 to 10.
    """
    check_strength(strength)
    return embedding + np.float32(strength) * shift(features, directions)[:, None]


def shift(features: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """The shift of the latent channels for a picture, `(C,)`. The norm of the `K` weights is √K, so that the expected
    length of the shift is the genre's own spread."""
    count = len(directions)
    weights = _projection(count, len(features)) @ features
    weights *= np.sqrt(count) / max(float(np.linalg.norm(weights)), 1e-6)
    return (weights @ directions).astype(np.float32)


def _projection(rows: int, columns: int) -> np.ndarray:
    """A fixed random projection, `(rows, columns)` float32."""
    return np.random.default_rng(_PROJECTION_SEED).standard_normal((rows, columns)).astype(np.float32)
