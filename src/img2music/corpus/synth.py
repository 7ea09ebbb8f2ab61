"""Synthesised instruments that General MIDI lacks: 808 bass, saws, plucks, voices, punchy drums, vinyl.

Each voice takes the notes of a part, the length in samples and a random generator, and returns audio.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from img2music.corpus.mixing import RATE, Array, bandpass
from img2music.corpus.tones import Tone
from img2music.corpus.vocal import rap, sing


def _frequency(note: Tone, t: Array, glide: float = 0.07, vibrato: float = 0.0) -> Array:
    wave = vibrato * np.minimum(t / 0.4, 1) * np.sin(2 * np.pi * 5.3 * t)
    return 440 * 2 ** ((note.pitch - 69 + note.bend * np.exp(-t / glide) + wave) / 12)


def _shape(t: Array, length: float, attack: float, release: float, decay: float = 0.0) -> Array:
    gate = np.minimum(t / attack, 1) * np.clip((length + release - t) / release, 0, 1)
    return gate * np.exp(-t / decay) if decay else gate


def _saw(phase: Array, frequency: float) -> Array:
    # A band-limited single cycle, looked up by phase: no partial reaches the Nyquist frequency.
    partials = np.arange(1, max(2, int(0.45 * RATE / frequency)))
    cycle = np.arange(1024) / 1024
    table = np.sin(2 * np.pi * np.outer(cycle, partials)) @ (1 / partials)
    return np.interp(phase % 1, np.arange(1025) / 1024, np.append(table, table[0]))


def _mixdown(notes: Sequence[Tone], total: int, tail: float, tone: Callable[[Tone, Array], Array]) -> Array:
    out = np.zeros(total)
    for note in notes:
        start = int(note.start * RATE)
        n = min(int((note.length + tail) * RATE), total - start)
        if n > 0:
            out[start : start + n] += tone(note, np.arange(n) / RATE) * (note.velocity / 100) ** 1.5
    return out


def sub(notes: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """808 bass: a saturated sine that glides, with a click at its start."""

    def tone(note: Tone, t: Array) -> Array:
        phase = 2 * np.pi * np.cumsum(_frequency(note, t) * (1 + 1.5 * np.exp(-t / 0.012))) / RATE
        return np.tanh(1.8 * np.sin(phase)) * _shape(t, note.length, 0.004, 0.06, 0.9)

    return _mixdown(notes, total, 0.06, tone)


def saws(notes: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """Five detuned saws to a note: wide pads and big synth chords."""

    def tone(note: Tone, t: Array) -> Array:
        f = _frequency(note, t)
        parts = [_saw(np.cumsum(f * 2 ** (c / 1200)) / RATE + rng.random(), f[-1]) for c in (-14, -6, 0, 5, 13)]
        return np.sum(parts, axis=0) * _shape(t, note.length, 0.012, 0.15) / 5

    return _mixdown(notes, total, 0.15, tone)


def pluck(notes: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """A short bright synth note whose treble dies first."""

    def tone(note: Tone, t: Array) -> Array:
        f = _frequency(note, t)
        phase = np.cumsum(f) / RATE
        bright = _saw(phase, f[-1]) * np.exp(-t / 0.07) + _saw(phase * 1.004, f[-1]) * np.exp(-t / 0.12)
        return (bright + 0.8 * np.sin(2 * np.pi * phase)) * _shape(t, note.length, 0.003, 0.12, 0.35)

    return _mixdown(notes, total, 0.12, tone)


def lead(notes: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """A singing synth lead: two saws, vibrato, a soft filter."""

    def tone(note: Tone, t: Array) -> Array:
        f = _frequency(note, t, vibrato=0.18)
        phase = np.cumsum(f) / RATE
        both = _saw(phase, f.max()) + _saw(phase * 1.006 + 0.3, f.max())
        return both * _shape(t, note.length, 0.015, 0.08)

    return bandpass(_mixdown(notes, total, 0.08, tone), high=4500)


def kit(notes: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """Punchy electronic drums on General MIDI drum pitches. One ``rng`` draw colours the whole kit."""
    low, ring, snap, dark = (
        rng.uniform(44, 62),
        rng.uniform(0.1, 0.3),
        rng.uniform(0.06, 0.16),
        rng.uniform(0.7, 1.2),
    )

    def tone(note: Tone, t: Array) -> Array:
        noise = rng.standard_normal(len(t))
        if note.pitch in (35, 36):
            sweep = low * (1 + 5 * np.exp(-t / 0.018))
            body = np.sin(2 * np.pi * np.cumsum(sweep) / RATE) * np.exp(-t / ring)
            return 2.2 * np.tanh(1.6 * body) + 0.5 * bandpass(noise, 1500) * np.exp(-t / 0.004)
        if note.pitch in (38, 40):
            body = np.sin(2 * np.pi * np.cumsum(185 * dark * (1 + 0.8 * np.exp(-t / 0.012))) / RATE)
            return 1.1 * body * np.exp(-t / 0.07) + 0.9 * bandpass(noise, 900 * dark, 8500) * np.exp(-t / snap)
        if note.pitch == 39:
            bursts = sum(np.exp(-(t - d) / 0.006) * (t >= d) for d in (0.0, 0.011, 0.022))
            return bandpass(noise, 800, 4500) * (bursts + np.exp(-t / snap)) * 0.9
        if note.pitch == 37:
            return (np.sin(2 * np.pi * 1750 * t) + np.sin(2 * np.pi * 830 * t)) * np.exp(-t / 0.012)
        if note.pitch in (42, 44):
            return 0.45 * bandpass(noise, 6500) * np.exp(-t / (0.025 * dark))
        if note.pitch in (46, 49, 57):
            return (
                0.45
                * bandpass(noise, 5000 if note.pitch == 46 else 3500)
                * np.exp(-t / (0.14 if note.pitch == 46 else 0.6))
            )
        if note.pitch in (70, 82):
            return 0.4 * bandpass(noise, 4500) * np.minimum(t / 0.02, 1) * np.exp(-t / 0.03)
        hertz = 440 * 2 ** ((note.pitch - 69 + 12) / 12)  # toms and the rest
        return np.sin(2 * np.pi * hertz * np.cumsum(1 + 0.5 * np.exp(-t / 0.03)) / RATE) * np.exp(-t / 0.15)

    return _mixdown(notes, total, 1.0, tone)


def scratch(notes: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """A record moved to and fro under the needle: vowel-like noise whose pitch follows the hand."""

    def tone(note: Tone, t: Array) -> Array:
        speed = np.abs(np.sin(np.pi * t / max(note.length, 0.05) * 2)) + 0.05
        phase = np.cumsum(speed * 2 ** (note.pitch / 12 - 5) * 330) / RATE
        grain = np.interp(phase * 600 % 4096, np.arange(4097), np.append(g := rng.standard_normal(4096), g[0]))
        return (0.6 * _saw(phase, 700) + 0.6 * grain) * speed * _shape(t, note.length, 0.004, 0.02)

    return bandpass(_mixdown(notes, total, 0.02, tone), 350, 5000)


def riser(notes: Sequence[Tone], total: int, rng: np.random.Generator) -> Array:
    """Noise that swells and brightens over each note: the build before a drop."""

    def tone(note: Tone, t: Array) -> Array:
        part = np.minimum(t / note.length, 1)
        noise = rng.standard_normal(len(t))
        mixed = bandpass(noise, 500, 2500) * (1 - part) + bandpass(noise, 2500, 9000) * part
        return mixed * part**2 * _shape(t, note.length, 0.01, 0.03)

    return _mixdown(notes, total, 0.03, tone)


def crackle(total: int, rng: np.random.Generator) -> Array:
    """Vinyl: hiss and random pops, of about unit loudness."""
    pops = np.zeros(total)
    at = rng.integers(0, total, int(9 * total / RATE))
    pops[at] = rng.standard_normal(len(at)) * rng.exponential(1.0, len(at)) * 12
    return 0.5 * bandpass(rng.standard_normal(total), 1000, 7000) + bandpass(pops, 900, 6000) * 1.5


def pulses(times: Sequence[float], total: int, decay: float) -> Array:
    """1 at each of ``times``, falling to 0 over ``decay`` seconds: what a side chain follows."""
    t = np.arange(total) / RATE
    out = np.zeros(total)
    for at in times:
        part = 1 - (t - at) / decay
        np.maximum(out, np.where((part <= 1), np.clip(part, 0, 1), 0), out=out)
    return out


VOICES: dict[str, Callable[[Sequence[Tone], int, np.random.Generator], Array]] = {
    "sub": sub,
    "saws": saws,
    "pluck": pluck,
    "lead": lead,
    "kit": kit,
    "scratch": scratch,
    "riser": riser,
    "rap": rap,
    "sing": sing,
}
