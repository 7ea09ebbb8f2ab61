"""Beginnings of works in the public domain, written down here: the tune, and the chords that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from img2music.composition.brief import parse_key
from img2music.composition.metre import Metre
from img2music.errors import OptionError
from img2music.genres import plain_name

Sung = tuple[float, float, int]
"""A note: start and length in beats, and semitones above the tonic of the octave of middle C."""


@dataclass(frozen=True)
class Work:
    """A tune in the `key` that it is written down in.

    `tune` has notes such as E4, a beat long unless a length in beats follows (``D4:1.5``), and rests (``r``); `chords`
    are those of its bars.
    """

    title: str
    composer: str
    key: str
    mode: str
    metre: Metre
    tune: str
    chords: str

    @property
    def name(self) -> str:
        """Title and composer."""
        return f"{self.title} ({self.composer})"

    @property
    def bars(self) -> int:
        """How many bars it has."""
        return self.chords.count("|") + 1

    @cached_property
    def notes(self) -> tuple[Sung, ...]:
        """The notes of the tune."""
        found, place = list[Sung](), 0.0
        for word in self.tune.replace("|", " ").split():
            name, _, length = word.partition(":")
            beats = float(length or 1)
            if name != "r":
                pitch = parse_key(name[:-1]) + 12 * (int(name[-1]) - 4)
                found.append((place, beats, pitch - parse_key(self.key)))
            place += beats
        return tuple(found)


WORKS = (
    Work(
        "Ode to Joy",
        "Beethoven",
        "C",
        "major",
        Metre(4, 4),
        "E4 E4 F4 G4 | G4 F4 E4 D4 | C4 C4 D4 E4 | E4:1.5 D4:0.5 D4:2 | "
        "E4 E4 F4 G4 | G4 F4 E4 D4 | C4 C4 D4 E4 | D4:1.5 C4:0.5 C4:2",
        "I | V7 | I | V7 | I | V7 | I | V7 I",
    ),
    Work(
        "Eine kleine Nachtmusik",
        "Mozart",
        "G",
        "major",
        Metre(4, 4),
        "G4 r:0.5 D4:0.5 G4 r:0.5 D4:0.5 | G4:0.5 D4:0.5 G4:0.5 B4:0.5 D5 r | "
        "C5 r:0.5 A4:0.5 C5 r:0.5 A4:0.5 | C5:0.5 A4:0.5 F#4:0.5 A4:0.5 D4 r",
        "I | I | V7 | V7",
    ),
    Work(
        "Ah vous dirai-je, maman",
        "traditional",
        "C",
        "major",
        Metre(4, 4),
        "C4 C4 G4 G4 | A4 A4 G4:2 | F4 F4 E4 E4 | D4 D4 C4:2",
        "I | IV I | IV I | V7 I",
    ),
    Work(
        "Minuet in G",
        "Petzold",
        "G",
        "major",
        Metre(3, 4),
        "D5 G4:0.5 A4:0.5 B4:0.5 C5:0.5 | D5 G4 G4 | E5 C5:0.5 D5:0.5 E5:0.5 F#5:0.5 | G5 G4 G4 | "
        "C5 D5:0.5 C5:0.5 B4:0.5 A4:0.5 | B4 C5:0.5 B4:0.5 A4:0.5 G4:0.5 | F#4 G4:0.5 A4:0.5 B4:0.5 G4:0.5 | A4:3",
        "I | I | IV | I | IV | I | V7 | V",
    ),
    Work(
        "Greensleeves",
        "traditional",
        "A",
        "minor",
        Metre(6, 8),
        "C5 D5:0.5 E5:0.75 F#5:0.25 E5:0.5 | D5 B4:0.5 G4:0.75 A4:0.25 B4:0.5 | C5 A4:0.5 A4:0.75 G#4:0.25 A4:0.5 | "
        "B4 G#4:0.5 E4 A4:0.5 | C5 D5:0.5 E5:0.75 F#5:0.25 E5:0.5 | D5 B4:0.5 G4:0.75 A4:0.25 B4:0.5 | "
        "C5:0.75 B4:0.25 A4:0.5 G#4:0.75 F#4:0.25 G#4:0.5 | A4:3",
        "Im | bVII | Im | V | Im | bVII | Im V7 | Im",
    ),
    Work(
        "Amazing Grace",
        "traditional",
        "G",
        "major",
        Metre(3, 4),
        "G4:2 B4:0.5 G4:0.5 | B4:2 A4 | G4:2 E4 | D4:2 D4 | G4:2 B4:0.5 G4:0.5 | B4:2 A4 | D5:3 | D5:2 r",
        "I | I7 | IV | I | I | I | V | V7",
    ),
    Work(
        "When the Saints Go Marching In",
        "traditional",
        "C",
        "major",
        Metre(4, 4),
        "r C4 E4 F4 | G4:4 | r C4 E4 F4 | G4:4 | r C4 E4 F4 | G4:2 E4:2 | C4:2 E4:2 | D4:4",
        "I | I | I | I | I | I | I | V7",
    ),
    Work(
        "Scarborough Fair",
        "traditional",
        "D",
        "dorian",
        Metre(3, 4),
        "D4:2 D4 | A4 A4 A4 | E4:1.5 F4:0.5 E4 | D4:3",
        "Im | Im | bVII | Im",
    ),
    Work(
        "Canon in D",
        "Pachelbel",
        "D",
        "major",
        Metre(4, 4),
        "F#5:2 E5:2 | D5:2 C#5:2 | B4:2 A4:2 | B4:2 C#5:2",
        "I V | VIm IIIm | IV I | IV V",
    ),
    Work(
        "In the Hall of the Mountain King",
        "Grieg",
        "B",
        "minor",
        Metre(4, 4),
        "B3:0.5 C#4:0.5 D4:0.5 E4:0.5 F#4:0.5 D4:0.5 F#4 | F4:0.5 C#4:0.5 F4 E4:0.5 C4:0.5 E4 | "
        "B3:0.5 C#4:0.5 D4:0.5 E4:0.5 F#4:0.5 D4:0.5 F#4:0.5 B4:0.5 | A4:0.5 F#4:0.5 D4:0.5 F#4:0.5 A4:2",
        "Im | Im | Im | bIII",
    ),
    Work(
        "Symphony No. 5",
        "Beethoven",
        "C",
        "minor",
        Metre(2, 4),
        "r:0.5 G4:0.5 G4:0.5 G4:0.5 | Eb4:2 | r:0.5 F4:0.5 F4:0.5 F4:0.5 | D4:2",
        "Im | Im | V7 | V7",
    ),
    Work(
        "Gymnopédie No. 1",
        "Satie",
        "D",
        "major",
        Metre(3, 4),
        "r F#5 A5 | G5 F#5 C#5 | B4 C#5 D5 | A4:3",
        "IVmaj7 | Imaj7 | IVmaj7 | Imaj7",
    ),
)


def find_work(name: str) -> Work:
    """The work whose title is, or begins with, `name`. Raises `OptionError`."""
    wanted = plain_name(name)
    for work in WORKS:
        if wanted and plain_name(work.title).startswith(wanted):
            return work
    raise OptionError(f"There is no '{name}' to quote; choose one of {', '.join(work.title for work in WORKS)}.")
