"""Tags are read back from every format, and damaged files never do harm."""

from __future__ import annotations

import random
import struct

import numpy as np
import pytest

from conftest import draw_cover
from img2music import Snippet
from img2music.origin.tags.reading import NAMES, format_of, read_tags
from img2music.output.tags import Tags

TEXTS = {
    "TITLE": "Äpfel – 蘋果",
    "ARTIST": "Img2Music",
    "GENRE": "Hip-Hop",
    "COMMENT": "Made from Äpfel.png by Img2Music 0.1.0",
    "PICTURE": "Äpfel.png",
    "SEED": "7",
    "ALPHA": "0.7",
    "MODELS": "2026.11",
    "LICENSE": "Piece (shelf, CC0-1.0)",
}


def _file(format: str) -> bytes:
    """A second of noise with tags."""
    pytest.importorskip("mutagen", reason="the extra export is not installed")
    facts = {name: TEXTS[name] for name in NAMES[4:]}
    tags = Tags(TEXTS["TITLE"], TEXTS["GENRE"], TEXTS["COMMENT"], facts, b"\xff\xd8 no real cover")
    samples = np.random.default_rng(0).uniform(-0.1, 0.1, 4410).astype(np.float32)
    snippet = Snippet(samples, 22050, "hiphop")
    if format == "mp4":
        pytest.importorskip("av", reason="the extra export is not installed")
        from img2music.output.video import encode_video

        return encode_video(snippet, draw_cover(), tags)
    if format in ("flac", "ogg"):
        tags = Tags(tags.title, tags.genre, tags.comment, facts, _jpeg())
    return snippet.encoded(format, tags)


def _jpeg() -> bytes:
    import io

    buffer = io.BytesIO()
    draw_cover().save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize("format", ["wav", "flac", "ogg", "mp3", "mp4"])
def test_what_was_written_is_read(format: str) -> None:
    data = _file(format)
    assert format_of(data) == format
    assert read_tags(data, format) == TEXTS


@pytest.mark.parametrize("format", ["wav", "flac", "ogg", "mp3"])
def test_without_tags_none_are_found(format: str) -> None:
    data = Snippet(np.zeros(2205, np.float32), 22050, "pop").encoded(format)
    assert format_of(data) == format
    assert read_tags(data, format).keys() <= {"COMMENT", "ARTIST"}


@pytest.mark.parametrize("format", ["wav", "flac", "ogg", "mp3", "mp4"])
def test_damaged_files_do_no_harm(format: str) -> None:
    data, chance = _file(format), random.Random(format)
    for _ in range(300):
        spoilt = bytearray(data[: chance.randrange(len(data))])
        for _ in range(min(len(spoilt), 20)):
            spoilt[chance.randrange(min(len(spoilt), 2000))] = chance.choice((0, 1, 127, 255, chance.randrange(256)))
        found = read_tags(bytes(spoilt), format)
        assert all(len(text) <= 4096 for text in found.values())


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (b"", "wav"),
        (b"ID3\3\0\0\x7f\x7f\x7f\x7f", "mp3"),
        (b"ID3\4\0\x40\0\0\0\5abcde", "mp3"),
        (b"ID3\3\0\0\0\0\0\x14TIT2\0\0\0\5\0\0\x09abcd", "mp3"),
        (b"RIFF\0\0\0\0WAVELIST\xff\xff\xff\xffINFOINAM\xff\xff\xff\xff", "wav"),
        (b"fLaC\4\xff\xff\xff\xff\xff\xff\xff", "flac"),
        (b"OggS" + bytes(22) + b"\xff", "ogg"),
        (struct.pack(">I4sI4sI4s", 24, b"moov", 16, b"udta", 4, b"meta"), "mp4"),
        (struct.pack(">I4sQ", 1, b"moov", 3), "mp4"),
    ],
)
def test_malformed_heads_do_no_harm(data: bytes, format: str) -> None:
    assert read_tags(data, format) == {}


def test_other_files_are_of_no_format() -> None:
    assert [format_of(data) for data in (b"", b"MThd", b"RIFF\0\0\0\0AVI ", b"\x89PNG")] == [None] * 4
