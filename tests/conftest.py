"""What the tests share: tiny models, and pictures drawn on the spot."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image, ImageDraw

from img2music import Img2Music
from img2music.cli.main import main
from tiny_models import CHANNELS, SIDE, add_score_networks, add_stereo_networks, write_tiny_models

Painter = Callable[..., Path]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session", autouse=True)
def user_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty folder instead of the user's own data."""
    folder = tmp_path_factory.mktemp("user")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IMG2MUSIC_DATA", str(folder))
        yield folder


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete models folder with tiny networks; tests leave it as it is."""
    return write_tiny_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def score_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with networks that play scores; tests leave it as it is."""
    return add_score_networks(write_tiny_models(tmp_path_factory.mktemp("score models")))


@pytest.fixture(scope="session")
def stereo_score_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny models of two channels, whose networks for scores give all latents; tests leave it as it is."""
    folder = add_stereo_networks(write_tiny_models(tmp_path_factory.mktemp("stereo score models")))
    return add_score_networks(folder, CHANNELS + SIDE)


@pytest.fixture
def own_models(tiny_models: Path, tmp_path: Path) -> Path:
    """A copy of the tiny models that a test may spoil."""
    return Path(shutil.copytree(tiny_models, tmp_path / "own models"))


@pytest.fixture(scope="session")
def tiny(tiny_models: Path) -> Img2Music:
    """The pipeline on the tiny models."""
    return Img2Music(tiny_models)


def draw_cover(colour: str = "orange", size: tuple[int, int] = (64, 48)) -> Image.Image:
    """A disc and a line on a ground of `colour`."""
    image = Image.new("RGB", size, colour)
    pencil = ImageDraw.Draw(image)
    pencil.ellipse((size[0] // 8, size[1] // 8, size[0] // 3, size[1] // 2), fill="white")
    pencil.line((0, size[1], size[0], size[1] // 2), fill="black", width=2)
    return image


@pytest.fixture
def paint(tmp_path: Path) -> Painter:
    """Draws a cover of a colour and saves it under a name in the test's folder."""

    def paint_cover(colour: str = "orange", name: str = "cover.png", size: tuple[int, int] = (64, 48)) -> Path:
        path = tmp_path / name
        draw_cover(colour, size).save(path)
        return path

    return paint_cover


@pytest.fixture
def cover(paint: Painter) -> Path:
    """A mostly orange cover, which the tiny classifier takes for classical, then hiphop, jazz and pop."""
    return paint()


@pytest.fixture
def run(tiny_models: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs the command line on the tiny models in the test's folder: exit status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run_main(*arguments: object, models: Path | None = tiny_models) -> tuple[int, str, str]:
        chosen = [] if models is None else ["--models", str(models)]
        monkeypatch.setattr(sys, "argv", ["img2music", *map(str, arguments), *chosen])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capfd.readouterr()
        return int(end.value.code or 0), captured.out, captured.err

    return run_main


def hear(path: Path) -> tuple[np.ndarray, int]:
    """Samples and rate of a sound file or a film."""
    if path.suffix != ".mp4":
        return soundfile.read(path)
    import av

    with av.open(str(path)) as film:
        rate = film.streams.audio[0].rate
        return np.concatenate([frame.to_ndarray()[0] for frame in film.decode(audio=0)]), rate
