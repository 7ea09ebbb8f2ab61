"""Ornaments: trills, mordents, turns, grace notes and appoggiaturas, written out.

An ornamented note becomes several (start, length, pitch); `upper` and `lower` are its neighbours in the scale, `fast`
the length in beats of a note as fast as fingers go.
"""

from __future__ import annotations

Notes = list[tuple[float, float, int]]


def trill(start: float, length: float, pitch: int, upper: int, lower: int, fast: float) -> Notes:
    """From the upper neighbour, in even alternation, with a closing turn."""
    count = max(int(length / fast) // 2 * 2, 4)
    unit = length / count
    notes = [(start + i * unit, unit, upper if i % 2 == 0 else pitch) for i in range(count)]
    if count >= 8:
        notes[-2] = (notes[-2][0], unit, lower)
    return notes


def mordent(start: float, length: float, pitch: int, lower: int, fast: float) -> Notes:
    """The note, its lower neighbour, and the note again."""
    return [(start, fast, pitch), (start + fast, fast, lower), (start + 2 * fast, length - 2 * fast, pitch)]


def turn(start: float, length: float, pitch: int, upper: int, lower: int, fast: float) -> Notes:
    """The note, and around it before it ends."""
    held = length - 4 * fast
    around = (upper, pitch, lower, pitch)
    return [(start, held, pitch), *((start + held + i * fast, fast, p) for i, p in enumerate(around))]


def grace(start: float, length: float, pitch: int, before: int, fast: float) -> Notes:
    """A short note before the beat's own, taken from its time."""
    return [(start, fast, before), (start + fast, length - fast, pitch)]


def appoggiatura(start: float, length: float, pitch: int, upper: int) -> Notes:
    """The upper neighbour takes half of the note's time and leans into it."""
    return [(start, length / 2, upper), (start + length / 2, length / 2, pitch)]
