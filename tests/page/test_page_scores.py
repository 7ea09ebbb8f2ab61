"""The page plays scores where the models can, and offers them as MIDI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("gradio")

import gradio as gr

from img2music import compose
from img2music.app.cards.card import draw_card
from img2music.app.drawings.score_roll import PACE, draw_roll
from img2music.app.page.settings import draw_settings
from img2music.app.shelf import Shelf
from img2music.app.studio import PageOptions, Studio
from img2music.errors import OptionError
from img2music.output.formats import MEDIA_TYPES


@pytest.fixture(scope="module")
def studio(score_models: Path) -> Iterator[Studio]:
    made = Studio(score_models)
    yield made
    made.shelf.close()


def test_the_score_that_is_heard_can_be_downloaded(studio: Studio, cover: Path, score_models: Path) -> None:
    sound = studio.play(cover, PageOptions(seconds=5, seed=2, engine="compose"))
    path, name = studio.shelf.file(sound.key, "mid")
    assert path.read_bytes() == compose(cover, seconds=5, seed=2, models=score_models).to_midi()
    assert name == "cover-classical-2.mid"
    card = draw_card(sound, "")
    assert f"{sound.key}.mid" in card
    assert "Plays <cite>" in card
    assert MEDIA_TYPES["mid"] == "audio/midi"


def test_music_without_a_score_offers_none(studio: Studio, cover: Path) -> None:
    sound = studio.play(cover, PageOptions(seconds=5, engine="flow"))
    assert f"{sound.key}.mid" not in draw_card(sound, "")
    with pytest.raises(OptionError, match="not played from a score"):
        studio.shelf.file(sound.key, "mid")


def test_a_score_goes_when_its_music_goes(studio: Studio, cover: Path, tmp_path: Path) -> None:
    snippet = studio.play(cover, PageOptions(seconds=5, engine="compose")).snippet
    shelf = Shelf(room=1, folder=tmp_path)
    first = shelf.put(snippet, b"", "first")
    path, _ = shelf.file(first.key, "mid")
    assert path.exists()
    shelf.put(snippet, b"", "second")
    assert not path.exists()


def test_a_score_is_drawn_note_by_note_under_the_names_of_its_sections() -> None:
    score = compose(genre="pop", seconds=15, seed=1)
    names = ["kazoo", *dict.fromkeys(part.name for part in score.parts)]
    roll = draw_roll(score, 10.0, names)
    drawn = re.findall(r'<path class="i2m-notes i2m-part-(\d)" stroke-width="[\d.]+" d="([^"]*)"', roll)
    assert [int(place) for place, _ in drawn] == [names.index(part.name) for part in score.parts]
    for part, (_, lines) in zip(score.parts, drawn, strict=True):
        starts = [float(x) / PACE for x in re.findall(r"M([\d.]+)", lines)]
        heard = [score.span(note)[0] for note in part.notes if score.span(note)[0] < 10.0]
        assert starts == pytest.approx(heard, abs=0.01)
        if not part.instrument.drums:
            heights = [float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)h", lines)]
            by_pitch = sorted(zip([note.pitch for note in part.notes], heights, strict=False))
            assert [y for _, y in by_pitch] == sorted(heights, reverse=True)
    for number, section in enumerate(score.sections, 1):
        assert f"<span>{number} {section.name}</span>" in roll


def test_the_page_offers_the_engines_of_the_models(studio: Studio, tiny_models: Path) -> None:
    def offered(engines: tuple[str, ...]) -> list[str]:
        with gr.Blocks():
            return [value for _, value in draw_settings(studio.genres, engines, ()).engine.choices]

    assert offered(studio.engines) == ["compose", "flow", "perturb"]
    assert offered(Studio(tiny_models).engines) == ["flow", "perturb"]
