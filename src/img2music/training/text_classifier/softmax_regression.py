"""Multinomial logistic regression with weights of examples and an offset of known logits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

_MOST_STEPS = 100  # more change little


def fit_softmax(
    inputs: np.ndarray | csr_matrix,
    targets: np.ndarray,
    classes: int,
    decay: float,
    weights: np.ndarray | None = None,
    offset: np.ndarray | None = None,
    steps: int = _MOST_STEPS,
) -> tuple[np.ndarray, np.ndarray]:
    """The matrix `(D, K)` and bias `(K,)` that make `targets` `(N,)` likeliest given `inputs` `(N, D)`.

    Minimises the weighted mean of the cross-entropy plus `decay` / 2 times the squared matrix. `weights` `(N,)` are
    what each example counts, all the same by default; `offset` `(N, K)` are logits that are added to those fitted.
    """
    count, width = inputs.shape
    share = np.full(count, 1 / count) if weights is None else weights / weights.sum()
    start = np.zeros((count, classes)) if offset is None else offset
    rows = np.arange(count)
    kind = inputs.dtype  # float32 is as good here, and twice as fast
    turned = csr_matrix(inputs.T) if isinstance(inputs, csr_matrix) else inputs.T

    def loss(settings: np.ndarray) -> tuple[float, np.ndarray]:
        matrix, bias = settings[: width * classes].reshape(width, classes), settings[width * classes :]
        logits = np.asarray(inputs @ matrix.astype(kind)) + bias + start
        highest = logits.max(1, keepdims=True)
        totals = highest[:, 0] + np.log(np.exp(logits - highest).sum(1))
        errors = np.exp(logits - totals[:, None])
        errors[rows, targets] -= 1
        errors *= share[:, None]
        slope = np.asarray(turned @ errors.astype(kind)) + decay * matrix
        surprise = float(share @ (totals - logits[rows, targets])) + decay / 2 * float(np.square(matrix).sum())
        return surprise, np.concatenate([slope.ravel(), errors.sum(0)])

    found = minimize(loss, np.zeros((width + 1) * classes), jac=True, method="L-BFGS-B", options={"maxiter": steps}).x
    return found[: width * classes].reshape(width, classes), found[width * classes :]


def even_weights(genres: Sequence[str], sources: Sequence[str], power: float = 0.5) -> np.ndarray:
    """What each cover counts, `(N,)`, together 1: every genre the same, and each of its sources in proportion to the
    number of its covers to the power 1 - `power`, so that a large one does not stand for the genre."""
    _, places, sizes = np.unique(
        np.array([f"{genre}\0{source}" for genre, source in zip(genres, sources, strict=True)]),
        return_inverse=True,
        return_counts=True,
    )
    weights = sizes[places] ** -power
    named = np.array(genres)
    for genre in set(genres):
        weights[named == genre] /= weights[named == genre].sum()
    return weights / weights.sum()
