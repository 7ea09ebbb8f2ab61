"""Mastering by gains and filters alone, so that stems that go through the same ones add up to the record."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import signal

from img2music.audio.loudness import SNIPPET_LOUDNESS, loudness
from img2music.corpus.studio.effects import compression, limiting, peak, saturation
from img2music.corpus.synthesis.oscillators import RATE, Array, bandpass
from img2music.synthesis.desk import BANDS, MUD, Desk

_CEILING = 10 ** (-1.0 / 20)
_ROUNDS = 3  # of limiting, before each of which the record is made as loud as its desk asks
_PASSES = 3  # of the equaliser, as each band leaks into those beside it
_MOST = 7.0  # dB that the equaliser turns a band up or down
_TAPS = 2047
_QUALITY = 1.4  # of the filter that takes out mud: an octave wide
_ABOVE = (11_000.0, 20_000.0)
"""Hz of what is above the bands: it follows the highest of them."""


def mastered(stems: Sequence[Array], desk: Desk) -> tuple[Array, list[Array]]:
    """The record `(T, 2)` float32 at -16 LUFS, and its stems, which add up to it."""
    stems = _equalised([peak(bandpass(stem, 24), MUD, -desk.mud, _QUALITY) for stem in stems], desk)
    mixed = _sum(stems)
    first = 10 ** ((-18 - loudness(mixed, RATE)) / 20)
    gain: Array = first * compression(mixed * first, -18.0, desk.glue, attack=0.03)
    gain = gain * saturation(mixed * gain, desk.drive)
    for _ in range(_ROUNDS):
        gain = gain * 10 ** ((desk.loudness - loudness(mixed * gain, RATE)) / 20)
        gain = gain * limiting(mixed * gain, _CEILING)
    gain = gain * 10 ** ((SNIPPET_LOUDNESS - loudness(mixed * gain, RATE)) / 20) * _fades(len(mixed))
    return (mixed * gain).astype(np.float32), [(stem * gain).astype(np.float32) for stem in stems]


def _equalised(stems: list[Array], desk: Desk) -> list[Array]:
    """Stems through one filter that brings the balance of their sum near to that of records."""
    hertz, power = signal.welch(_sum(stems).mean(1), RATE, nperseg=4096)
    grid = np.linspace(0, RATE / 2, 2049)
    gains = np.zeros(len(BANDS))
    for _ in range(_PASSES):
        curve = _curve(gains, grid)
        heard = power * 10 ** (np.interp(hertz, grid, curve) / 10)
        gains = np.clip(gains + np.array(desk.balance) - _levels(hertz, heard), -_MOST, _MOST)
    curve = _curve(gains, grid)
    taps = signal.firwin2(_TAPS, grid, 10 ** (curve / 20), fs=RATE)
    return [signal.oaconvolve(stem, taps[:, None], axes=0)[_TAPS // 2 : _TAPS // 2 + len(stem)] for stem in stems]


def _levels(hertz: Array, power: Array) -> Array:
    """The level of each band relative to the whole below 11 kHz, dB."""
    whole = power[hertz < 11_025].sum()
    bands = [power[(hertz >= low) & (hertz < high)].sum() for low, high in BANDS.values()]
    return 10 * np.log10(np.array(bands) / whole + 1e-9)


def _curve(gains: Array, grid: Array) -> Array:
    """The gain of the equaliser at frequencies `grid`, dB, from that of each band."""
    centres = [np.sqrt(low * high) for low, high in BANDS.values()]
    octaves = np.log2(np.maximum(grid, 15))
    curve = np.interp(octaves, np.log2([*centres, *_ABOVE]), [*gains, gains[-1], gains[-1]])
    return signal.savgol_filter(curve - gains.mean(), 15, 2)


def _sum(stems: Sequence[Array]) -> Array:
    return np.sum(stems, axis=0)


def _fades(total: int) -> Array:
    t = np.arange(total)[:, None] / RATE
    return np.minimum(t / 0.005, 1) * np.minimum(t[::-1] / 0.03, 1)
