"""Which pictures keep their genre when they are stored again, made smaller or cut."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from PIL import Image

from conftest import Painter, Run
from img2music.errors import PictureError
from img2music.evaluation.pictures.robustness import CHANGES, SIDE, robustness


def test_what_a_reader_goes_by_decides(paint: Painter, tmp_path: Path) -> None:
    pictures = [paint("red", "a.png"), paint("blue", "b.png")]
    steady = robustness(
        lambda picture: str(picture.getpixel((picture.width // 2, picture.height // 2))[0] > 99), pictures
    )
    assert steady.pictures == 2 and steady.kept == dict.fromkeys(CHANGES, 1.0)
    nervous = robustness(lambda picture: str(picture.size), pictures)
    assert [share for name, share in nervous.kept.items() if "JPEG" in name] == [1.0, 1.0]
    assert [share for name, share in nervous.kept.items() if "JPEG" not in name] == [0.0, 0.0, 0.0]


def test_small_pictures_are_enlarged_by_a_whole_number(paint: Painter) -> None:
    sizes: list[tuple[int, int]] = []

    def genre_of(picture: Image.Image) -> str:
        sizes.append(picture.size)
        return "jazz"

    robustness(genre_of, [paint("red", "a.png")])
    assert sizes[0] == (640, 480) and max(sizes[0]) >= SIDE
    assert sizes[3:] == [(320, 240), (630, 470), (620, 460)]


def test_pictures_that_cannot_be_read_are_left_out(paint: Painter, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(b"no picture")
    assert robustness(lambda picture: "jazz", [damaged, paint("red", "a.png")]).pictures == 1
    with pytest.raises(PictureError, match="None of these pictures"):
        robustness(lambda picture: "jazz", [damaged])


def test_the_command_prints_each_change(run: Run, paint: Painter, tmp_path: Path) -> None:
    (tmp_path / "covers").mkdir()
    for colour in ("red", "blue"):
        paint(colour, f"covers/{colour}.png")
    status, out, _ = run("evaluate", "robustness", "--pictures", "covers", "--count", 2, "--json")
    assert status == 0
    assert json.loads(out) == {"pictures": 2} | dict.fromkeys(CHANGES, 1.0)
    assert "half as large" in run("evaluate", "robustness", "--pictures", "covers", "--count", 2)[1]
