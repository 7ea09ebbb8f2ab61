"""The film is what services take: its boxes are read here one by one, and once more by PyAV."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from conftest import draw_cover
from img2music.output.snippet import Snippet
from img2music.output.tags import Tags
from img2music.output.video import save_video

av = pytest.importorskip("av")

RATE = 22050
CONTAINERS = {b"moov", b"trak", b"edts", b"mdia", b"minf", b"stbl", b"udta", b"ilst"}


def _boxes(data: bytes, path: tuple[bytes, ...] = ()) -> Iterator[tuple[tuple[bytes, ...], bytes]]:
    """Every box below `path`, with its own path and its content, in order."""
    at = 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        assert 8 <= size <= len(data) - at
        content = data[at + 8 : at + size]
        yield (*path, kind), content
        if kind in CONTAINERS:
            yield from _boxes(content, (*path, kind))
        at += size


def _tracks(data: bytes) -> list[dict[bytes, bytes]]:
    """The boxes of each track by their kinds."""
    tracks: list[dict[bytes, bytes]] = []
    for path, content in _boxes(data):
        if path == (b"moov", b"trak"):
            tracks.append({})
        elif path[:2] == (b"moov", b"trak"):
            tracks[-1][path[-1]] = content
    return tracks


def _numbers(content: bytes, columns: int) -> np.ndarray:
    """The rows of a table that follows version, flags and a count."""
    (count,) = struct.unpack(">I", content[4:8])
    return np.frombuffer(content[8 : 8 + 4 * columns * count], ">u4").reshape(count, columns).astype(int)


def _film(tmp_path: Path, seconds: float = 5.03, tags: bool = False, size: tuple[int, int] = (301, 200)) -> bytes:
    sound = 0.4 * np.sin(2 * np.pi * 330 * np.arange(round(seconds * RATE)) / RATE)
    snippet = Snippet(sound.astype(np.float32), RATE, "pop")
    cover = draw_cover(size=size)
    path = tmp_path / "film.mp4"
    save_video(snippet, cover, path, True, Tags.of(snippet, Path("a.png"), cover) if tags else None)
    return path.read_bytes()


@pytest.mark.parametrize("tags", [False, True])
def test_the_index_lies_in_front(tmp_path: Path, tags: bool) -> None:
    data = _film(tmp_path, tags=tags)
    order = [path[0] for path, _ in _boxes(data) if len(path) == 1]
    assert order[0] == b"ftyp"
    assert order.index(b"moov") < order.index(b"mdat")
    assert order.count(b"moov") == order.count(b"mdat") == 1


@pytest.mark.parametrize("tags", [False, True])
def test_what_the_index_points_to_is_there(tmp_path: Path, tags: bool) -> None:
    data = _film(tmp_path, tags=tags)
    start = data.index(b"mdat") + 4
    for track in _tracks(data):
        offsets = _numbers(track[b"stco"], 1)[:, 0]
        assert start <= offsets.min() and offsets.max() < len(data)
    with av.open(io.BytesIO(data)) as film:
        assert len(list(film.decode(video=0))) == 121


def test_a_film_is_24_whole_frames_a_second_with_a_key_frame_every_other_second(tmp_path: Path) -> None:
    picture, _ = _tracks(_film(tmp_path))
    times = _numbers(picture[b"stts"], 2)
    (timescale,) = struct.unpack(">I", picture[b"mdhd"][12:16])
    assert times[:, 0].sum() == 121
    assert set(times[:, 1] * 24) == {timescale}
    assert list(_numbers(picture[b"stss"], 1)[:, 0]) == [1, 49, 97]


@pytest.mark.parametrize("seconds", [0.5, 1.0, 2.1, 5.03])
def test_the_sound_lasts_exactly_as_long_as_the_picture(tmp_path: Path, seconds: float) -> None:
    shown = []
    for track in _tracks(_film(tmp_path, seconds)):
        (edits,) = _numbers(track[b"elst"], 3)
        (timescale,) = struct.unpack(">I", track[b"mdhd"][12:16])
        durations = _numbers(track[b"stts"], 2).prod(1).sum()
        shown.append((edits[0], (durations - edits[1]) / timescale))
    assert shown[0] == shown[1]
    assert shown[0][1] == pytest.approx(np.ceil(seconds * 24) / 24)


def test_codecs_and_colours_are_the_usual_ones(tmp_path: Path) -> None:
    data = _film(tmp_path, size=(2000, 1999))
    with av.open(io.BytesIO(data)) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        assert (sound.codec.name, sound.rate, sound.layout.name) == ("aac", 48_000, "stereo")
        assert (picture.codec.name, picture.average_rate, picture.pix_fmt) == ("h264", 24, "yuv420p")
        assert not picture.codec_context.has_b_frames
        frame = next(film.decode(video=0))
        assert (frame.width % 2, frame.height % 2) == (0, 0)
        assert (int(frame.colorspace), int(frame.color_range)) == (1, 1)
    codec = data[data.index(b"avcC") + 4 :]
    profile, level = codec[1], codec[3]
    assert profile in (77, 100)  # Main and High
    assert level <= 41
    colours = data[data.index(b"colrnclx") + 8 :]
    assert struct.unpack(">HHH", colours[:6]) == (1, 1, 1)


def test_a_film_shows_the_colours_of_its_picture(tmp_path: Path) -> None:
    from PIL import Image

    for colour in ((200, 30, 60), (20, 180, 40), (30, 60, 220), (255, 255, 255), (0, 0, 0)):
        snippet = Snippet(np.zeros(RATE, np.float32), RATE, "pop")
        save_video(snippet, Image.new("RGB", (64, 64), colour), tmp_path / "film.mp4", force=True)
        with av.open(str(tmp_path / "film.mp4")) as film:
            shown = next(film.decode(video=0)).to_image().getpixel((32, 32))
        np.testing.assert_allclose(shown, colour, atol=4)
