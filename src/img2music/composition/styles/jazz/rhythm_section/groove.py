"""What the band agrees on: where kick and bass of funk play together, and how long the last chord lasts."""

from __future__ import annotations

from functools import lru_cache

from img2music.composition.chance import stream
from img2music.composition.metre import Metre
from img2music.composition.plan import Plan


@lru_cache(64)
def kicks(seed: int, metre: Metre, bar: int, density: float) -> tuple[int, ...]:
    """The sixteenths of even and odd bars on which the kick falls, the first one always; never on a backbeat."""
    rng = stream(seed, "funk kick", bar % 2)
    found = [0]
    for tick in range(2, round(metre.beats * 4)):
        if tick in backbeats(metre):
            continue
        likely = 0.45 if tick == 3 else 0.34 if tick % 2 == 0 else 0.16
        if rng.random() < likely * (0.7 + 0.6 * density):
            found.append(tick)
    if len(found) < 2:
        found.append(next(tick for tick in (10, 6, 7, 3, 2, 1) if tick < metre.beats * 4))
    return tuple(found)


@lru_cache(64)
def backbeats(metre: Metre) -> frozenset[int]:
    """The sixteenths of every other beat."""
    places, place = [], 0.0
    for length in metre.groups:
        places.append(round(place * 4))
        place += length
    return frozenset(places[1::2])


def last_length(plan: Plan) -> float:
    """How long the last chord is played above the bass, in beats: as a short stroke in some fast pieces."""
    chord = plan.chords[-1]
    short = plan.style in ("swing", "blues", "funk", "waltz") and plan.tempo.initial >= 112 and plan.bars > 4
    if short and stream(plan.seed, "last stroke").random() < 0.3:
        return 0.5
    return chord.length
