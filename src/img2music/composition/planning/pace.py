"""The tempo of people who play together: it moves a little, and slows down before the end."""

from __future__ import annotations

from img2music.composition.chance import around, stream
from img2music.composition.metre import Metre
from img2music.composition.planning.length import Length
from img2music.composition.score import TempoMap

_LASTING = 0.75
"""How much of a deviation is still there a bar later."""
_SLOWING = 3.0
"""How much slower the bar before the last is, in drifts."""


def played(drift: float, seed: int, length: Length, metre: Metre) -> TempoMap:
    """A tempo for each bar around that of `length`, which lasts as long, and a fermata on the last one. `drift` is a
    share of the tempo, or 0."""
    bars, bpm = length.bars, length.bpm
    tempos = [bpm] * bars
    if drift > 0 and bars >= 3:
        tempos = _drifting(drift, seed, bars, bpm)
    bar = metre.beats * 60
    last = bar / tempos[-1]
    tempos[-1] *= last / (last + length.spare)
    changes = [(0.0, round(tempos[0], 3))]
    for number, tempo in enumerate(tempos):
        if round(tempo, 3) != changes[-1][1]:
            changes.append((number * metre.beats, round(tempo, 3)))
    return TempoMap(tuple(changes))


def _drifting(drift: float, seed: int, bars: int, bpm: float) -> list[float]:
    rng = stream(seed, "drift")
    ratios = [1.0]
    for _ in range(bars - 1):
        ratios.append(1 + _LASTING * (ratios[-1] - 1) + around(rng, 2 * drift))
    ratios[-2] *= 1 - _SLOWING * drift
    # Bars last as long together as at the even tempo.
    mean = sum(1 / ratio for ratio in ratios) / bars
    return [bpm * mean * ratio for ratio in ratios]
