"""What every part gets in the end: its range, its dynamics, and the end of the piece."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from img2music.composition.plan import Plan
from img2music.composition.score import Articulation, Note, Part

PHRASE = 4
"""Bars in which loudness swells and falls."""


def finished(part: Part, plan: Plan) -> Part:
    """The part with every note inside the instrument's range and the piece, and its loudness shaped by the form.

    Notes outside the range move by octaves. Loud sections are louder the more the mood asks for dynamics.
    """
    instrument, beats = part.instrument, plan.beats
    levels = _levels(plan)
    bar = plan.metre.beats
    notes = []
    for note in sorted(part.notes, key=lambda note: (note.start, note.pitch)):
        start = max(note.start, 0.0)
        end = min(note.end, beats)
        if end - start < 0.01:
            continue
        pitch = note.pitch if instrument.drums else folded(note.pitch, instrument.low, instrument.high)
        velocity = min(max(round(note.velocity * levels[int(start / bar + 1e-9)]), 1), 127)
        if note.articulation is Articulation.GHOST:
            velocity = min(velocity, 50)
        notes.append(Note(start, end - start, pitch, velocity, note.articulation, note.bend, note.late))
    return replace(part, notes=tuple(without_repeats(notes)))


def folded(pitch: int, low: int, high: int) -> int:
    """The pitch, or the nearest octave of it between `low` and `high`, which are an octave or more apart."""
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return pitch


def _levels(plan: Plan) -> list[float]:
    """How loud each bar is, as a factor."""
    depth = 0.12 + 0.5 * plan.mood.dynamics
    swell = 0.02 + 0.1 * plan.mood.dynamics
    levels = []
    for bar, section in enumerate(plan.section_of):
        place = (bar - section.first) % PHRASE
        levels.append(1 + depth * (section.energy - 0.7) + swell * (place - 1) / (PHRASE - 1))
    return levels


def without_repeats(notes: Iterable[Note]) -> list[Note]:
    """Notes of one pitch that overlap: the earlier one ends where the later begins, of two at once one stays."""
    last: dict[int, int] = {}
    kept: list[Note | None] = []
    for note in notes:
        index = last.get(note.pitch)
        before = kept[index] if index is not None else None
        if index is not None and before is not None and before.end > note.start + 1e-6:
            if note.start - before.start < 0.02:
                kept[index] = before if before.length >= note.length else note
                continue
            kept[index] = replace(before, length=note.start - before.start)
        last[note.pitch] = len(kept)
        kept.append(note)
    return [note for note in kept if note is not None]
