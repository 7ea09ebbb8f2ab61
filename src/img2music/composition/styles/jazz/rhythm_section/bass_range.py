"""Where a bass plays, and when."""

from __future__ import annotations

from random import Random

from img2music.composition.score import Instrument


def lowest(instrument: Instrument) -> int:
    """The lowest pitch of a line."""
    return max(instrument.low, 29)


def highest(instrument: Instrument) -> int:
    """The highest pitch of a line."""
    return max(min(instrument.high, 53), lowest(instrument) + 12)


def near_root(tone: int, pitch: float, instrument: Instrument) -> int:
    """The pitch of a pitch class that is nearest to another pitch, in the comfortable part of the range."""
    places = [p for p in range(lowest(instrument), highest(instrument) + 1) if p % 12 == tone]
    return min(places, key=lambda place: (abs(place - pitch), place))


def lateness(rng: Random) -> float:
    """Seconds by which a note comes late."""
    return round(0.012 * rng.random(), 4)
