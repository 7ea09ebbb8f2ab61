"""A tagged WAV says in `LIST INFO` what programs without ID3 show, and is still a sound file like any other."""

from __future__ import annotations

import shutil
import struct
import subprocess
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import soundfile

from conftest import draw_cover
from img2music.generation.credit import Credit
from img2music.output.list_info import with_info
from img2music.output.provenance import Provenance
from img2music.output.snippet import Snippet
from img2music.output.tags import Tags

RATE = 22050


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a RIFF or LIST chunk's content behind its kind; they fill it to the last byte."""
    found, at = [], 4
    while at < len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        assert at + 8 + size <= len(data)
        found.append((kind, data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    assert at == len(data)
    return found


def _info(data: bytes) -> dict[bytes, bytes]:
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    (info,) = [content for kind, content in _chunks(data[8:]) if kind == b"LIST"]
    assert info[:4] == b"INFO"
    return dict(_chunks(info))


def _tagged(tmp_path: Path, name: str = "ma pochette.png", length: int = 4001) -> Path:
    pytest.importorskip("mutagen")
    sound = 0.3 * np.sin(np.arange(length) / 9)
    made = Provenance(embeddings=(Credit("Étude", "étagère 3", "CC0-1.0"),), img2music="1")
    snippet = Snippet(sound.astype(np.float32), RATE, "hiphop", {}, made)
    return snippet.save(tmp_path / "tune.wav", force=True, tags=Tags.of(snippet, Path(name), draw_cover()))


def test_a_tagged_wav_has_the_texts_in_front_of_the_samples(tmp_path: Path) -> None:
    data = _tagged(tmp_path).read_bytes()
    assert _info(data) == {
        b"INAM": b"ma pochette\0",
        b"IART": b"Img2Music\0",
        b"IGNR": b"Hip-Hop\0",
        b"ICMT": b"Made from ma pochette.png by Img2Music 1\0",
        b"ICOP": "Étude; étagère 3; CC0-1.0\0".encode(),
        b"ISFT": b"Img2Music\0",
    }
    assert [kind for kind, _ in _chunks(data[8:])] == [b"fmt ", b"LIST", b"data", b"id3 "]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("été", "été"),
        ("e\u0301te\u0301", "été"),
        ("Фото 🎷", "Фото 🎷"),
        ("a\udcff", "a?"),
        ("odd", "odd"),
        ("even", "even"),
    ],
)
def test_titles_of_all_languages_are_utf_8(tmp_path: Path, name: str, title: str) -> None:
    path = _tagged(tmp_path, f"{name}.png")
    assert _info(path.read_bytes())[b"INAM"] == title.encode() + b"\0"
    with soundfile.SoundFile(path) as sound:
        assert sound.title == title
    av = pytest.importorskip("av")
    with av.open(str(path)) as sound:
        assert unicodedata.normalize("NFC", sound.metadata["title"]) == title


def test_independent_readers_read_the_tags_and_the_sound(tmp_path: Path) -> None:
    path = _tagged(tmp_path)
    from mutagen.wave import WAVE

    with soundfile.SoundFile(path) as sound:
        assert (sound.title, sound.artist, sound.genre) == ("ma pochette", "Img2Music", "Hip-Hop")
        assert sound.frames == 4001
    assert str(WAVE(path).tags["TIT2"]) == "ma pochette"
    av = pytest.importorskip("av")
    with av.open(str(path)) as sound:
        assert sound.metadata["title"] == "ma pochette"
        assert sum(frame.samples for frame in sound.decode(audio=0)) == 4001


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="needs ffprobe")
def test_ffprobe_reads_the_tags(tmp_path: Path) -> None:
    command = ["ffprobe", "-v", "error", "-show_entries", "format_tags", str(_tagged(tmp_path))]
    facts = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    assert "TAG:genre=Hip-Hop" in facts


def test_equal_texts_give_equal_bytes(tmp_path: Path) -> None:
    first = _tagged(tmp_path).read_bytes()
    assert _tagged(tmp_path).read_bytes() == first


def test_empty_texts_are_left_out_and_the_samples_stay() -> None:
    samples = struct.pack("<4sI", b"data", 3) + b"abc\0"
    header = struct.pack("<4sI", b"odd ", 1) + b"x\0"
    data = struct.pack("<4sI4s", b"RIFF", 4 + len(header) + len(samples), b"WAVE") + header + samples
    found = with_info(data, {"INAM": "", "IART": "a"})
    assert _info(found) == {b"IART": b"a\0"}
    assert [kind for kind, _ in _chunks(found[8:])] == [b"odd ", b"LIST", b"data"]
    assert found.endswith(samples)


@pytest.mark.parametrize(
    "data", [b"", b"RIFF", bytes(99), b"RIFF\4\0\0\0WAVE", b"RIFF\0\0\0\0WAVEfmt \xff\xff\xff\xff"]
)
def test_what_is_no_wav_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="WAV"):
        with_info(data, {"INAM": "a"})
