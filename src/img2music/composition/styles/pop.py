"""Styles of pop."""

from __future__ import annotations

from random import Random

from img2music.composition.form.sections import lay_out
from img2music.composition.plan import Plan
from img2music.composition.score import ChordSymbol, Note, Part, Role, Section
from img2music.composition.style import Seat, Style
from img2music.composition.theory.harmony import merged, nearest, progression, realise, tones


def _form(bars: int, rng: Random) -> tuple[Section, ...]:
    return lay_out([("chorus", 0.8, 1.0)], bars)


def _harmonise(plan: Plan) -> tuple[ChordSymbol, ...]:
    loop = progression("Im | bVI | bIII | bVII" if plan.minor else "I | V | VIm | IV")
    bars = [loop[bar % 4] for bar in range(plan.bars - 1)] + [progression("Im" if plan.minor else "I")[0]]
    return merged(realise(bars, plan.key, plan.metre))


def _write(plan: Plan) -> tuple[Part, ...]:
    parts = []
    for player in plan.players:
        notes = []
        for chord in plan.chords:
            if player.role is Role.DRUMS:
                notes.append(Note(chord.start, 0.25, 36, 100))
            elif player.role is Role.HARMONY:
                notes += [Note(chord.start, chord.length, nearest([tone], 62), 80) for tone in tones(chord)]
            else:
                low = player.instrument.low + 8
                notes.append(Note(chord.start, chord.length, nearest([chord.root], low), 90))
        parts.append(Part(player.instrument, player.role, tuple(notes), player.level, player.pan))
    return tuple(parts)


STYLES = (
    Style(
        "dance",
        "pop",
        (112, 122, 132),
        {"4/4": 1},
        {"minor": 1, "major": 1},
        (
            Seat("drums", Role.DRUMS, {"drum machine": 1}),
            Seat("bass", Role.BASS, {"synth bass": 1}),
            Seat("chords", Role.HARMONY, {"piano": 1, "polysynth": 1}),
            Seat("hook", Role.MELODY, {"synth lead": 1, "flute": 1}),
        ),
        _form,
        _harmonise,
        _write,
    ),
)
