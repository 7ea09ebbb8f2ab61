"""Rhythms of classical melodies: bars put together from cells, one for each group of beats."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from random import Random

from img2music.composition.chance import pick
from img2music.composition.metre import Metre

Rhythm = tuple[tuple[float, float], ...]
"""Notes of a bar as (offset, length) in beats; what is not covered is rest."""

_SIMPLE: Mapping[tuple[float, ...], float] = {
    (1.0,): 3.0,
    (0.5, 0.5): 3.0,
    (0.75, 0.25): 1.5,
    (0.5, 0.25, 0.25): 1.2,
    (0.25, 0.25, 0.5): 1.0,
    (0.25, 0.25, 0.25, 0.25): 2.0,
    (1 / 3, 1 / 3, 1 / 3): 0.5,
}
_DOUBLE: Mapping[tuple[float, ...], float] = {(2.0,): 1.5, (1.5, 0.5): 2.5, (1.75, 0.25): 0.4, (0.5, 1.0, 0.5): 0.5}
_COMPOUND: Mapping[tuple[float, ...], float] = {
    (1.5,): 2.0,
    (1.0, 0.5): 3.0,
    (0.5, 0.5, 0.5): 3.0,
    (0.75, 0.25, 0.5): 1.5,
    (0.5, 0.5, 0.25, 0.25): 0.8,
    (0.25, 0.25, 0.25, 0.25, 0.25, 0.25): 0.8,
}


def bar_rhythm(metre: Metre, notes: float, rng: Random, florid: bool = False) -> Rhythm:
    """A bar with about so many notes. `florid` music may have triplets between its eighths."""
    groups, found, at, index = metre.groups, [], 0.0, 0
    while index < len(groups):
        length = groups[index]
        share = notes * length / metre.beats
        cells = dict(_weights(length, round(share * 4), florid))
        if index + 1 < len(groups) and length == 1.0 == groups[index + 1] and index % 2 == 0:
            for cell, weight in _DOUBLE.items():
                cells[cell] = weight * 0.6 ** abs(len(cell) - 2 * share) * (1.0 if share < 2.2 else 0.3)
        cell = pick(rng, cells)
        for part in cell:
            found.append((at, part))
            at += part
        index += 2 if sum(cell) > length + 0.01 else 1
    return tuple(found)


@lru_cache(1024)
def _weights(length: float, share: int, florid: bool) -> tuple[tuple[tuple[float, ...], float], ...]:
    """Cells for a group of `length` beats, those with about `share` quarters of a note the likeliest."""
    base, unit = (_COMPOUND, 1.5) if round(length * 4) % 3 == 0 else (_SIMPLE, 1.0)
    scale = length / unit
    found = []
    for cell, weight in base.items():
        if len(cell) == 3 and cell[0] == cell[1] == cell[2] and unit == 1.0 and not florid:
            continue
        found.append((tuple(part * scale for part in cell), weight * 0.42 ** abs(len(cell) - share / 4)))
    return tuple(found)


def split_at(rhythm: Rhythm, offsets: list[float]) -> Rhythm:
    """The rhythm with a new note wherever one is held over one of the `offsets`."""
    for offset in offsets:
        cut = []
        for at, length in rhythm:
            if at + 0.01 < offset < at + length - 0.01:
                cut += [(at, offset - at), (offset, at + length - offset)]
            else:
                cut.append((at, length))
        rhythm = tuple(cut)
    return rhythm
