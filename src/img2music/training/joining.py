"""The shares of picture and words in their joint answer, and how sure it may be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from img2music.words import WordClassifier

_USUAL_SHARES = (0.9, 0.6)  # of picture and words: neither knows all, and words change more with how they are read
_INSISTENCE = 0.02  # on these, and on adding nothing


def fit_join(
    words: WordClassifier, parts: np.ndarray, targets: np.ndarray, weights: np.ndarray | None = None
) -> WordClassifier:
    """The word classifier with the shares and the offset that make the joint answers likeliest.

    `parts` `(2, N, G)` are the logarithms of what picture and words say of covers that neither was fitted on, `targets`
    `(N,)` their genres, `weights` `(N,)` what each counts. As the shares scale both, answers are as sure as they are
    right: Guo et al., On calibration of modern neural networks, ICML 2017.
    """
    rows, genres = np.arange(len(targets)), parts.shape[2]
    share = np.full(len(targets), 1 / len(targets)) if weights is None else weights / weights.sum()

    def loss(settings: np.ndarray) -> float:
        shares, offset = settings[:2], settings[2:]
        logits = np.tensordot(shares, parts, 1) + offset
        surprise = np.logaddexp.reduce(logits, 1) - logits[rows, targets]
        unusual = np.square(shares - _USUAL_SHARES).sum() + np.square(offset).sum()
        return float(share @ surprise) + _INSISTENCE * float(unusual)

    found = minimize(loss, [*_USUAL_SHARES, *[0.0] * genres], method="BFGS").x.astype(np.float32)
    return replace(words, shares=found[:2], offset=found[2:])
