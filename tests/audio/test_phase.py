"""Phases found for magnitudes make a signal that has those magnitudes."""

from __future__ import annotations

import numpy as np
import pytest

from img2music.audio.phase import invert, refine, single_pass_phase
from img2music.audio.stft import BINS, RATE, istft, magnitude, stft


def _chord(seconds: float = 1.5) -> np.ndarray:
    """Struck notes of a seventh chord with partials, one after the other."""
    time = np.arange(round(seconds * RATE)) / RATE
    samples = np.zeros_like(time)
    for number, pitch in enumerate((220.0, 277.2, 329.6, 415.3)):
        since = time - 0.2 * number
        for partial in range(1, 7):
            wave = np.sin(2 * np.pi * pitch * partial * since) * np.exp(-3 * since) / partial
            samples += np.where(since > 0, wave, 0)
    return (0.1 * samples).astype(np.float32)


def _convergence(samples: np.ndarray, wanted: np.ndarray) -> float:
    """Spectral convergence in dB: how far the signal's magnitudes are from those wanted."""
    return float(20 * np.log10(np.linalg.norm(magnitude(samples) - wanted) / np.linalg.norm(wanted)))


def _griffin_lim(magnitudes: np.ndarray, steps: int) -> np.ndarray:
    turns = np.random.default_rng(0).random(magnitudes.shape)
    frames = magnitudes * np.exp(2j * np.pi * turns).astype(np.complex64)
    for _ in range(steps):
        consistent = stft(istft(frames))
        frames = magnitudes * consistent / np.maximum(np.abs(consistent), 1e-9)
    return istft(frames)


def test_a_chord_keeps_its_magnitudes_better_than_by_griffin_lim() -> None:
    wanted = magnitude(_chord())
    ours = _convergence(invert(wanted), wanted)
    assert ours < -15
    assert ours < _convergence(_griffin_lim(wanted, 4), wanted) - 6


def test_librosas_griffin_lim_is_no_better() -> None:
    librosa = pytest.importorskip("librosa")
    wanted = magnitude(_chord())
    theirs = librosa.griffinlim(wanted.T, n_iter=4, hop_length=256, n_fft=1024, momentum=0.99, random_state=0)
    theirs = np.pad(theirs, (0, (len(wanted) - 1) * 256 - len(theirs)))
    assert _convergence(invert(wanted), wanted) < _convergence(theirs, wanted)


def test_each_refinement_helps() -> None:
    wanted = magnitude(_chord())
    errors = [_convergence(invert(wanted, steps), wanted) for steps in (0, 2, 4, 16)]
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize("frequency", [440.0, 1000.0, 3333.3])
def test_a_steady_tone_is_a_steady_tone_again(frequency: float) -> None:
    tone = 0.3 * np.sin(2 * np.pi * frequency * np.arange(RATE) / RATE).astype(np.float32)
    samples = invert(magnitude(tone))[2048:-2048]
    level = np.sqrt(np.convolve(samples**2, np.full(512, 1 / 512), "valid"))
    np.testing.assert_allclose(level, 0.3 / np.sqrt(2), rtol=0.1)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 8 * len(samples)))
    assert spectrum.argmax() * RATE / (8 * len(samples)) == pytest.approx(frequency, abs=2)


def test_phasors_have_length_one() -> None:
    magnitudes = np.abs(np.random.default_rng(0).standard_normal((10, BINS))).astype(np.float32)
    np.testing.assert_allclose(np.abs(single_pass_phase(magnitudes)), 1, atol=1e-6)


@pytest.mark.parametrize("frames", [2, 4, 100])
def test_the_length_follows_from_the_frames(frames: int) -> None:
    samples = invert(np.ones((frames, BINS), np.float32))
    assert samples.shape == ((frames - 1) * 256,)
    assert samples.dtype == np.float32
    assert np.isfinite(samples).all()


def test_silence_stays_silence_without_warnings() -> None:
    with np.errstate(all="raise"):
        samples = invert(np.zeros((20, BINS), np.float32))
    assert not samples.any()


def test_equal_magnitudes_give_equal_samples_and_stay_as_they_are() -> None:
    wanted = magnitude(_chord(0.5))
    before = wanted.copy()
    np.testing.assert_array_equal(invert(wanted), invert(wanted))
    np.testing.assert_array_equal(wanted, before)


def _fast_griffin_lim(magnitudes: np.ndarray, phasors: np.ndarray, steps: int, momentum: float) -> np.ndarray:
    """The algorithm as Perraudin, Balazs & Søndergaard (2013) write it."""
    coefficients = magnitudes * phasors
    before = np.zeros_like(coefficients)
    for _ in range(steps):
        consistent = stft(istft(magnitudes * np.exp(1j * np.angle(coefficients))))
        coefficients = consistent + momentum * (consistent - before)
        before = consistent
    return istft(magnitudes * np.exp(1j * np.angle(coefficients)))


def test_refinement_is_fast_griffin_lim_with_momentum_0_99() -> None:
    wanted = magnitude(_chord(0.5))
    phasors = single_pass_phase(wanted)
    expected = _fast_griffin_lim(wanted, phasors, 4, 0.99)
    np.testing.assert_allclose(refine(wanted, phasors, 4), expected, atol=2e-4)
    assert np.abs(_fast_griffin_lim(wanted, phasors, 4, 0.9) - expected).max() > 2e-3
