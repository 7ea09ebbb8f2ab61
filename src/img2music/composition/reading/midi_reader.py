"""MIDI files of anyone as scores: quantised or not, with any programs, of any length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, inf, log10
from statistics import fmean

from img2music.composition.brief import FASTEST, LONGEST, SLOWEST
from img2music.composition.instruments import INSTRUMENTS, MOST
from img2music.composition.metre import Metre
from img2music.composition.reading import midi_events
from img2music.composition.reading.midi_events import CONTROL, KEY, METRE, NOTE_ON, PROGRAM, TEMPO, Event
from img2music.composition.score import Instrument, Note, Part, Role, Score, Section, Swing, TempoMap
from img2music.errors import OptionError

_DRUMS = 9
"""The channel of General MIDI's drums, counted from 0."""
_SHORTEST = 1 / 64
"""Beats that a note lasts at least."""
_OVER = 0.1
"""Share of a bar by which a note may last beyond the last bar line."""
_STROKE = 0.01
"""Seconds in which a key is not struck again: what comes sooner is the same note, as of doubled tracks."""
_LOW = 52
"""Mean pitch below which a part that plays one note at a time is a bass."""
_VOICES = (52, 53, 54, 85)
"""Programs of General MIDI that sing."""
_VOLUME, _PAN = 7, 10
"""Controllers."""
_CENTRE, _FULL = 64, 100
"""A pan in the middle, and the volume of 0 dB."""

Source = tuple[int, int]
"""Channel and program of a part."""


@dataclass
class _Channel:
    """What a channel was told last, which notes it holds, (beat, velocity) by pitch, and when each key was struck."""

    program: int = 0
    volume: int = _FULL
    pan: int = _CENTRE
    held: dict[int, tuple[float, int]] = field(default_factory=dict)
    struck: dict[int, float] = field(default_factory=dict)


@dataclass
class _Found:
    """Notes and, of each part, volume and pan; tempos by beat, and the last of them; the first metre and key."""

    notes: dict[Source, list[Note]] = field(default_factory=lambda: defaultdict(list))
    faders: dict[Source, tuple[int, int]] = field(default_factory=dict)
    tempos: dict[float, float] = field(default_factory=lambda: {0.0: 120.0})
    bpm: float = 120.0
    metre: Metre | None = None
    key: tuple[int, str] | None = None


def read_midi(data: bytes, genre: str, name: str, seconds: float = LONGEST) -> Score:
    """The first `seconds` of the music in a MIDI file called `name`, as a score to be played in a genre.

    Beyond `MOST` parts the ones with most notes are taken. Raises `OptionError` when it is no MIDI file, is too large,
    or holds no notes.
    """
    file = midi_events.midi_events(data, name)
    found = _collected(file.ticks, file.events, min(seconds, LONGEST))
    if not found.notes:
        raise OptionError(f"{name} holds no notes in its first {min(seconds, LONGEST):g} s.")
    metre = found.metre or Metre()
    end = max(note.end for notes in found.notes.values() for note in notes)
    key, mode = found.key or (0, "major")
    section = Section("piece", "A", 0, max(ceil(end / metre.beats - _OVER), 1))
    largest = sorted(found.notes, key=lambda source: -len(found.notes[source]))[:MOST]
    parts = tuple(_part(source, found.notes[source], found.faders[source]) for source in sorted(largest))
    tempo = TempoMap(tuple(sorted(found.tempos.items())))
    return Score(name, genre, "", 0, key, mode, metre, tempo, Swing(), (section,), (), parts)


def _collected(ticks: int, events: Iterable[Event], seconds: float) -> _Found:
    """What happens until `seconds` have gone by."""
    found = _Found()
    channels: dict[int, _Channel] = defaultdict(_Channel)
    now = elapsed = 0.0
    for event in events:
        beat, pace = event.tick / ticks, 60 / found.bpm
        if elapsed + (beat - now) * pace >= seconds:
            now += (seconds - elapsed) / pace
            break
        elapsed += (beat - now) * pace
        now = beat
        if event.channel < 0:
            _told(event, now, found)
        else:
            _played(event, channels[event.channel], now, found)
    for number, channel in channels.items():
        for pitch in list(channel.held):
            _end_note(number, channel, pitch, now, found)
    return found


def _told(event: Event, beat: float, found: _Found) -> None:
    """A tempo, a metre or a key."""
    given = event.data
    if event.kind == TEMPO and len(given) == 3:
        found.bpm = min(max(60e6 / max(int.from_bytes(given, "big"), 1), SLOWEST), FASTEST)
        found.tempos[beat] = found.bpm
    elif event.kind == METRE and len(given) >= 2 and found.metre is None:
        if 1 <= given[0] <= 16 and 1 <= given[1] <= 4:
            found.metre = Metre(given[0], 1 << given[1])
    elif event.kind == KEY and len(given) == 2 and found.key is None:
        sharps, minor = int.from_bytes(given[:1], "big", signed=True), given[1] == 1
        found.key = (7 * sharps + 9 * minor) % 12, "minor" if minor else "major"


def _played(event: Event, channel: _Channel, beat: float, found: _Found) -> None:
    number, value = event.data[0], event.data[-1]
    if event.kind == PROGRAM:
        channel.program = number
    elif event.kind == CONTROL:
        if number == _VOLUME:
            channel.volume = value
        elif number == _PAN:
            channel.pan = value
    elif event.kind == NOTE_ON and value > 0:
        _strike(event, channel, beat, found)
    elif number in channel.held:
        _end_note(event.channel, channel, number, beat, found)


def _strike(event: Event, channel: _Channel, beat: float, found: _Found) -> None:
    """Begin a note; the same key again ends what was before."""
    pitch, velocity = event.data[0], event.data[-1]
    if (beat - channel.struck.get(pitch, -inf)) * 60 / found.bpm < _STROKE:
        return
    if pitch in channel.held:
        _end_note(event.channel, channel, pitch, beat, found)
    channel.held[pitch] = beat, velocity
    channel.struck[pitch] = beat


def _end_note(number: int, channel: _Channel, pitch: int, beat: float, found: _Found) -> None:
    start, velocity = channel.held.pop(pitch)
    source = number, channel.program
    found.notes[source].append(Note(start, max(beat - start, _SHORTEST), pitch, velocity))
    found.faders.setdefault(source, (channel.volume, channel.pan))


def _part(source: Source, notes: Sequence[Note], faders: tuple[int, int]) -> Part:
    channel, program = source
    instrument = _instrument(program, channel == _DRUMS)
    volume, pan = faders
    level = min(max(40 * log10(max(volume, 1) / _FULL), -20.0), 5.0)
    played = tuple(sorted(notes, key=lambda note: (note.start, note.pitch)))
    return Part(instrument, _role(instrument, played), played, level, min(max((pan - _CENTRE) / 63, -1.0), 1.0))


def _instrument(program: int, drums: bool) -> Instrument:
    """The instrument of a program, or one that General MIDI has and scores do not."""
    for instrument in INSTRUMENTS.values():
        if instrument.program == program and instrument.drums == drums and not instrument.synth:
            return instrument
    return Instrument(f"{'kit' if drums else 'program'} {program + 1}", program, drums=drums)


def _role(instrument: Instrument, notes: Sequence[Note]) -> Role:
    """What a part most likely does, by its instrument, its register and how many notes sound at once."""
    if instrument.drums:
        return Role.DRUMS
    if instrument.program in _VOICES:
        return Role.VOICE
    alone = sum(note.length for note in notes) <= 1.2 * _covered(notes)
    if alone and (fmean(note.pitch for note in notes) < _LOW or 32 <= instrument.program < 40):
        return Role.BASS
    return Role.MELODY if alone else Role.HARMONY


def _covered(notes: Sequence[Note]) -> float:
    """Beats in which at least one of the notes, which come in order, sounds."""
    total = until = 0.0
    for note in notes:
        total += max(note.end - max(note.start, until), 0.0)
        until = max(until, note.end)
    return total
