"""The figures that a models folder records stay true when one of its parts is replaced."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("onnx")

from img2music.errors import ModelError
from img2music.training.export.recorded_figures import record_figures, still_true

OF_CLASSIFIER = ("classifier", "classifier_split", "other_genres", "instruments")
MEASURED = dict.fromkeys((*OF_CLASSIFIER, "reconstruction", "snippets", "relevance", "novelty", "quality"), 1.0)


def test_another_classifier_leaves_reconstructions_alone_true() -> None:
    assert list(still_true(MEASURED, "classifier")) == ["reconstruction"]


def test_other_music_leaves_the_classifier_alone_true() -> None:
    assert tuple(still_true(MEASURED, "music")) == OF_CLASSIFIER


def test_another_flow_leaves_classifier_and_reconstructions_true() -> None:
    assert tuple(still_true(MEASURED, "flow")) == (*OF_CLASSIFIER, "reconstruction")


def test_figures_of_unknown_origin_are_forgotten() -> None:
    assert still_true({"splendour": 1.0}, "flow") == {}


def test_the_first_figures_of_models_without_any_can_be_recorded(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "1"}))
    record_figures(tmp_path, "novelty", {"copies": 0})
    record_figures(tmp_path, "novelty", {"copies": 1})
    assert json.loads((tmp_path / "manifest.json").read_text()) == {
        "version": "1",
        "figures": {"novelty": {"copies": 1}},
    }


def test_a_manifest_whose_figures_are_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "1", "figures": []}))
    with pytest.raises(ModelError, match="figures"):
        record_figures(tmp_path, "novelty", {"copies": 0})
