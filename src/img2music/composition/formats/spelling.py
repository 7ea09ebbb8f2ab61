"""How pitches and keys are spelt in notation."""

from __future__ import annotations

_MAJOR = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
_LETTERS = "CDEFGAB"
_NATURAL = (0, 2, 4, 5, 7, 9, 11)
_DEGREES = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)
"""Which degree of the scale a pitch is spelt as, by its semitones above the tonic: lowered ones but for the fourth."""


def key_name(key: int, minor: bool) -> str:
    """The tonic, such as C# in minor and Db in major, so that there are six accidentals at most."""
    return (_MINOR if minor else _MAJOR)[key]


def spelt(pitch: int, key: int, minor: bool) -> tuple[str, int]:
    """The name of a pitch in a key, such as Bb, and its octave, 4 being that of middle C."""
    tonic = _LETTERS.index(key_name(key, minor)[0])
    letter = (tonic + _DEGREES[(pitch - key) % 12]) % 7
    raised = (pitch - _NATURAL[letter] + 6) % 12 - 6
    octave = (pitch - raised) // 12 - 1
    return _LETTERS[letter] + ("#" * raised if raised > 0 else "b" * -raised), octave
