"""A score as it is played and mixed: notes in seconds, instruments and faders, all as plain arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from img2music.composition.score import Instrument, Part, Role, Score
from img2music.genres import GENRES
from img2music.synthesis.desk import BANDS, SOUNDS, Desk, Strip, desk_for

NOTE_FIELDS = ("part", "start", "end", "pitch", "velocity", "bend")
"""Columns of `Performance.notes`: index of the part, s, s, MIDI pitch, MIDI velocity, semitones."""
FADERS = ("gain", "room", "low", "high", "duck", "wobble", "pan", "width", "echo", "squeeze", "drive", "double")
"""What a desk says of a part: the fields of `Strip`."""
PART_FIELDS = ("instrument", "drums", "role", *FADERS)
"""Columns of `Performance.parts`: see `sound_number`, 0 or 1, index in `Role`, faders."""
MASTER = ("room", "bright", "echo", "crackle", "parallel", "glue", "drive", "loudness")
"""What it says of the whole: fields of `Desk`. The levels of its balance come last."""
MIX_FIELDS = len(MASTER) + len(BANDS)

SYNTHS = ("sub", "saws", "pluck", "lead", "kit", "scratch", "riser", "rap", "sing")
"""Synthesised sounds that no program of General MIDI has."""
_PROGRAMS = 128
INSTRUMENTS = 2 * _PROGRAMS + len(SYNTHS)
"""How many instruments there are: programs, drum kits and synths."""
SOUND_NUMBERS = SOUNDS * INSTRUMENTS
"""How many sounds can be told apart."""
_UNTUNED_SYNTHS = {"kit", "scratch", "riser", "rap"}
_UNTUNED = {*range(115, 2 * _PROGRAMS), *(2 * _PROGRAMS + SYNTHS.index(name) for name in _UNTUNED_SYNTHS)}
"""Instruments whose notes are at no pitch: wood blocks, toms and effects of General MIDI, drum kits, some synths."""
_ROLES = tuple(Role)


@dataclass(frozen=True, eq=False)
class Performance:
    """What is heard of a score: `notes` `(N, 6)`, `parts` `(P, 15)` and `mix` `(13,)` float32 with the columns above,
    and the share of each genre, `genres` `(4,)`."""

    notes: np.ndarray
    parts: np.ndarray
    mix: np.ndarray
    genres: np.ndarray

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """All of it, by name, as it is kept in files."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def of(cls, array: Callable[[str], np.ndarray]) -> Performance:
        """The performance whose arrays are given by their names."""
        return cls(*(array(each.name) for each in fields(cls)))

    def notes_of(self, part: int) -> np.ndarray:
        """The notes of one part."""
        return self.notes[self.notes[:, 0] == part]

    def is_tuned(self, part: int) -> bool:
        """Whether the notes of a part are heard at their pitches."""
        row = dict(zip(PART_FIELDS, self.parts[part], strict=True))
        return not row["drums"] and int(row["instrument"]) % INSTRUMENTS not in _UNTUNED

    @property
    def tuned_notes(self) -> np.ndarray:
        """The notes of all parts that are heard at their pitches, `(N, 6)`."""
        tuned = filter(self.is_tuned, range(len(self.parts)))
        return np.concatenate([self.notes[:0], *map(self.notes_of, tuned)])

    def role_of(self, part: int) -> int:
        """The number in `Role` of what a part does."""
        return int(self.parts[part, PART_FIELDS.index("role")])


def perform(score: Score, desk: Desk | None = None) -> Performance:
    """A score with its own timing, mixed as a desk says, or as its own does."""
    desk = desk or desk_for(score)
    notes = [
        (index, *score.span(note), note.pitch, note.velocity, note.bend)
        for index, part in enumerate(score.parts)
        for note in part.notes
    ]
    parts = [_part_row(part, strip) for part, strip in zip(score.parts, desk.strips, strict=True)]
    return Performance(
        np.array(notes, np.float32).reshape(-1, len(NOTE_FIELDS)),
        np.array(parts, np.float32).reshape(-1, len(PART_FIELDS)),
        np.array([*(getattr(desk, name) for name in MASTER), *desk.balance], np.float32),
        np.array([genre == score.genre for genre in GENRES], np.float32),
    )


def instrument_number(instrument: Instrument) -> int:
    """The number of an instrument, below `INSTRUMENTS`: General MIDI programs, then kits, then synths."""
    if instrument.synth:
        return 2 * _PROGRAMS + SYNTHS.index(instrument.synth)
    return instrument.program + (_PROGRAMS if instrument.drums else 0)


def sound_number(instrument: Instrument, sound: int) -> int:
    """The number of one of the sounds of an instrument, below `SOUND_NUMBERS`."""
    return INSTRUMENTS * sound + instrument_number(instrument)


def _part_row(part: Part, strip: Strip) -> tuple[float, ...]:
    faders = (getattr(strip, name) for name in FADERS)
    return (sound_number(part.instrument, strip.sound), float(part.instrument.drums), _ROLES.index(part.role), *faders)
