"""Voices without words: an MC and a singer, made of formants and consonants, in no language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from img2music.composition.pitch import hertz
from img2music.corpus.mixing import RATE, Array, bandpass
from img2music.corpus.tones import Tone

# Formants of spoken vowels (Hz), rounded from Peterson and Barney (1952), with a fourth for presence.
VOWELS = np.array(
    [
        (730, 1090, 2440, 3400),  # father
        (570, 840, 2410, 3300),  # bought
        (660, 1720, 2410, 3500),  # bat
        (530, 1840, 2480, 3500),  # bet
        (390, 1990, 2550, 3600),  # bit
        (300, 870, 2240, 3300),  # boot
        (640, 1190, 2390, 3400),  # but
        (490, 1350, 1690, 3300),  # bird
    ],
    dtype=float,
)
WIDTHS = np.array([80.0, 100.0, 150.0, 220.0])
LEVELS = np.array([1.0, 0.75, 0.5, 0.3])
_STRESSED = 90
"""MIDI velocity from which a syllable has stress."""
_CONSONANTS = (("stop", 90), ("hiss", 83), ("nasal", 76))
"""The least MIDI velocity of each in a voice with hard consonants."""


def _voiced(f: Array, formants: Array) -> Array:
    """Harmonics of the frequencies ``f``, weighted by ``formants`` (4 x samples)."""
    phase = 2 * np.pi * np.cumsum(f) / RATE
    out = np.zeros_like(f)
    for k in range(1, int(8000 / f.max()) + 1):
        gain = np.zeros_like(f)
        for row, width, level in zip(formants, WIDTHS, LEVELS, strict=True):
            gain += level / (1 + ((k * f - row) / width) ** 2)
        out += (gain + 0.01) * np.sin(k * phase + 0.4 * k) / k**0.35
    return out


def _vowel(note: Tone) -> int:
    """Which vowel a note is sung to. It goes with the pitch, and with the stress: what is heard can be read in the
    score, so that a network can learn it."""
    return (3 * note.pitch + (note.velocity >= _STRESSED)) % len(VOWELS)


def _kind(note: Tone, hard: float) -> str:
    """The consonant before the vowel: the louder the note, the harder it is; soft voices have fewer."""
    softer = 12 * (1 - hard)
    return next((kind for kind, least in _CONSONANTS if note.velocity >= least + softer), "none")


def _consonant(kind: str, vowel: int, f: Array, t: Array, rng: np.random.Generator) -> Array:
    noise = rng.standard_normal(len(t))
    if kind == "stop":
        place = (900.0, 1800.0, 3800.0)[vowel % 3]
        return 0.9 * bandpass(noise, place * 0.7, min(place * 2, 9500)) * np.exp(-(((t - 0.022) / 0.008) ** 2))
    if kind == "hiss":
        return 0.35 * bandpass(noise, (2200.0, 4200.0)[vowel % 2]) * np.exp(-(((t - 0.035) / 0.028) ** 2))
    if kind == "nasal":
        return 0.4 * np.sin(2 * np.pi * np.cumsum(f) / RATE) * np.exp(-(((t - 0.025) / 0.03) ** 2))
    return np.zeros_like(t)


def _syllables(
    notes: Sequence[Tone],
    total: int,
    rng: np.random.Generator,
    throat: float,
    pitch: Callable[[Tone, Array], Array],
    hard: float,
) -> Array:
    """Each note as a consonant and a vowel that may glide to another; ``hard`` (to 1) is how hard consonants are."""
    out = np.zeros(total)
    previous = VOWELS[0]
    for note in notes:
        start = int(note.start * RATE)
        n = min(int(note.length * RATE), total - start)
        if n < 200:
            continue
        t = np.arange(n) / RATE
        part = t / t[-1]
        f = hertz(pitch(note, t))
        vowel = _vowel(note)
        first, last = VOWELS[vowel], VOWELS[(vowel + note.pitch % 2) % len(VOWELS)]
        early = 0.5 * np.exp(-t / 0.03)  # formants arrive from the syllable before
        formants = throat * (first[:, None] * (1 - part) + last[:, None] * part + (previous - first)[:, None] * early)
        previous = last
        body = _voiced(f, formants)
        body = body / (np.abs(body).max() + 1e-9)
        kind = _kind(note, hard)
        onset = {"stop": 0.022, "hiss": 0.056, "nasal": 0.04, "none": 0.008}[kind]
        release = min(0.05, 0.4 * t[-1])
        gate = np.clip((t - onset) / (0.012 + 0.03 * (1 - hard)), 0, 1) * np.clip((t[-1] - t) / release, 0, 1)
        breath = 0.02 * bandpass(rng.standard_normal(n), 2000)
        edge = np.minimum(t[::-1] / 0.01, 1)
        sound = (body + breath) * gate + _consonant(kind, vowel, f, t, rng) * edge
        out[start : start + n] += sound * (note.velocity / 100) ** 1.5
    return out


def rap(notes: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """Spoken: pitches glide all through a syllable and tremble a little."""

    def pitch(note: Tone, t: Array) -> Array:
        tremble = np.convolve(rng.standard_normal(len(t)), np.ones(220) / 15, "same")[: len(t)]
        return note.pitch + note.bend * (1 - t / t[-1]) + 1.5 * np.exp(-t / 0.03) + 0.1 * tremble

    return _syllables(notes, total, rng, float(rng.uniform(0.88, 1.2)), pitch, hard=1.0)


def sing(notes: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """Sung: steady pitches with vibrato, reached by a scoop; soft consonants."""
    depth, rate = rng.uniform(0.12, 0.35), rng.uniform(4.8, 6.0)

    def pitch(note: Tone, t: Array) -> Array:
        vibrato = depth * np.clip((t - 0.15) / 0.3, 0, 1) * np.sin(2 * np.pi * rate * t)
        return note.pitch + note.bend * np.exp(-t / 0.06) + vibrato

    return _syllables(notes, total, rng, float(rng.uniform(1.05, 1.22)), pitch, hard=0.55)
