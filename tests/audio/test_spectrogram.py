"""One definition of the short-time Fourier transform, which loses nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2music.audio.stft import (
    BINS,
    HOP,
    RATE,
    WINDOW,
    frame_count,
    istft,
    magnitude,
    overlap_add,
    sample_count,
    stft,
)


def _noise(length: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(length).astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(length=st.integers(0, 6000), seed=st.integers(0, 99))
def test_the_inverse_gives_the_samples_back(length: int, seed: int) -> None:
    samples = _noise(length, seed)
    back = istft(stft(samples))
    assert len(samples) <= len(back) < len(samples) + 3 * HOP
    np.testing.assert_allclose(back[:length], samples, atol=2e-5)
    np.testing.assert_allclose(back[length:], 0, atol=2e-5)


@given(length=st.integers(0, 10**7))
def test_frames_come_in_pairs_and_cover_the_samples(length: int) -> None:
    frames = frame_count(length)
    assert frames % 2 == 0
    assert sample_count(frames) >= length
    assert frames == 2 or sample_count(frames - 2) < length


@pytest.mark.parametrize("length", [0, 1, HOP, HOP + 1, WINDOW, 5 * HOP - 1, RATE])
def test_shapes_and_types(length: int) -> None:
    frames = stft(_noise(length))
    assert frames.shape == (frame_count(length), BINS)
    assert frames.dtype == np.complex64
    assert istft(frames).shape == (sample_count(len(frames)),)
    assert istft(frames).dtype == magnitude(_noise(length)).dtype == np.float32


def test_a_sinusoid_stands_in_its_bin_with_its_amplitude() -> None:
    samples = 0.5 * np.cos(2 * np.pi * 40 * np.arange(RATE) / WINDOW).astype(np.float32)
    inner = magnitude(samples)[4:-4]
    assert (inner.argmax(1) == 40).all()
    np.testing.assert_allclose(inner[:, 40], 0.5 * WINDOW / 4, rtol=1e-4)
    np.testing.assert_allclose(inner[:, [39, 41]], 0.25 * WINDOW / 4, rtol=1e-3)


def test_an_impulse_has_the_phase_of_its_place() -> None:
    samples = np.zeros(8 * HOP, np.float32)
    samples[4 * HOP] = 1
    np.testing.assert_allclose(stft(samples)[4], (-1.0) ** np.arange(BINS), atol=1e-5)


@pytest.mark.parametrize("length", [RATE, 5 * HOP, 3000])
def test_librosa_agrees(length: int) -> None:
    librosa = pytest.importorskip("librosa")
    samples = _noise(length)
    reference = librosa.stft(samples, n_fft=WINDOW, hop_length=HOP, window="hann", center=True, pad_mode="constant").T
    ours = stft(samples)
    np.testing.assert_allclose(ours[: len(reference)], reference, atol=2e-3)


def test_a_direct_sum_agrees() -> None:
    samples = _noise(2000).astype(np.float64)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    piece = samples[3 * HOP - WINDOW // 2 : 3 * HOP + WINDOW // 2] * window
    waves = np.exp(-2j * np.pi * np.outer(np.arange(BINS), np.arange(WINDOW)) / WINDOW)
    np.testing.assert_allclose(stft(samples.astype(np.float32))[3], waves @ piece, atol=1e-3)


def test_pieces_are_added_at_their_places() -> None:
    pieces = _noise(5 * WINDOW).reshape(5, WINDOW)
    expected = np.zeros(4 * HOP + WINDOW)
    for number, piece in enumerate(pieces):
        expected[number * HOP : number * HOP + WINDOW] += piece
    np.testing.assert_allclose(overlap_add(pieces), expected, atol=1e-5)


def test_the_inverse_is_the_nearest_of_all_signals() -> None:
    """No signal's spectrogram is nearer to an inconsistent one than that of its inverse."""
    random = np.random.default_rng(1)
    frames = (random.standard_normal((8, BINS)) + 1j * random.standard_normal((8, BINS))).astype(np.complex64)
    frames[:, [0, -1]] = frames[:, [0, -1]].real
    best = istft(frames)

    def error(samples: np.ndarray) -> float:
        # bins between the ends stand for two, one of each sign of frequency
        weights = np.where((np.arange(BINS) == 0) | (np.arange(BINS) == BINS - 1), 1, 2)
        return float((weights * np.abs(stft(samples) - frames) ** 2).sum())

    for seed in range(5):
        assert error(best) < error(best + 1e-2 * _noise(len(best), seed))
