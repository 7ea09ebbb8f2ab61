"""Loudness is what the standard says, and finished snippets have one in common."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2music.audio.limiter import true_peak
from img2music.audio.loudness import SILENCE, SNIPPET_LOUDNESS, loudness, normalise_loudness

RATE = 22050


def _sine(hertz: float, amplitude: float = 1.0, seconds: float = 5, rate: int = RATE) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def _music() -> np.ndarray:
    """Chords of decaying notes with noise, 6 s."""
    random, time = np.random.default_rng(0), np.arange(RATE) / RATE
    bars = [
        sum(np.sin(2 * np.pi * f * time) for f in random.uniform(60, 4000, 6)) * np.exp(-3 * time) for _ in range(6)
    ]
    return (0.1 * np.concatenate(bars) + 0.01 * random.standard_normal(6 * RATE)).astype(np.float32)


@pytest.mark.parametrize("rate", [RATE, 44100, 48000])
def test_a_sine_of_997_hz_at_full_scale_has_minus_3_01_lufs(rate: int) -> None:
    # ITU-R BS.1770-4, annex 1
    assert loudness(_sine(997, rate=rate), rate) == pytest.approx(-3.01, abs=0.1)


def test_it_agrees_with_pyloudnorm() -> None:
    pyloudnorm = pytest.importorskip("pyloudnorm")
    for samples in (_music(), np.concatenate([_sine(440), _sine(440, 0.01), np.zeros(RATE, np.float32)])):
        expected = pyloudnorm.Meter(RATE).integrated_loudness(samples.astype(np.float64))
        assert loudness(samples, RATE) == pytest.approx(expected, abs=0.1)


def test_silent_and_quiet_passages_do_not_count() -> None:
    loud, quiet = _sine(997, 0.5), _sine(997, 0.01)
    mixed = np.concatenate([loud, quiet, np.zeros_like(loud)])
    assert loudness(mixed, RATE) == pytest.approx(loudness(loud, RATE), abs=0.4)


@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.zeros(100, np.float32), np.zeros(RATE, np.float32)])
def test_silence_has_the_lowest_loudness_and_stays_silence(samples: np.ndarray) -> None:
    assert loudness(samples, RATE) == SILENCE
    np.testing.assert_array_equal(normalise_loudness(samples, RATE), samples)


@settings(deadline=None, max_examples=20)
@given(gain=st.floats(0.01, 30), target=st.floats(-30, -16))
def test_music_of_any_level_reaches_the_target_below_the_ceiling(gain: float, target: float) -> None:
    finished = normalise_loudness((gain * _music()).astype(np.float32), RATE, target)
    assert finished.dtype == np.float32
    assert loudness(finished, RATE) == pytest.approx(target, abs=0.3)
    assert true_peak(finished) <= -0.99


def test_the_default_is_minus_16() -> None:
    assert SNIPPET_LOUDNESS == -16
    assert loudness(normalise_loudness(_sine(500, 0.3), RATE), RATE) == pytest.approx(-16, abs=0.1)
