"""The line of pitches that a tune takes: of all that follow its motifs, the one that sings best.

Each note wants a tone of its chord, most of all on strong places; lines move by step, leap seldom, leave foreign tones
by step, and keep to the intervals of their motif. The cheapest line is found by dynamic programming (Viterbi, 1967).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# What an interval costs, by semitones: steps are free, repeated notes and thirds cheap, tritones and sevenths dear.
_INTERVALS = (0.5, 0.12, 0.0, 0.45, 0.6, 1.0, 3.0, 1.4, 2.2, 2.4, 4.0, 5.0, 2.2)
_FARTHEST = len(_INTERVALS) - 1
"""Semitones that a voice leaps at most."""
_UNRESOLVED = 2.6
_SEMITONES = 1.75
"""Of a step of a scale, on average."""
_MOTIF = 0.42
"""What each semitone off the interval of the motif costs."""


@dataclass(frozen=True)
class Wish:
    """What is wanted of a note: it chooses among the pitch classes of `scale`, those of `chord` first.

    `foreign` is what a tone outside the chord costs; `target` a pitch to be near; `move` the steps of the scale from
    the note before, if that is known; `landing` pitch classes of which it must be one.
    """

    scale: tuple[int, ...]
    chord: tuple[int, ...]
    foreign: float
    target: float
    move: int | None = None
    landing: tuple[int, ...] = ()


USUAL_PULL = 0.018
"""What the distance from the target costs, by its square."""


def best_line(wishes: Sequence[Wish], low: int, high: int, pull: float = USUAL_PULL) -> list[int]:
    """The pitches, between `low` and `high`, which are an octave or more apart, drawn to their targets by `pull`."""
    columns: list[list[int]] = []
    back: list[list[int]] = []
    costs: list[float] = []
    stable: list[bool] = []
    for wish in wishes:
        allowed = wish.landing or wish.scale
        pitches = [pitch for pitch in range(low, high + 1) if pitch % 12 in allowed]
        own = [pitch % 12 in wish.chord for pitch in pitches]
        found: list[float] = []
        links: list[int] = []
        before = columns[-1] if columns else []
        leaving = [cost + (0.0 if firm else _UNRESOLVED) for cost, firm in zip(costs, stable, strict=True)]
        for pitch, belongs in zip(pitches, own, strict=True):
            off = pitch - wish.target
            here = pull * off * off + (0.0 if belongs else wish.foreign)
            best, link = 1e9, 0
            if before:
                wanted = None if wish.move is None else wish.move * _SEMITONES
                for index, other in enumerate(before):
                    leap = pitch - other
                    size = leap if leap >= 0 else -leap
                    if size > _FARTHEST:
                        continue
                    cost = (costs[index] if size <= 2 else leaving[index]) + _INTERVALS[size]
                    if wanted is not None:
                        cost += _MOTIF * (leap - wanted if leap > wanted else wanted - leap)
                    if cost < best:
                        best, link = cost, index
                if best >= 1e9:
                    link = min(range(len(before)), key=lambda index: abs(before[index] - pitch))
                    best = costs[link] + 20.0
            else:
                best = 0.0
            found.append(best + here)
            links.append(link)
        columns.append(pitches)
        back.append(links)
        costs, stable = found, own
    line: list[int] = []
    index = min(range(len(costs)), key=lambda place: costs[place]) if costs else 0
    for pitches, links in zip(reversed(columns), reversed(back), strict=True):
        line.append(pitches[index])
        index = links[index]
    return line[::-1]
