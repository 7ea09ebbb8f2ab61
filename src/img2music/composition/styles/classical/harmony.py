"""Harmony of classical music: from schemata, from entries of a subject, or from the chords of another genre."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from img2music.composition.plan import Plan
from img2music.composition.score import ChordSymbol
from img2music.composition.styles.classical.form import Phrase, phrases
from img2music.composition.styles.classical.imitation import IMITATIVE, imitative
from img2music.composition.styles.classical.skeleton import Event, Frame, skeleton
from img2music.composition.theory.harmony import tones
from img2music.composition.theory.roman import Harmony, Key


def harmonise(plan: Plan) -> tuple[ChordSymbol, ...]:
    """The chords of a piece."""
    events = [event for frame in frames_of(plan) for event in frame.events]
    return tuple(ChordSymbol(e.start, e.length, e.chord.root, e.chord.quality) for e in events)


def frames_of(plan: Plan) -> tuple[Frame, ...]:
    """The frames of a piece: its own, or those made of chords from elsewhere."""
    if plan.genre == "classical" and not plan.borrowed:
        return _own(replace(plan, chords=(), players=()))
    return tuple(_borrowed(plan, phrase) for phrase in phrases(plan))


@lru_cache(4)
def _own(plan: Plan) -> tuple[Frame, ...]:
    return imitative(plan) if plan.style in IMITATIVE else skeleton(plan)


def _borrowed(plan: Plan, phrase: Phrase) -> Frame:
    """A frame whose harmonies are given; the framework of the melody has their thirds, at the end the tonic."""
    start, end = phrase.first * plan.metre.beats, (phrase.first + phrase.bars) * plan.metre.beats
    events = []
    for chord in plan.chords:
        begin, stop = max(chord.start, start), min(chord.start + chord.length, end)
        if stop - begin > 1e-6:
            events.append(_heard(chord, begin, stop - begin, phrase.key))
    return Frame(phrase, tuple(events), events[-1].start)


def _heard(chord: ChordSymbol, start: float, length: float, key: Key) -> Event:
    own = tuple(dict.fromkeys(tones(chord)))[:4]
    scale = list(key.scale)
    for tone in own:
        if tone not in scale:
            nearest = min(range(7), key=lambda degree: min((scale[degree] - tone) % 12, (tone - scale[degree]) % 12))
            scale[nearest] = tone
    sound = Harmony(chord.quality, own, chord.root, chord.quality, tuple(scale), key.tonic)
    return Event(start, length, sound, scale.index(own[1]) if own[1] in scale else 0)
