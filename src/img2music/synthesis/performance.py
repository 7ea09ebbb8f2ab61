"""A score as it is played and mixed: notes in seconds, instruments and faders, all as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from img2music.composition.score import Instrument, Part, Role, Score
from img2music.genres import GENRES

NOTE_FIELDS = ("part", "start", "end", "pitch", "velocity", "bend")
"""Columns of `Performance.notes`: index of the part, s, s, MIDI pitch, MIDI velocity, semitones."""
FADERS: Mapping[str, float] = {
    "gain": 0.0,
    "reverb": 0.0,
    "low": 0.0,
    "high": 0.0,
    "duck": 0.0,
    "wobble": 0.0,
    "pan": 0.0,
    "width": 1.0,
    "room": 0.0,
    "echo": 0.0,
    "squeeze": 1.0,
    "drive": 0.0,
    "double": 0.0,
}
"""What a mix may say of a part, and what it means where it says nothing: gain in dB, levels sent to reverberation, to a
room and to an echo, edges of the pass band in Hz (0 leaves a side open), dB of ducking, cents of wavering, pan from -1
to 1, width of the stereo image, ratio of a compressor, saturation, chorus."""
PART_FIELDS = ("instrument", "drums", "role", *FADERS)
"""Columns of `Performance.parts`: see `instrument_number`, 0 or 1, index in `Role`, faders."""
MASTER: Mapping[str, float] = {
    "room": 0.0,
    "wet": 0.0,
    "crackle": 0.0,
    "drive": 0.0,
    "tilt": 0.0,
    "bright": 0.0,
    "echo": 0.0,
    "parallel": 0.0,
    "glue": 1.0,
    "loudness": -16.0,
}
"""What a mix may say of the whole, likewise: reverberation time in s, its level, vinyl noise, saturation, tilt in dB,
treble of the room, beats between echoes, level of squashed drums, ratio of the compressor on all, loudness in LUFS."""
BANDS = 5
"""Of a master's balance, whose levels in dB come last."""
MIX_FIELDS = len(MASTER) + BANDS

SYNTHS = ("sub", "saws", "pluck", "lead", "kit", "scratch", "riser", "rap", "sing")
"""Synthesised sounds that no program of General MIDI has."""
_PROGRAMS = 128
INSTRUMENTS = 2 * _PROGRAMS + len(SYNTHS)
"""How many instruments can be told apart: programs, drum kits and synths."""
_ROLES = tuple(Role)


class Mix(Protocol):
    """How a score is mixed: attributes that are called as in `MASTER`, perhaps a `balance` of `BANDS` levels, and the
    `channels` of its parts, whose attributes are called as in `FADERS`. What one does not have has no effect."""

    @property
    def channels(self) -> Sequence[object]:
        """One for each part, in their order."""
        ...


@dataclass(frozen=True, eq=False)
class Performance:
    """What is heard of a score: `notes` `(N, 6)`, `parts` `(P, 16)` and `mix` `(15,)` float32 with the columns above,
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
    """A score with its own timing, in a mix of it. A part whose channel has no pan stands where the score says."""
    notes = [
        (index, *score.span(note), note.pitch, note.velocity, note.bend)
        for index, part in enumerate(score.parts)
        for note in part.notes
    ]
    parts = [_part_row(part, channel) for part, channel in zip(score.parts, mix.channels, strict=True)]
    balance = getattr(mix, "balance", (0.0,) * BANDS)
    return Performance(
        np.array(notes, np.float32).reshape(-1, len(NOTE_FIELDS)),
        np.array(parts, np.float32).reshape(-1, len(PART_FIELDS)),
        np.array([*(getattr(mix, name, usual) for name, usual in MASTER.items()), *balance], np.float32),
        np.array([genre == score.genre for genre in GENRES], np.float32),
    )


def instrument_number(instrument: Instrument) -> int:
    """The number of an instrument, below `INSTRUMENTS`: General MIDI programs, then kits, then synths."""
    if instrument.synth:
        return 2 * _PROGRAMS + SYNTHS.index(instrument.synth)
    return instrument.program + (_PROGRAMS if instrument.drums else 0)


def _part_row(part: Part, channel: object) -> tuple[float, ...]:
    usual = {**FADERS, "pan": part.pan}
    faders = (float(getattr(channel, name, usual[name])) for name in FADERS)
    return (instrument_number(part.instrument), float(part.instrument.drums), _ROLES.index(part.role), *faders)
