"""Drum fills: what leads from one section to the next."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from img2music.composition.chance import one

_SHAPES = ("x.xx", "xxxx", "x.x.", "xx.x", "..xx", "x..x", ".xxx")
_TRIPLETS = ("xxx", "x.x", ".xx")


def fill(start: float, length: float, kit: Sequence[int], rng: Random) -> list[tuple[float, int, float]]:
    """Strokes as (beat, pitch, velocity) over `length` beats: down the drums of `kit`, growing louder."""
    triplets = length >= 1 and rng.random() < 0.12
    shapes = _TRIPLETS if triplets else _SHAPES
    strokes: list[tuple[float, int, float]] = []
    motif = one(rng, shapes)
    groups = max(round(length), 1)
    size = length / groups
    for group in range(groups):
        shape = motif if rng.random() < 0.6 else one(rng, shapes)
        drum = kit[min(group * len(kit) // groups + int(rng.random() * 2), len(kit) - 1)]
        for index, stroke in enumerate(shape):
            if stroke == "x":
                at = start + size * (group + index / len(shape))
                strokes.append((at, drum, 74 + 26 * (group + index / len(shape)) / groups))
    return strokes or [(start, kit[0], 90)]
