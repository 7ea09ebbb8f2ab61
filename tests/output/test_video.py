"""The film of a picture: it shows it, plays the music, and is the same every time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import draw_cover
from img2music.errors import OutputError
from img2music.output.provenance import Provenance
from img2music.output.snippet import Snippet
from img2music.output.tags import Tags
from img2music.output.video import LONGEST_SIDE, SOUND_RATE, save_video

av = pytest.importorskip("av")

RATE = 22050


def _snippet(seconds: float = 2.1) -> Snippet:
    samples = 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)
    return Snippet(samples.astype(np.float32), RATE, "jazz", {}, Provenance(seed=7, engine="flow"))


def _film(path: Path, size: tuple[int, int] = (900, 601), tags: Tags | None = None) -> Path:
    save_video(_snippet(), draw_cover(size=size), path, tags=tags)
    return path


def _sound(path: Path) -> np.ndarray:
    with av.open(str(path)) as film:
        return np.concatenate([frame.to_ndarray() for frame in film.decode(audio=0)], axis=1)


def _pictures(path: Path) -> list[Image.Image]:
    with av.open(str(path)) as film:
        return [frame.to_image() for frame in film.decode(video=0)]


def test_the_picture_is_shown_as_long_as_the_music_plays(tmp_path: Path) -> None:
    path = _film(tmp_path / "film.mp4")
    pictures = _pictures(path)
    assert len(pictures) == 51  # 24 a second, and the last one whole
    shown = np.asarray(pictures[-1], float)
    wanted = np.asarray(draw_cover(size=(900, 601)).resize((720, 480)), float)
    assert np.abs(shown[:480] - wanted).mean() < 4
    left, right = _sound(path)
    np.testing.assert_allclose(left, right, atol=2e-3)
    assert len(left) == pytest.approx(2.1 * SOUND_RATE, abs=2048)
    music = left[: round(2.1 * SOUND_RATE)]
    spectrum = np.abs(np.fft.rfft(music))
    assert spectrum.argmax() * SOUND_RATE / len(music) == pytest.approx(440, abs=1)
    assert np.sqrt(np.mean(music[4000:-4000] ** 2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize("size", [(1, 1), (3000, 1), (63, 47), (5, 2000)])
def test_sides_are_even_and_not_too_long(tmp_path: Path, size: tuple[int, int]) -> None:
    width, height = _pictures(_film(tmp_path / "film.mp4", size))[0].size
    assert (width % 2, height % 2) == (0, 0)
    assert max(width, height) <= LONGEST_SIDE


@pytest.mark.parametrize("tagged", [False, True])
def test_equal_films_give_equal_bytes(tmp_path: Path, tagged: bool) -> None:
    tags = Tags.of(_snippet(), Path("a.png"), draw_cover()) if tagged else None
    first = _film(tmp_path / "one.mp4", tags=tags).read_bytes()
    assert _film(tmp_path / "two.mp4", tags=tags).read_bytes() == first


def test_tags_leave_the_film_as_it_is(tmp_path: Path) -> None:
    mp4 = pytest.importorskip("mutagen.mp4")
    plain = _film(tmp_path / "plain.mp4")
    path = _film(tmp_path / "tagged.mp4", tags=Tags.of(_snippet(), Path("a.png"), draw_cover()))
    tags = mp4.MP4(path)
    assert (tags["\xa9nam"], tags["\xa9gen"]) == (["a"], ["Jazz"])
    assert bytes(tags["----:com.apple.iTunes:SEED"][0]) == b"7"
    assert bytes(tags["covr"][0])[:2] == b"\xff\xd8"
    np.testing.assert_array_equal(_sound(path), _sound(plain))


def test_an_existing_file_is_replaced_only_with_force(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"precious")
    with pytest.raises(OutputError, match="--force"):
        _film(path)
    assert path.read_bytes() == b"precious"
    save_video(_snippet(), draw_cover(), path, force=True)
    assert path.read_bytes()[4:8] == b"ftyp"
