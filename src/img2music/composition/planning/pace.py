"""The tempo of people who play together: it moves a little, and slows down before the end."""

from __future__ import annotations

from img2music.composition.chance import around, stream
from img2music.composition.planning.length import Length
from img2music.composition.score import Metre, TempoMap

_LASTING = 0.75
"""How much of a deviation is still there a bar later."""
_SLOWING = 3.0
"""How much slower the bar before the last is, in drifts."""


def played(drift: float, seed: int, length: Length, metre: Metre) -> TempoMap:
    """A tempo for each bar around that of `length`, which lasts as long. `drift` is a share of the tempo, or 0."""
    if drift <= 0 or length.bars < 3:
        return TempoMap(((0.0, length.bpm),))
    rng = stream(seed, "drift")
    ratios = [1.0]
    for _ in range(length.bars - 1):
        ratios.append(1 + _LASTING * (ratios[-1] - 1) + around(rng, 2 * drift))
    ratios[-2] *= 1 - _SLOWING * drift
    # Bars last as long together as at the even tempo.
    mean = sum(1 / ratio for ratio in ratios) / length.bars
    return TempoMap(tuple((bar * metre.beats, round(length.bpm * mean * ratio, 3)) for bar, ratio in enumerate(ratios)))
