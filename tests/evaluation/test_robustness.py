"""Which pictures keep their genre and their music when they are stored again, resized or cut."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

import numpy as np
from PIL import Image

from conftest import Painter, Run
from img2music.errors import PictureError
from img2music.evaluation.pictures.robustness import CHANGES, SIDE, robustness
from img2music.genres import GENRES
from img2music.vision.appearance import Appearance
from img2music.vision.classifier import Classification


def _seen(genre: str = "jazz", lightness: float = 0.5, tempo: float = 0.5, sketch: int = 3) -> Classification:
    """A picture of a genre and a lightness, whose saturation and detail ask for a tempo."""
    look = Appearance(lightness, tempo, lightness, *[0.5] * 2, detail=tempo)
    probabilities = dict.fromkeys(GENRES, 0.1) | {genre: 0.7}
    return Classification(probabilities, np.zeros(3, np.float32), look, fingerprint="a", sketch=sketch)


def _right(picture: Image.Image) -> bool:
    return picture.getpixel((picture.width // 2, picture.height // 2))[0] > 99


def test_what_a_reader_goes_by_decides(paint: Painter) -> None:
    pictures = [paint("red", "a.png"), paint("blue", "b.png")]
    steady = robustness(lambda picture: _seen("jazz" if _right(picture) else "pop"), pictures)
    assert steady.pictures == 2
    assert steady.kept == steady.music == dict.fromkeys(CHANGES, 1.0)
    nervous = robustness(lambda picture: _seen("jazz" if picture.width == 640 else "pop"), pictures[:1])
    assert [share for name, share in nervous.kept.items() if "JPEG" in name] == [1.0, 1.0]
    assert [share for name, share in nervous.kept.items() if "JPEG" not in name] == [0.0] * 5
    assert nervous.music == dict.fromkeys(CHANGES, 1.0)  # in the genre that it had


@pytest.mark.parametrize(
    ("after", "same"),
    [
        ({"tempo": 0.501}, 1.0),
        ({"tempo": 0.6}, 0.0),
        ({"lightness": 0.0}, 0.0),
        ({"sketch": 9}, 0.0),
    ],
    ids=["little", "tempo", "mode", "players"],
)
def test_music_is_the_same_with_players_mode_and_nearly_the_tempo(
    paint: Painter, after: dict[str, float], same: float
) -> None:
    size = (640, 480)
    found = robustness(
        lambda picture: _seen() if picture.size == size else _seen(**after), [paint("red", "a.png", size=size)]
    )
    assert found.kept == dict.fromkeys(CHANGES, 1.0)
    assert found.music["half as large"] == found.music["1 % cut off each side"] == same
    assert found.music["stored as JPEG, quality 70"] == 1.0


def test_small_pictures_are_enlarged_by_a_whole_number(paint: Painter) -> None:
    sizes: list[tuple[int, int]] = []

    def classify(picture: Image.Image) -> Classification:
        sizes.append(picture.size)
        return _seen()

    robustness(classify, [paint("red", "a.png")])
    assert sizes[0] == (640, 480) and max(sizes[0]) >= SIDE
    assert sizes[3:] == [(320, 240), (480, 360), (1280, 960), (630, 470), (620, 460)]


def test_pictures_that_cannot_be_read_are_left_out(paint: Painter, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(b"no picture")
    assert robustness(lambda picture: _seen(), [damaged, paint("red", "a.png")]).pictures == 1
    with pytest.raises(PictureError, match="None of these pictures"):
        robustness(lambda picture: _seen(), [damaged])


def test_the_command_prints_each_change(run: Run, paint: Painter, tmp_path: Path) -> None:
    (tmp_path / "covers").mkdir()
    for colour in ("red", "blue"):
        paint(colour, f"covers/{colour}.png")
    status, out, _ = run("evaluate", "robustness", "--pictures", "covers", "--count", 2, "--json")
    assert status == 0
    facts = json.loads(out)
    assert facts == {"pictures": 2} | dict.fromkeys(CHANGES, 1.0) | {"same_music": facts["same_music"]}
    assert set(facts["same_music"]) == set(CHANGES)
    assert "half as large" in run("evaluate", "robustness", "--pictures", "covers", "--count", 2)[1]
