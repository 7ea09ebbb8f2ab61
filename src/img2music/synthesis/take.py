"""Takes: a score played once, or round and round as a loop."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from img2music.composition.score import Score, TempoMap
from img2music.synthesis.desk import Desk
from img2music.synthesis.performance import Performance, perform

AFTER = 0.5
"""s for which a take goes on after its end, so that the networks know what comes."""
_START, _END = 1, 2
"""Columns of notes."""


@dataclass(frozen=True, eq=False)
class Take:
    """`score` as it is heard: `seconds` s of its `performance` from `begin` s on; what is before leads into a loop."""

    score: Score
    performance: Performance
    seconds: float
    begin: float = 0.0

    @property
    def end(self) -> float:
        """Where in the performance it ends, s."""
        return self.begin + self.seconds


def take_of(score: Score, seconds: float, desk: Desk | None = None) -> Take:
    """The first `seconds` of a score, on a desk or on its own."""
    return Take(score, perform(score, desk), seconds)


def loop_of(score: Score, bars: int, begin: float, desk: Desk | None = None) -> Take:
    """The first bars of a score again and again: one round from `begin` s on, which ends as the one before it did."""
    whole = first_bars(score, bars)
    once, length = perform(whole, desk), whole.seconds
    rounds = []
    for number in range(-ceil(begin / length), 2):
        notes = once.notes.copy()
        notes[:, [_START, _END]] += begin + number * length
        rounds.append(notes[(notes[:, _END] > 0) & (notes[:, _START] < begin + length + AFTER)])
    return Take(whole, replace(once, notes=np.concatenate(rounds)), length, begin)


def steady(score: Score, bpm: float) -> Score:
    """The score in one tempo throughout, without a fermata."""
    return replace(score, tempo=TempoMap(((0.0, bpm),)))


def first_bars(score: Score, bars: int) -> Score:
    """The first bars of a score; notes that are held longer end with them."""
    beats = bars * score.metre.beats
    parts = (
        replace(
            part,
            notes=tuple(
                replace(note, length=min(note.length, beats - note.start)) for note in part.notes if note.start < beats
            ),
        )
        for part in score.parts
    )
    sections = (
        replace(section, bars=min(section.bars, bars - section.first))
        for section in score.sections
        if section.first < bars
    )
    chords = tuple(chord for chord in score.chords if chord.start < beats)
    return replace(score, parts=tuple(parts), sections=tuple(sections), chords=chords)
