"""Loudness and true peaks of both channels together."""

from __future__ import annotations

import numpy as np
import pytest

from img2music.audio.limiter import CEILING, limit_peak, true_peak
from img2music.audio.loudness import SNIPPET_LOUDNESS, loudness, normalise_loudness

RATE = 44_100


def tone(hertz: float, level: float, seconds: float = 2.0) -> np.ndarray:
    t = np.arange(int(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


def test_two_channels_alike_are_3_db_louder_than_one() -> None:
    mono = tone(997, 0.5)
    both = np.stack([mono, mono], axis=1)
    assert loudness(both, RATE) == pytest.approx(loudness(mono, RATE) + 3.01, abs=0.01)
    one = np.stack([mono, np.zeros_like(mono)], axis=1)
    assert loudness(one, RATE) == pytest.approx(loudness(mono, RATE), abs=0.01)


def test_both_channels_are_turned_down_together() -> None:
    quiet, loud = tone(440, 0.2), tone(660, 0.2)
    loud[30_000:30_400] *= 8
    samples = np.stack([quiet, loud], axis=1)
    limited = limit_peak(samples)
    assert true_peak(limited) <= CEILING + 0.01
    gains = limited / np.where(np.abs(samples) < 1e-3, np.nan, samples)
    difference = np.abs(gains[:, 0] - gains[:, 1])
    assert np.nanmax(difference) < 1e-3
    np.testing.assert_array_equal(limited[:20_000], samples[:20_000])


def test_a_snippet_in_stereo_reaches_the_target() -> None:
    random = np.random.default_rng(0)
    samples = (0.05 * random.standard_normal((2 * RATE, 2))).astype(np.float32)
    finished = normalise_loudness(samples, RATE)
    assert finished.shape == samples.shape
    assert loudness(finished, RATE) == pytest.approx(SNIPPET_LOUDNESS, abs=0.1)
    assert true_peak(finished) <= CEILING + 0.01


def test_silence_stays_silence() -> None:
    samples = np.zeros((RATE, 2), np.float32)
    assert loudness(samples, RATE) == -70
    np.testing.assert_array_equal(normalise_loudness(samples, RATE), samples)
