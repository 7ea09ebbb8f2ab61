"""Rates that have next to nothing in common with the one asked for: as good as any other, and as quick."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2music.audio.resampling import look_ahead, resample

ODD = (44_101, 96_001, 65_537, 383_981, 767_957)
RATES = st.one_of(st.integers(1000, 768_000), st.sampled_from([*ODD, 8000, 22050, 44100, 48000]))


def _noise(rate: int, seconds: float, share: float, seed: int = 0) -> np.ndarray:
    """Noise below a share of 11,025 Hz that swells and dies away, drawn at any rate from the same sines."""
    rng = np.random.default_rng(seed)
    hertz, phase = rng.uniform(30, share * 11_025, 24), rng.uniform(0, 6, 24)
    moments = np.arange(round(seconds * rate)) / rate
    sound = sum(np.sin(2 * np.pi * f * moments + p) for f, p in zip(hertz, phase, strict=True))
    return (sound * np.sin(np.pi * moments / seconds) ** 2 / 24).astype(np.float32)


def _decibels(samples: np.ndarray) -> float:
    return 20 * math.log10(max(float(np.abs(samples).max()), 1e-9))


@pytest.mark.parametrize("rate", ODD)
def test_music_at_odd_rates_is_what_it_was(rate: int) -> None:
    result = resample(_noise(rate, 1.0, 0.85), rate, 22_050)
    assert _decibels(result - _noise(22_050, len(result) / 22_050, 0.85)[: len(result)]) < -80


@pytest.mark.parametrize("rate", [44_101, 65_537])
def test_an_independent_resampler_says_the_same(rate: int) -> None:
    signal = pytest.importorskip("scipy.signal")
    music = _noise(rate, 0.5, 0.7)
    common = math.gcd(rate, 22_050)
    up, down = 22_050 // common, rate // common
    low_pass = signal.firwin(64 * max(up, down) + 1, 0.9 / max(up, down), window=("kaiser", 12.0))
    wanted = signal.resample_poly(music.astype(np.float64), up, down, window=low_pass)
    assert _decibels(resample(music, rate, 22_050) - wanted) < -90


@pytest.mark.parametrize("rate", ODD)
@pytest.mark.parametrize("share", [1.002, 1.3, 1.9])
def test_what_the_lower_rate_cannot_hold_is_removed(rate: int, share: float) -> None:
    tone = np.sin(2 * np.pi * share * 11_025 * np.arange(rate) / rate).astype(np.float32)
    assert _decibels(resample(tone, rate, 22_050)[1500:-1500]) < -100


@pytest.mark.parametrize("rate", [383_981, 767_957, 44_101, 44_100, 768_000])
def test_fourier_transforms_are_of_quick_lengths(rate: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = set()
    forth, back = np.fft.rfft, np.fft.irfft
    monkeypatch.setattr(np.fft, "rfft", lambda piece: lengths.add(len(piece)) or forth(piece))
    monkeypatch.setattr(np.fft, "irfft", lambda spectrum, n: lengths.add(n) or back(spectrum, n))
    resample(np.zeros(rate, np.float32), rate, 22_050)
    assert lengths
    for length in lengths:
        assert length < 2**22
        assert not any(length % factor == 0 for factor in _primes_above_a_thousand(length))


def _primes_above_a_thousand(length: int) -> list[int]:
    rest = length
    for factor in range(2, 1000):
        while rest % factor == 0:
            rest //= factor
    return [rest] if rest > 1 else []


@pytest.mark.parametrize("a", [8000, 44_100, 44_101, 96_000, 383_981])
@pytest.mark.parametrize("b", [22_050, 48_000])
def test_the_beginning_is_the_beginning_of_the_whole(a: int, b: int) -> None:
    seconds = 0.7
    whole = np.random.default_rng(a).standard_normal(8 * a).astype(np.float32)
    wanted = int(seconds * b)
    beginning = resample(whole[: math.ceil(seconds * a) + look_ahead(a, b)], a, b)
    np.testing.assert_array_equal(beginning[:wanted], resample(whole, a, b)[:wanted])


@settings(max_examples=30, deadline=None)
@given(RATES, RATES, st.integers(0, 2000))
def test_the_length_lasts_as_long(a: int, b: int, length: int) -> None:
    result = resample(np.ones(length, np.float32), a, b)
    assert result.shape == (math.ceil(length * b / a),)
    assert result.dtype == np.float32


@pytest.mark.parametrize("rates", [(44_100, 22_050), (48_000, 22_050), (22_050, 16_000), (8000, 44_100)])
def test_usual_rates_are_whole_blocks_of_a_spectrum(rates: tuple[int, int]) -> None:
    # What came out of these before there were others is what known music was encoded from: cut spectra, nothing else.
    music = np.random.default_rng(7).standard_normal(3000).astype(np.float32)
    down, up = (rate // math.gcd(*rates) for rate in rates)
    least, guard = min(down, up), math.ceil(1024 / min(down, up))
    blocks = math.ceil(32768 / least) + 2 * guard
    padded = np.pad(music, (guard * down, (blocks - guard) * down - len(music)))
    share = np.arange(blocks * least // 2 + 1) / (blocks * least / 2)
    gain = 0.5 + 0.5 * np.cos(np.pi * np.clip((share - 0.9) / 0.1, 0, 1))
    spectrum = np.fft.rfft(padded)[: len(gain)] * gain.astype(np.float32) * np.float32(up / down)
    wanted = np.fft.irfft(spectrum, blocks * up)[guard * up :][: math.ceil(len(music) * up / down)]
    np.testing.assert_allclose(resample(music, *rates), wanted, atol=1e-6)
