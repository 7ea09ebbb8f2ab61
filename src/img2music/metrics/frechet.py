"""Fréchet distances between two sets of embeddings `(n, d)`, for two sets of music as wholes.

Each needs two embeddings a set at least and raises ValueError below that.

References: Dowson & Landau, The Fréchet distance between multivariate normal distributions, 1982;
Kilgour et al., Fréchet audio distance, 2019. Figures compare within one embedder only.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

STEPS = 15  # sizes of subsets that an extrapolation looks at, as in Chong & Forsyth
SMALLEST = 0.25  # of the set: the smallest of them
FEWEST = 20  # embeddings to extrapolate from


@dataclass(frozen=True)
class Gaussian:
    """A normal distribution: its mean `(d,)` and a root `(r, d)` of its covariance, which is root' · root."""

    mean: np.ndarray
    root: np.ndarray

    @classmethod
    def fit(cls, embeddings: np.ndarray) -> Gaussian:
        """Take mean and covariance from embeddings `(n, d)`. Raises ValueError below two of them."""
        check_set(embeddings)
        mean = embeddings.mean(0)
        root = (embeddings - mean) / np.sqrt(len(embeddings) - 1)
        return cls(mean, np.asarray(np.linalg.qr(root, mode="r")) if len(root) > root.shape[1] else root)

    def distance(self, other: Gaussian) -> float:
        """|mean - mean'|² + tr(A + B - 2 (A B)^½).

        Covariances may be singular, as they are whenever n ≤ d: the trace of the root is the nuclear norm of the
        product of the roots, so no root of a matrix is taken.
        """
        shift = ((self.mean - other.mean) ** 2).sum()
        spread = (self.root**2).sum() + (other.root**2).sum()
        overlap = np.linalg.svd(self.root @ other.root.T, compute_uv=False).sum()
        return max(0.0, float(shift + spread - 2 * overlap))


class Extrapolation(NamedTuple):
    """What a distance tends to for endlessly many embeddings, and the share R² that the straight line explains."""

    distance: float
    fit: float


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """The Fréchet distance of the Gaussians fitted to `a` `(n, d)` and `b` `(m, d)`."""
    return Gaussian.fit(a).distance(Gaussian.fit(b))


def frechet_infinity(generated: np.ndarray, reference: np.ndarray, seed: int = 0) -> Extrapolation:
    """FAD∞: the Fréchet distance of `generated` `(n, d)` to `reference` `(m, d)` without the bias of a finite `n`.

    The distance of N embeddings lies above its limit by a share of 1/N, so a line through the distances of 15
    random subsets, from a quarter of the embeddings to all, is followed to 1/N = 0. The reference stays as it is,
    and so does its own bias. The limit may lie below zero. A fit far below 1 says that chance outweighs the bias.

    Raises ValueError below 20 generated embeddings.

    References: Chong & Forsyth, Effectively unbiased FID and Inception Score, 2020; Gui et al., Adapting Fréchet
    audio distance for generative music evaluation, 2024.
    """
    check_set(generated)
    if len(generated) < FEWEST:
        raise ValueError(f"an extrapolation needs {FEWEST} embeddings, not {len(generated)}")
    rng = np.random.default_rng(seed)
    real = Gaussian.fit(reference)
    sizes = np.unique(np.linspace(SMALLEST * len(generated), len(generated), STEPS).astype(int))
    subsets = (generated[rng.permutation(len(generated))[:size]] for size in sizes)
    distances = np.array([Gaussian.fit(subset).distance(real) for subset in subsets])
    slope, limit = np.polyfit(1 / sizes, distances, 1)
    unexplained = ((distances - limit - slope / sizes) ** 2).sum()
    spread = ((distances - distances.mean()) ** 2).sum()
    return Extrapolation(float(limit), float(1 - unexplained / spread) if spread else 1.0)


def floor(embeddings_by_clip: Mapping[str, np.ndarray], seed: int = 0) -> float:
    """The Fréchet distance between two random halves of real clips: what even perfect music would score.

    Takes embeddings `(P, d)` by clip. Small sets lie further apart, so a floor of few clips is a high one.

    Raises ValueError below four clips.
    """
    first, second = halves(embeddings_by_clip, seed)
    return frechet_distance(np.concatenate(list(first.values())), np.concatenate(list(second.values())))


def halves(
    embeddings_by_clip: Mapping[str, np.ndarray], seed: int = 0
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Two random halves of clips, settled by their order and `seed`.

    A clip lies in one half whole, since its patches are alike. Raises ValueError below four clips.
    """
    if len(embeddings_by_clip) < 4:
        raise ValueError("a floor needs four clips")
    names = list(embeddings_by_clip)
    random.Random(seed).shuffle(names)
    parts = names[: len(names) // 2], names[len(names) // 2 :]
    first, second = ({name: embeddings_by_clip[name] for name in part} for part in parts)
    return first, second


def check_set(embeddings: np.ndarray) -> None:
    """Raise ValueError unless these are two embeddings `(n, d)` at least."""
    if embeddings.ndim != 2 or len(embeddings) < 2:
        raise ValueError(f"a distance needs two embeddings of a set at least, not {embeddings.shape}")
