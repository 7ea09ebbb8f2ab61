"""Several splits of one classifier together: mean and spread, and everything pooled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from img2music.errors import ModelError
from img2music.metrics.classification import MEASURES, classification_report
from img2music.system.json_text import read_json


def summarise_splits(runs: Sequence[Path]) -> dict[str, object]:
    """Mean and standard deviation over runs of `train classifier` of each measure, and the report of their
    test covers pooled. Raises `ModelError` when a run holds no results."""
    reports = [read_json(_result(run, "report.json"), ModelError, "train that run again") for run in runs]
    stored = [np.load(_result(run, "predictions.npz"), allow_pickle=False) for run in runs]
    pooled = classification_report(
        np.concatenate([results["probabilities"] for results in stored]),
        np.concatenate([results["targets"] for results in stored]),
        np.concatenate([results["sources"] for results in stored]).tolist(),
    )
    spread = {
        measure: {
            "mean": float(np.mean([report[measure] for report in reports])),
            "deviation": float(np.std([report[measure] for report in reports])),
        }
        for measure in MEASURES
    }
    return {"splits": len(runs), "measures": spread, "pooled": pooled}


def _result(run: Path, name: str) -> Path:
    path = run / name
    if not path.is_file():
        raise ModelError(f"{run} holds no {name}; run `img2music train classifier --out {run}` first.")
    return path
