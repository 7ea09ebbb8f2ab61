"""Files of music in two channels: left stays left in every format, and recordings have left and right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from img2music import Snippet
from img2music.app.drawings.mel import BANDS, mel_levels, to_mel
from img2music.app.drawings.sound import draw_sound
from img2music.audio.files.downmix import to_stereo
from img2music.audio.files.io import load_audio, load_stereo
from img2music.output.snippet import fade

RATE = 44_100
LEFT, RIGHT = 440.0, 3000.0


def tone(hertz: float, seconds: float = 2.0, rate: int = RATE) -> np.ndarray:
    return (0.4 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def snippet(seconds: float = 2.0) -> Snippet:
    return Snippet(np.stack([tone(LEFT, seconds), tone(RIGHT, seconds)], axis=1), RATE, "jazz")


def pitch(samples: np.ndarray, rate: int) -> float:
    """The loudest frequency in the middle of samples `(T,)`, Hz."""
    part = samples[rate // 2 : rate // 2 + rate]
    return float(np.abs(np.fft.rfft(part * np.hanning(len(part)))).argmax() * rate / len(part))


@pytest.mark.parametrize("format", ["wav", "flac", "ogg", "mp3"])
def test_left_stays_left(tmp_path: Path, format: str) -> None:
    path = snippet().save(tmp_path / f"tune.{format}")
    samples, rate = soundfile.read(path)
    assert (rate, samples.shape[1]) == (RATE, 2)
    assert pitch(samples[:, 0], rate) == pytest.approx(LEFT, abs=2)
    assert pitch(samples[:, 1], rate) == pytest.approx(RIGHT, abs=2)
    assert snippet().encoded(format) == path.read_bytes()


def test_left_stays_left_in_a_film(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    from img2music.output.video import save_video

    save_video(snippet(), Image.new("RGB", (64, 64), "orange"), tmp_path / "film.mp4")
    with av.open(str(tmp_path / "film.mp4")) as film:
        rate = film.streams.audio[0].rate
        frames = [frame.to_ndarray() for frame in film.decode(audio=0)]
    left, right = np.concatenate(frames, axis=1)
    assert pitch(left, rate) == pytest.approx(LEFT, abs=2)
    assert pitch(right, rate) == pytest.approx(RIGHT, abs=2)


def test_fades_hold_for_both_channels() -> None:
    faded = fade(np.ones((RATE, 2), np.float32), RATE, 0.1, 0.2)
    np.testing.assert_array_equal(faded[:, 0], fade(np.ones(RATE, np.float32), RATE, 0.1, 0.2))
    np.testing.assert_array_equal(faded[:, 0], faded[:, 1])


def test_a_recording_has_left_and_right(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "clip.wav", np.stack([tone(LEFT, rate=48_000), tone(RIGHT, rate=48_000)], 1), 48_000)
    samples = load_stereo(tmp_path / "clip.wav")
    assert samples.shape == (2 * RATE, 2)
    assert pitch(samples[:, 0], RATE) == pytest.approx(LEFT, abs=2)
    assert pitch(samples[:, 1], RATE) == pytest.approx(RIGHT, abs=2)
    beginning = load_stereo(tmp_path / "clip.wav", beginning=0.5)
    np.testing.assert_allclose(beginning, samples[: RATE // 2], atol=1e-6)
    assert load_audio(tmp_path / "clip.wav", RATE).shape == (2 * RATE,)


def test_surround_sound_is_mixed_down() -> None:
    one = np.eye(6, dtype=np.float32)  # front left and right, centre, low frequencies, back left and right
    left, right = to_stereo(one).T
    assert left[0] == right[1] > left[2] == right[2] > 0
    assert left[1] == right[0] == left[3] == right[3] == 0
    assert left[4] == right[5] > 0 == left[5] == right[4]
    assert np.abs(to_stereo(np.ones((3, 6), np.float32))).max() <= 1 + 1e-6


@pytest.mark.parametrize("channels", [1, 3, 4, 5, 7, 8, 11])
def test_any_number_of_channels_becomes_two(channels: int) -> None:
    both = to_stereo(np.ones((9, channels), np.float32))
    assert both.shape == (9, 2)
    np.testing.assert_allclose(both, 1, atol=1e-6)


@pytest.mark.parametrize("hertz", [200, 5000, 15_000])
def test_the_page_shows_levels_up_to_20_khz(hertz: int) -> None:
    levels = mel_levels(np.stack([tone(hertz), np.zeros(2 * RATE, np.float32)], axis=1), RATE)
    band = int(levels[:, 20:-20].mean(1).argmax())
    assert band == pytest.approx((BANDS + 1) * to_mel(hertz) / to_mel(20_000) - 1, abs=1.0)


def test_the_page_draws_both_channels() -> None:
    drawing = draw_sound(snippet())
    assert drawing.count("M") >= 2
    assert ">16k<" in drawing
