"""Bands of the spectrum at 44.1 kHz: 24 of level above 11 kHz, 20 for the image of both channels."""

from __future__ import annotations

import numpy as np

from img2music.stereo.transform import BINS, LOWER, RATE, WINDOW

TREBLE_BANDS, IMAGE_BANDS = 24, 20
HIGHEST = 20_000.0
"""Hz above which nothing is kept."""

TREBLE_EDGES = np.linspace(LOWER, round(HIGHEST * WINDOW / RATE), TREBLE_BANDS + 1).round().astype(int)
"""First bin of each treble band, and the bin after the last."""


def _erb_edges() -> np.ndarray:
    """Edges as wide as the ear's bands (Glasberg & Moore, 1990), three bins at least."""
    highest = int(TREBLE_EDGES[-1])
    number = 21.4 * np.log10(1 + 0.00437 * HIGHEST)
    hertz = (10 ** (np.linspace(0, number, IMAGE_BANDS + 1) / 21.4) - 1) / 0.00437
    edges = (hertz * WINDOW / RATE).round().astype(int)
    for band in range(1, len(edges)):
        edges[band] = max(edges[band], edges[band - 1] + 3)
    edges[-1] = highest
    return edges


IMAGE_EDGES = _erb_edges()
"""First bin of each band of the image, and the bin after the last."""


def sums(power: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Values `(F, 1025)` added up in bands, `(F, len(edges) - 1)`."""
    return np.add.reduceat(power, edges, axis=1)[:, :-1] if edges[-1] < BINS else np.add.reduceat(power, edges[:-1], 1)


def centres(edges: np.ndarray) -> np.ndarray:
    """Middles of bands, in bins."""
    return (edges[:-1] + edges[1:] - 1) / 2
