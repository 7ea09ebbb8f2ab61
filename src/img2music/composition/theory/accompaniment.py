"""Accompaniments: the patterns in which a chord is played, from held chords to Alberti basses and waltzes.

A pattern is given the pitches of a chord from the bass up, where it sounds, and the metre. What it gives back are
strokes; loudness is relative to 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from img2music.composition.metre import Metre


@dataclass(frozen=True, slots=True)
class Stroke:
    """One note of an accompaniment."""

    start: float
    length: float
    pitch: int
    loud: float = 1.0


@dataclass(frozen=True, slots=True)
class Span:
    """Where a chord sounds, from beat `start` to `end`, and into how many notes a group of beats is divided."""

    start: float
    end: float
    metre: Metre
    division: int

    def groups(self) -> list[tuple[float, float, int]]:
        """Start, length and number in its bar of each group of beats, cut to the span."""
        found = []
        bar = int(self.start / self.metre.beats + 1e-6)
        place, number = bar * self.metre.beats, 0
        while place < self.end - 1e-6:
            length = self.metre.groups[number % len(self.metre.groups)]
            begin, stop = max(place, self.start), min(place + length, self.end)
            if stop - begin > 1e-6:
                found.append((begin, stop - begin, number % len(self.metre.groups)))
            place, number = place + length, number + 1
        return found

    def ticks(self) -> list[tuple[float, float]]:
        """Start and length of each of the notes that the groups are divided into."""
        found = []
        for start, length, _ in self.groups():
            count = _count(length, self.division)
            found += [(start + i * length / count, length / count) for i in range(count)]
        return found


def _count(length: float, division: int) -> int:
    """How many notes a group has: twos in simple groups, threes in compound ones."""
    if round(length * 4) % 3 == 0 and length > 0.6:
        return {1: 1, 2: 3, 4: 6, 8: 12}.get(division, 3)
    return max(round(division * length), 1)


Pattern = Callable[[Sequence[int], Span], list[Stroke]]


def _cycle(order: Sequence[int]) -> Pattern:
    """One voice after the other in an order, over and over, voices that are not there left out."""

    def play(voices: Sequence[int], span: Span) -> list[Stroke]:
        there = [place for place in order if place < len(voices)]
        there = [place for index, place in enumerate(there) if len(there) == 1 or place != there[index - 1]] or [0]
        strokes = []
        for index, (start, length) in enumerate(span.ticks()):
            place = there[index % len(there)]
            strokes.append(Stroke(start, length, voices[place], 1.0 if place == 0 else 0.82))
        return strokes

    return play


def sustained(voices: Sequence[int], span: Span) -> list[Stroke]:
    """Held as long as the chord lasts."""
    return [Stroke(span.start, span.end - span.start, pitch) for pitch in voices]


def blocks(voices: Sequence[int], span: Span) -> list[Stroke]:
    """All voices on each group of beats."""
    return [
        Stroke(start, length * 0.9, pitch, 1.0 if number == 0 else 0.85)
        for start, length, number in span.groups()
        for pitch in voices
    ]


def halting(voices: Sequence[int], span: Span) -> list[Stroke]:
    """The bass alone, then all voices held over the rest of the bar, or of the chord."""
    strokes: list[Stroke] = []
    for index, (start, length, number) in enumerate(span.groups()):
        if index == 0 or number == 0:
            strokes.append(Stroke(start, length * 0.9, voices[0]))
        elif number == 1 or index == 1:
            end = min(span.end, start + length * (len(span.metre.groups) - number))
            strokes += [Stroke(start, (end - start) * 0.9, pitch, 0.8) for pitch in voices[1:]]
    return strokes


def pulsing(voices: Sequence[int], span: Span) -> list[Stroke]:
    """The bass held, the others repeated."""
    strokes = [Stroke(span.start, span.end - span.start, voices[0])]
    for index, (start, length) in enumerate(span.ticks()):
        strokes += [Stroke(start, length * 0.8, pitch, 0.85 if index % 2 == 0 else 0.72) for pitch in voices[1:]]
    return strokes


def afterbeats(voices: Sequence[int], span: Span) -> list[Stroke]:
    """The bass on the beat, the others after it."""
    strokes = []
    for start, length, _ in span.groups():
        half = length / 3 if round(length * 4) % 3 == 0 and length > 1 else length / 2
        strokes.append(Stroke(start, half * 0.9, voices[0]))
        strokes += [Stroke(start + half, half * 0.8, pitch, 0.75) for pitch in voices[1:]]
    return strokes


def waltz(voices: Sequence[int], span: Span) -> list[Stroke]:
    """The bass on the first beat of the bar, or where the chord changes; the others on those that follow."""
    strokes = []
    for index, (start, length, number) in enumerate(span.groups()):
        if index == 0 or number == 0:
            strokes.append(Stroke(start, length, voices[0]))
            if len(span.metre.groups) == 1 or span.end - span.start <= length + 1e-6:
                strokes += [Stroke(start + length / 2, length / 2 * 0.8, pitch, 0.7) for pitch in voices[1:]]
        else:
            strokes += [Stroke(start, length * 0.7, pitch, 0.78) for pitch in voices[1:]]
    return strokes


def march(voices: Sequence[int], span: Span) -> list[Stroke]:
    """Bass and chord in turn, the bass on its fifth the second time."""
    strokes, low = [], True
    for start, length, number in span.groups():
        low = number % 2 == 0 or start == span.start
        if low:
            strokes.append(Stroke(start, length * 0.9, voices[0]))
        else:
            strokes += [Stroke(start, length * 0.7, pitch, 0.8) for pitch in voices[1:]]
    return strokes


def syncopated(voices: Sequence[int], span: Span) -> list[Stroke]:
    """The bass on the beat, the others held across it."""
    strokes = [Stroke(span.start, span.end - span.start, voices[0])]
    for start, length, _ in span.groups():
        end = min(start + 1.5 * length, span.end)
        strokes += [Stroke(start + length / 2, end - start - length / 2, pitch, 0.8) for pitch in voices[1:]]
    return strokes


def rolling(voices: Sequence[int], span: Span) -> list[Stroke]:
    """Up and down over a wide span, as the left hand of a nocturne: bass, its octave or fifth, and the upper voices."""
    bass, upper = voices[0], sorted(voices[1:])
    wide = [bass, *[pitch for pitch in upper if pitch > bass + 4]]
    if wide[-1] - bass < 19 and len(wide) > 1:
        wide.append(wide[1] + 12)
    order = [*range(len(wide)), *range(len(wide) - 2, 0, -1)]
    return [
        Stroke(start, min(length * 3, span.end - start), wide[order[index % len(order)]], 0.95 if index == 0 else 0.75)
        for index, (start, length) in enumerate(span.ticks())
    ]


def harp(voices: Sequence[int], span: Span) -> list[Stroke]:
    """Broken upwards over two octaves, then let ring."""
    notes = [*voices, *(pitch + 12 for pitch in voices[1:])]
    return [
        Stroke(start, span.end - start, notes[index], 1.0 - 0.04 * index)
        for index, (start, _) in enumerate(span.ticks()[: len(notes)])
    ]


def tremolo(voices: Sequence[int], span: Span) -> list[Stroke]:
    """The highest voice repeated fast, the others held."""
    strokes = sustained(voices[:-1], span)
    for start, length, _ in span.groups():
        count = max(round(length * 4), 1)
        strokes += [Stroke(start + i * length / count, length / count, voices[-1], 0.8) for i in range(count)]
    return strokes


PATTERNS: dict[str, Pattern] = {
    "alberti": _cycle((0, 2, 1, 2)),
    "broken": _cycle((0, 1, 2, 1)),
    "broken wide": _cycle((0, 2, 3, 2, 1, 2)),
    "climbing": _cycle((0, 1, 2, 3, 2, 1)),
    "sustained": sustained,
    "blocks": blocks,
    "halting": halting,
    "pulsing": pulsing,
    "afterbeats": afterbeats,
    "waltz": waltz,
    "march": march,
    "syncopated": syncopated,
    "rolling": rolling,
    "harp": harp,
    "tremolo": tremolo,
}
"""By name."""
