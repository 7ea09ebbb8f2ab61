"""Synthesised basses, pads, plucks and leads. Each takes notes, a length in samples and a random generator, and returns
samples `(T, 2)` at 44.1 kHz."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from img2music.corpus.synthesis.oscillators import RATE, Array, bandpass, frequency, gate, panned, saw, square
from img2music.corpus.tones import Tone


def _mixdown(tones: Sequence[Tone], total: int, tail: float, voice: Callable[[Tone, Array], Array]) -> Array:
    out = np.zeros((total, 2))
    for tone in tones:
        start = int(tone.start * RATE)
        count = min(int((tone.length + tail) * RATE), total - start)
        if count > 0:
            sound = voice(tone, np.arange(count) / RATE) * (tone.velocity / 100) ** 1.4
            out[start : start + count] += sound if sound.ndim == 2 else sound[:, None]
    return out


def sub(tones: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """808 bass: a sine that glides and is driven so far that small loudspeakers hear it, with a click at its start."""
    drive, life = rng.uniform(1.4, 4.0), rng.uniform(0.6, 1.4)
    grit = rng.uniform(0.0, 0.25)

    def voice(tone: Tone, t: Array) -> Array:
        turns = np.cumsum(frequency(tone, t) * (1 + 2.0 * np.exp(-t / 0.01))) / RATE
        body = np.tanh(drive * np.sin(2 * np.pi * turns) * np.exp(-t / life)) / np.tanh(drive)
        body += grit * saw(turns, 400.0) * np.exp(-t / 0.25)
        return bandpass(body, high=2800, order=1) * gate(t, tone.length, 0.002, 0.05)

    return _mixdown(tones, total, 0.05, voice)


def supersaw(tones: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """Seven detuned saws from left to right, under a filter that opens with each note."""
    spread, bright = rng.uniform(8, 22), rng.uniform(3500, 12000)
    attack = float(rng.choice([0.005, 0.02, 0.12]))
    places = np.linspace(-1, 1, 7)

    def voice(tone: Tone, t: Array) -> Array:
        hertz = frequency(tone, t)
        sound = np.zeros((len(t), 2))
        for place in places:
            detuned = np.cumsum(hertz * 2 ** (place * spread / 1200)) / RATE + rng.random()
            sound += panned(saw(detuned, float(hertz.max())), 0.9 * place * (1 if rng.random() < 0.5 else -1))
        return sound * gate(t, tone.length, attack, 0.18)[:, None] / 5

    return bandpass(_mixdown(tones, total, 0.18, voice), 90, bright, 1)


def pluck(tones: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """A short bright note whose treble dies first, a little wider than one point."""
    life, width = rng.uniform(0.12, 0.4), rng.uniform(0.25, 0.5)

    def voice(tone: Tone, t: Array) -> Array:
        hertz = frequency(tone, t)
        turns = np.cumsum(hertz) / RATE
        sound = np.zeros((len(t), 2))
        for place, cents in ((-1, -5), (1, 6)):
            bright = saw(turns * 2 ** (cents / 1200) + rng.random(), float(hertz.max())) * np.exp(-t / (0.35 * life))
            dark = np.sin(2 * np.pi * turns) + 0.3 * np.sin(4 * np.pi * turns)
            sound += panned(bright + 0.6 * dark * np.exp(-t / life), place * width)
        return sound * gate(t, tone.length, 0.002, 0.15)[:, None] / 2

    return _mixdown(tones, total, 0.15, voice)


def lead(tones: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """A singing lead: two saws or pulses, vibrato, a soft filter."""
    cut, pulse = rng.uniform(4500, 11000), rng.random() < 0.4

    def voice(tone: Tone, t: Array) -> Array:
        hertz = frequency(tone, t, vibrato=0.15)
        turns = np.cumsum(hertz) / RATE
        wave = square if pulse else saw
        sound = sum(
            panned(wave(turns * (1 + 0.004 * place) + rng.random(), float(hertz.max())), 0.5 * place)
            for place in (-1, 1)
        )
        return sound * gate(t, tone.length, 0.012, 0.09)[:, None]

    return bandpass(_mixdown(tones, total, 0.09, voice), high=cut, order=2)


def scratch(tones: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """A record moved to and fro under the needle."""

    def voice(tone: Tone, t: Array) -> Array:
        speed = np.abs(np.sin(np.pi * t / max(tone.length, 0.05) * 2)) + 0.05
        turns = np.cumsum(speed * 2 ** (tone.pitch / 12 - 5) * 330) / RATE
        grain = rng.standard_normal(4097)
        noise = np.interp(turns * 600 % 4096, np.arange(4097), grain)
        return (0.6 * saw(turns, 900) + 0.6 * noise) * speed * gate(t, tone.length, 0.004, 0.02)

    return bandpass(_mixdown(tones, total, 0.02, voice), 300, 9000)


def riser(tones: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """Noise that swells, brightens and widens over each note: the build before a drop."""

    def voice(tone: Tone, t: Array) -> Array:
        part = np.minimum(t / tone.length, 1)[:, None]
        noise = rng.standard_normal((len(t), 2))
        low, high = bandpass(noise, 400, 2500), bandpass(noise, 2500, 16000)
        return (low * (1 - part) + high * part) * part**2 * gate(t, tone.length, 0.01, 0.04)[:, None]

    return _mixdown(tones, total, 0.04, voice)
