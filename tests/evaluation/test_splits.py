"""Several runs of a classifier put together."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn")

from img2music.errors import ModelError
from img2music.evaluation.splits import summarise_splits
from img2music.metrics.classification import classification_report


def _run(folder: Path, genres: tuple[str, ...], guesses: list[int], targets: list[int]) -> Path:
    """What `train classifier` leaves of a classifier of these genres."""
    folder.mkdir()
    probabilities, labels = np.eye(len(genres))[guesses], np.array(targets)
    report = classification_report(probabilities, labels, genres=genres)
    (folder / "report.json").write_text(json.dumps(report.to_json()))
    np.savez(folder / "predictions.npz", probabilities=probabilities, targets=labels, sources=np.full(len(labels), "s"))
    return folder


def test_two_own_genres_that_are_told_apart_without_a_fault_have_a_macro_f1_of_1(tmp_path: Path) -> None:
    runs = [_run(tmp_path / str(fold), ("techno", "waltz"), [0, 1, 1], [0, 1, 1]) for fold in range(2)]
    summary = summarise_splits(runs)
    assert summary.pooled.macro_f1 == 1
    assert list(summary.pooled.genres) == ["techno", "waltz"]
    assert summary.pooled.confusion == [[2, 0], [0, 4]]
    assert summary.measures["accuracy"].mean == 1 and summary.measures["accuracy"].std == 0


def test_runs_of_other_genres_are_not_pooled(tmp_path: Path) -> None:
    runs = [_run(tmp_path / genre, ("techno", genre), [0, 1], [0, 1]) for genre in ("waltz", "polka")]
    with pytest.raises(ModelError, match="techno, polka"):
        summarise_splits(runs)


def test_the_spread_is_the_standard_deviation_over_runs(tmp_path: Path) -> None:
    runs = [_run(tmp_path / "a", ("x", "y"), [0, 1], [0, 1]), _run(tmp_path / "b", ("x", "y"), [0, 0], [0, 1])]
    values = summarise_splits(runs).to_json()
    assert values["measures"]["accuracy"] == {"mean": 0.75, "deviation": 0.25}
    assert values["splits"] == 2 and values["pooled"]["accuracy"] == 0.75
