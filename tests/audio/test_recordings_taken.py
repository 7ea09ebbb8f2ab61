"""Recordings as programs, phones and people leave them: what can be heard in them is read."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from conftest import Run
from img2music.audio.files.io import MAX_SECONDS, SUFFIXES, load_at_own_rate, load_audio
from img2music.banks.recordings import cut, find_recordings
from img2music.errors import AudioError

RATE = 22050
STREAMED = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0x80000000)
"""What programs leave as the size of what they could not go back to."""


def _tone(seconds: float = 1.0, rate: int = RATE, hertz: float = 330.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def _bytes(samples: np.ndarray, format: str = "WAV", subtype: str | None = None, rate: int = RATE) -> bytearray:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=format, subtype=subtype)
    return bytearray(buffer.getvalue())


def _load(tmp_path: Path, data: bytes) -> np.ndarray:
    (tmp_path / "recording").write_bytes(data)
    return load_audio(tmp_path / "recording")


@pytest.mark.parametrize("whole", STREAMED)
@pytest.mark.parametrize("samples", STREAMED)
@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT", "DOUBLE", "ULAW"])
def test_a_wav_of_a_stream_is_read_to_its_end(tmp_path: Path, whole: int, samples: int, subtype: str) -> None:
    data = _bytes(_tone(), subtype=subtype)
    wanted = _load(tmp_path, data)
    at = data.index(b"data") + 4
    data[4:8], data[at : at + 4] = struct.pack("<I", whole), struct.pack("<I", samples)
    np.testing.assert_array_equal(_load(tmp_path, data), wanted)


@pytest.mark.parametrize("magic", [b"RF64", b"BW64"])
@pytest.mark.parametrize("size", [None, 0, 2**64 - 1, 2**40])
def test_rf64_is_read_whatever_its_size_says(tmp_path: Path, magic: bytes, size: int | None) -> None:
    data = _bytes(_tone(), "RF64")
    wanted = _load(tmp_path, data)
    at = data.index(b"ds64") + 8
    data[:4] = magic
    if size is not None:
        data[at : at + 16] = struct.pack("<QQ", size, size)
    np.testing.assert_array_equal(_load(tmp_path, data), wanted)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_an_au_of_a_stream_is_read_to_its_end(tmp_path: Path, size: int) -> None:
    data = _bytes(_tone(), "AU")
    wanted = _load(tmp_path, data)
    data[8:12] = struct.pack(">I", size)
    np.testing.assert_array_equal(_load(tmp_path, data), wanted)


def test_a_caf_of_a_stream_is_read_to_its_end(tmp_path: Path) -> None:
    data = _bytes(_tone(), "CAF")
    wanted = _load(tmp_path, data)
    at = data.index(b"data") + 4
    data[at : at + 8] = struct.pack(">q", -1)
    assert len(_load(tmp_path, data)) == pytest.approx(len(wanted), abs=64)  # what pads the end may be heard


def test_a_flac_of_a_stream_is_read_to_its_end(tmp_path: Path) -> None:
    data = _bytes(_tone(), "FLAC")
    wanted = _load(tmp_path, data)
    data[21] &= 0xF0  # the number of samples, 36 bits
    data[22:26] = bytes(4)
    np.testing.assert_array_equal(_load(tmp_path, data), wanted)
    np.testing.assert_array_equal(load_audio(tmp_path / "recording", beginning=0.25), wanted[: round(0.25 * RATE)])


def test_a_wav_without_samples_stays_empty(tmp_path: Path) -> None:
    data = _bytes(np.zeros(0, np.float32)) + b"LIST" + struct.pack("<I", 26) + b"INFOISFT" + bytes(18)
    with pytest.raises(AudioError, match="shorter than"):
        _load(tmp_path, data)


@pytest.mark.parametrize("cut_off", [1, 1001, 20_001])
def test_a_wav_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path: Path, cut_off: int) -> None:
    data = _bytes(_tone())
    wanted = _load(tmp_path, data)
    found = _load(tmp_path, data[:-cut_off])
    assert len(found) >= (len(data) - cut_off - 44) // 2
    whole = (len(data) - cut_off - 44) // 2
    np.testing.assert_array_equal(found[:whole], wanted[:whole])


@pytest.mark.parametrize(
    ("format", "subtype"),
    [
        *(("WAVEX", "PCM_24"), ("WAVEX", "FLOAT"), ("WAV", "DOUBLE"), ("WAV", "ALAW"), ("WAV", "PCM_U8")),
        *(("CAF", "ALAC_16"), ("W64", "PCM_16"), ("AIFF", "ULAW"), ("OGG", "OPUS")),
    ],
)
def test_every_encoding_is_read(tmp_path: Path, format: str, subtype: str) -> None:
    rate = 48_000 if subtype == "OPUS" else RATE
    found = _load(tmp_path, _bytes(_tone(2, rate), format, subtype, rate))
    spectrum = np.abs(np.fft.rfft(found[RATE // 2 : RATE * 3 // 2]))
    assert np.argmax(spectrum) == 330


def test_file_names_are_bytes(tmp_path: Path) -> None:
    for name in (b"caf\xe9.wav", b"\xff\xfe.flac", "Фото 🎷.wav".encode()):
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
        try:
            path.write_bytes(_bytes(_tone(15.5), "FLAC" if name.endswith(b"flac") else "WAV"))
        except OSError:
            pytest.skip("this file system has names of characters")
        assert len(load_audio(path)) == round(15.5 * RATE)
        (piece,) = cut(path, 1)
        assert piece.title.isprintable()
        assert piece.title.encode()


def test_a_bad_file_with_such_a_name_is_one_printable_line(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav"))
    try:
        path.write_bytes(b"no music")
    except OSError:
        pytest.skip("this file system has names of characters")
    with pytest.raises(
        AudioError, match=r"caf\?\.wav is not a recording that can be read; choose WAV, FLAC.*M4A"
    ) as caught:
        load_audio(path)
    assert str(caught.value).isprintable()


def _long(path: Path, seconds: int, beginning: np.ndarray, rate: int = 44_100) -> Path:
    """A WAV that says it lasts so long, and takes no room: what follows the beginning is a hole in the file."""
    data = _bytes(beginning, rate=rate)
    size = 2 * rate * seconds
    data[4:8], data[40:44] = struct.pack("<I", size + 36), struct.pack("<I", size)
    with path.open("wb") as file:
        file.write(data)
        file.truncate(size + 44)
    return path


def test_the_beginning_of_a_song_of_hours_is_read(tmp_path: Path) -> None:
    music = np.random.default_rng(0).uniform(-0.5, 0.5, 44_100 * 4).astype(np.float32)
    path = _long(tmp_path / "long.wav", 4 * 3600, music)
    with pytest.raises(AudioError, match="longer than 600 s"):
        load_audio(path)
    found = load_audio(path, beginning=2.0)
    assert found.shape == (2 * RATE,)
    (tmp_path / "short.wav").write_bytes(_bytes(music, rate=44_100))
    np.testing.assert_array_equal(found, load_audio(tmp_path / "short.wav")[: 2 * RATE])


def test_no_beginning_is_longer_than_what_is_read_of_a_whole_recording(tmp_path: Path) -> None:
    path = _long(tmp_path / "long.wav", 1200, _tone(), 8000)
    assert len(load_audio(path, rate=8000, beginning=1e9)) == MAX_SECONDS * 8000
    assert len(load_audio(path, rate=8000, beginning=1e9, max_seconds=3)) == 24_000


@pytest.mark.parametrize("seconds", [599, 601, 7200])
def test_pieces_of_long_songs_are_what_they_are_of_short_ones(tmp_path: Path, seconds: int) -> None:
    music = np.random.default_rng(0).uniform(-0.5, 0.5, 44_100 * 32).astype(np.float32)
    (tmp_path / "short.wav").write_bytes(_bytes(music, rate=44_100))
    wanted = [piece.sha256 for piece in cut(tmp_path / "short.wav", 2)]
    long = _long(tmp_path / "song.wav", seconds, music)
    assert [piece.sha256 for piece in cut(long, 2)] == wanted
    assert [piece.sha256 for piece in cut(long, 1)] == wanted[:1]
    assert [piece.title for piece in cut(long, 2)] == ["song", "song from 0:15"]


def test_a_bank_and_a_reconstruction_take_long_songs(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMG2MUSIC_DATA", str(tmp_path / "user"))
    song = _long(tmp_path / "song.wav", 1000, _tone(16, 8000), 8000)
    assert run("bank", "add", song, "--genre", "jazz")[:2] == (0, "jazz in the bank own: 1 added, 0 there already\n")
    monkeypatch.setattr("img2music.pipeline.MAX_SECONDS", 2.0)  # as ten minutes take a while
    assert run("reconstruct", song, "--genre", "jazz", "-o", tmp_path / "heard.wav")[0] == 0
    assert soundfile.info(tmp_path / "heard.wav").duration == 2.0


def test_opposite_phase_is_heard(tmp_path: Path) -> None:
    left = _tone()
    for right, wanted in ((-left, left), (-0.8 * left, left), (-1.25 * left, 1.25 * left)):
        soundfile.write(tmp_path / "opposite.wav", np.stack([left, right], 1), RATE, subtype="FLOAT")
        np.testing.assert_allclose(np.abs(load_audio(tmp_path / "opposite.wav")), np.abs(wanted), atol=1e-6)
    offset = np.stack([left + 0.1, 0.1 - left], 1)
    soundfile.write(tmp_path / "offset.wav", offset, RATE, subtype="FLOAT")
    assert np.std(load_audio(tmp_path / "offset.wav")) == pytest.approx(np.std(left), rel=0.01)


def test_ordinary_channels_are_averaged_as_ever(tmp_path: Path) -> None:
    one, other, third = np.random.default_rng(0).uniform(-0.5, 0.5, (3, RATE)).astype(np.float32)
    for channels in (
        [one, other],
        [one, 0 * one],
        [one, one],
        [one, 0.2 * other - 0.7 * one],
        [one, other, third, 0 * one, one, other],
        [0 * one] * 5 + [one],
    ):
        stacked = np.stack(channels, 1)
        soundfile.write(tmp_path / "channels.wav", stacked, RATE, subtype="FLOAT")
        np.testing.assert_array_equal(load_audio(tmp_path / "channels.wav"), stacked.mean(axis=1))


def test_what_is_really_silent_is_said_to_be(tmp_path: Path) -> None:
    for name, level in (("silent", 0.0), ("offset", 0.2)):
        soundfile.write(tmp_path / f"{name}.wav", np.full((16 * RATE, 2), level), RATE)
        with pytest.raises(AudioError, match=f"{name}.wav is silent"):
            cut(tmp_path / f"{name}.wav", 1)


@pytest.mark.parametrize("factor", [1.0, 2.5, 4.0])
def test_floats_a_little_beyond_full_scale_stay(tmp_path: Path, factor: float) -> None:
    soundfile.write(tmp_path / "loud.wav", 2 * factor * _tone(hertz=RATE / 4), RATE, subtype="FLOAT")
    assert np.abs(load_audio(tmp_path / "loud.wav")).max() == pytest.approx(factor)


@pytest.mark.parametrize("factor", [9.0, 32768.0, 2.0**31])
def test_floats_of_another_scale_are_brought_to_full_scale(tmp_path: Path, factor: float) -> None:
    soundfile.write(tmp_path / "loud.wav", factor * _tone(), RATE, subtype="FLOAT")
    np.testing.assert_allclose(load_audio(tmp_path / "loud.wav"), 2 * _tone(), atol=1e-3)


@pytest.mark.parametrize("channel", [0, 1])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_one_channel_that_is_no_number_is_refused(tmp_path: Path, channel: int, value: float) -> None:
    channels = np.stack([_tone(), -_tone()], 1)
    channels[99, channel] = value
    soundfile.write(tmp_path / "bad.wav", channels, RATE, subtype="FLOAT")
    with pytest.raises(AudioError, match="not finite"):
        load_audio(tmp_path / "bad.wav")


def test_the_own_rate_may_be_kept(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "tone.wav", _tone(1, 48_000), 48_000, subtype="FLOAT")
    samples, rate = load_at_own_rate(tmp_path / "tone.wav")
    assert rate == 48_000
    np.testing.assert_array_equal(samples, _tone(1, 48_000))


def test_folders_are_walked_for_every_suffix_that_is_read(tmp_path: Path) -> None:
    wanted = {
        ".wave",
        ".oga",
        ".opus",
        ".mp2",
        ".aifc",
        ".snd",
        ".caf",
        ".w64",
        ".m4a",
        ".m4b",
        ".webm",
        ".wma",
        ".aac",
    }
    assert wanted <= SUFFIXES
    for suffix in (*wanted, ".txt", ".jpg"):
        (tmp_path / f"a{suffix.upper()}").touch()
    assert {path.suffix.lower() for path in find_recordings([tmp_path]).files} == wanted
    with pytest.raises(AudioError, match=r"put WAV, FLAC, .* M4A"):
        (tmp_path / "none").mkdir()
        find_recordings([tmp_path / "none"])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(_bytes(_tone()))
    (tmp_path / "a.wav").chmod(0)
    with pytest.raises(AudioError, match="permission denied"):
        load_audio(tmp_path / "a.wav")
