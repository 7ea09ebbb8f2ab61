"""Harmony in Roman numerals, as classical music uses it: keys, chords in a key, and what their tones tend to do.

Upper-case V and VII are dominants, with the leading tone in every mode; lower-case v and vii are built from the mode's
own scale. Figures name the inversion (6, 64; 7, 65, 43, 42), a slash the degree that a dominant is applied to (V65/V).
Chromatic chords: bII6 (Neapolitan), bIII, bVI, bVII, IVm (borrowed), Ger (augmented sixth).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MODES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}
_NUMERAL = re.compile(r"(b?)(VII|VI|V|IV|III|II|I|vii|v|Ger)(m?)(7|65|64|6|43|42)?(?:/(VI|V|IV|III|II))?")
_DEGREES = {"I": 0, "II": 1, "III": 2, "IV": 3, "V": 4, "VI": 5, "VII": 6}
_BASS = {"": 0, "7": 0, "6": 1, "65": 1, "64": 2, "43": 2, "42": 3}
_FLAT = {"II": (1, 5, 8), "III": (3, 7, 10), "VI": (8, 0, 3), "VII": (10, 2, 5)}
_QUALITIES = {
    (4, 7): "",
    (3, 7): "m",
    (3, 6): "dim",
    (4, 8): "aug",
    (4, 7, 10): "7",
    (4, 7, 11): "maj7",
    (3, 7, 10): "m7",
    (3, 6, 10): "m7b5",
    (3, 6, 9): "dim7",
    (3, 7, 11): "mmaj7",
}


@dataclass(frozen=True)
class Key:
    """A tonic, as a pitch class, and a mode."""

    tonic: int
    mode: str

    @property
    def scale(self) -> tuple[int, ...]:
        """The seven pitch classes, from the tonic up."""
        return _scale(self.tonic, self.mode)

    @property
    def minor(self) -> bool:
        """Whether its third is minor."""
        return MODES[self.mode][2] == 3

    def at(self, degree: int) -> Key:
        """The key on a degree of this one (0 is the tonic), in the mode of the triad there."""
        third = (self.scale[(degree + 2) % 7] - self.scale[degree % 7]) % 12
        return Key(self.scale[degree % 7], "minor" if third == 3 else "major")


@dataclass(frozen=True)
class Harmony:
    """A chord in the key of a `tonic`, in pitch classes.

    `tones` are root, third, fifth and, where there is one, seventh. `scale` has the seven notes that a melody uses over
    it, from the tonic up. `leading` is to rise by a semitone, `seventh` to fall by a step.
    """

    numeral: str
    tones: tuple[int, ...]
    bass: int
    quality: str
    scale: tuple[int, ...]
    tonic: int
    leading: int | None = None
    seventh: int | None = None

    @property
    def root(self) -> int:
        """The pitch class of the root."""
        return self.tones[0]


@lru_cache(4096)
def harmony(numeral: str, key: Key) -> Harmony:
    """The chord that a numeral names in a key. Raises `ValueError` when it is no numeral."""
    match = _NUMERAL.fullmatch(numeral)
    if match is None:
        raise ValueError(f"not a Roman numeral: {numeral!r}")
    flat, name, minor, figure, target = match.groups(default="")
    home = key.at(_DEGREES[target]) if target else key
    shift = _DEGREES[target] if target else 0
    steps, tones, leading = _tones(flat + name + minor, figure in ("7", "65", "43", "42") or name == "Ger", home)
    scale = list(key.scale)
    for step, tone in zip(steps, tones, strict=True):
        scale[(step + shift) % 7] = tone
    seventh = tones[3] if len(tones) > 3 and name != "Ger" else None
    if name == "VII":  # its fifth is the seventh of the dominant whose root is missing
        seventh = tones[2]
    intervals = tuple(sorted((tone - tones[0]) % 12 for tone in tones[1:]))
    return Harmony(
        numeral, tones, tones[_BASS[figure]], _QUALITIES[intervals], tuple(scale), key.tonic, leading, seventh
    )


@lru_cache(8192)
def pitch(step: int, chord: Harmony) -> int:
    """The MIDI pitch of a diatonic step over a chord: 0 is the tonic next to middle C, 7 the one above."""
    octave, degree = divmod(step, 7)
    base = 60 + chord.tonic if chord.tonic <= 6 else 48 + chord.tonic
    return base + 12 * octave + (chord.scale[degree] - chord.tonic) % 12


@lru_cache(256)
def _scale(tonic: int, mode: str) -> tuple[int, ...]:
    return tuple((tonic + interval) % 12 for interval in MODES[mode])


def _tones(name: str, seventh: bool, key: Key) -> tuple[tuple[int, ...], tuple[int, ...], int | None]:
    """Steps and pitch classes from the root up, and the leading tone if there is one."""
    tonic = key.tonic
    steps: tuple[int, ...]
    intervals: tuple[int, ...]
    leading: int | None
    if name == "V":
        steps, intervals, leading = (4, 6, 1, 3), (7, 11, 2, 5), 11
    elif name == "VII":
        steps, intervals, leading = (6, 1, 3, 5), (11, 2, 5, 8 if key.minor else 9), 11
    elif name == "Ger":
        steps, intervals, leading = (5, 0, 2, 3), (8, 0, 3, 6), 6
    elif name == "IVm":
        steps, intervals, leading = (3, 5, 0, 2), (5, 8, 0, 3), None
    elif name.startswith("b"):
        degree = _DEGREES[name[1:]]
        steps, intervals, leading = (degree, degree + 2, degree + 4), _FLAT[name[1:]], None
    else:
        degree = _DEGREES[name.upper()]
        steps = tuple(degree + third for third in (0, 2, 4, 6))
        intervals, leading = tuple((key.scale[step % 7] - tonic) % 12 for step in steps), None
    count = 4 if seventh else 3
    tones = tuple((tonic + interval) % 12 for interval in intervals[:count])
    return tuple(step % 7 for step in steps[:count]), tones, None if leading is None else (tonic + leading) % 12
