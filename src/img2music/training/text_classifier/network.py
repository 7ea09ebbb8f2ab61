"""Fitting a word classifier: on known names first, then on the words that were read on covers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from safetensors.numpy import load_file, save
from scipy.sparse import csr_matrix

from img2music.data.names.tables import OTHER, NameTables
from img2music.genres import GENRES
from img2music.system.files import atomic_write
from img2music.training.text_classifier.name_texts import NameTexts
from img2music.training.text_classifier.softmax_regression import fit_softmax
from img2music.vision.ocr.text_classifier import BUCKETS, DAMPING, Lines, WordClassifier, line_values

DECAY = 2e-5
"""Of the weights that covers teach."""
NAMES_DECAY = 3e-6
"""Of the weights that names teach, of which there are many more."""
TEXTS = 12_000
"""Texts of each genre that are composed of names."""
_FEWEST = 2  # texts that a bucket must be met in to count
_NAMES_STEPS, _COVERS_STEPS = 60, 100  # more change little


def fit_names(names: NameTables, genres: Sequence[str] = GENRES, texts: int = TEXTS, seed: int = 0) -> WordClassifier:
    """A word classifier that knows names alone, from `texts` texts of each genre; from names of no genre it learns
    which words say nothing."""
    compose = NameTexts(names, (*genres, OTHER), seed)
    shown = track((*genres, OTHER), "composing texts of names", console=Console(stderr=True), transient=True)
    examples = [(compose(genre), kind) for kind, genre in enumerate(shown) for _ in range(texts)]
    lines, targets = [text for text, _ in examples if text], np.array([kind for text, kind in examples if text])
    rarity = rarity_in(lines)
    values = word_values(lines, rarity)
    weights, bias = _fit_met(values, targets, len(genres) + 1, NAMES_DECAY, steps=_NAMES_STEPS)
    return _classifier(weights[:, :-1], bias[:-1] - bias[:-1].mean(), rarity)


def known_words(folder: Path, names: NameTables, genres: Sequence[str] = GENRES) -> WordClassifier:
    """As `fit_names`, kept in `folder` and not fitted again to the same names."""
    settings = (names, tuple(genres), TEXTS, NAMES_DECAY, BUCKETS, DAMPING)
    kept = folder / f"names-{hashlib.sha256(repr(settings).encode()).hexdigest()[:8]}.safetensors"
    if not kept.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        save_words(fit_names(names, genres), kept)
    return load_words(kept)


def fit_words(
    texts: Sequence[Lines],
    targets: np.ndarray,
    genres: int = len(GENRES),
    weights: np.ndarray | None = None,
    known: WordClassifier | None = None,
) -> WordClassifier:
    """A word classifier from the lines on covers and their genres' indices `(N,)` below `genres`, not joined yet.

    `weights` `(N,)` are what each cover counts. What is `known` of words already stays where covers do not tell
    otherwise.
    """
    rarity = rarity_in(texts) if known is None else known.rarity
    values = word_values(texts, rarity)
    offset = None if known is None else values @ known.weights.astype(np.float64) + known.bias
    matrix, bias = _fit_met(values, targets, classes=genres, decay=DECAY, weights=weights, offset=offset)
    met = np.bincount(targets, minlength=genres) > 0
    bias = np.where(met, bias, -10)
    if known is not None:
        matrix, bias = matrix + known.weights, bias + known.bias
    return _classifier(matrix, bias, rarity)


def _fit_met(
    values: csr_matrix,
    targets: np.ndarray,
    classes: int,
    decay: float,
    weights: np.ndarray | None = None,
    offset: np.ndarray | None = None,
    steps: int = _COVERS_STEPS,
) -> tuple[np.ndarray, np.ndarray]:
    """As `fit_softmax`; buckets that are never met keep the weight 0, and take no time."""
    met = np.unique(values.indices)
    matrix = np.zeros((values.shape[1], classes))
    matrix[met], bias = fit_softmax(
        values[:, met], targets, classes=classes, decay=decay, weights=weights, offset=offset, steps=steps
    )
    return matrix, bias


def rarity_in(texts: Sequence[Lines]) -> np.ndarray:
    """What each bucket counts for, `(buckets,)` float16: the more, the fewer of the texts it is met in."""
    met = np.zeros(BUCKETS)
    for lines in texts:
        met[line_values(lines)[0]] += 1
    return np.where(met >= _FEWEST, np.log((1 + len(texts)) / (1 + met)) + 1, 0).astype(np.float16)


def word_values(texts: Sequence[Lines], rarity: np.ndarray) -> csr_matrix:
    """What a word classifier multiplies with its weights, `(N, buckets)`."""
    found = [line_values(lines) for lines in texts]
    rows = np.repeat(np.arange(len(texts)), [len(buckets) for buckets, _ in found])
    buckets = np.concatenate([buckets for buckets, _ in found])
    values = np.concatenate([values for _, values in found]) * rarity[buckets].astype(np.float64)
    lengths = np.sqrt(np.bincount(rows, np.square(values), len(texts)))
    return csr_matrix((values / np.hypot(lengths, DAMPING)[rows], (rows, buckets)), shape=(len(texts), BUCKETS))


def save_words(words: WordClassifier, path: Path) -> None:
    """Write a word classifier as the runtime reads it."""
    data = save({field.name: np.ascontiguousarray(getattr(words, field.name)) for field in fields(words)})
    with atomic_write(path, force=True) as temporary:
        temporary.write_bytes(data)


def load_words(path: Path) -> WordClassifier:
    """The word classifier that `save_words` wrote."""
    return WordClassifier(**load_file(path))


def _classifier(weights: np.ndarray, bias: np.ndarray, rarity: np.ndarray) -> WordClassifier:
    """One that is not joined with what pictures say."""
    zeros = np.zeros(len(bias), np.float32)
    return WordClassifier(
        weights.astype(np.float16),
        bias.astype(np.float32),
        rarity=rarity,
        shares=np.array([1, 0], np.float32),
        offset=zeros,
    )
