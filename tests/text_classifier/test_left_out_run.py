"""`evaluate classifier --leave-one-source-out`: which runs it takes, and what it prints."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("lightning", reason="lightning is not installed")

import yaml
from rich.console import Console

from img2music.errors import ModelError, OptionError
from img2music.evaluation.tables import left_out_tables
from img2music.genres import GENRES
from img2music.metrics.left_out_sources import source_report
from img2music.training.text_classifier.reader_run import left_out_run
from tiny_training import TINY_CLASSIFIER


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no run"):
        left_out_run(tmp_path, tmp_path, None, None)


def test_a_network_that_learns_for_hours_is_not_trained_for_each_source(tmp_path: Path) -> None:
    (tmp_path / "start.json").write_text(json.dumps({"weights": "none", "genres": GENRES}))
    (tmp_path / "recipe.yaml").write_text(yaml.safe_dump(asdict(TINY_CLASSIFIER)))
    with pytest.raises(OptionError, match="trained more than a last layer"):
        left_out_run(tmp_path, tmp_path, None, None)


def test_the_tables_say_recalls_and_how_often_each_genre_is_said() -> None:
    report = source_report({"shop": (np.eye(4)[[0] * 6 + [1] * 4], np.array([0] * 5 + [1] * 5))})
    console = Console(record=True, width=120)
    for table in left_out_tables(report):
        console.print(table)
    text = console.export_text()
    assert "0.900" in text and "shop" in text and "60%" in text and "50%" in text
