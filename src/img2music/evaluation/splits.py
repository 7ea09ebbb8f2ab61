"""Several splits of one classifier: mean and spread of its measures, and all test covers pooled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from img2music.errors import ModelError
from img2music.metrics.classification import MEASURES, ClassificationReport, classification_report
from img2music.metrics.left_out_sources import LeftOutReport
from img2music.system.json_text import read_json


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation of a measure over splits."""

    mean: float
    std: float


@dataclass(frozen=True)
class SplitSummary:
    """How many splits there are, the spread of each measure over them, the report of all their test covers pooled, and
    what leave-one-source-out says, where that was asked for."""

    splits: int
    measures: dict[str, Spread]
    pooled: ClassificationReport
    left_out_sources: LeftOutReport | None = None

    def to_json(self) -> dict[str, Any]:
        """The summary as numbers and text."""
        measures = {name: {"mean": found.mean, "deviation": found.std} for name, found in self.measures.items()}
        values = {"splits": self.splits, "measures": measures, "pooled": self.pooled.to_json()}
        if self.left_out_sources is None:
            return values
        return values | {"left_out_sources": self.left_out_sources.to_json()}


def summarise_splits(runs: Sequence[Path]) -> SplitSummary:
    """Mean and standard deviation over runs of `train classifier` of each measure, and the report of their test covers
    pooled, in the genres that the runs tell apart.

    Raises `ModelError` when a run holds no results or tells other genres apart than the first.
    """
    reports = [read_json(_result(run, "report.json"), ModelError, "train that run again") for run in runs]
    genres = _genres(runs, reports)
    stored = [np.load(_result(run, "predictions.npz"), allow_pickle=False) for run in runs]
    pooled = classification_report(
        np.concatenate([results["probabilities"] for results in stored]),
        np.concatenate([results["targets"] for results in stored]),
        np.concatenate([results["sources"] for results in stored]).tolist(),
        genres,
    )
    measured = {measure: [float(report[measure]) for report in reports] for measure in MEASURES}
    spreads = {name: Spread(float(np.mean(values)), float(np.std(values))) for name, values in measured.items()}
    return SplitSummary(len(runs), spreads, pooled)


def _genres(runs: Sequence[Path], reports: Sequence[Any]) -> tuple[str, ...]:
    """The genres of the runs, in the order of the classifiers' outputs."""
    first, *others = (tuple(report["genres"]) for report in reports)
    for run, genres in zip(runs[1:], others, strict=True):
        if genres != first:
            raise ModelError(f"{run} tells {', '.join(genres)} apart, {runs[0]} {', '.join(first)}; give runs alike.")
    return first


def _result(run: Path, name: str) -> Path:
    path = run / name
    if not path.is_file():
        raise ModelError(f"{run} holds no {name}; run `img2music train classifier --out {run}` first.")
    return path
