"""Levels are what the decibels say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from img2music.audio.level import level, normalise_level


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
    np.testing.assert_array_equal(normalise_level(samples), samples)


@given(amplitude=st.floats(1e-4, 100), target=st.floats(-60, 0))
def test_any_sound_reaches_the_target_in_its_own_shape(amplitude: float, target: float) -> None:
    samples = _sine(amplitude, 441)
    normalised = normalise_level(samples, target)
    assert normalised.dtype == np.float32
    assert level(normalised) == pytest.approx(target, abs=1e-3)
    np.testing.assert_allclose(normalised * np.abs(samples).max(), samples * np.abs(normalised).max(), atol=1e-3)


def test_the_default_target_is_minus_18() -> None:
    assert level(normalise_level(_sine(0.9))) == pytest.approx(-18, abs=1e-3)
