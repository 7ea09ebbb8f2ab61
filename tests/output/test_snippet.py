"""A snippet is shaped without clicks and kept as the same bytes every time."""

import errno
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from img2music.audio.files.io import load_audio
from img2music.errors import AudioError, OptionError, OutputError
from img2music.output.ogg import with_serial
from img2music.output.provenance import Provenance
from img2music.output.snippet import Snippet, fade

RATE = 22050
FORMATS = ("wav", "flac", "ogg", "mp3")


def _snippet(seconds: float = 1.0, rate: int = RATE) -> Snippet:
    samples = 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
    return Snippet(samples.astype(np.float32), rate, "jazz", {"jazz": 1.0}, Provenance(seed=7))


def test_the_duration_follows_from_the_rate() -> None:
    assert _snippet(1.5).seconds == pytest.approx(1.5, abs=1e-4)


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_saved_can_be_loaded(tmp_path: Path, format: str) -> None:
    snippet = _snippet(15.0)
    path = snippet.save(tmp_path / f"tune.{format}")
    assert path == tmp_path / f"tune.{format}"
    loaded = load_audio(path)
    assert len(loaded) == len(snippet.samples)
    error = loaded - snippet.samples
    assert np.sqrt(np.mean(error**2)) < (1e-4 if format in ("wav", "flac") else 0.01)


@pytest.mark.parametrize("format", ["wav", "flac"])
def test_wav_and_flac_hold_the_samples_rounded_to_16_bits(tmp_path: Path, format: str) -> None:
    path = _snippet().save(tmp_path / f"tune.{format}")
    assert soundfile.info(path).subtype == "PCM_16"
    assert np.abs(load_audio(path) - _snippet().samples).max() <= 0.5 / 32768


def test_loud_samples_are_limited_not_wrapped(tmp_path: Path) -> None:
    samples = np.repeat(np.float32([1.5, 1.0, -1.0, -1.5]), 1000)
    path = Snippet(samples, RATE, "pop").save(tmp_path / "loud.wav")
    np.testing.assert_allclose(load_audio(path), np.clip(samples, -1, 1), atol=1e-4)


@pytest.mark.parametrize("format", FORMATS)
def test_equal_music_gives_equal_bytes(tmp_path: Path, format: str) -> None:
    first = _snippet().save(tmp_path / f"one.{format}").read_bytes()
    assert _snippet().save(tmp_path / f"two.{format}").read_bytes() == first


def test_an_ogg_stream_has_serial_number_0(tmp_path: Path) -> None:
    data = _snippet().save(tmp_path / "tune.ogg").read_bytes()
    assert struct.unpack_from("<I", data, 14) == (0,)


def test_the_checksums_of_ogg_pages_are_those_of_the_encoder(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "tune.ogg", _snippet().samples, RATE)
    original = (tmp_path / "tune.ogg").read_bytes()
    (serial,) = struct.unpack_from("<I", original, 14)
    assert with_serial(original, serial) == original
    assert with_serial(with_serial(original, 5), serial) == original
    assert with_serial(original, serial ^ 1) != original


@pytest.mark.parametrize("data", [b"RIFF", b"OggS", b"OggS" + bytes(22) + b"\x05"])
def test_what_is_not_ogg_has_no_serial_number(data: bytes) -> None:
    with pytest.raises(ValueError, match="Ogg page"):
        with_serial(data)


def test_the_suffix_may_be_in_capitals_or_overruled(tmp_path: Path) -> None:
    assert soundfile.info(_snippet().save(tmp_path / "TUNE.FLAC")).format == "FLAC"
    assert soundfile.info(_snippet().save(tmp_path / "tune.dat", format="ogg")).format == "OGG"


@pytest.mark.parametrize(("name", "format"), [("tune", None), ("tune.aac", None), ("tune.wav", "midi"), ("a.wav", "")])
def test_another_format_is_refused_with_the_choices(tmp_path: Path, name: str, format: str | None) -> None:
    with pytest.raises(OptionError, match="choose one of wav, flac, ogg, mp3"):
        _snippet().save(tmp_path / name, format)
    assert list(tmp_path.iterdir()) == []


def test_a_rate_the_format_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="mp3 at 5000 Hz"):
        _snippet(rate=5000).save(tmp_path / "tune.mp3")
    assert list(tmp_path.iterdir()) == []


def test_samples_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="not finite"):
        Snippet(np.full(9, np.nan, np.float32), RATE, "pop").save(tmp_path / "tune.wav")


def test_an_existing_file_is_replaced_only_with_force(tmp_path: Path) -> None:
    path = _snippet().save(tmp_path / "tune.wav")
    before = path.read_bytes()
    with pytest.raises(OutputError, match="--force"):
        _snippet(2.0).save(path)
    assert path.read_bytes() == before
    _snippet(2.0).save(path, force=True)
    assert len(path.read_bytes()) > len(before)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def disk_full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", disk_full)
    with pytest.raises(OutputError, match="the disk is full"):
        _snippet().save(tmp_path / "tune.wav")
    assert list(tmp_path.iterdir()) == []


def test_a_fade_starts_and_ends_in_silence() -> None:
    samples = np.ones(1000, np.float32)
    faded = fade(samples, 100, 2.0, 3.0)
    assert (faded[0], faded[-1]) == (0, 0)
    assert faded[100] == pytest.approx(0.5)
    np.testing.assert_array_equal(faded[200:700], 1)
    assert (np.diff(faded[:200]) > 0).all()
    assert (np.diff(faded[700:]) < 0).all()
    np.testing.assert_array_equal(samples, 1)


@given(st.integers(0, 50), st.floats(0, 9), st.floats(0, 9))
def test_a_fade_of_any_length_only_makes_softer(length: int, seconds_in: float, seconds_out: float) -> None:
    faded = fade(np.ones(length, np.float32), 10, seconds_in, seconds_out)
    assert faded.shape == (length,)
    assert faded.dtype == np.float32
    assert ((faded >= 0) & (faded <= 1)).all()


def test_a_negative_fade_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot last"):
        fade(np.ones(9, np.float32), 10, -1, 0)
