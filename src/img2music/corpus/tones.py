"""Notes in seconds: what instruments are played from."""

from __future__ import annotations

from dataclasses import dataclass

from img2music.composition.score import Part, Score


@dataclass(frozen=True)
class Tone:
    """One note, times in seconds. ``bend`` is how many semitones off the pitch it starts, before gliding onto it."""

    start: float
    length: float
    pitch: int
    velocity: int
    bend: float = 0.0


def tones_of(score: Score, part: Part) -> list[Tone]:
    """The notes of a part, with swing and human timing."""
    found = []
    for note in part.notes:
        start, end = score.span(note)
        found.append(Tone(start, end - start, note.pitch, note.velocity, note.bend))
    return found
