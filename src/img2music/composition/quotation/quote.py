"""How a known tune is quoted: its chords go into the plan, its notes to the player who leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from img2music.composition.brief import Brief
from img2music.composition.plan import Plan
from img2music.composition.quotation.works import Work
from img2music.composition.score import Articulation, ChordSymbol, Note, Part, Role, Section
from img2music.composition.theory.harmony import merged, progression, realise, spliced
from img2music.errors import OptionError

_BEFORE = frozenset({"intro", "build", "break"})
"""Sections before which a quotation waits."""
_NO_TUNE = frozenset({"rap", "scratch", "riser", "kit"})


def as_asked(brief: Brief, work: Work) -> Brief:
    """The brief in the mode and metre of a work. Raises `OptionError` when it asks for others."""
    if brief.metre not in (None, work.metre):
        raise OptionError(f"{work.title} is in {work.metre}, not in {brief.metre}; leave out the metre.")
    if brief.mode not in (None, work.mode):
        raise OptionError(f"{work.title} is in {work.mode}, not in {brief.mode}; leave out the mode.")
    return replace(brief, metre=work.metre, mode=work.mode)


def places(plan: Plan, work: Work) -> tuple[tuple[int, int], ...]:
    """Where the work is quoted: the first bar and how many, in the first section with a tune and wherever it returns.

    The last bar of a piece is never part of it.
    """
    first = next((section for section in plan.sections if section.name not in _BEFORE), plan.sections[0])
    found = []
    for section in plan.sections:
        bars = min(work.bars, section.bars, plan.bars - 1 - section.first)
        if section.label == first.label and _same(section, first) and bars > 0:
            found.append((section.first, bars))
    return tuple(found)


def _same(section: Section, first: Section) -> bool:
    return section is first or section.name not in _BEFORE


def harmonised(plan: Plan, work: Work) -> tuple[ChordSymbol, ...]:
    """The chords of the plan, with those of the work where it is quoted."""
    chords, own = plan.chords, progression(work.chords)
    for first, bars in places(plan, work):
        start, end = first * plan.metre.beats, (first + bars) * plan.metre.beats
        chords = spliced(chords, realise(own[:bars], plan.key, plan.metre, first), start, end)
    return merged(chords)


def quoted(parts: Sequence[Part], plan: Plan, work: Work) -> list[Part]:
    """The parts, of which the one that leads has the tune of the work where it is quoted."""
    lead = _lead(parts)
    if lead is None:
        return list(parts)
    part = parts[lead]
    notes = list(part.notes)
    for first, bars in places(plan, work):
        start, end = first * plan.metre.beats, (first + bars) * plan.metre.beats
        notes = [_until(note, start) for note in notes if not start - 1e-6 <= note.start < end - 1e-6]
        shift = plan.key + 60 + 12 * _octaves(part, plan.key, work)
        notes += [
            Note(start + at, min(length, end - start - at) * 0.95, pitch + shift, 92, Articulation.NORMAL)
            for at, length, pitch in work.notes
            if at < end - start - 1e-6
        ]
    found = list(parts)
    found[lead] = replace(part, notes=tuple(sorted(notes, key=lambda note: (note.start, note.pitch))))
    return found


def _until(note: Note, start: float) -> Note:
    """The note, ended where the quotation begins."""
    return replace(note, length=start - note.start) if note.start < start < note.end else note


def _lead(parts: Sequence[Part]) -> int | None:
    """The part that has the tune: a melody, else a voice, else any that has pitches."""
    for role in (Role.MELODY, Role.VOICE, Role.HARMONY, Role.BASS):
        for index, part in enumerate(parts):
            if part.role is role and part.instrument.synth not in _NO_TUNE:
                return index
    return None


def _octaves(part: Part, key: int, work: Work) -> int:
    """By how many octaves the tune moves so that it lies in the middle of the instrument."""
    pitches = [60 + key + pitch for _, _, pitch in work.notes]
    usual = min(max(69, part.instrument.low + 8), part.instrument.high - 8)
    return round((usual - (min(pitches) + max(pitches)) / 2) / 12)
