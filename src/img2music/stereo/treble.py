"""What lies above 11 kHz: levels of bands, filled with noise."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from img2music.stereo.bands import TREBLE_BANDS, TREBLE_EDGES, centres, sums
from img2music.stereo.transform import BINS, HOP, LOWER, stft

FLOOR = 1e-3
"""Magnitude below which nothing is distinguished, as in the spectra below."""
_SEED = 20261129
_ROUNDS = 4
_LEAST = 1e-8
_EVEN_FROM, _NEAR, _AROUND = 472, 16, 3
"""The bin from which magnitudes go over into levels above 11 kHz, bins that tell the level there, and that it is
smoothed over."""
_FALL = 0.17
"""By which records are at least softer above 11 kHz than just below, natural logarithm: 1.5 dB."""
_MOST_DOWN = 0.1


def levels(frames: np.ndarray) -> np.ndarray:
    """Frames `(F, 1025)` of one channel to natural logarithms of the level of each band, `(F, 24)` float32."""
    power = np.square(frames.real) + np.square(frames.imag)
    return np.log(np.sqrt(sums(power, TREBLE_EDGES) / np.diff(TREBLE_EDGES)) + FLOOR).astype(np.float32)


def noise(band_levels: np.ndarray) -> np.ndarray:
    """Noise that has such levels `(F, 24)`, frames `(F, 1025 - 513)` complex64 from the lowest bin above 11 kHz on; the
    same levels give the same."""
    magnitudes = _sharpened(np.maximum(np.exp(band_levels.astype(np.float32)) - np.float32(FLOOR), 0))
    # not a product of matrices, whose rounding may depend on the number of threads
    return np.einsum("fb,bk->fk", magnitudes, _filling()) * _grain(len(band_levels))


def evened(magnitudes: np.ndarray, band_levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Magnitudes `(F, 513)` below 11 kHz and levels `(F, 24)` above it that go over into each other as in records.

    What the encoder hears of recordings was filtered just below 11 kHz, and the decoder makes up for that. Latents that
    were learnt from music made at 22.05 kHz were not: there it would be a narrow band of noise and too much treble,
    which are turned down, alike in all frames.
    """
    below, above = _level(magnitudes[:, _EVEN_FROM - _NEAR : _EVEN_FROM]), _level(np.exp(band_levels[:, :2]))
    louder = max(0.0, float(np.log(above / below)) + _FALL)
    ends = np.log(below), np.log(above) - louder
    wanted = np.exp(np.interp(np.arange(_EVEN_FROM, LOWER), (_EVEN_FROM - _NEAR // 2, LOWER + _NEAR), ends))
    power = np.square(magnitudes[:, _EVEN_FROM - _AROUND :]).mean(0)
    window = np.full(2 * _AROUND + 1, 1 / (2 * _AROUND + 1))
    found = np.sqrt(np.convolve(np.pad(power, (0, _AROUND), mode="edge"), window, "valid") + _LEAST)
    gain = np.ones(magnitudes.shape[1], np.float32)
    gain[_EVEN_FROM:] = np.clip(wanted / found, _MOST_DOWN, 1)
    return magnitudes * gain, band_levels - np.float32(louder)


def _level(magnitudes: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(magnitudes, dtype=np.float64)) + _LEAST))


def _sharpened(magnitudes: np.ndarray) -> np.ndarray:
    """Magnitudes `(F, 24)` that have those levels once frames were added up over each other: the sound of a loud frame
    reaches into the quiet ones beside it, which are made softer for that."""
    wanted, found = np.square(magnitudes), magnitudes
    for _ in range(_ROUNDS):
        heard = _overlapped(np.square(_overlapped(found)))
        found = found * np.clip(np.sqrt((wanted + _LEAST) / (heard + _LEAST)), 0.3, 1.5)
    return found


def _overlapped(values: np.ndarray) -> np.ndarray:
    """Values `(F, 24)` of frames as they are after overlapping: by the square of the window, at the hops around."""
    padded = np.pad(values, ((1, 1), (0, 0)), mode="edge")
    return (padded[:-2] + 4 * padded[1:-1] + padded[2:]) * np.float32(1 / 6)


@lru_cache(maxsize=1)
def _filling() -> np.ndarray:
    """Weights `(24, 512)` of the bands in each bin; nothing above the last band."""
    bins = np.arange(LOWER, BINS)
    rows = [np.interp(bins, centres(TREBLE_EDGES), row) for row in np.eye(TREBLE_BANDS)]
    return (np.stack(rows) * (bins < TREBLE_EDGES[-1])).astype(np.float32)


@lru_cache(maxsize=2)
def _grain(count: int) -> np.ndarray:
    """Frames `(count, 512)` of white noise, of level 1 in each band of each frame, the same every time."""
    frames = stft(np.random.default_rng(_SEED).standard_normal((count - 1) * HOP, np.float32))[:count]
    widths = np.diff(TREBLE_EDGES)
    power = sums(np.square(frames.real) + np.square(frames.imag), TREBLE_EDGES) / widths
    level = np.repeat(np.sqrt(np.maximum(power, 1e-9)), widths, axis=1)
    noise = np.zeros((count, BINS - LOWER), np.complex64)
    noise[:, : level.shape[1]] = frames[:, LOWER : TREBLE_EDGES[-1]] / level
    return noise
