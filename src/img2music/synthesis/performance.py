"""A score as it is played and mixed: notes in seconds, instruments and faders, all as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from img2music.composition.score import Part, Role, Score
from img2music.genres import GENRES

if TYPE_CHECKING:
    from img2music.corpus.mix import Channel, Mix

NOTE_FIELDS = ("part", "start", "end", "pitch", "velocity", "bend")
"""Columns of `Performance.notes`: index of the part, s, s, MIDI pitch, MIDI velocity, semitones."""
PART_FIELDS = ("instrument", "drums", "role", "gain", "reverb", "low", "high", "duck", "wobble", "pan")
"""Columns of `Performance.parts`: see `instrument_number`, 0 or 1, index in `Role`, then as `Channel`, -1 to 1."""
MIX_FIELDS = ("room", "wet", "crackle", "drive", "tilt")
"""Entries of `Performance.mix`, as in `Mix`."""

SYNTHS = ("sub", "saws", "pluck", "lead", "kit", "scratch", "riser", "rap", "sing")
"""Synthesised sounds that no program of General MIDI has."""
_PROGRAMS = 128
INSTRUMENTS = 2 * _PROGRAMS + len(SYNTHS)
"""How many instruments can be told apart: programs, drum kits and synths."""
_ROLES = tuple(Role)


@dataclass(frozen=True, eq=False)
class Performance:
    """What is heard of a score: `notes` `(N, 6)`, `parts` `(P, 10)` and `mix` `(5,)` float32 with the columns above,
    and the share of each genre, `genres` `(4,)`."""

    notes: np.ndarray
    parts: np.ndarray
    mix: np.ndarray
    genres: np.ndarray

    def notes_of(self, part: int) -> np.ndarray:
        """The notes of one part."""
        return self.notes[self.notes[:, 0] == part]

    def role_of(self, part: int) -> int:
        """The number in `Role` of what a part does."""
        return int(self.parts[part, PART_FIELDS.index("role")])


def perform(score: Score, mix: Mix) -> Performance:
    """A score with its own timing, in a mix of it."""
    notes = [
        (index, *score.span(note), note.pitch, note.velocity, note.bend)
        for index, part in enumerate(score.parts)
        for note in part.notes
    ]
    parts = [_part_row(part, channel) for part, channel in zip(score.parts, mix.channels, strict=True)]
    return Performance(
        np.array(notes, np.float32).reshape(-1, len(NOTE_FIELDS)),
        np.array(parts, np.float32).reshape(-1, len(PART_FIELDS)),
        _mix_row(mix),
        np.array([genre == score.genre for genre in GENRES], np.float32),
    )


def instrument_number(program: int, drums: bool, synth: str) -> int:
    """The number of an instrument, below `INSTRUMENTS`: General MIDI programs, then kits, then synths."""
    if synth:
        return 2 * _PROGRAMS + SYNTHS.index(synth)
    return program + (_PROGRAMS if drums else 0)


def _part_row(part: Part, channel: Channel) -> tuple[float, ...]:
    instrument = part.instrument
    number = instrument_number(instrument.program, instrument.drums, instrument.synth)
    faders = (channel.gain, channel.reverb, channel.low, channel.high, channel.duck, channel.wobble)
    return (number, float(instrument.drums), _ROLES.index(part.role), *faders, part.pan)


def _mix_row(mix: Mix) -> np.ndarray:
    return np.array([getattr(mix, name) for name in MIX_FIELDS], np.float32)
