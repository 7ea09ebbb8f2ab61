"""Score, track and note: what a composer hands to the renderer. Times are in seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pretty_midi

CLIP_SECONDS = 20.0


@dataclass(frozen=True)
class Note:
    """One note. ``bend`` is how many semitones off the pitch it starts, before gliding onto it."""

    start: float
    length: float
    pitch: int
    velocity: int
    bend: float = 0.0


@dataclass
class Track:
    """One instrument and its place in the mix.

    ``program`` is a General MIDI program (of the drum bank if ``drums``); ``voice`` names an instrument of
    ``synth`` instead. ``gain`` is in dB, ``reverb`` is the part sent to the room (0 to 1), ``low`` and
    ``high`` are the edges of the pass band in Hz, ``swell`` holds (seconds, dB) points of a volume curve,
    ``duck`` is how far in dB the track gives way to each kick, ``wobble`` the cents of a tape-like waver.
    """

    name: str
    program: int = 0
    drums: bool = False
    voice: str = ""
    gain: float = 0.0
    reverb: float = 0.15
    low: float = 0.0
    high: float = 0.0
    swell: list[tuple[float, float]] = field(default_factory=list)
    duck: float = 0.0
    wobble: float = 0.0
    notes: list[Note] = field(default_factory=list)

    def add(self, start: float, length: float, pitch: float, velocity: float, bend: float = 0.0) -> None:
        """Append a note; what lies outside the clip or the MIDI range is cut or dropped."""
        end = min(start + length, CLIP_SECONDS)
        start = max(start, 0.0)
        if end - start > 0.01 and 0 <= pitch <= 127:
            self.notes.append(Note(start, end - start, int(pitch), int(np.clip(velocity, 1, 127)), bend))


@dataclass
class Score:
    """A composed clip.

    ``tempo`` is in beats per minute, ``key`` a pitch class, ``bars`` are where bars begin in seconds, ``room`` is the
    reverberation time in seconds, ``wet`` its level, ``crackle`` the level of vinyl noise, ``drive`` the saturation of
    the master (0 is none) and ``tilt`` its brightness in dB.
    """

    title: str
    genre: str
    seed: int
    tempo: float
    key: int
    mode: str
    tracks: list[Track] = field(default_factory=list)
    bars: list[float] = field(default_factory=list)
    room: float = 1.2
    wet: float = 1.0
    crackle: float = 0.0
    drive: float = 0.0
    tilt: float = 0.0
    origin: str = "composed by img2music.corpus"
    licence: str = "CC0-1.0"

    def track(self, name: str, **settings: Any) -> Track:
        """Add an empty track and return it."""
        self.tracks.append(Track(name, **settings))
        return self.tracks[-1]

    @property
    def density(self) -> float:
        """Notes per second, drums included."""
        return sum(len(t.notes) for t in self.tracks) / CLIP_SECONDS

    def to_midi(self) -> pretty_midi.PrettyMIDI:
        """The score as MIDI, for looking at and for other renderers; synthesised voices become program 0."""
        midi = pretty_midi.PrettyMIDI(initial_tempo=self.tempo)
        for track in self.tracks:
            instrument = pretty_midi.Instrument(track.program, is_drum=track.drums, name=track.name)
            instrument.notes = [pretty_midi.Note(n.velocity, n.pitch, n.start, n.start + n.length) for n in track.notes]
            midi.instruments.append(instrument)
        return midi


@dataclass(frozen=True)
class Clock:
    """Beats to seconds.

    ``tempo`` is in beats per minute; of every two ``unit`` beats, ``swing`` is the share of the first.
    """

    tempo: float
    swing: float = 0.5
    unit: float = 0.5
    offset: float = 0.02

    def __call__(self, beat: float) -> float:
        """Seconds at ``beat``."""
        pair = 2 * self.unit
        whole, part = divmod(beat, pair)
        part /= pair
        part = np.interp(part, (0, 0.5, 1), (0, self.swing, 1))
        return float(self.offset + (whole + part) * pair * 60 / self.tempo)

    @property
    def beats(self) -> float:
        """How many beats fill a clip."""
        return CLIP_SECONDS * self.tempo / 60

    @property
    def bars(self) -> list[float]:
        """Where in a clip bars of four beats begin, in seconds."""
        return [self(4 * bar) for bar in range(int(self.beats / 4) + 1)]


Pick = Callable[..., Any]


def picker(rng: np.random.Generator) -> Pick:
    """A ``pick(options, weights)`` that returns the option itself, not a numpy copy of it."""

    def pick(options: Sequence[Any], weights: Sequence[float] | None = None) -> Any:
        p = None if weights is None else np.asarray(weights, dtype=float) / np.sum(weights)
        return options[int(rng.choice(len(options), p=p))]

    return pick
