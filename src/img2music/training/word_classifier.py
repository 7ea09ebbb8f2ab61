"""Fitting a word classifier, and the shares of picture and words in their joint answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from img2music.files import atomic_write
from img2music.genres import GENRES
from img2music.words import BUCKETS, DAMPING, Lines, WordClassifier, line_values

STRENGTH = 40.0
"""Inverse of the regularisation of the weights."""
_FEWEST = 2  # covers that a bucket must be met on to count
_USUAL_SHARES = (0.9, 0.6)  # of picture and words: neither knows all, and words change more with how they are read
_INSISTENCE = 0.5  # on these


def fit_words(texts: Sequence[Lines], targets: np.ndarray, genres: int = len(GENRES)) -> WordClassifier:
    """A word classifier from the lines on covers and their genres' indices `(N,)` below `genres`, not joined yet."""
    counts = _counts(texts)
    met = np.asarray((counts > 0).sum(0)).ravel()
    rarity = np.where(met >= _FEWEST, np.log((1 + len(texts)) / (1 + met)) + 1, 0).astype(np.float16)
    values = counts.multiply(rarity.astype(np.float64)).tocsr()
    lengths = np.sqrt(np.asarray(values.multiply(values).sum(1)).ravel())
    values = values.multiply(1 / np.hypot(lengths, DAMPING)[:, None]).tocsr()
    regression = LogisticRegression(C=STRENGTH, max_iter=500).fit(values, targets)
    weights, bias = np.zeros((BUCKETS, genres), np.float16), np.full(genres, -10, np.float32)
    weights[:, regression.classes_], bias[regression.classes_] = regression.coef_.T, regression.intercept_
    return WordClassifier(weights, bias, rarity, np.array([1, 0], np.float32), np.zeros(genres, np.float32))


def fit_join(
    words: WordClassifier, probabilities: np.ndarray, texts: Sequence[Lines], targets: np.ndarray
) -> WordClassifier:
    """The same with the shares and the offset that make the joint answers likeliest on covers that neither the
    picture's probabilities `(N, 4)` nor the words were fitted on."""
    parts = np.stack([np.log(np.maximum(probabilities, 1e-6)), np.stack([words(lines) for lines in texts])])
    rows = np.arange(len(targets))

    def loss(settings: np.ndarray) -> float:
        shares, offset = settings[:2], settings[2:]
        logits = np.tensordot(shares, parts, 1) + offset
        surprise = np.logaddexp.reduce(logits, 1) - logits[rows, targets]
        return surprise.mean() + _INSISTENCE * np.square(shares - _USUAL_SHARES).sum() + 0.01 * np.square(offset).sum()

    found = minimize(loss, [*_USUAL_SHARES] + [0] * len(words.bias), method="BFGS").x.astype(np.float32)
    return WordClassifier(words.weights, words.bias, words.rarity, found[:2], found[2:])


def save_words(words: WordClassifier, path: Path) -> None:
    """Write a word classifier as the runtime reads it."""
    data = save({field.name: np.ascontiguousarray(getattr(words, field.name)) for field in fields(words)})
    with atomic_write(path, force=True) as temporary:
        temporary.write_bytes(data)


def load_words(path: Path) -> WordClassifier:
    """The word classifier that `save_words` wrote."""
    return WordClassifier(**load_file(path))


def _counts(texts: Sequence[Lines]) -> csr_matrix:
    found = [line_values(lines) for lines in texts]
    rows = np.repeat(np.arange(len(texts)), [len(buckets) for buckets, _ in found])
    buckets = np.concatenate([buckets for buckets, _ in found])
    values = np.concatenate([values for _, values in found])
    return csr_matrix((values, (rows, buckets)), shape=(len(texts), BUCKETS))
