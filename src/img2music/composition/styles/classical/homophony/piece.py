"""A piece before it is given to players: its harmonies in voices, and its melody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from img2music.composition.chance import stream
from img2music.composition.plan import Plan
from img2music.composition.score import Instrument, Section
from img2music.composition.styles.classical.expression import Expression
from img2music.composition.styles.classical.framework import Chord, realise
from img2music.composition.styles.classical.harmony import frames_of
from img2music.composition.styles.classical.melody.motifs import Tone, melody
from img2music.composition.styles.classical.melody.tune import ornamented
from img2music.composition.styles.classical.skeleton import Frame
from img2music.composition.theory.voice_leading import Range

_LIVELINESS = {
    "nocturne": 0.75,
    "orchestral": 0.9,
    "prelude": 0.65,
    "etude": 1.8,
    "sarabande": 0.7,
    "siciliano": 0.85,
    "gigue": 1.45,
    "barcarolle": 0.75,
    "chorale": 0.45,
    "march": 1.05,
}
"""How many notes melodies of a style have, beside others."""
_FURTHER = 4
"""Semitones that the framework of a melody reaches further where it follows a contour."""


@dataclass(frozen=True)
class Piece:
    """What all parts share: harmonies in voices, and the melody of each phrase."""

    plan: Plan
    style: str
    frames: Sequence[Frame]
    chords: Sequence[Chord]
    tunes: Sequence[Sequence[Tone]]
    expression: Expression

    def chords_of(self, section: Section) -> list[Chord]:
        """The chords of a section."""
        start, end = section.first * self.plan.metre.beats, (section.first + section.bars) * self.plan.metre.beats
        return [chord for chord in self.chords if start - 1e-6 <= chord.event.start < end - 1e-6]

    def tunes_of(self, section: Section) -> list[Tone]:
        """The melody of a section."""
        return [
            tone
            for frame, tune in zip(self.frames, self.tunes, strict=True)
            if frame.phrase.section.first == section.first
            for tone in tune
        ]


def compose_piece(plan: Plan, style: str, lead: Instrument | None) -> Piece:
    """The piece for an instrument that leads, before it is given to players."""
    frames = frames_of(plan)
    top = _reach(plan, lead)
    events = [event for frame in frames for event in frame.events]
    place = stream(plan.seed, "spacing")
    bright = round(4 * (plan.mood.brightness - 0.5) + 6 * (place.random() - 0.5))
    deep = 36 + round(5 * place.random())
    inner = (Range(50 + bright, 66), Range(54 + bright, 71))
    if plan.contour is not None:
        top = Range(max(top.low - _FURTHER, 57), top.high + _FURTHER)
    lift = None if plan.contour is None else plan.lift
    chords = realise(events, top, Range(deep, deep + 17), inner, lift)
    rate = _rate(plan, style)
    tunes, index = [], 0
    reach = Range(top.low - 5, top.high + 5)
    for frame in frames:
        here = chords[index : index + len(frame.events)]
        index += len(frame.events)
        phrase = frame.phrase
        more = 1.0 + (0.18 * min(phrase.turn, 4) if "variation" in phrase.section.name else 0.0)
        more *= 0.8 + 0.4 * phrase.section.energy
        notes = rate * more * plan.metre.beats * 60 / plan.tempo.initial
        tones = melody(plan, phrase, here, reach, notes)
        tones = [Tone(t.start, t.length, t.step, t.pitch, t.chord, abs(t.start - frame.goal) < 1e-6) for t in tones]
        rng = stream(plan.seed, "ornaments", phrase.theme, phrase.turn)
        tunes.append(ornamented(plan, style, tones, rng, 0.25 * min(phrase.turn, 2)))
    phrases = [frame.phrase for frame in frames]
    return Piece(plan, style, frames, chords, tunes, Expression(plan, phrases, 0.1 + 0.35 * plan.mood.dynamics))


def _rate(plan: Plan, style: str) -> float:
    """Notes of the melody a second."""
    return (0.7 + 3.4 * plan.mood.density + 1.8 * plan.mood.density**2) * _LIVELINESS.get(style, 1.0)


def _reach(plan: Plan, lead: Instrument | None) -> Range:
    """Where the framework of the melody lies."""
    if lead is None:
        return Range(62, 79)
    low, high = max(lead.low, 57), min(lead.high, 91)
    if high - low < 14:
        low = max(high - 16, 55)
    bright = plan.mood.brightness
    centre = low + (high - low) * (0.36 + 0.28 * bright)
    centre = min(max(centre, 65), 80)
    return Range(round(centre) - 8, round(centre) + 8)
