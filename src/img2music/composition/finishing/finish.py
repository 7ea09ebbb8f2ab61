"""What every part gets in the end: its range, its dynamics, and the end of the piece."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from img2music.composition.chance import stream
from img2music.composition.finishing.octaves import lifted
from img2music.composition.plan import Plan
from img2music.composition.score import Articulation, Note, Part, Role

PHRASE = 4
"""Bars in which loudness swells and falls."""
_LOUDER = 0.3
"""How much louder, as a share, music is where a contour has most detail than where it has least."""
_THINNER = 1.6
"""How much likelier weak notes are left out the less detail there is."""


def finished(part: Part, plan: Plan) -> Part:
    """The part with every note inside the instrument's range and the piece, and its loudness shaped by the form.

    Notes outside the range move by octaves. Loud sections are louder the more the mood asks for dynamics. Where a
    contour has little detail, those who accompany leave weak notes out.
    """
    instrument, beats = part.instrument, plan.beats
    if plan.contour is not None:
        part = lifted(part, plan)
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
    return replace(part, notes=tuple(_thinned(without_repeats(notes), part, plan)))


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
        level = 1 + depth * (section.energy - 0.7) + swell * (place - 1) / (PHRASE - 1)
        levels.append(level + _LOUDER * (plan.detail((bar + 0.5) * plan.metre.beats) - 0.5))
    return levels


def _thinned(notes: list[Note], part: Part, plan: Plan) -> list[Note]:
    """Without some of those between the beats where the contour has less detail than in the middle; tune, bass and
    last bar stay whole."""
    if plan.contour is None or part.role not in (Role.DRUMS, Role.HARMONY):
        return notes
    rng = stream(plan.seed, "thinner", part.instrument.name)
    chances = [rng.random() for _ in notes]
    last = plan.beats - plan.metre.beats
    return [
        note
        for note, chance in zip(notes, chances, strict=True)
        if note.start >= last
        or plan.metre.strength(note.start % plan.metre.beats) >= 0.5
        or chance >= _THINNER * (0.5 - plan.detail(note.start))
    ]


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
