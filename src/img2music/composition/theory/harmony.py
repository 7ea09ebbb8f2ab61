"""Scales, chords and progressions: what the composers agree on about pitch.

Pitch classes are 0 (C) to 11 (B); pitches are MIDI numbers, 60 being middle C.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from img2music.composition.metre import Metre
from img2music.composition.score import ChordSymbol

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic": (0, 2, 3, 5, 7, 8, 11),
    "melodic": (0, 2, 3, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 2, 3, 5, 6, 8, 10),  # the second is natural: softer over half-diminished chords
    "altered": (0, 1, 3, 4, 6, 8, 10),
    "lydian dominant": (0, 2, 4, 6, 7, 9, 10),
    "diminished": (0, 2, 3, 5, 6, 8, 9, 11),
    "half-whole": (0, 1, 3, 4, 6, 7, 9, 10),
    "whole tone": (0, 2, 4, 6, 8, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
}
QUALITIES: dict[str, tuple[tuple[int, ...], str]] = {
    "": ((0, 4, 7), "major"),
    "m": ((0, 3, 7), "minor"),
    "5": ((0, 7), "major"),
    "aug": ((0, 4, 8), "whole tone"),
    "dim": ((0, 3, 6), "locrian"),
    "sus4": ((0, 5, 7), "mixolydian"),
    "sus2": ((0, 2, 7), "major"),
    "add9": ((0, 4, 7, 14), "major"),
    "madd9": ((0, 3, 7, 14), "minor"),
    "6": ((0, 4, 7, 9), "major"),
    "69": ((0, 4, 7, 9, 14), "major"),
    "m6": ((0, 3, 7, 9), "dorian"),
    "7": ((0, 4, 7, 10), "mixolydian"),
    "9": ((0, 4, 7, 10, 14), "mixolydian"),
    "13": ((0, 4, 10, 14, 21), "mixolydian"),
    "7b9": ((0, 4, 7, 10, 13), "half-whole"),
    "7alt": ((0, 4, 8, 10, 15), "altered"),
    "7sus": ((0, 5, 7, 10), "mixolydian"),
    "9sus": ((0, 5, 7, 10, 14), "mixolydian"),
    "7#11": ((0, 4, 7, 10, 18), "lydian dominant"),
    "maj7": ((0, 4, 7, 11), "major"),
    "maj9": ((0, 4, 7, 11, 14), "lydian"),
    "m7": ((0, 3, 7, 10), "dorian"),
    "m9": ((0, 3, 7, 10, 14), "dorian"),
    "m11": ((0, 3, 10, 14, 17), "dorian"),
    "mmaj7": ((0, 3, 7, 11), "melodic"),
    "m7b5": ((0, 3, 6, 10), "locrian"),
    "dim7": ((0, 3, 6, 9), "diminished"),
}
"""Each chord quality: its tones in semitones above the root, and the scale a soloist takes over it."""

_NUMERAL = re.compile(r"(b|#)?(VII|VI|IV|V|III|II|I)(.*)")
_DEGREES = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}

Numeral = tuple[int, str]
"""A chord in any key: semitones of its root above the tonic, and its quality."""
Progression = tuple[tuple[Numeral, ...], ...]
"""The chords of each bar, in any key and metre."""


@lru_cache(maxsize=1024)
def numeral(text: str) -> Numeral:
    """A chord such as ``bVImaj7``, counted on the major scale in every mode. Raises `ValueError`."""
    match = _NUMERAL.fullmatch(text)
    if match is None or match[3] not in QUALITIES:
        raise ValueError(f"not a chord: {text!r}")
    return (_DEGREES[match[2]] + {"b": -1, "#": 1, None: 0}[match[1]]) % 12, match[3]


@lru_cache(maxsize=1024)
def progression(text: str) -> Progression:
    """Bars of chords such as ``"IIm7 V7 | Imaj7"``: bars are divided by bars, chords in one by spaces."""
    return tuple(tuple(numeral(word) for word in bar.split()) for bar in text.split("|"))


def realise(bars: Sequence[Sequence[Numeral]], key: int, metre: Metre, first: int = 0) -> list[ChordSymbol]:
    """The chords of a progression in a key and metre, from bar `first` on."""
    chords = []
    for number, bar in enumerate(bars):
        start = (first + number) * metre.beats
        for (above, quality), length in zip(bar, divided(metre, len(bar)), strict=True):
            chords.append(ChordSymbol(start, length, (key + above) % 12, quality))
            start += length
    return chords


@lru_cache(maxsize=256)
def divided(metre: Metre, count: int) -> tuple[float, ...]:
    """A bar divided among `count` chords, along the groups that it is felt in, the longer ones first."""
    groups = metre.groups
    if count > len(groups):
        return (metre.beats / count,) * count
    lengths = []
    left = list(groups)
    for following in range(count - 1, -1, -1):
        take = -(-len(left) // (following + 1))
        lengths.append(sum(left[:take]))
        left = left[take:]
    return tuple(lengths)


def merged(chords: Sequence[ChordSymbol]) -> tuple[ChordSymbol, ...]:
    """The chords with equal neighbours made one."""
    found: list[ChordSymbol] = []
    for chord in chords:
        if found and (found[-1].root, found[-1].quality) == (chord.root, chord.quality):
            found[-1] = ChordSymbol(found[-1].start, found[-1].length + chord.length, chord.root, chord.quality)
        else:
            found.append(chord)
    return tuple(found)


def spliced(
    chords: Sequence[ChordSymbol], between: Sequence[ChordSymbol], start: float, end: float
) -> tuple[ChordSymbol, ...]:
    """The chords, from beat `start` to `end` those `between`; what reaches over one of these beats is cut there."""
    last = max((chord.start + chord.length for chord in chords), default=end)
    parts = ((chords, 0.0, start), (between, start, end), (chords, end, last))
    return merged(
        [cut for some, begin, stop in parts for chord in some if (cut := _cut(chord, begin, stop)).length > 1e-6]
    )


def _cut(chord: ChordSymbol, start: float, end: float) -> ChordSymbol:
    begin, stop = max(chord.start, start), min(chord.start + chord.length, end)
    return ChordSymbol(begin, stop - begin, chord.root, chord.quality)


def tones(chord: ChordSymbol) -> tuple[int, ...]:
    """Pitch classes of a chord, root first."""
    return _tones(chord.root, chord.quality)


@lru_cache(maxsize=512)
def _tones(root: int, quality: str) -> tuple[int, ...]:
    return tuple((root + interval) % 12 for interval in QUALITIES[quality][0])


def triad(chord: ChordSymbol) -> tuple[int, ...]:
    """Pitch classes of the root, the third or what is suspended in its place, and the fifth."""
    return _triad(chord.root, chord.quality)


@lru_cache(maxsize=512)
def _triad(root: int, quality: str) -> tuple[int, ...]:
    intervals = [interval for interval in QUALITIES[quality][0] if interval < 9]
    return tuple((root + interval) % 12 for interval in intervals[:3])


def colours(chord: ChordSymbol) -> tuple[int, ...]:
    """Pitch classes of a rootless voicing: third or fourth, seventh or sixth, and extensions."""
    return _colours(chord.root, chord.quality)


@lru_cache(maxsize=512)
def _colours(root: int, quality: str) -> tuple[int, ...]:
    intervals = QUALITIES[quality][0]
    upper = [interval for interval in intervals if interval % 12 not in (0, 7)] or list(intervals[1:])
    if len(upper) < 3:
        upper += [14 if quality not in ("m7b5", "dim7", "dim") else 6]
    if quality in ("7", "9"):
        upper += [21]
    return tuple(dict.fromkeys((root + interval) % 12 for interval in upper))


@lru_cache(maxsize=512)
def scale(key: int, mode: str) -> tuple[int, ...]:
    """Pitch classes of a key, tonic first. Of a minor key it is the natural scale."""
    return tuple((key + step) % 12 for step in SCALES[mode])


def scale_over(chord: ChordSymbol, key: int, mode: str) -> tuple[int, ...]:
    """The scale of the key with the chord's own tones in place of those they alter: C# for C over A7 in C major."""
    return _scale_over(chord.root, chord.quality, key, mode)


@lru_cache(maxsize=2048)
def _scale_over(root: int, quality: str, key: int, mode: str) -> tuple[int, ...]:
    own = _tones(root, quality)
    kept = list(scale(key, mode))
    for tone in own:
        if tone in kept:
            continue
        neighbours = [(tone + step) % 12 for step in (1, -1)]
        altered = [n for n in neighbours if n in kept and n not in own]
        if altered:
            kept[kept.index(altered[0])] = tone
        else:
            kept.append(tone)
    return tuple(sorted(set(kept)))


def chord_scale(chord: ChordSymbol) -> tuple[int, ...]:
    """The scale that a jazz soloist takes over the chord alone."""
    return scale(chord.root, QUALITIES[chord.quality][1])


def nearest(classes: Collection[int], pitch: float) -> int:
    """The pitch nearest to `pitch` whose pitch class is among `classes`; of two the lower."""
    middle = round(pitch)
    for distance in range(12):
        if (middle - distance) % 12 in classes:
            return middle - distance
        if (middle + distance) % 12 in classes:
            return middle + distance
    raise ValueError("no pitch classes")


def step(classes: Collection[int], pitch: int, steps: int) -> int:
    """The pitch `steps` steps of a scale above (or below) `pitch`."""
    direction = 1 if steps > 0 else -1
    for _ in range(abs(steps)):
        pitch += direction
        while pitch % 12 not in classes:
            pitch += direction
    return pitch
