"""Measures of how produced a recording sounds, which no training sees.

They are of the mid channel below 11 kHz, so that recordings of any kind compare: spectral balance, crest factor,
loudness range, and what lies in the low and in the high shelf.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from img2music.audio.loudness import loudness
from img2music.audio.stft import RATE, WINDOW, magnitude
from img2music.synthesis.desk import BANDS

LOW_SHELF, HIGH_SHELF = 150.0, 4000.0
"""Hz below and above which a shelf lies."""
_SHORT, _HOP = 3.0, 1.0  # s, of a short-term loudness
_GATE = -20.0  # LU below the loudness of all, under which a loudness range does not listen


def energy_measures(samples: np.ndarray) -> dict[str, float]:
    """Measures of samples `(T,)` at 22,050 Hz, 3 s at least.

    `sub` to `air` are levels of bands in dB relative to the whole, `low` and `high` those of the shelves; `crest` is
    the peak in dB above the root mean square; `range` the loudness range in LU (EBU Tech 3342, 3 s each second).
    Raises ValueError for silence and for less than 3 s.
    """
    power = np.square(magnitude(samples), dtype=np.float64).mean(0)
    if len(samples) < _SHORT * RATE or power.sum() < 1e-9:
        raise ValueError("measures need 3 s of sound")
    hertz = np.arange(len(power)) * RATE / WINDOW
    levels = {name: _share(power, (hertz >= low) & (hertz < high)) for name, (low, high) in BANDS.items()}
    levels |= {"low": _share(power, hertz < LOW_SHELF), "high": _share(power, hertz >= HIGH_SHELF)}
    crest = 20 * np.log10(np.abs(samples).max() / np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
    return levels | {"crest": float(crest), "range": _loudness_range(samples)}


def _share(power: np.ndarray, band: np.ndarray) -> float:
    return float(10 * np.log10(power[band].sum() / power.sum() + 1e-9))


def _loudness_range(samples: np.ndarray) -> float:
    starts = range(0, len(samples) - round(_SHORT * RATE) + 1, round(_HOP * RATE))
    short = np.array([loudness(samples[start : start + round(_SHORT * RATE)], RATE) for start in starts])
    heard = short[short > loudness(samples, RATE) + _GATE]
    return float(np.subtract(*np.percentile(heard, [95, 10]))) if len(heard) else 0.0


def quartiles(measures: Iterable[Mapping[str, float]]) -> dict[str, tuple[float, float, float]]:
    """The 25th, 50th and 75th percentile of each measure over recordings."""
    rows = list(measures)
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    found = {name: np.percentile(values, [25, 50, 75]) for name, values in columns.items()}
    return {name: (float(low), float(middle), float(high)) for name, (low, middle, high) in found.items()}
