"""A score: what is composed, in musical time. Seconds follow from its tempo map.

Beats are quarter notes, counted from the beginning of the piece. Pitches are MIDI numbers, 60 being middle C.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from img2music.composition.metre import Metre

if TYPE_CHECKING:
    from img2music.composition.brief import Brief


class Role(StrEnum):
    """What a part does in the music."""

    MELODY = "melody"
    HARMONY = "harmony"
    BASS = "bass"
    DRUMS = "drums"
    VOICE = "voice"


class Articulation(StrEnum):
    """How a note is played, beyond its length and velocity."""

    NORMAL = "normal"
    LEGATO = "legato"
    STACCATO = "staccato"
    ACCENT = "accent"
    GHOST = "ghost"


@dataclass(frozen=True, slots=True)
class Note:
    """One note, at `start` beats for `length` beats.

    `bend` is how many semitones off the pitch it begins before it glides there. `late` is how many seconds after its
    written place it is played: human timing, a soloist's lag, a strummed chord.
    """

    start: float
    length: float
    pitch: int
    velocity: int
    articulation: Articulation = Articulation.NORMAL
    bend: float = 0.0
    late: float = 0.0

    @property
    def end(self) -> float:
        """Where it ends, in beats."""
        return self.start + self.length


@dataclass(frozen=True)
class Instrument:
    """What a part is played on.

    `program` is a General MIDI program, of the drum kits for `drums`. `synth` names a synthesised sound that no sampled
    instrument has, for which `program` is the nearest stand-in. `low` and `high` are the range that players use.
    `roles` are what it can do, its first choice first; `brightness` is of its tone, from 0 (dark) to 1 (bright).
    """

    name: str
    program: int
    low: int = 0
    high: int = 127
    drums: bool = False
    synth: str = ""
    roles: tuple[Role, ...] = ()
    brightness: float = 0.5


@dataclass(frozen=True)
class Part:
    """One instrument of a score. `level` is in dB, `pan` from -1 (left) to 1 (right)."""

    instrument: Instrument
    role: Role
    notes: tuple[Note, ...]
    level: float = 0.0
    pan: float = 0.0

    @property
    def name(self) -> str:
        """What it is called: the name of its instrument."""
        return self.instrument.name


@dataclass(frozen=True)
class Swing:
    """Uneven pairs: of every two `unit` beats the first takes the `share`. A share of 0.5 is straight."""

    share: float = 0.5
    unit: float = 0.5

    def __call__(self, beat: float) -> float:
        """Where a written beat is played, in straight beats."""
        pair = 2 * self.unit
        whole, part = divmod(beat, pair)
        part /= pair
        played = part * 2 * self.share if part <= 0.5 else self.share + (part - 0.5) * 2 * (1 - self.share)
        return (whole + played) * pair


@dataclass(frozen=True)
class TempoMap:
    """Tempo over time: `changes` holds (beat, beats per minute) from beat 0 on, each valid until the next."""

    changes: tuple[tuple[float, float], ...]
    _seconds: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.changes or self.changes[0][0] != 0 or any(bpm <= 0 for _, bpm in self.changes):
            raise ValueError("a tempo map begins at beat 0 and has positive tempos")
        seconds = [0.0]
        for (beat, bpm), (following, _) in zip(self.changes, self.changes[1:], strict=False):
            if following <= beat:
                raise ValueError("the changes of a tempo map come in order of time")
            seconds.append(seconds[-1] + (following - beat) * 60 / bpm)
        object.__setattr__(self, "_seconds", tuple(seconds))

    @property
    def initial(self) -> float:
        """The tempo that the piece begins with, beats per minute."""
        return self.changes[0][1]

    def bpm_at(self, beat: float) -> float:
        """The tempo at a beat, beats per minute."""
        return self.changes[max(bisect_right(self.changes, (beat, float("inf"))) - 1, 0)][1]

    def seconds(self, beat: float) -> float:
        """The time of a beat, s."""
        index = max(bisect_right(self.changes, (beat, float("inf"))) - 1, 0)
        start, bpm = self.changes[index]
        return self._seconds[index] + (beat - start) * 60 / bpm


@dataclass(frozen=True)
class Section:
    """Part of the form: `bars` bars from bar `first`. `energy` is from 0 (sparse, soft) to 1 (full, loud).

    Sections with the same `label` have the same material; `name` is their function, such as verse or chorus.
    """

    name: str
    label: str
    first: int
    bars: int
    energy: float = 0.5


@dataclass(frozen=True)
class ChordSymbol:
    """The harmony from beat `start` for `length` beats, such as Dm7: pitch class of the root, and quality."""

    start: float
    length: float
    root: int
    quality: str


@dataclass(frozen=True)
class Score:
    """A piece of music.

    `key` is the pitch class of the tonic, 0 being C. `seed` and the brief that it was composed from give it again, to
    the byte.
    """

    title: str
    genre: str
    style: str
    seed: int
    key: int
    mode: str
    metre: Metre
    tempo: TempoMap
    swing: Swing
    sections: tuple[Section, ...]
    chords: tuple[ChordSymbol, ...]
    parts: tuple[Part, ...]
    brief: Brief | None = None

    @property
    def bars(self) -> int:
        """How many bars it has."""
        return sum(section.bars for section in self.sections)

    @property
    def beats(self) -> float:
        """Its length in beats, to the last bar line."""
        return self.bars * self.metre.beats

    @property
    def seconds(self) -> float:
        """Its length in seconds, to the last bar line; what rings on after it is not counted."""
        return self.tempo.seconds(self.beats)

    @property
    def bar_times(self) -> tuple[float, ...]:
        """When bars begin, s."""
        return tuple(self.tempo.seconds(bar * self.metre.beats) for bar in range(self.bars))

    def time(self, beat: float) -> float:
        """When a written beat is played, s, with swing."""
        return self.tempo.seconds(self.swing(beat))

    def span(self, note: Note) -> tuple[float, float]:
        """When a note begins and ends, s, with swing and human timing."""
        start = max(self.time(note.start) + note.late, 0.0)
        return start, max(self.time(note.end) + note.late, start + 0.01)

    def notes(self) -> Iterator[tuple[Part, Note]]:
        """All notes with their parts."""
        for part in self.parts:
            for note in part.notes:
                yield part, note

    def to_midi(self) -> bytes:
        """The score as a Standard MIDI File; the same score gives the same bytes."""
        from img2music.composition.formats.midi import midi_bytes

        return midi_bytes(self)

    def save(self, path: str | Path, force: bool = False) -> Path:
        """Write the score to `path` and return the path: MIDI, or if its suffix says so MusicXML, PDF or SVG, which
        need the extra `score`. An existing file is replaced only with `force`.

        Raises `OptionError` for any other suffix, and `OutputError` when the file cannot be written; then nothing is
        left behind.
        """
        from img2music.composition.formats.files import write

        return write(self, Path(path), force)
