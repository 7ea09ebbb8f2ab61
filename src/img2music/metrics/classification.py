"""How well genres are recognised: the paper's section 3.1 metrics, computed properly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from img2music.genres import GENRES

MEASURES = ("accuracy", "macro_f1", "top_2", "calibration_error")
"""The measures of a report that are single numbers."""


@dataclass(frozen=True)
class GenreFigures:
    """How well one genre is recognised."""

    recall: float
    precision: float
    f1: float


@dataclass(frozen=True)
class SourceFigures:
    """How well the covers of one source are recognised."""

    covers: int
    accuracy: float


@dataclass(frozen=True)
class ClassificationReport:
    """How well covers are recognised: accuracy with its 95 % Wilson interval, macro F1, top-2 accuracy, expected
    calibration error, each genre's figures, the confusion matrix (rows: truth), and each source's figures."""

    covers: int
    accuracy: float
    accuracy_95: tuple[float, float]
    macro_f1: float
    top_2: float
    calibration_error: float
    genres: dict[str, GenreFigures]
    confusion: list[list[int]]
    sources: dict[str, SourceFigures] | None = None

    def to_json(self) -> dict[str, Any]:
        """The report as numbers and text; `sources` is there only where sources were named."""
        values = asdict(self)
        if self.sources is None:
            del values["sources"]
        return values


def classification_report(
    probabilities: np.ndarray, targets: np.ndarray, sources: Sequence[str] | None = None, genres: Sequence[str] = GENRES
) -> ClassificationReport:
    """The report on covers of known genres.

    `probabilities` is `(N, G)` in the order of the `G` `genres`, `targets` `(N,)` genre indices, `sources` where each
    cover comes from.
    """
    guesses = probabilities.argmax(1)
    hits = guesses == targets
    every = range(len(genres))
    precision, recall, f1, _ = precision_recall_fscore_support(targets, guesses, labels=every, zero_division=0)
    return ClassificationReport(
        covers=len(targets),
        accuracy=float(hits.mean()),
        accuracy_95=wilson_interval(int(hits.sum()), len(hits)),
        macro_f1=float(f1.mean()),
        top_2=top_accuracy(probabilities, targets, 2),
        calibration_error=calibration_error(probabilities, targets),
        genres={
            genre: GenreFigures(float(recall[i]), float(precision[i]), float(f1[i])) for i, genre in enumerate(genres)
        },
        confusion=confusion_matrix(targets, guesses, labels=every).tolist(),
        sources=None if sources is None else _by_source(hits, sources),
    )


def _by_source(hits: np.ndarray, sources: Sequence[str]) -> dict[str, SourceFigures]:
    named = np.array(sources)
    return {
        name: SourceFigures(int((named == name).sum()), float(hits[named == name].mean()))
        for name in sorted(set(sources))
    }


def wilson_interval(hits: int, count: int, confidence: float = 0.95) -> tuple[float, float]:
    """The Wilson score interval of a share of `hits` in `count`.

    Reference: Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    """
    interval = binomtest(hits, count).proportion_ci(confidence, method="wilson")
    return float(interval.low), float(interval.high)


def top_accuracy(probabilities: np.ndarray, targets: np.ndarray, count: int) -> float:
    """Share of rows whose target is among the `count` most probable."""
    best = np.argsort(-probabilities, axis=1)[:, :count]
    return float((best == targets[:, None]).any(1).mean())


def calibration_error(probabilities: np.ndarray, targets: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: the gap between confidence and accuracy over equal-width bins.

    Reference: Guo et al., On calibration of modern neural networks, ICML 2017.
    """
    confidence = probabilities.max(1)
    hits = probabilities.argmax(1) == targets
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(hits[bin_of == b].mean() - confidence[bin_of == b].mean()) * (bin_of == b).mean()
        for b in range(bins)
        if (bin_of == b).any()
    ]
    return float(sum(gaps))


def fit_temperature(probabilities: np.ndarray, targets: np.ndarray) -> float:
    """The temperature, 0.3 to 3, by which log probabilities must be divided for the best likelihood."""
    logits = np.log(np.maximum(probabilities, 1e-9))

    def loss(temperature: float) -> float:
        scaled = logits / temperature
        totals = np.log(np.exp(scaled - scaled.max(1, keepdims=True)).sum(1)) + scaled.max(1)
        return float((totals - scaled[np.arange(len(targets)), targets]).mean())

    return float(min(np.linspace(0.3, 3, 109), key=loss))
