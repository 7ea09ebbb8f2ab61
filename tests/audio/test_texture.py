"""Noise that a decoder smoothed gets its grain back, tones stay as they are; treble follows a contour."""

from __future__ import annotations

import numpy as np
import pytest

from img2music.audio.brightening import brightened
from img2music.audio.noise_fill import noisiness, roughen
from img2music.audio.stft import BINS, RATE, magnitude


def _tones() -> np.ndarray:
    time = np.arange(2 * RATE) / RATE
    return magnitude(sum(0.1 * np.sin(2 * np.pi * 300 * n * time) for n in range(1, 30)).astype(np.float32))


def _smooth_noise() -> np.ndarray:
    """What a decoder makes of a cymbal: its envelope."""
    return (0.3 * np.linspace(1, 0.2, BINS) * np.exp(-np.linspace(0, 2, 100))[:, None]).astype(np.float32)


def test_a_smooth_surface_is_noise_and_partials_are_not() -> None:
    assert noisiness(_smooth_noise())[5:-5, 10:-10].min() > 0.95
    tones = _tones()[20:-20, :380]  # where there are partials
    assert np.median(noisiness(tones)[tones > 0.1 * tones.max()]) < 0.1


def test_noise_becomes_as_rough_as_white_noise_is() -> None:
    wanted = np.log(magnitude(np.random.default_rng(1).standard_normal(100 * 256).astype(np.float32))).std()
    smooth = _smooth_noise()
    rough = roughen(smooth)
    grain = np.log(rough / smooth)[5:-5, 10:-10]
    assert abs(np.median(grain)) < 0.05  # as loud as before
    np.testing.assert_allclose(grain.std(), wanted, rtol=0.15)


def test_tones_keep_their_magnitudes() -> None:
    tones = _tones()[20:-20]
    loud = tones > 0.5 * tones.max()
    np.testing.assert_allclose(roughen(tones)[loud], tones[loud], rtol=0.1)


def test_the_same_again_is_the_same_and_silence_stays_silence() -> None:
    smooth = _smooth_noise()
    before = smooth.copy()
    np.testing.assert_array_equal(roughen(smooth), roughen(smooth))
    np.testing.assert_array_equal(smooth, before)
    assert roughen(smooth).dtype == np.float32
    assert not roughen(np.zeros((4, BINS), np.float32)).any()


@pytest.mark.parametrize(("spread", "share"), [(0.2, 1.0), (0.7, 0.5), (1.3, 0.0)])
def test_the_share_of_noise_falls_as_log_magnitudes_spread(spread: float, share: float) -> None:
    """All noise up to a standard deviation of 0.4 nats, none from 1 on."""
    magnitudes = np.exp(spread * np.random.default_rng(0).standard_normal((60, 513))).astype(np.float32)
    assert float(noisiness(magnitudes).mean()) == pytest.approx(share, abs=0.06)


def _tone(hertz: float, seconds: float = 4.0) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * 44_100)) / 44_100).astype(np.float32)


def _gain(hertz: float, share: float) -> float:
    """By how many dB a tone is raised at a share that stays the same."""
    before = _tone(hertz)
    after = brightened(before, 44_100, (share, share), 4.0)
    return float(20 * np.log10(after.std() / before.std()))


@pytest.mark.parametrize(("share", "treble", "corner"), [(1.0, 9.0, 5.62), (0.0, -9.0, -3.37), (0.75, 4.5, 2.54)])
def test_treble_is_raised_and_lowered_by_the_share(share: float, treble: float, corner: float) -> None:
    assert _gain(16_000, share) == pytest.approx(treble, abs=0.1)
    assert _gain(1200, share) == pytest.approx(corner, abs=0.1)
    assert _gain(100, share) == pytest.approx(0, abs=0.15)


def test_in_the_middle_nothing_changes() -> None:
    both = np.stack([_tone(300), _tone(5000)], 1)
    after = brightened(both, 44_100, (0.5, 0.5), 4.0)
    assert after.dtype == np.float32 and after.shape == both.shape
    np.testing.assert_allclose(after, both, atol=1e-5)


def test_the_change_is_where_the_share_is_and_in_each_channel_alone() -> None:
    both = np.stack([_tone(16_000), np.zeros(4 * 44_100, np.float32)], 1)
    after = brightened(both, 44_100, (0.0, 1.0), 2.0)
    levels = [20 * np.log10(part.std() / both[:, 0].std()) for part in np.array_split(after[:, 0], 40)]
    assert levels[0] == pytest.approx(-9, abs=0.2)  # nothing lies before the first share
    assert levels[9] == pytest.approx(0, abs=1)  # halfway through two seconds
    np.testing.assert_allclose(levels[16:], 9, atol=0.2)  # and after the last it stays
    assert not after[:, 1].any()
