"""The notes of a performance as plain tones, whose phases its sound is given.

A decoder says how loud each partial is, and not where it is in its cycle. The score does: a tone of steady pitch goes
through its cycles at a known pace. Phases that are found from magnitudes alone do not keep it, and notes become
unclear. Vocoders call such tones the excitation (Wang et al., Neural source-filter waveform models, 2019).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from img2music.audio.stft import BINS, HOP, RATE, WINDOW
from img2music.composition.pitch import hertz
from img2music.synthesis.performance import Performance

FADE, RELEASE, GLIDE = 1.5, 0.15, 0.06
"""s in which a tone that is held, its sound after its end, and its distance from its pitch at its beginning fall to
1/e."""
PARTIALS, HIGHEST = 10, 8000.0
"""How many a tone has at most, and up to how many Hz; beyond them no partial is a tenth as loud as the first."""
_PITCHES = 128
_SEEN = 7.0
"""How many times of `FADE` and of `RELEASE` a tone is heard for."""
_LOBE = 1
"""Bins on each side of a partial that it is seen in, under a Hann window."""
_PACE = RATE / HOP


def excitation(performance: Performance, frames: int) -> np.ndarray:
    """The tuned notes of a performance as tones, in frames `(frames, 513)` complex64 as those of `stft`: partials as of
    a saw-tooth, as loud as their velocities are."""
    found = np.zeros((frames, BINS), np.complex64)
    strength, bend = _curves(performance, frames)
    for pitch in np.flatnonzero(strength.any(1)).tolist():
        bent = hertz(pitch + bend[pitch].astype(np.float64))  # single precision would drift over many cycles
        for first, last in _runs(strength[pitch] > 0):
            _add_tone(found[first:last], pitch, np.cumsum(bent[first:last]) / _PACE, strength[pitch, first:last])
    found[:, 1::2] *= -1  # phases of frames count from their beginnings, half a window before their middles
    return found


def _add_tone(frames: np.ndarray, pitch: int, cycles: np.ndarray, strength: np.ndarray) -> None:
    """Add the partials of a tone to frames `(N, 513)`, in the middles of which it has gone through so many `cycles`."""
    partials, lobes = _partials(pitch)
    tones = np.exp(2j * np.pi * np.outer(cycles, partials)).astype(np.complex64)
    tones *= strength[:, None] / partials.astype(np.float32)
    for bins, inside, shares in lobes:
        frames[:, bins] += tones[:, inside] * shares


@lru_cache(maxsize=_PITCHES)
def _partials(pitch: int) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray, np.ndarray]]]:
    """The numbers of a tone's partials; and the nearest bin of each, that below and that above: the bins, which of the
    partials have one, and what share of a partial is seen in it."""
    partials = np.arange(1, min(PARTIALS, int(HIGHEST / hertz(pitch))) + 1)
    place = partials * (hertz(pitch) * WINDOW / RATE)
    lobes = []
    for beside in range(-_LOBE, _LOBE + 1):
        bins = np.rint(place).astype(int) + beside
        inside = (bins >= 0) & (bins < BINS)
        lobes.append((bins[inside], inside, _hann_lobe(bins - place)[inside]))
    return partials, lobes


def _hann_lobe(away: np.ndarray) -> np.ndarray:
    """The transform of a Hann window so many bins from its middle, as a share of its highest."""
    away = away + 1e-6  # beside its removable poles
    return (np.sinc(away) / (1 - away**2)).astype(np.float32)


def _curves(performance: Performance, frames: int) -> tuple[np.ndarray, np.ndarray]:
    """How strong each pitch is at each frame, and by how many semitones it is off, both `(128, frames)` float32."""
    strength, bend = (np.zeros((_PITCHES, frames), np.float32) for _ in range(2))
    for _, start, end, pitch, velocity, off in performance.tuned_notes:
        last = min(end + _SEEN * RELEASE, start + _SEEN * FADE)
        seen = slice(max(int(start * _PACE), 0), max(int(last * _PACE) + 1, 0))
        age = np.arange(seen.start, min(seen.stop, frames)) / _PACE - start
        level = velocity / 100 * np.exp(-np.maximum(age, 0) / FADE - np.maximum(age - (end - start), 0) / RELEASE)
        row = int(np.clip(pitch, 0, _PITCHES - 1))
        np.maximum(strength[row, seen], level, out=strength[row, seen])
        if off:
            bend[row, seen] = off * np.exp(-np.maximum(age, 0) / GLIDE)
    return strength, bend


def _runs(heard: np.ndarray) -> Iterator[tuple[int, int]]:
    """First and one past the last of successive frames that are heard."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], heard, [False]]).astype(np.int8)))
    return zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
