"""Rhythms of jazz lines: bars put together from beats, with rests and notes held over."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from random import Random

from img2music.composition.chance import pick
from img2music.composition.metre import Metre

Rhythm = tuple[tuple[float, float], ...]
"""Notes as (offset, length) in beats from the first bar line on."""
_CELLS: Mapping[str, tuple[tuple[float, float], ...]] = {
    "two": ((0, 0.5), (0.5, 0.5)),
    "one": ((0, 1),),
    "off": ((0.5, 0.5),),
    "short": ((0, 0.5),),
    "three": ((0, 1 / 3), (1 / 3, 1 / 3), (2 / 3, 1 / 3)),
    "four": ((0, 0.25), (0.25, 0.25), (0.5, 0.25), (0.75, 0.25)),
    "late pair": ((0.5, 0.25), (0.75, 0.25)),
    "rest": (),
    "held": (),
}


def line_rhythm(metre: Metre, bars: int, rate: float, fine: bool, rng: Random, pickup: bool = True) -> Rhythm:
    """About `rate` notes a beat over some bars; `fine` has sixteenths and triplets, as slow and funky music has.

    The line may begin after the first beat, and leaves room to breathe at its end.
    """
    notes: list[tuple[float, float]] = []
    weights = _weights(round(rate, 1), fine)
    total, place, held = bars * metre.beats, 0.0, False
    begins = pick(rng, {0.0: 2, 0.5: 2, 1.0: 1.5, 1.5: 1.5, 2.0: 0.5}) if pickup else 0.0
    for _ in range(bars):
        for length in metre.groups:
            name = pick(rng, weights)
            if name == "held" and (not notes or held or place < 1):
                name = "two"
            held = name == "held"
            if held:
                at, long = notes[-1]
                notes[-1] = (at, place + length * 0.5 - at if fine else place + length - at)
            for offset, long in _CELLS[name]:
                at = place + offset * length
                if at >= begins - 1e-6:
                    notes.append((at, long * length))
            place += length
    limit = total - metre.groups[-1] * (0.5 + 0.5 * (rng.random() < 0.5))
    kept = [(at, length) for at, length in notes if at < limit - 1e-6]
    if not kept:
        kept = [(min(begins, total - 0.5), 0.5)]
    at, length = kept[-1]
    kept[-1] = (at, min(max(length, 0.75), max(total - at, 0.25)))
    return tuple(kept)


@lru_cache(64)
def _weights(rate: float, fine: bool) -> Mapping[str, float]:
    """How likely a beat has each cell, so that there are about `rate` notes a beat."""
    base = {"two": 3.0, "one": 1.2, "off": 1.0, "short": 0.7, "three": 0.35, "rest": 0.5, "held": 0.8}
    if fine:
        base |= {"three": 0.9, "four": 1.0, "late pair": 0.8, "two": 2.2}
    return {name: weight * 0.35 ** abs(len(_CELLS[name]) - rate) for name, weight in base.items()}
