"""Levels are what the decibels say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from img2music.loudness import level, limit_peak, normalise_loudness


def _sine(amplitude: float, length: int = 22050) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * 100 * np.arange(length) / length)).astype(np.float32)


@pytest.mark.parametrize(("amplitude", "expected"), [(1.0, -3.0103), (0.1, -23.0103), (0.5, -9.0309)])
def test_the_level_of_a_sine(amplitude: float, expected: float) -> None:
    assert level(_sine(amplitude)) == pytest.approx(expected, abs=1e-3)


def test_the_level_of_a_constant_is_that_of_its_value() -> None:
    assert level(np.full(10, -0.1, np.float32)) == pytest.approx(-20, abs=1e-4)


@pytest.mark.parametrize("samples", [np.zeros(100, np.float32), np.zeros(0, np.float32)])
def test_silence_has_the_lowest_level_and_stays_silence(samples: np.ndarray) -> None:
    assert level(samples) == pytest.approx(-120)
    np.testing.assert_array_equal(normalise_loudness(samples), samples)
    np.testing.assert_array_equal(limit_peak(samples), samples)


@given(amplitude=st.floats(1e-4, 100), target=st.floats(-60, 0))
def test_any_sound_reaches_the_target_in_its_own_shape(amplitude: float, target: float) -> None:
    samples = _sine(amplitude, 441)
    normalised = normalise_loudness(samples, target)
    assert normalised.dtype == np.float32
    assert level(normalised) == pytest.approx(target, abs=1e-3)
    np.testing.assert_allclose(normalised * np.abs(samples).max(), samples * np.abs(normalised).max(), atol=1e-3)


def test_the_default_target_is_minus_18() -> None:
    assert level(normalise_loudness(_sine(0.9))) == pytest.approx(-18, abs=1e-3)


@given(amplitude=st.floats(0, 50), ceiling=st.floats(-20, 0))
def test_no_sample_exceeds_the_ceiling(amplitude: float, ceiling: float) -> None:
    samples = _sine(amplitude, 441)
    limited = limit_peak(samples, ceiling)
    most = 10 ** (ceiling / 20)
    assert np.abs(limited).max() <= most * (1 + 1e-6)
    if np.abs(samples).max() <= most:
        np.testing.assert_array_equal(limited, samples)
    else:
        assert np.abs(limited).max() == pytest.approx(most, rel=1e-6)


def test_the_default_ceiling_is_minus_1() -> None:
    assert np.abs(limit_peak(_sine(2.0))).max() == pytest.approx(0.8912509, rel=1e-6)


def test_a_negative_peak_counts_too() -> None:
    assert limit_peak(np.float32([0.1, -4.0])).min() == pytest.approx(-0.8912509, rel=1e-6)


def test_a_peak_turns_down_its_surroundings_smoothly_and_nothing_else() -> None:
    samples = np.full(22050, 0.25, np.float32)
    samples[11025] = 3.0
    gain = limit_peak(samples) / samples
    assert gain[11025] == pytest.approx(0.8912509 / 3, rel=0.01)
    assert (gain[:5000] == 1).all()
    assert (gain[17000:] == 1).all()
    assert np.abs(np.diff(gain)).max() < 0.01


@pytest.mark.parametrize("length", [1, 2, 63, 64, 65, 1000])
def test_a_sound_of_any_length_is_limited(length: int) -> None:
    limited = limit_peak(np.full(length, -2.0, np.float32))
    np.testing.assert_allclose(limited, -0.8912509, rtol=1e-5)
