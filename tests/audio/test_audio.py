"""Recordings come out mono at the rate asked for; anything else as an AudioError of one line."""

import io
import math
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from img2music.audio.files import extent
from img2music.audio.files.io import load_audio
from img2music.audio.resampling import resample
from img2music.errors import AudioError

RATES = st.sampled_from([8000, 11025, 16000, 22050, 32000, 44100, 44101, 48000, 96000])
EDGE = 0.06  # s; nearer to the ends the silence around the recording is heard


def _sine(hertz: float, rate: int, seconds: float) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate).astype(np.float32)


def _decibels(samples: np.ndarray) -> float:
    return 20 * math.log10(max(float(np.abs(samples).max()), 1e-9))


def _inner(samples: np.ndarray, rate: int) -> np.ndarray:
    return samples[round(EDGE * rate) : -round(EDGE * rate)]


@settings(max_examples=60, deadline=None)
@given(RATES, RATES, st.floats(0.001, 0.9))
def test_resampling_keeps_tones_below_the_lower_nyquist_frequency(a: int, b: int, share: float) -> None:
    hertz = share * min(a, b) / 2
    result = resample(_sine(hertz, a, 0.4), a, b)
    error = result - _sine(hertz, b, len(result) / b)
    assert _decibels(_inner(error, b)) < -80


@settings(max_examples=40, deadline=None)
@given(RATES, RATES, st.floats(1.002, 1.99))
def test_resampling_removes_tones_above_the_lower_nyquist_frequency(a: int, b: int, share: float) -> None:
    low, high = sorted((a, b))
    hertz = share * low / 2
    if hertz < high / 2:
        assert _decibels(_inner(resample(_sine(hertz, high, 0.4), high, low), low)) < -80


@settings(max_examples=60, deadline=None)
@given(RATES, RATES, st.integers(0, 3000))
def test_resampling_gives_the_length_that_lasts_as_long(a: int, b: int, length: int) -> None:
    result = resample(np.ones(length, np.float32), a, b)
    assert result.shape == (math.ceil(length * b / a),)
    assert result.dtype == np.float32


@settings(max_examples=30, deadline=None)
@given(RATES, RATES, st.integers(0, 2**32), st.floats(-4, 4))
def test_resampling_is_linear(a: int, b: int, seed: int, gain: float) -> None:
    x, y = np.random.default_rng(seed).standard_normal((2, 2000)).astype(np.float32)
    together = resample(x + np.float32(gain) * y, a, b)
    np.testing.assert_allclose(together, resample(x, a, b) + gain * resample(y, a, b), atol=1e-4)


def test_resampling_has_no_seams() -> None:
    # Long enough for several blocks, and compared with the same music in one shifted piece.
    noise = np.random.default_rng(1).standard_normal(200_000).astype(np.float32)
    whole = resample(noise, 44100, 22050)
    shifted = resample(noise[50_000:], 44100, 22050)
    np.testing.assert_allclose(whole[25_000 + 2000 :], shifted[2000:], atol=1e-5)


def test_resampling_to_the_same_rate_copies() -> None:
    samples = np.arange(5, dtype=np.float32)
    copy = resample(samples, 44100, 44100)
    np.testing.assert_array_equal(copy, samples)
    assert not np.shares_memory(copy, samples)


@pytest.mark.parametrize("rates", [(0, 22050), (22050, 0), (-1, 22050)])
def test_resampling_refuses_impossible_rates(rates: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="positive"):
        resample(np.zeros(9, np.float32), *rates)


@pytest.mark.parametrize("format", ["WAV", "WAVEX", "FLAC", "OGG", "MP3", "AIFF", "AU"])
def test_every_format_is_read_at_the_rate_asked_for(tmp_path: Path, format: str) -> None:
    path = tmp_path / "tone"
    soundfile.write(path, 0.5 * _sine(440, 44100, 2.0), 44100, format=format)
    samples = load_audio(path)
    assert samples.dtype == np.float32
    assert len(samples) == pytest.approx(2.0 * 22050, abs=1500)  # MP3 pads
    spectrum = np.abs(np.fft.rfft(samples[11025:33075]))
    assert np.argmax(spectrum) == 440
    assert _decibels(_inner(samples, 22050)[5000:-5000]) == pytest.approx(-6.0, abs=0.3)


def test_channels_are_averaged(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.tile([0.5, -0.25], (5000, 1)), 22050)
    np.testing.assert_allclose(load_audio(str(path)), np.full(5000, 0.125), atol=1e-6)


def test_another_rate_may_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, _sine(300, 8000, 1.0), 8000, subtype="FLOAT")
    samples = load_audio(path, rate=16000)
    assert _decibels(_inner(samples - _sine(300, 16000, 1.0), 16000)) < -80


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_finite_are_refused(tmp_path: Path, value: float) -> None:
    samples = np.zeros(22050)
    samples[777] = value
    soundfile.write(tmp_path / "bad.wav", samples, 22050, subtype="FLOAT")
    with pytest.raises(AudioError, match=r"bad\.wav holds samples that are not finite"):
        load_audio(tmp_path / "bad.wav")


@pytest.mark.parametrize("length", [0, 1, 2204])
def test_a_short_recording_is_refused(tmp_path: Path, length: int) -> None:
    soundfile.write(tmp_path / "short.wav", np.zeros(length), 22050)
    with pytest.raises(AudioError, match=r"short\.wav is shorter than 0\.1 s"):
        load_audio(tmp_path / "short.wav")


def test_a_tenth_of_a_second_will_do(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "short.wav", np.zeros(2205), 22050)
    assert load_audio(tmp_path / "short.wav").shape == (2205,)


def test_a_long_recording_is_refused_by_its_header(tmp_path: Path) -> None:
    # An hour of silence that takes no room: the header is all that is ever read.
    path = tmp_path / "long.wav"
    size = 2 * 22050 * 3600
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        size + 36,
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        22050,
        44100,
        2,
        16,
        b"data",
        size,
    )
    with path.open("wb") as file:
        file.write(header)
        file.truncate(size + len(header))
    with pytest.raises(AudioError, match=r"long\.wav is longer than 600 s"):
        load_audio(path)


def test_samples_out_of_all_measure_are_refused(tmp_path: Path) -> None:
    for largest, fits in ((2.0**31, True), (1e37, False)):
        soundfile.write(tmp_path / "huge.wav", np.full((9000, 1), largest), 44100, subtype="FLOAT")
        if fits:
            assert np.isfinite(load_audio(tmp_path / "huge.wav")).all()
        else:
            with pytest.raises(AudioError, match="usual size"):
                load_audio(tmp_path / "huge.wav")


def test_the_longest_duration_may_be_given(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "tone.wav", np.zeros(22051), 22050)
    with pytest.raises(AudioError, match=r"longer than 1 s"):
        load_audio(tmp_path / "tone.wav", max_seconds=1.0)
    assert load_audio(tmp_path / "tone.wav", max_seconds=1.1).shape == (22051,)


@pytest.mark.parametrize("rate", [999, 800_000])
def test_an_odd_rate_is_refused(tmp_path: Path, rate: int) -> None:
    soundfile.write(tmp_path / "odd.wav", np.zeros(1000), rate)
    with pytest.raises(AudioError, match=rf"odd\.wav has a rate of {rate} Hz"):
        load_audio(tmp_path / "odd.wav")


def test_too_many_channels_for_the_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfile.write(tmp_path / "wide.wav", np.zeros((5000, 20)), 22050)
    assert load_audio(tmp_path / "wide.wav").shape == (5000,)
    monkeypatch.setattr(extent, "MAX_VALUES", 99_999)
    with pytest.raises(AudioError, match="20 channels"):
        load_audio(tmp_path / "wide.wav")


@pytest.mark.parametrize("suffix", ["wav", "raw", "mp3", "flac", ""])
def test_what_is_no_recording_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"text.{suffix}"
    path.write_bytes(b"hello, I am a text, not a recording" * 9)
    with pytest.raises(AudioError, match="is not a recording"):
        load_audio(path)


def test_an_unusual_format_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "tone.mat", np.zeros(9999), 22050, format="MAT5")
    with pytest.raises(AudioError, match="unusual format"):
        load_audio(tmp_path / "tone.mat")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    with pytest.raises(AudioError, match="is empty"):
        load_audio(tmp_path / "empty.wav")


@pytest.mark.parametrize(("name", "words"), [("missing.wav", "no such file"), (".", "a folder"), ("\0", "valid")])
def test_a_path_that_is_no_file_is_refused(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(AudioError, match=words):
        load_audio(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(AudioError, match="pipe or a device"):
        load_audio(tmp_path / "pipe")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutated_bytes_give_audio_or_an_audio_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    buffer = io.BytesIO()
    format = data.draw(st.sampled_from(["WAV", "FLAC", "OGG", "AIFF", "AU"]))
    soundfile.write(buffer, _sine(440, 8000, 0.3), 8000, format=format)
    content = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, min(len(content), 200) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("mutated") / "tone"
    path.write_bytes(content[: data.draw(st.one_of(st.none(), st.integers(0, len(content))))])
    try:
        samples = load_audio(path)
        assert np.isfinite(samples).all()
        assert samples.ndim == 1
    except AudioError as error:
        assert "\n" not in str(error)
