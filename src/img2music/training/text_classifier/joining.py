"""How the answers of image classifier, text classifier and known names are combined and calibrated."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from img2music.vision.ocr.text_classifier import WordClassifier

_USUAL = (0.9, 0.6, 1.0)  # shares of picture and words, strength of names: each knows something
_INSISTENCE = 0.02  # on these, and on adding nothing


@dataclass(frozen=True, eq=False)
class Join:
    """A weighted product: `shares` `(2,)` of picture and words, `strength` of known names, `offset` `(G,)` that is
    added."""

    shares: np.ndarray
    strength: float
    offset: np.ndarray

    def __call__(self, parts: np.ndarray, named: np.ndarray) -> np.ndarray:
        """The joint probabilities `(N, G)` from the logarithms of what picture and words say, `parts` `(2, N, G)`, and
        from how well names of each genre were read, `named` `(N, G)`."""
        logits = np.tensordot(self.shares, parts, 1) + self.strength * named + self.offset
        return np.exp(logits - np.logaddexp.reduce(logits, 1)[:, None])

    def of(self, words: WordClassifier) -> WordClassifier:
        """The word classifier that joins pictures and words so."""
        return replace(words, shares=self.shares.astype(np.float32), offset=self.offset.astype(np.float32))


def fit_join(parts: np.ndarray, named: np.ndarray, targets: np.ndarray, weights: np.ndarray | None = None) -> Join:
    """The join that makes the answers likeliest on covers that nothing was fitted on.

    `parts` and `named` as above, `targets` `(N,)` the covers' genres, `weights` `(N,)` what each counts. As the shares
    scale all of it, answers are as sure as they are right: Guo et al., On calibration of modern neural networks, ICML
    2017.
    """
    rows, genres = np.arange(len(targets)), parts.shape[2]
    share = np.full(len(targets), 1 / len(targets)) if weights is None else weights / weights.sum()

    def loss(settings: np.ndarray) -> float:
        logits = np.tensordot(settings[:2], parts, 1) + settings[2] * named + settings[3:]
        surprise = np.logaddexp.reduce(logits, 1) - logits[rows, targets]
        unusual = np.square(settings[:3] - _USUAL).sum() + np.square(settings[3:]).sum()
        return float(share @ surprise) + _INSISTENCE * float(unusual)

    bounds = [(0, None)] * 3 + [(None, None)] * genres
    found = minimize(loss, [*_USUAL, *[0.0] * genres], method="L-BFGS-B", bounds=bounds).x
    return Join(found[:2], float(found[2]), found[3:])
