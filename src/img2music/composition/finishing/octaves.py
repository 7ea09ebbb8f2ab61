"""Bars an octave higher or lower where the contour of a piece asks for it: harmony and tune stay what they are."""

from __future__ import annotations

from dataclasses import replace

from img2music.composition.plan import Plan
from img2music.composition.score import Note, Part, Role

_OCTAVES = (-12, 0, 12)
_CHANGE = 2.0
"""What it costs, in semitones off the contour, to go into another octave at a bar line."""
_MOVED = 1.0
"""What it costs not to be where the composer wrote."""


def lifted(part: Part, plan: Plan) -> Part:
    """The part with whole bars an octave away, so that it follows the contour of the plan; bass and drums stay.

    Of all ways to do so it takes that with the least distance from the contour and the fewest changes, within the range
    of the instrument.
    """
    if part.role not in (Role.MELODY, Role.HARMONY, Role.VOICE) or part.instrument.drums or not part.notes:
        return part
    bars: list[list[Note]] = [[] for _ in range(plan.bars)]
    for note in part.notes:
        bars[min(max(int(note.start / plan.metre.beats + 1e-6), 0), plan.bars - 1)].append(note)
    octaves = _octaves(bars, part, plan)
    moved = (
        replace(note, pitch=note.pitch + octave) for notes, octave in zip(bars, octaves, strict=True) for note in notes
    )
    return replace(part, notes=tuple(moved))


def _octaves(bars: list[list[Note]], part: Part, plan: Plan) -> list[int]:
    """The octave of each bar, by dynamic programming."""
    usual = sum(note.pitch for note in part.notes) / len(part.notes)
    costs = dict.fromkeys(_OCTAVES, 0.0)
    came: list[dict[int, int]] = []
    for number, notes in enumerate(bars):
        here = {}
        links = {}
        wanted = usual + plan.lift((number + 0.5) * plan.metre.beats)
        for octave in _OCTAVES:
            before = min(_OCTAVES, key=lambda other: costs[other] + (_CHANGE if other != octave else 0.0))
            links[octave] = before
            cost = costs[before] + (_CHANGE if before != octave else 0.0) + (_MOVED if octave else 0.0)
            here[octave] = cost + _distance(notes, octave, wanted, part)
        costs = here
        came.append(links)
    octave = min(_OCTAVES, key=lambda one: costs[one])
    found = []
    for links in reversed(came):
        found.append(octave)
        octave = links[octave]
    return found[::-1]


def _distance(notes: list[Note], octave: int, wanted: float, part: Part) -> float:
    """How far notes an octave away are from a pitch, in semitones; without end where they leave the instrument."""
    if not notes:
        return 0.0
    if octave and not all(part.instrument.low <= note.pitch + octave <= part.instrument.high for note in notes):
        return float("inf")
    return abs(sum(note.pitch for note in notes) / len(notes) + octave - wanted)
