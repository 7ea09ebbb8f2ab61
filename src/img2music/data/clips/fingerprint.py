"""Audio fingerprints: bits that stay when the loudness, the coding or the beginning of a clip changes.

After J. Haitsma and T. Kalker, "A Highly Robust Audio Fingerprinting System" (ISMIR 2002), coarser: in each of
`BANDS` pairs of neighbouring bands, does the difference of their energies grow or shrink from one frame to the
next? Two clips are compared at every offset that lets them overlap by `OVERLAP` seconds; the share of bits that
differ at the best one is their distance, about 0.43 for unrelated music. See docs/data.md for measurements.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.progress import track

RATE = 11025  # Hz
SECONDS = 30
"""How much of a clip is looked at, from its beginning."""
SAME_RECORDING = 0.35
"""Up to this share of differing bits two clips hold the same recording; Haitsma and Kalker's limit, too."""
BANDS = 24
OVERLAP = 5  # seconds

_WINDOW, _HOP = 4096, 1024
_LOWEST, _HIGHEST = 200, 4000  # Hz
_OVERLAP_FRAMES = OVERLAP * RATE // _HOP
_PAIRS_AT_ONCE = 8192


def fingerprint(samples: np.ndarray) -> np.ndarray:
    """Signs `(frames, BANDS)` int8 of mono samples `(T,)` at `RATE`: 1 grows, -1 shrinks, 0 silence."""
    samples = samples[: SECONDS * RATE]
    if len(samples) < _WINDOW + _HOP:
        return np.zeros((0, BANDS), np.int8)
    frames = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW).astype(np.float32), axis=1)) ** 2
    edges = np.rint(np.geomspace(_LOWEST, _HIGHEST, BANDS + 2) * _WINDOW / RATE).astype(int)
    energies = np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1)
    # The floor is relative, so that the signs do not depend on the loudness.
    levels = np.log(energies + 1e-9 * energies.mean() + np.finfo(np.float32).tiny)
    return np.sign(np.diff(np.diff(levels, axis=1), axis=0)).astype(np.int8)


def to_text(signs: np.ndarray) -> str:
    """Signs of a fingerprint as text."""
    return base64.b64encode(np.packbits([signs > 0, signs < 0]).tobytes()).decode("ascii")


def from_text(text: str) -> np.ndarray:
    """The signs that `to_text` wrote."""
    bits = np.unpackbits(np.frombuffer(base64.b64decode(text), np.uint8))
    frames = len(bits) // (2 * BANDS)
    grows, shrinks = bits[: 2 * frames * BANDS].reshape(2, frames, BANDS).astype(np.int8)
    return grows - shrinks


def matching_pairs(fingerprints: Sequence[np.ndarray], limit: float = SAME_RECORDING) -> list[tuple[int, int, float]]:
    """Pairs `(i, j, share)` with i < j of fingerprints of which at most the share `limit` of bits differs."""
    if not fingerprints:
        return []
    lengths = np.array([len(signs) for signs in fingerprints])
    size = 1 << int(2 * lengths.max() + 1).bit_length()
    spectra = np.stack([np.fft.rfft(signs.astype(np.float32), size, axis=0) for signs in fingerprints], axis=1)
    offsets = np.fft.fftfreq(size, 1 / size).astype(int)
    pairs = []
    block = max(1, _PAIRS_AT_ONCE // len(fingerprints))
    starts = range(0, len(fingerprints), block)
    for start in track(starts, "comparing clips", console=Console(stderr=True), transient=True):
        first = slice(start, start + block)
        # Correlation over all offsets at once: (frequencies, block, BANDS) × (frequencies, BANDS, others).
        products = spectra[:, first].conj() @ spectra[:, start:].swapaxes(1, 2)
        agreement = np.fft.irfft(products, size, axis=0)
        ends = np.minimum(lengths[first, None], lengths[None, start:] - offsets[:, None, None])
        overlaps = ends - np.maximum(0, -offsets[:, None, None])
        shares = np.where(overlaps >= _OVERLAP_FRAMES, (1 - agreement / (BANDS * np.maximum(overlaps, 1))) / 2, 1)
        lowest = shares.min(axis=0)
        for i, j in np.argwhere(lowest <= limit):
            if j > i:
                pairs.append((start + int(i), start + int(j), float(lowest[i, j])))
    return pairs
