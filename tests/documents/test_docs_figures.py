"""The figures of the documentation are those of the bundled models; `python examples/documentation.py` makes them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from benchmarks.history import digest
from PIL import Image

from img2music.models.folder import Models
from places import ROOT

DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"
OF_NO_MODELS = {"scores.png", "benchmarks.png"}
"""Composed scores, and the history of many models."""
OF_DECISIONS = {"strengths.png": DOCS / "decisions" / "strengths.md"}
"""Figures by which something was decided, each with the page that names the models of then."""


def _models(figure: str) -> str | None:
    with Image.open(PICTURES / figure) as picture:
        return picture.info.get("Models")


def test_every_figure_is_of_the_bundled_models() -> None:
    names = {path.name for path in DOCS.rglob("*.png")} - OF_NO_MODELS - set(OF_DECISIONS)
    assert {name: _models(name) for name in names} == dict.fromkeys(names, Models().version)


@pytest.mark.parametrize("figure", OF_DECISIONS)
def test_the_figure_of_a_decision_is_of_the_models_that_its_page_names(figure: str) -> None:
    assert f"models {_models(figure)}" in OF_DECISIONS[figure].read_text(encoding="utf-8")


def test_the_history_shows_all_that_was_measured() -> None:
    with Image.open(PICTURES / "benchmarks.png") as picture:
        assert picture.info.get("Results") == digest(ROOT / "benchmarks" / "results.jsonl")


@pytest.mark.xfail(reason="it takes an hour of two quiet cores, and was last done with models 2026.11.30", strict=True)
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
    style.save_figure(figure, tmp_path / "small.png", colours=8)
    with Image.open(tmp_path / "small.png") as picture:
        assert (picture.mode, picture.info["Models"], picture.info["Title"]) == ("P", "2026.1", "A title")
        assert len(picture.convert("RGB").getcolors() or []) <= 8
