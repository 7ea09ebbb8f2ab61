"""Everything that is decided before the first note is written."""

from __future__ import annotations

from dataclasses import dataclass

from img2music.composition.score import ChordSymbol, Instrument, Metre, Role, Section, Swing, TempoMap


@dataclass(frozen=True)
class Mood:
    """As `Feeling`, with nothing left open: each from 0 to 1."""

    tempo: float
    major: float
    brightness: float
    density: float
    dynamics: float
    tension: float


@dataclass(frozen=True)
class Plan:
    """What a composer of a style is given: it writes the parts for the `instruments`, each in its role.

    `chords` may be empty for styles whose harmony follows from their voices. `bars` bars are divided into `sections`,
    the last of which ends with a cadence on the tonic.
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
    instruments: tuple[tuple[Instrument, Role], ...]
    mood: Mood

    @property
    def bars(self) -> int:
        """How many bars there are."""
        return sum(section.bars for section in self.sections)
