"""The notes of a performance as plain tones, and sound that has their phases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from img2music import Img2Music
from img2music.audio.noise_fill import roughen
from img2music.audio.phase import excited_phase, invert, refine, single_pass_phase, tonal_share
from img2music.audio.resampling import resample
from img2music.audio.stft import BINS, HOP, RATE, magnitude, stft
from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.evaluation.synthesis.tuning import cents_off
from img2music.synthesis.excitation import excitation
from img2music.synthesis.performance import NOTE_FIELDS, Performance, perform

FRAMES = 300


def hertz(pitch: float) -> float:
    return float(440 * 2 ** ((pitch - 69) / 12))


@pytest.fixture(scope="module")
def played() -> Performance:
    score = compose(Brief("jazz", seed=3, seconds=8.0))
    return perform(score)


def with_notes(
    played: Performance, *notes: tuple[float, float, float, float, float], tuned: bool = True
) -> Performance:
    """A performance of one part that has these starts, ends (s), pitches, velocities and bends."""
    part = next(part for part in range(len(played.parts)) if played.is_tuned(part) == tuned)
    rows = np.array([(part, *note) for note in notes], np.float32).reshape(-1, len(NOTE_FIELDS))
    return replace(played, notes=rows)


@pytest.mark.parametrize("pitch", [33, 57, 72.0, 96])
def test_a_tone_has_the_spectrum_and_the_pace_of_a_real_one(played: Performance, pitch: float) -> None:
    found = excitation(with_notes(played, (0.5, 3.0, pitch, 100, 0)), FRAMES)
    times = np.arange((FRAMES - 1) * HOP) / RATE
    partials = range(1, min(10, int(8000 / hertz(pitch))) + 1)
    real = stft(np.sum([np.sin(2 * np.pi * hertz(pitch) * n * times) / n for n in partials], 0).astype(np.float32))
    frame = 120
    loud = np.abs(real[frame]) > 0.3 * np.abs(real[frame]).max()
    share = np.abs(found[frame])[loud] / np.abs(real[frame])[loud]
    np.testing.assert_allclose(share, share.mean(), rtol=0.03)
    for one in (found, real):
        turns = np.angle(one[frame + 40] * one[frame].conj())[loud]
        wanted = 2 * np.pi * 40 * HOP / RATE * hertz(pitch) * np.rint(np.flatnonzero(loud) * RATE / 1024 / hertz(pitch))
        np.testing.assert_allclose(np.exp(1j * turns), np.exp(1j * wanted), atol=0.1)


def test_tones_fade_and_end_and_are_as_loud_as_their_velocities(played: Performance) -> None:
    loud, soft = (
        np.abs(excitation(with_notes(played, (0.5, 1.5, 60, velocity, 0)), FRAMES)).max(1) for velocity in (100, 50)
    )
    np.testing.assert_allclose(loud, 2 * soft, rtol=1e-3, atol=1e-6)
    frame = RATE / HOP
    held, later = loud[round(0.6 * frame)], loud[round(1.4 * frame)]
    assert later / held == pytest.approx(np.exp(-0.8 / 1.5), rel=0.02)
    assert loud[round(1.65 * frame)] / loud[round(1.5 * frame)] == pytest.approx(np.exp(-0.15 / 1.5 - 1), rel=0.05)
    assert loud[: int(0.5 * frame)].max() == 0 == loud[round(2.7 * frame) :].max()


def test_a_bent_tone_glides_onto_its_pitch(played: Performance) -> None:
    bent, straight = (excitation(with_notes(played, (0.0, 3.0, 69, 100, bend)), FRAMES) for bend in (1.0, 0.0))
    place = round(440 * 1024 / RATE)
    turns = np.angle(bent[1:, place] / bent[:-1, place]) - np.angle(straight[1:, place] / straight[:-1, place])
    extra = np.angle(np.exp(1j * turns)) * RATE / HOP / 2 / np.pi
    assert 15 < extra[0] < 27 and np.abs(extra[60:]).max() < 0.5


def test_what_has_no_pitch_is_left_out(played: Performance) -> None:
    assert not played.is_tuned(next(part for part, row in enumerate(played.parts) if row[1]))
    assert not excitation(with_notes(played, (0.5, 1.0, 40, 100, 0), tuned=False), FRAMES).any()
    assert excitation(with_notes(played), FRAMES).shape == (FRAMES, BINS)


def test_notes_from_before_the_beginning_and_after_the_end_are_heard_where_they_are(played: Performance) -> None:
    found = excitation(
        with_notes(played, (-3.0, 0.2, 60, 100, 0), (-9.0, -8.0, 64, 100, 0), (9.0, 9.5, 67, 90, 0)), 150
    )
    assert found[0].any() and not found[-1].any()


def _smeared(magnitudes: np.ndarray) -> np.ndarray:
    """Magnitudes as a decoder leaves them: partials wider than a window makes them."""
    padded = np.pad(np.log(magnitudes + 1e-3), ((0, 0), (1, 1)), mode="edge")
    return np.exp((padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]) / 3).astype(np.float32)


def _purity(samples: np.ndarray, pitches: list[int]) -> float:
    """The share of the power below 4 kHz that lies within 3 Hz of partials, by a window of 0.74 s."""
    spectrum = np.abs(np.fft.rfft(samples[RATE // 2 : RATE // 2 + 16384] * np.hanning(16384))) ** 2
    at = np.fft.rfftfreq(16384, 1 / RATE)
    near = np.any([np.abs(at - n * hertz(pitch)) < 3 for pitch in pitches for n in range(1, 20)], 0)
    return float(spectrum[near & (at < 4000)].sum() / spectrum[at < 4000].sum())


def test_smeared_magnitudes_sound_purer_with_the_phases_of_their_notes(played: Performance) -> None:
    pitches = [45, 60, 64, 71]
    times = np.arange(2 * RATE) / RATE
    chord = np.sum([np.sin(2 * np.pi * hertz(p) * n * times) / n for p in pitches for n in range(1, 9)], 0)
    wanted = _smeared(magnitude(0.1 * chord.astype(np.float32)))
    tones = excitation(with_notes(played, *((0.0, 2.0, pitch, 80, 0) for pitch in pitches)), len(wanted))
    plain, pure = invert(wanted, 3), refine(wanted, excited_phase(wanted, tones, tonal_share(tones)), 3)
    assert _purity(pure, pitches) > _purity(plain, pitches) + 0.1


def test_where_nothing_is_known_phases_are_found_from_magnitudes() -> None:
    wanted = magnitude(np.random.default_rng(0).standard_normal(RATE // 4).astype(np.float32))
    own = single_pass_phase(wanted)
    tones = np.zeros(wanted.shape, np.complex64)
    np.testing.assert_array_equal(excited_phase(wanted, tones, tonal_share(tones)), own)
    tones[3, 7], tones[3, 9] = 2j, 0.1j
    share = tonal_share(tones)
    assert (share[3, 7], share[3, 8], share[2, 7]) == (1, 0, 0) and share[3, 9] == pytest.approx(0.5)
    given = excited_phase(wanted, tones, share)
    assert given[3, 7] == 1j and (given != own).sum() == 1


def test_many_notes_of_one_pitch_are_no_louder_than_one(played: Performance) -> None:
    notes = [(0.001 * n, 0.001 * n + 2, 60, 100, 0) for n in range(3000)]
    assert np.abs(excitation(with_notes(played, *notes), FRAMES)).max() == pytest.approx(
        np.abs(excitation(with_notes(played, (0.0, 5.0, 60, 100, 0)), FRAMES)).max(), rel=0.01
    )


def test_no_noise_fills_what_is_a_tone() -> None:
    smooth = np.ones((40, BINS), np.float32)
    tonal = np.zeros_like(smooth)
    tonal[:, 100:110], tonal[:, 200:210] = 1, 0.5
    spread = [
        np.log(roughen(smooth, tonal)[:, part]).std() for part in (np.s_[100:110], np.s_[200:210], np.s_[300:310])
    ]
    assert spread[0] == 0 and spread[1] == pytest.approx(spread[2] / 2, rel=0.2)


@pytest.mark.parametrize("genre", ["classical", "jazz"])
def test_notes_of_generated_music_are_at_their_pitches(genre: str) -> None:
    snippet = Img2Music().generate(Path(f"examples/{genre}.png"), genre=genre, seconds=8, mono=True)
    assert snippet.take is not None
    off = cents_off(resample(snippet.samples, snippet.rate, RATE), snippet.take.performance)
    assert off is not None and off < 2
