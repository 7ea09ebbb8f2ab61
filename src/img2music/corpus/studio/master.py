"""Mastering by gains and filters alone, so that stems that go through the same ones add up to the record."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import signal

from img2music.audio.loudness import SNIPPET_LOUDNESS, loudness
from img2music.corpus.studio.effects import compression, limiting, saturation
from img2music.corpus.synthesis.oscillators import RATE, Array, bandpass
from img2music.synthesis.desk import BANDS, Desk

_CEILING = 10 ** (-1.0 / 20)
_ROUNDS = 3
_MOST = 7.0  # dB that the equaliser turns a band up or down
_TAPS = 2047
_ABOVE = (11_000.0, 20_000.0)
"""Hz of what is above the bands: it follows the highest of them."""


def mastered(stems: Sequence[Array], desk: Desk) -> tuple[Array, list[Array]]:
    """The record `(T, 2)` float32 at -16 LUFS, and its stems, which add up to it."""
    stems = _equalised([bandpass(stem, 24) for stem in stems], desk)
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
    mid = _sum(stems).mean(1)
    hertz, power = signal.welch(mid, RATE, nperseg=4096)
    inside = hertz < 11_025
    centres, gains = [], []
    for (low, high), wanted in zip(BANDS.values(), desk.balance, strict=True):
        band = (hertz >= low) & (hertz < high)
        now = 10 * np.log10(power[band].sum() / power[inside].sum() + 1e-9)
        centres.append(np.sqrt(low * high))
        gains.append(float(np.clip(wanted - now, -_MOST, _MOST)))
    grid = np.linspace(0, RATE / 2, 2049)
    octaves = np.log2(np.maximum(grid, 15))
    curve = np.interp(octaves, np.log2([*centres, *_ABOVE]), [*gains, gains[-1], gains[-1]])
    curve = signal.savgol_filter(curve - np.mean(gains), 15, 2)
    taps = signal.firwin2(_TAPS, grid, 10 ** (curve / 20), fs=RATE)
    return [signal.oaconvolve(stem, taps[:, None], axes=0)[_TAPS // 2 : _TAPS // 2 + len(stem)] for stem in stems]


def _sum(stems: Sequence[Array]) -> Array:
    return np.sum(stems, axis=0)


def _fades(total: int) -> Array:
    t = np.arange(total)[:, None] / RATE
    return np.minimum(t / 0.005, 1) * np.minimum(t[::-1] / 0.03, 1)
