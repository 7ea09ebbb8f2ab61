"""The outer voices and the inner ones of a skeleton, in pitches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from img2music.composition.styles.classical.skeleton import Event
from img2music.composition.theory.roman import Harmony, pitch
from img2music.composition.theory.voice_leading import FORBIDDEN, Range, best_path, is_parallel, lead

_LEAPS = (0.5, 0.0, 0.4, 0.9, 1.6, 2.6, 3.5, 4.0)
"""What a move of the framework costs by its size in steps."""


@dataclass(frozen=True, slots=True)
class Chord:
    """An event with its pitches: `voices` from the bass up, and the diatonic `step` of the soprano."""

    event: Event
    voices: tuple[int, ...]
    step: int


Lift = Callable[[float], float]
"""Semitones by which a contour moves music up or down at a beat."""
_PULL, _CONTOUR_PULL = 0.12, 0.4
"""What a semitone away from the middle costs a soprano, and where it follows a contour."""


def realise(
    events: Sequence[Event], soprano: Range, bass: Range, inner: Sequence[Range], lift: Lift | None = None
) -> list[Chord]:
    """The voices of all events: first the bass, then the soprano above it, which `lift` moves up and down, then the
    inner ones between them."""
    basses = _basses(events, bass)
    steps = _sopranos(events, basses, soprano, lift)
    tops = [pitch(step, event.chord) for step, event in zip(steps, events, strict=True)]
    voices = lead([event.chord for event in events], basses, tops, inner)
    return [Chord(event, chord, step) for event, chord, step in zip(events, voices, steps, strict=True)]


def _basses(events: Sequence[Event], bass: Range) -> list[int]:
    centre = bass.low + (bass.high - bass.low) * 0.45
    options = []
    for event in events:
        places = [p for p in range(bass.low, bass.high + 1) if p % 12 == event.chord.bass] or [
            bass.low + (event.chord.bass - bass.low) % 12
        ]
        options.append([(abs(p - centre) * 0.08, p) for p in places])
    return best_path(options, lambda index, a, b: _bass_move(abs(b - a)))


def _bass_move(size: int) -> float:
    return size * 0.15 + (1.0 if size in (6, 10, 11) else 0.0) + (4.0 if size > 12 else 0.0)


def _sopranos(events: Sequence[Event], basses: Sequence[int], soprano: Range, lift: Lift | None) -> list[int]:
    centre = (soprano.low + soprano.high) / 2
    pull = _PULL if lift is None else _CONTOUR_PULL
    options = []
    for event in events:
        wanted = centre if lift is None else centre + lift(event.start)
        found = _soprano_options(event.chord, event.degree, soprano, wanted, pull)
        options.append(found or [(0.0, event.degree)])

    def between(index: int, before: int, after: int) -> float:
        size = abs(after - before)
        cost = _LEAPS[size] if size < 8 else 6.0
        one, two = events[index - 1].chord, events[index].chord
        low, high = pitch(before, one), pitch(after, two)
        if is_parallel(basses[index - 1], low, basses[index], high):
            cost += FORBIDDEN
        if one.leading is not None and low % 12 == one.leading and high - low not in (0, 1):
            cost += 5.0
        if one.seventh is not None and low % 12 == one.seventh and high - low not in (0, -1, -2):
            cost += 5.0
        return cost

    return best_path(options, between)


@lru_cache(8192)
def _soprano_options(
    chord: Harmony, degree: int, soprano: Range, centre: float, pull: float
) -> list[tuple[float, int]]:
    options = []
    for step in range(-21, 29):
        place = pitch(step, chord)
        if soprano.low <= place <= soprano.high and place % 12 in chord.tones:
            other = 0.0 if step % 7 == degree else 3.0 + (4.0 if place % 12 == chord.leading else 0.0)
            options.append((other + abs(place - centre) * pull, step))
    return options
