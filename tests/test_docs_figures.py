"""The figures of the documentation are those of the bundled models; `python examples/documentation.py` makes them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from benchmarks.history import digest
from PIL import Image

from img2music.models.folder import Models

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
OF_NO_MODELS = {"scores.png", "benchmarks.png"}
"""Composed scores, and the history of many models."""


def test_every_figure_is_of_the_bundled_models() -> None:
    made = {}
    for path in sorted(DOCS.rglob("*.png")):
        with Image.open(path) as picture:
            made[path.name] = picture.info.get("Models")
    assert {name: models for name, models in made.items() if name not in OF_NO_MODELS} == dict.fromkeys(
        made.keys() - OF_NO_MODELS, Models().version
    )


def test_the_history_shows_all_that_was_measured() -> None:
    with Image.open(DOCS / "benchmarks.png") as picture:
        assert picture.info.get("Results") == digest(ROOT / "benchmarks" / "results.jsonl")


def test_the_reproduction_was_done_with_the_bundled_models() -> None:
    line = (DOCS / "reproduction.md").read_text(encoding="utf-8").splitlines()[2]
    assert re.search(r"models ([^,]+),", line), line
    assert f"models {Models().version}," in line


def test_a_figure_names_its_models_in_its_file(tmp_path: Path) -> None:
    style = pytest.importorskip("img2music.plotting.style")
    figure = style.new_figure(2.0, "A title")
    style.name_models(figure, "2026.1")
    for name in ("made.png", "made.svg"):
        style.save_figure(figure, tmp_path / name)
    with Image.open(tmp_path / "made.png") as picture:
        assert (picture.info["Models"], picture.info["Title"]) == ("2026.1", "A title")
    assert style.figure_bytes(figure) == (tmp_path / "made.png").read_bytes()
