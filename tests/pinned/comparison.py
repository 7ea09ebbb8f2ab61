"""How pinned numbers are kept and compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("pinned.json")
Numbers = dict[str, list[float]]
TOLERANCE = 1e-4
"""Of the size of a number."""
_MANY = 40
"""Numbers up to which all of them are kept."""
_PROJECTIONS = 6


def pinned(values: Mapping[str, object]) -> Numbers:
    """Named arrays and numbers as lists of floats: all of them, or mean, deviation and projections of large arrays,
    whose names say how many values they had."""
    found = {}
    for name, value in values.items():
        flat = np.asarray(value, np.float64).ravel()
        many = len(flat) > _MANY
        kept = _projections(flat) if many else flat
        found[f"{name}, of {len(flat)}" if many else name] = [float(f"{number:.6g}") for number in kept]
    return found


def differences(found: Numbers, known: Numbers, tolerance: float = TOLERANCE) -> list[str]:
    """What is not as it was, in words; nothing if all is."""
    said = [f"{name} is new or gone" for name in sorted(found.keys() ^ known.keys())]
    for name in sorted(found.keys() & known.keys()):
        now, before = np.array(found[name]), np.array(known[name])
        # projections may cancel nearly to zero, so their error is relative to the largest of them
        least = (tolerance if ", of " in name else 1e-6) * float(np.abs(before).max(initial=1e-9))
        if now.shape != before.shape or not np.allclose(now, before, rtol=tolerance, atol=least):
            said.append(f"{name} was {before.tolist()} and is {now.tolist()}")
    return said


def read() -> dict[str, Numbers]:
    """All that are kept, by subject."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def _projections(flat: np.ndarray) -> np.ndarray:
    """Mean, deviation, and projections on cosines of values `(N,)`."""
    places = np.arange(len(flat))
    waves = [np.cos((2 * number + 1) * 0.737 * places + number) @ flat for number in range(_PROJECTIONS)]
    return np.array([flat.mean(), flat.std(), *np.array(waves) / np.sqrt(len(flat))])
