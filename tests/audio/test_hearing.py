"""What numpy hears in music is what was played."""

from __future__ import annotations

import numpy as np
import pytest

from img2music.audio.descriptors import bar_lines, measure_character
from img2music.audio.stft import RATE

SECONDS = 15
TIME = np.arange(SECONDS * RATE) / RATE


def _beats(bpm: float, first: float = 0.5) -> np.ndarray:
    """A click on every beat from `first` s on, and a thump with every fourth."""
    samples = 1e-3 * np.random.default_rng(0).standard_normal(len(TIME))
    for beat, begin in enumerate(np.arange(first, SECONDS - 0.2, 60 / bpm)):
        time = TIME[: round(0.2 * RATE)]
        sound = 0.3 * np.sin(2 * np.pi * 1500 * time) + (beat % 4 == 0) * np.sin(2 * np.pi * 70 * time)
        start = round(begin * RATE)
        samples[start : start + len(time)] += sound * np.exp(-30 * time)
    return samples.astype(np.float32)


def _chords(*chords: tuple[int, ...]) -> np.ndarray:
    """Chords of MIDI pitches, of the same length each."""
    parts = np.array_split(TIME, len(chords))
    tones = [
        sum(np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * part) for pitch in chord)
        for chord, part in zip(chords, parts, strict=True)
    ]
    return (0.1 * np.concatenate(tones)).astype(np.float32)


@pytest.mark.parametrize("bpm", [80, 100, 126])
def test_the_tempo_is_that_of_the_beat(bpm: float) -> None:
    assert measure_character(_beats(bpm)).tempo == pytest.approx(bpm, rel=0.03)


@pytest.mark.parametrize("bpm", [97, 120])
def test_bars_begin_with_the_thump(bpm: float) -> None:
    bars = bar_lines(_beats(bpm))
    wanted = np.arange(0.5, SECONDS - 0.2, 4 * 60 / bpm)
    assert len(bars) == pytest.approx(len(wanted), abs=1)
    assert all(np.abs(wanted - bar).min() < 0.05 for bar in bars)


def test_noise_has_no_bars() -> None:
    assert bar_lines(np.random.default_rng(0).standard_normal(len(TIME)).astype(np.float32)) == ()


def test_density_is_the_number_of_onsets() -> None:
    assert measure_character(_beats(120)).density == pytest.approx(2, abs=0.2)


def test_modes_are_told_apart() -> None:
    assert measure_character(_chords((60, 64, 67), (65, 69, 72), (67, 71, 74), (60, 64, 67))).major
    assert not measure_character(_chords((57, 60, 64), (62, 65, 69), (64, 68, 71), (57, 60, 64))).major


def test_treble_is_bright_and_swells_are_dynamic() -> None:
    low, high = (measure_character(np.sin(2 * np.pi * hertz * TIME).astype(np.float32)) for hertz in (300, 3000))
    assert (low.brightness, high.brightness) == (pytest.approx(300, rel=0.1), pytest.approx(3000, rel=0.1))
    swell = measure_character((np.sin(2 * np.pi * 300 * TIME) * (0.05 + TIME / SECONDS)).astype(np.float32))
    assert swell.dynamics > low.dynamics + 2


def test_silence_is_heard_without_warnings() -> None:
    with np.errstate(all="raise"):
        character = measure_character(np.zeros(len(TIME), np.float32))
    assert (character.density, character.dynamics) == (0, 0)
    assert bar_lines(np.zeros(len(TIME), np.float32)) == ()
