"""Rhythms with an identity: a bar is made of a few figures, some of which come back within it."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from img2music.composition.chance import pick
from img2music.composition.metre import Metre

Figure = tuple[float, ...]
"""Where notes begin within a group, in beats."""


def _figures(length: float, density: float) -> Mapping[Figure, float]:
    """The figures that fill a group of `length` beats, and how likely they are for a `density` from 0 to 1."""
    busy = density * density
    if length == 1.5:
        return {
            (): 0.3 * (1 - density),
            (0.0,): 1.2 - 0.8 * density,
            (0.0, 1.0): 0.9,
            (0.0, 0.5, 1.0): 0.3 + 0.9 * density,
            (0.0, 0.5): 0.25,
            (0.5, 1.0): 0.25,
            (1.0,): 0.2,
            (0.0, 0.5, 0.75, 1.0): 0.5 * busy,
        }
    if length == 1.0:
        return {
            (): 0.3 * (1 - density),
            (0.0,): 1.1 - 0.7 * density,
            (0.0, 0.5): 0.6 + 0.9 * density,
            (0.5,): 0.4,
            (0.0, 0.75): 0.15 + 0.25 * density,
            (0.25, 0.75): 0.1 * density,
            (0.75,): 0.12,
            (0.0, 0.25, 0.5): 0.4 * busy,
            (0.0, 0.5, 0.75): 0.5 * busy,
            (0.0, 0.25, 0.5, 0.75): 0.5 * busy * density,
        }
    return {(): 0.4 * (1 - density), (0.0,): 1.0, (0.0, length / 2): 0.6 * density}


def bar_rhythm(metre: Metre, density: float, syncopation: float, rng: Random) -> tuple[float, ...]:
    """Where the notes of a bar begin, in beats from the bar line; two or more unless the bar is short.

    `density` is from few to many notes, `syncopation` from notes on the beat to notes before it, each from 0 to 1.
    """
    for _ in range(8):
        onsets = _drawn(metre, density, syncopation, rng)
        if len(onsets) >= min(2, len(metre.groups)):
            return onsets
    return (0.0,)


def _drawn(metre: Metre, density: float, syncopation: float, rng: Random) -> tuple[float, ...]:
    place, known = 0.0, list[tuple[float, tuple[float, ...]]]()
    onsets: list[float] = []
    for length in metre.groups:
        again = [figure for size, figure in known if size == length]
        if again and rng.random() < 0.4:
            figure = again[int(rng.random() * len(again))]
        else:
            figure = pick(rng, _figures(length, density))
            known.append((length, figure))
        onsets += [place + onset for onset in figure]
        place += length
    return _pushed(onsets, syncopation, rng)


def _pushed(onsets: list[float], syncopation: float, rng: Random) -> tuple[float, ...]:
    """Some notes on the beat come half a beat early, where there is room."""
    moved = []
    for onset in onsets:
        early = onset - 0.5
        free = early > 0 and not any(early - 0.25 < other < onset for other in onsets)
        moved.append(early if free and onset % 1 == 0 and rng.random() < 0.5 * syncopation else onset)
    return tuple(sorted(set(moved)))


def closing_rhythm(onsets: tuple[float, ...], metre: Metre) -> tuple[float, ...]:
    """The first half of a rhythm and then one long note: how phrases end."""
    half = metre.beats / 2
    kept = [onset for onset in onsets if onset < half - 0.3]
    landing = next((onset for onset in onsets if onset >= half - 0.3 and metre.strength(onset) >= 0.25), half)
    return (*kept, landing if metre.beats >= 2 else 0.0) if kept or metre.beats >= 2 else (0.0,)
