"""Parts that accompany: figured chords, single inner voices, basses, timpani and percussion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from img2music.composition.plan import Plan
from img2music.composition.score import Articulation, Instrument, Note
from img2music.composition.styles.classical.expression import Expression
from img2music.composition.styles.classical.framework import Chord
from img2music.composition.theory.accompaniment import PATTERNS, Span

FULL = frozenset({"sustained", "pulsing", "tremolo", "blocks", "syncopated"})
"""Patterns in which an ensemble fills the chord."""
FLOWING = frozenset({"alberti", "broken", "broken wide", "climbing", "rolling"})
"""Patterns that break the chord."""


@dataclass(frozen=True)
class Desk:
    """Who plays a part, and how loud: `velocity` is what a note of loudness 1 has."""

    plan: Plan
    expression: Expression
    instrument: Instrument
    velocity: float
    rng: Random

    def note(
        self, start: float, length: float, pitch: int, loud: float, articulation: Articulation = Articulation.NORMAL
    ) -> Note:
        """A note as this player plays it."""
        return self.expression.note(start, length, pitch, self.velocity * loud, self.rng, articulation)


def division(plan: Plan, rate: float, flowing: bool = False) -> int:
    """Into how many notes a group of beats is divided so that there are about `rate` notes a second.

    `flowing` figures of slow pieces may have up to eight, or twelve in a compound metre.
    """
    wanted = rate * plan.metre.groups[0] * 60 / plan.tempo.initial
    counts = {1: 3, 2: 3, 4: 6} if plan.metre.compound else {1: 1, 2: 2, 4: 4}
    if flowing:
        counts |= {8: 12} if plan.metre.compound else {6: 6, 8: 8}
    return min(
        counts, key=lambda name: abs(counts[name] / wanted - 1) if counts[name] > wanted else wanted / counts[name] - 1
    )


def octaves(pitches: Sequence[int], instrument: Instrument) -> int:
    """By how many semitones, in octaves, pitches are moved so that an instrument can play them."""
    if not pitches:
        return 0
    low, high = min(pitches), max(pitches)
    shifts = (0, -12, 12, -24, 24)
    return min(shifts, key=lambda s: (max(instrument.low - low - s, 0) + max(high + s - instrument.high, 0), abs(s)))


def figured(desk: Desk, chords: Sequence[Chord], pattern: str, parts: int, with_bass: bool, full: bool) -> list[Note]:
    """Chords in a pattern, for an instrument that plays several notes at a time; `full` ones have a tone more."""
    notes = []
    for chord in chords:
        voices = [*([chord.voices[0]] if with_bass else []), *chord.voices[1:-1]]
        if full and pattern in FULL:
            voices.append(_filling(chord))
        voices = [_within(pitch, desk.instrument) for pitch in voices]
        span = Span(chord.event.start, chord.event.end, desk.plan.metre, parts)
        final = chord.event.end >= desk.plan.beats - 1e-6
        chosen = PATTERNS["sustained" if final and pattern != "harp" else pattern]
        for stroke in chosen(sorted(dict.fromkeys(voices)), span):
            articulation = Articulation.LEGATO if pattern in FLOWING else Articulation.NORMAL
            notes.append(desk.note(stroke.start, stroke.length, stroke.pitch, stroke.loud, articulation))
    return notes


def _filling(chord: Chord) -> int:
    """The tone of the chord above its inner voices that they lack, or the next one."""
    top, tones = chord.voices[-2], chord.event.chord.tones
    lacking = [tone for tone in tones[:3] if tone not in {voice % 12 for voice in chord.voices[:-1]}]
    return next(p for p in range(top + 3, top + 16) if p % 12 in (lacking or tones[:3]))


def single(desk: Desk, chords: Sequence[Chord], voice: int, manner: str, parts: int, shift: int = 0) -> list[Note]:
    """One voice of the chords (0 is the bass), for an instrument that plays one note at a time.

    `manner` is held, repeated, after (rests on the beat), swaying (to the next voice and back) or plain (once a group).
    """
    notes: list[Note] = []
    for chord in chords:
        place = min(voice, len(chord.voices) - 2)
        pitch = _within(chord.voices[place] + shift, desk.instrument)
        span = Span(chord.event.start, chord.event.end, desk.plan.metre, parts)
        final = chord.event.end >= desk.plan.beats - 1e-6
        if manner == "held" or final:
            if notes and abs(notes[-1].end - span.start) < 1e-6 and notes[-1].pitch == pitch and not final:
                last = notes.pop()  # common tones are tied
                notes.append(
                    Note(last.start, span.end - last.start, pitch, last.velocity, last.articulation, 0.0, last.late)
                )
            else:
                notes.append(desk.note(span.start, span.end - span.start, pitch, 1.0, Articulation.LEGATO))
            continue
        if manner == "plain":
            places = [(start, length * 0.95) for start, length, _ in span.groups()]
        elif manner == "after":
            ticks = span.ticks()
            places = [(start, length * 0.8) for i, (start, length) in enumerate(ticks) if i % 2 == 1 or len(ticks) == 1]
        else:
            places = [(start, length * (0.75 if manner == "repeated" else 1.0)) for start, length in span.ticks()]
        other = _sway(chord, place, pitch, shift)
        for index, (start, length) in enumerate(places):
            at = other if manner == "swaying" and index % 2 else pitch
            notes.append(desk.note(start, length, _within(at, desk.instrument), 1 if index == 0 else 0.88))
    return notes


def _sway(chord: Chord, place: int, pitch: int, shift: int) -> int:
    """The nearest tone of the chord above a voice, or below it when that is the next voice's."""
    above = next(p for p in range(pitch + 1, pitch + 13) if p % 12 in chord.event.chord.tones)
    ceiling = chord.voices[place + 1] + shift if place + 1 < len(chord.voices) else 127
    if above < ceiling or place == 0:
        return above
    return next(p for p in range(pitch - 1, pitch - 13, -1) if p % 12 in chord.event.chord.tones)


def walking(desk: Desk, chords: Sequence[Chord], parts: int, shift: int = 0) -> list[Note]:
    """A bass that moves in even notes: by step to the next bass where that can be reached, else through the chord."""
    notes = []
    for chord, after in zip(chords, [*chords[1:], None], strict=True):
        span = Span(chord.event.start, chord.event.end, desk.plan.metre, parts)
        ticks = span.ticks() if after is not None else [(span.start, span.end - span.start)]
        pitch, target = chord.voices[0], (after or chord).voices[0]
        for place, (start, length) in zip(_way(chord, pitch, target, len(ticks)), ticks, strict=True):
            at = _within(place + shift, desk.instrument)
            notes.append(desk.note(start, length * 0.92, at, 1.0))
    return notes


def _way(chord: Chord, pitch: int, target: int, count: int) -> list[int]:
    """`count` pitches from `pitch` on, so that `target` may follow."""
    scale, tones = chord.event.chord.scale, chord.event.chord.tones
    direction = 1 if target > pitch else -1
    steps = [p for p in range(pitch + direction, target, direction) if p % 12 in scale] if target != pitch else []
    if len(steps) == count - 1:
        return [pitch, *steps]
    if len(steps) > count - 1 and count > 1:
        members = [p for p in steps if p % 12 in tones]
        ways = [*(members or steps)[: max(count - 2, 0)], steps[-1]]
        ways = sorted(set(ways), reverse=direction < 0)
        if len(ways) == count - 1:
            return [pitch, *ways]
    below = next(p for p in range(pitch - 1, pitch - 13, -1) if p % 12 in tones)
    above = next(p for p in range(pitch + 1, pitch + 13) if p % 12 in tones)
    spare = count - 1 - len(steps)
    if spare < 0:
        return [pitch] * count
    turns = (
        [above if i % 2 == 0 else pitch for i in range(spare)]
        if direction < 0
        else [below if i % 2 == 0 else pitch for i in range(spare)]
    )
    return [pitch, *turns, *steps]


def timpani(desk: Desk, chords: Sequence[Chord], goals: Sequence[float]) -> list[Note]:
    """Tonic and dominant where the harmony has them: at the beginning, before goals and on them, with a last roll."""
    notes, home = [], desk.plan.key
    pair = (home, (home + 7) % 12)
    for chord in chords:
        tone = next((p for p in pair if p == chord.event.chord.bass), None)
        if tone is None:
            continue
        pitch = next(p for p in range(desk.instrument.low, desk.instrument.low + 12) if p % 12 == tone)
        start, end = chord.event.start, chord.event.end
        near = any(-1e-6 <= goal - end < 1e-6 or abs(goal - start) < 1e-6 for goal in goals)
        if end >= desk.plan.beats - 1e-6:  # the roll
            count = max(int((end - start) * 4), 4)
            unit = (end - start) / count
            notes += [desk.note(start + i * unit, unit, pitch, 0.75 + 0.25 * i / count) for i in range(count)]
        elif near or start < 1e-6:
            groups = Span(start, end, desk.plan.metre, 1).groups()
            notes += [
                desk.note(at, length * 0.9, pitch, 1 if i == 0 else 0.8) for i, (at, length, _) in enumerate(groups)
            ]
    return notes


def percussion(desk: Desk, goals: Sequence[float], full: bool) -> list[Note]:
    """Bass drum on downbeats, triangle or snare between, a cymbal where phrases arrive."""
    drum, between, cymbal = 36, (81 if desk.rng.random() < 0.5 else 38), 57
    notes = []
    for bar in range(desk.plan.bars):
        start = bar * desk.plan.metre.beats
        section = desk.plan.section_of[bar]
        strong = 0.74 + 0.26 * section.energy
        notes.append(desk.note(start, 0.5, drum, strong))
        place = 0.0
        for number, length in enumerate(desk.plan.metre.groups):
            if number and (full or section.energy > 0.5) and bar < desk.plan.bars - 1:
                notes.append(desk.note(start + place, 0.25, between, strong * 0.7))
            place += length
        if any(abs(goal - start) < 1e-6 for goal in goals) and section.energy > 0.4:
            notes.append(desk.note(start, 1.0, cymbal, strong * 0.9))
    return notes


def _within(pitch: int, instrument: Instrument) -> int:
    while pitch < instrument.low:
        pitch += 12
    while pitch > instrument.high:
        pitch -= 12
    return pitch
