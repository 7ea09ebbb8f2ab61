"""Walking basses: a note on each beat, roots where chords begin, and the way from one to the next."""

from __future__ import annotations

from random import Random

from img2music.composition.chance import stream
from img2music.composition.plan import Plan
from img2music.composition.score import Articulation, ChordSymbol, Instrument, Note
from img2music.composition.styles.jazz.rhythm_section.bass_range import highest, lateness, lowest
from img2music.composition.theory.harmony import chord_scale, tones
from img2music.composition.theory.voice_leading import best_path

_LEAPS = (2.5, 0.15, 0.0, 0.3, 0.45, 0.5, 1.6, 0.6)
_APPROACH = {1: 0.0, 2: 0.35, 5: 0.8, 7: 0.8}
"""What it costs to reach a root by so many semitones."""


def walking(plan: Plan, instrument: Instrument) -> list[Note]:
    """A note on each beat: roots where chords begin, and the way from one to the next."""
    rng = stream(plan.seed, "walking")
    beats = _beats(plan)
    phase, low, high = rng.random(), lowest(instrument), highest(instrument)
    options = []
    for index, (start, _, chord, first) in enumerate(beats):
        wave = 4 * abs((phase + start / 11.5) % 1 - 0.5) - 1  # up and down again in eleven beats
        centre = (low + high) / 2 - 1 + 7 * wave
        following = beats[index + 1] if index + 1 < len(beats) else None
        if first:
            options.append([(0.05 * abs(p - centre), p) for p in range(low, high + 1) if p % 12 == chord.root])
        elif following is not None and following[3]:
            options.append(_approaches(chord, following[2], centre, low, high, rng))
        else:
            options.append(_passing(chord, centre, low, high, rng, index % len(plan.metre.groups) == 0))

    def between(index: int, before: int, after: int) -> float:
        size = abs(after - before)
        if beats[index][3]:
            return _APPROACH.get(size, 1.0 if size == 0 else 2.0)
        return _LEAPS[size] if size < 8 else 1.2 if size == 12 else 3.0

    notes = []
    for (start, length, _, first), pitch in zip(beats, best_path(options, between), strict=True):
        velocity = round((90 if first else 84) + 8 * (rng.random() - 0.5))
        if length >= 1 and rng.random() < 0.03 + 0.1 * plan.density_per_beat:  # a skip before the next beat
            notes.append(Note(start, length * 0.45, pitch, velocity, late=lateness(rng)))
            notes.append(Note(start + length / 2, length * 0.4, pitch, 60, Articulation.GHOST, late=lateness(rng)))
        else:
            notes.append(Note(start, length * 0.94, pitch, velocity, late=lateness(rng)))
    return notes


def _beats(plan: Plan) -> list[tuple[float, float, ChordSymbol, bool]]:
    """Start, length and chord of each beat, and whether the chord begins there."""
    found = []
    for bar in range(plan.bars):
        place = bar * plan.metre.beats
        for length in plan.metre.groups:
            chord = plan.chord_at(place)
            found.append((place, length, chord, abs(chord.start - place) < 1e-6))
            place += length
    return found


def _approaches(
    chord: ChordSymbol, following: ChordSymbol, centre: float, low: int, high: int, rng: Random
) -> list[tuple[float, int]]:
    """From a half step or a step to the next root, or from its fifth."""
    scale = chord_scale(chord)
    found = []
    for p in range(low, high + 1):
        above = (p - following.root) % 12
        member = p % 12 in scale
        if above in (1, 11):
            cost = 0.2 if member else 0.4
        elif above in (2, 10):
            cost = 0.5 if member else 2.0
        elif above == 7:
            cost = 0.7
        else:
            continue
        found.append((cost + 0.06 * abs(p - centre) + 0.9 * rng.random(), p))
    return sorted(found)[:6]


def _passing(
    chord: ChordSymbol, centre: float, low: int, high: int, rng: Random, downbeat: bool
) -> list[tuple[float, int]]:
    """Tones of the chord, and of its scale between them."""
    own, scale = tones(chord), chord_scale(chord)
    found = []
    for p in range(low, high + 1):
        tone = p % 12
        if tone in own:
            cost = 0.2 if not downbeat or tone in (own[0], own[min(2, len(own) - 1)]) else 0.6
        elif tone in scale and not downbeat:
            cost = 0.55
        else:
            continue
        found.append((cost + 0.14 * abs(p - centre) + 0.7 * rng.random(), p))
    return sorted(found)[:7]
