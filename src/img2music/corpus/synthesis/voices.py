"""Voices without words at 44.1 kHz: those of `img2music.corpus.vocal`, with breath and brilliance above 11 kHz, doubled
to the left and right where singers are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy import signal

from img2music.corpus import vocal
from img2music.corpus.synthesis.oscillators import Array, bandpass, panned
from img2music.corpus.tones import Tone

_BREATH = 0.35
"""Of the level between 5 and 10 kHz, as noise of the octave above it."""
_LATE = 0.012  # s by which a second take is early or late


def rap(tones: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """An MC in the middle, ad-libs to the sides."""
    first, *others = rng.spawn(3)
    return panned(_taken(vocal.rap, tones, total, first), 0.0) + _takes(vocal.rap, tones[3::4], total, others, 0.35)


def sing(tones: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """A singer in the middle and two further takes beside."""
    first, *others = rng.spawn(3)
    return panned(_taken(vocal.sing, tones, total, first), 0.0) + _takes(vocal.sing, tones, total, others, 0.3)


def _takes(
    voice: Callable[..., Array], tones: Sequence[Tone], total: int, rngs: Sequence[np.random.Generator], level: float
) -> Array:
    """Two more takes of the same notes, left and right."""
    out = np.zeros((total, 2))
    for side, rng in zip((-0.75, 0.75), rngs, strict=True):
        shift, voiced = rng.spawn(2)
        late = [replace(tone, start=max(tone.start + shift.normal(0, _LATE), 0.0)) for tone in tones]
        out += level * panned(_taken(voice, late, total, voiced), side)
    return out


def _taken(voice: Callable[..., Array], tones: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """One take, `(total,)`."""
    dull = signal.resample_poly(voice(tones, total // 2 + 1, rng), 2, 1)[:total]
    presence = bandpass(dull, 5000, 10000)
    loudness = np.sqrt(signal.sosfiltfilt(signal.butter(1, 30, fs=44_100, output="sos"), presence**2).clip(0))
    return dull + _BREATH * loudness * bandpass(rng.standard_normal(total), 9500, 18000)
