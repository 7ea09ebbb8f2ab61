"""What is asked for on the page instead of what the picture says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("gradio", reason="Gradio is not installed")

from img2music.app.page.settings import read_settings
from img2music.app.studio import SEEN, PageOptions, Studio
from img2music.briefing import brief_of
from img2music.errors import OptionError
from img2music.options import COMPOSE
from img2music.wishes import NO_WISHES, Wishes

REST = (1.0, 0, 5, SEEN, False, "flow", "", False)
"""Strength, seed, seconds, genre, loop, engine, bank and mono."""


@pytest.fixture(scope="module")
def studio(score_models: Path) -> Iterator[Studio]:
    made = Studio(score_models)
    yield made
    made.shelf.close()


PUT = dict.fromkeys(("energy", "major", "tempo", "brightness", "density", "warmth", "tension", "dynamics"), 0.5)
"""Where a picture has put the sliders of the mood, in their order."""


def _settings(
    bpm: object = None, mode: object = "", instruments: object = "", read: object = "", **moods: object
) -> PageOptions:
    sliders = [moods.get(name, PUT[name]) for name in PUT]
    return read_settings(PUT, *sliders, bpm, mode, instruments, read, *REST)


def test_what_is_left_open_is_left_to_the_picture() -> None:
    options = _settings()
    assert options.wishes == NO_WISHES
    assert options.engine == "flow"


def test_each_wish_is_the_one_of_its_control_and_means_a_score() -> None:
    felt = _settings(energy=0.1, brightness=0.2, density=0.3)
    assert felt.wishes == Wishes(mood={"energy": 0.1, "brightness": 0.2, "density": 0.3})
    assert felt.engine == COMPOSE
    others = _settings(bpm=96, mode="dorian", instruments="piano, bass", read="top-down")
    assert others.wishes == Wishes(bpm=96, mode="dorian", instruments="piano, bass", read="top-down")
    assert _settings(energy=0).wishes == Wishes(mood={"energy": 0.0})


def test_they_are_in_the_brief_of_what_is_played(studio: Studio, cover: Path) -> None:
    asked = _settings(energy=0.9, brightness=0.05, density=0.85)
    own = studio.play(cover, PageOptions(seconds=5, engine=COMPOSE)).snippet.provenance.brief
    brief = studio.play(cover, asked).snippet.provenance.brief
    assert brief is not None and own is not None
    feeling = brief.feeling
    assert (feeling.energy, feeling.brightness, feeling.density) == (0.9, 0.05, 0.85)
    assert feeling.tempo == own.feeling.tempo
    assert own.feeling.energy != 0.9


@pytest.mark.parametrize("name", ["bpm", "energy", "brightness", "density"])
@pytest.mark.parametrize("value", ["0.5", True, float("nan"), [0.5]])
def test_what_is_no_number_is_refused(name: str, value: object) -> None:
    with pytest.raises(OptionError, match=name):
        _settings(**{name: value})


@pytest.mark.parametrize("name", ["energy", "brightness", "density"])
@pytest.mark.parametrize("value", [-0.01, 1.01])
def test_numbers_have_limits(studio: Studio, cover: Path, name: str, value: float) -> None:
    with pytest.raises(OptionError, match=rf"{name} is {value:g}; choose 0 to 1\."):
        studio.play(cover, _settings(**{name: value}))


@pytest.mark.parametrize("name", ["mode", "instruments", "read"])
def test_what_is_no_text_is_refused(name: str) -> None:
    with pytest.raises(OptionError, match=f"{name} is a number; give a text"):
        _settings(**{name: 3})


def test_an_order_of_reading_that_there_is_not_is_refused() -> None:
    with pytest.raises(OptionError, match="read is 'sideways'"):
        brief_of(_settings(read="sideways").wishes)
