"""No wave between the samples comes out higher than the ceiling, and what is below is left alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.signal import resample

from img2music.audio.limiter import OVERSAMPLING, limit_peak, oversample, true_peak


def _sine(amplitude: float, length: int = 2205) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * 10 * np.arange(length) / length)).astype(np.float32)


def test_the_true_peak_lies_between_samples() -> None:
    # a quarter of the sampling rate, sampled at 45 degrees: samples reach 0.707, the wave 1
    samples = np.sin(np.pi / 2 * np.arange(4000) + np.pi / 4).astype(np.float32)
    assert np.abs(samples).max() == pytest.approx(np.sqrt(0.5), abs=1e-4)
    assert true_peak(samples) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("length", [100, 101, 4096])
def test_oversampling_agrees_with_scipy(length: int) -> None:
    samples = np.random.default_rng(length).standard_normal(length).astype(np.float32)
    np.testing.assert_allclose(oversample(samples), resample(samples, OVERSAMPLING * length), atol=1e-5)


@pytest.mark.parametrize("length", [0, 1, 100])
def test_silence_has_the_lowest_peak_and_stays(length: int) -> None:
    samples = np.zeros(length, np.float32)
    assert true_peak(samples) == pytest.approx(-120)
    np.testing.assert_array_equal(limit_peak(samples), samples)


@settings(deadline=None)
@given(amplitude=st.floats(0, 50), ceiling=st.floats(-20, 0))
def test_no_peak_exceeds_the_ceiling(amplitude: float, ceiling: float) -> None:
    samples = _sine(amplitude)
    limited = limit_peak(samples, ceiling)
    assert true_peak(limited) <= ceiling + 0.01
    if true_peak(samples) <= ceiling:
        np.testing.assert_array_equal(limited, samples)
    elif ceiling > -119:
        assert true_peak(limited) == pytest.approx(ceiling, abs=0.2)


@settings(deadline=None, max_examples=30)
@example(seed=13, gain=1.0)  # four rounds do not suffice
@given(seed=st.integers(0, 1000), gain=st.floats(0.5, 10))
def test_noise_is_limited_too(seed: int, gain: float) -> None:
    samples = (gain * np.random.default_rng(seed).standard_normal(5000)).astype(np.float32)
    assert true_peak(limit_peak(samples)) <= -0.95


def test_a_peak_turns_down_its_surroundings_smoothly_and_nothing_else() -> None:
    samples = _sine(0.25, 22050)
    samples[11025:11030] = 3.0
    limited = limit_peak(samples)
    away = np.r_[0:10000, 12000:22050]
    np.testing.assert_array_equal(limited[away], samples[away])
    audible = np.abs(samples) > 0.02
    gain = limited[audible] / samples[audible]
    assert np.abs(np.diff(gain)).max() < 0.03


@pytest.mark.parametrize("length", [1, 2, 63, 64, 65, 1000])
def test_a_sound_of_any_length_is_limited(length: int) -> None:
    limited = limit_peak(np.full(length, -2.0, np.float32))
    np.testing.assert_allclose(limited, -0.8912509, rtol=1e-3)
