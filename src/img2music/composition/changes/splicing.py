"""Parts of one piece in which some beats come from another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from img2music.composition.finishing.finish import without_repeats
from img2music.composition.score import Note, Part

_ROUNDING = 1e-6
"""Beats."""


def spliced_parts(parts: Sequence[Part], others: Sequence[Part], start: float, stop: float) -> list[Part]:
    """The parts with the notes of `others` that begin from beat `start` to beat `stop`, and end there at the latest."""
    return [_spliced(part, other, start, stop) for part, other in zip(parts, others, strict=True)]


def shifted(part: Part, beats: float) -> Part:
    """The part later by so many beats."""
    return replace(part, notes=tuple(replace(note, start=note.start + beats) for note in part.notes))


def _spliced(part: Part, other: Part, start: float, stop: float) -> Part:
    def inside(note: Note) -> bool:
        return start - _ROUNDING <= note.start < stop - _ROUNDING

    new = [replace(note, length=min(note.length, stop - note.start)) for note in other.notes if inside(note)]
    notes = [*(note for note in part.notes if not inside(note)), *new]
    return replace(part, notes=tuple(without_repeats(sorted(notes, key=lambda note: (note.start, note.pitch)))))
