"""One stretch of a sound from another version of it; outside of that it stays sample for sample."""

from __future__ import annotations

import numpy as np

from img2music.audio.limiter import limit_peak

FADE = 0.05
"""Length of a cross-fade, s."""
BEFORE = 0.03
"""How long before the place it has ended, s: what begins there is already the new sound's."""
_SILENT = 1e-6


def spliced(old: np.ndarray, new: np.ndarray, rate: int, begin: float, end: float, loop: bool = False) -> np.ndarray:
    """The samples of `new`, `(T,)` or `(T, C)` at `rate` Hz, from `begin` to `end` in s, and those of `old` elsewhere.

    Both are the same music outside, where the new one is brought to the level of the old one; it may be longer. A
    `loop` has no beginning and no end. True peaks stay below the ceiling of the limiter if those of `old` do.
    """
    share = _share(len(new), rate, begin, end, loop)
    share[len(old) :] = 1
    kept = np.flatnonzero(share == 0)
    level_of_old, level_of_new = _level(old[kept]), _level(new[kept])
    if level_of_old > _SILENT and level_of_new > _SILENT:
        new = limit_peak(new * np.float32(level_of_old / level_of_new))
    found = np.array(new, np.float32)
    mixed = np.flatnonzero((share > 0) & (share < 1))
    weights = share[mixed] if new.ndim == 1 else share[mixed, np.newaxis]
    found[mixed] = weights * new[mixed] + (1 - weights) * old[mixed]
    found[kept] = old[kept]
    return found


def _share(length: int, rate: int, begin: float, end: float, loop: bool) -> np.ndarray:
    """The share of the new sound in each sample, `(length,)` float32."""
    fade = round(FADE * rate)
    to_the_end = round(end * rate) >= length
    if to_the_end and round(begin * rate) <= 0:
        return np.ones(length, np.float32)
    rise = np.linspace(0, 1, fade + 2, dtype=np.float32)[1:-1]
    first, last = (round((place - BEFORE - FADE) * rate) for place in (begin, end))
    whole = np.ones(max(last - first - fade, 0), np.float32)
    fall = np.ones(length - last, np.float32) if to_the_end and not loop else rise[::-1]
    curve = np.concatenate([rise, whole, fall])
    share = np.zeros(length, np.float32)
    at = np.arange(first, first + len(curve))
    inside = (at >= 0) & (at < length)
    share[at[inside]] = curve[inside]
    if loop:
        share[at[~inside] % length] = curve[~inside]
    return share


def _level(samples: np.ndarray) -> float:
    """The root mean square of some samples; none have no level."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if samples.size else 0.0
