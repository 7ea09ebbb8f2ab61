"""Everything that is decided before the first note is written."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from math import log2

from img2music.composition.brief import MINOR_MODES
from img2music.composition.contour import Contour, at
from img2music.composition.metre import Metre
from img2music.composition.score import ChordSymbol, Instrument, Role, Section, Swing, TempoMap

_USUAL_PULSE = 105.0
"""Beats per minute."""


@dataclass(frozen=True)
class Mood:
    """As `Feeling`, with nothing left open: each from 0 to 1. The energy is that of the sections."""

    tempo: float
    major: float
    brightness: float
    density: float
    dynamics: float
    tension: float


@dataclass(frozen=True)
class Player:
    """One who plays in the band: an instrument in a role.

    `seat` is the place of the style that it fills, such as comping; without one it is a guest. `level` is in dB, `pan`
    from -1 (left) to 1 (right). It plays in sections of at least the energy `enters`. `home` is the genre and the style
    that write for it.
    """

    instrument: Instrument
    role: Role
    seat: str = ""
    level: float = 0.0
    pan: float = 0.0
    enters: float = 0.0
    home: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Plan:
    """What the composer of a style is given: it writes a part for each of the `players`.

    `bars` bars are divided into `sections`; the last bar is the final chord. `chords` follow each other without gaps
    from beat 0 to the end; they are empty only while a style makes them, and `borrowed` where a known work is quoted.
    `contour` is how the music changes over time.
    """

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
    players: tuple[Player, ...]
    mood: Mood
    borrowed: bool = False
    contour: Contour | None = None
    _starts: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(chord.start for chord in self.chords))

    @cached_property
    def bars(self) -> int:
        """How many bars there are."""
        return sum(section.bars for section in self.sections)

    @cached_property
    def section_of(self) -> tuple[Section, ...]:
        """The section of each bar."""
        return tuple(section for section in self.sections for _ in range(section.bars))

    @property
    def beats(self) -> float:
        """Length in beats, to the last bar line."""
        return self.bars * self.metre.beats

    @cached_property
    def ending(self) -> float:
        """The beat from which the last chord sounds, in the last bar."""
        last = (self.bars - 1) * self.metre.beats
        return max(self.chords[-1].start, last) if self.chords else last

    @cached_property
    def density_per_beat(self) -> float:
        """How many notes a beat has, from 0 to 1, for the density of the mood, which is heard by the second."""
        return min(max(self.mood.density - 0.5 * log2(self.tempo.initial / self.metre.pulse / _USUAL_PULSE), 0.0), 1.0)

    def lift(self, beat: float) -> float:
        """Semitones by which the contour moves music up or down at a beat."""
        return 0.0 if self.contour is None else self.contour.lift(beat / self.beats)

    def detail(self, beat: float) -> float:
        """How full the contour is at a beat, from 0 to 1."""
        return 0.5 if self.contour is None else at(self.contour.detail, beat / self.beats)

    @property
    def minor(self) -> bool:
        """Whether the tonic has a minor third."""
        return self.mode in MINOR_MODES

    def chord_at(self, beat: float) -> ChordSymbol:
        """The chord that sounds at a beat."""
        return self.chords[max(bisect_right(self._starts, beat + 1e-6) - 1, 0)]

    def chords_of(self, bar: int) -> tuple[ChordSymbol, ...]:
        """The chords that sound in a bar, the first of which may have begun before it."""
        start, end = bar * self.metre.beats, (bar + 1) * self.metre.beats
        first = max(bisect_right(self._starts, start + 1e-6) - 1, 0)
        last = bisect_right(self._starts, end - 1e-6)
        return self.chords[first:last]
