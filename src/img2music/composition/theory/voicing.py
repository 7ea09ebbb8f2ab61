"""Chords laid out in pitches, so that voices move little from one to the next."""

from __future__ import annotations

from collections.abc import Sequence

from img2music.composition.theory.harmony import nearest

LOWEST_OPEN = 47
"""Below this pitch chords get muddy."""


def voicing(classes: Sequence[int], centre: float, previous: Sequence[int] = ()) -> list[int]:
    """Close position around `centre`, in the inversion that moves least from the `previous` voicing. Lowest first."""
    classes = list(dict.fromkeys(classes))
    best: list[int] = []
    least = float("inf")
    for turn in range(len(classes)):
        order = classes[turn:] + classes[:turn]
        pitches = [nearest((order[0],), centre - 2 * len(order))]
        for tone in order[1:]:
            pitches.append(pitches[-1] + ((tone - pitches[-1]) % 12 or 12))
        cost = abs(sum(pitches) / len(pitches) - centre)
        if previous:
            cost = 0.5 * cost + sum(min(abs(pitch - other) for other in previous) for pitch in pitches)
        if cost < least:
            best, least = pitches, cost
    return best


def opened(pitches: Sequence[int]) -> list[int]:
    """Open position: the second voice from above an octave lower, unless that would be muddy."""
    if len(pitches) < 3 or pitches[-2] - 12 < LOWEST_OPEN:
        return list(pitches)
    return sorted([*pitches[:-2], pitches[-2] - 12, pitches[-1]])


def thinned(classes: Sequence[int], most: int) -> list[int]:
    """At most so many tones of a chord, of which the fifth goes first; the root of a triad stays."""
    kept = list(dict.fromkeys(classes))
    while len(kept) > most:
        kept.pop(2 if len(kept) > 3 else len(kept) - 1)
    return kept
