"""The events of a Standard MIDI File of anyone: what can be read of a damaged one, in bounded time and memory.

Source: The Complete MIDI 1.0 Detailed Specification, Standard MIDI Files 1.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from img2music.errors import OptionError

LARGEST = 4 * 2**20
"""Bytes above which a file is refused."""
MOST_EVENTS = 600_000
"""Notes begun and ended, programs, controllers, tempos and signatures above which a file is refused."""
NOTE_OFF, NOTE_ON, CONTROL, PROGRAM = 0x80, 0x90, 0xB0, 0xC0
TEMPO, METRE, KEY = 0x51, 0x58, 0x59
"""Types of meta events."""
_META, _SYSEX, _ESCAPE = 0xFF, 0xF0, 0xF7
_WANTED = {NOTE_OFF, NOTE_ON, CONTROL, PROGRAM}
_LATEST = 1 << 40
"""Ticks after which nothing is listened to."""


class Event(NamedTuple):
    """Something that happens at a tick: a message of a `channel` with its first two `data` bytes, or a meta event,
    whose channel is -1, with all of them. Of two at a tick the notes that end come first."""

    tick: int
    begins: bool
    order: int
    kind: int
    channel: int
    data: bytes


class MidiFileEvents(NamedTuple):
    """Ticks to a quarter note, and all events in order of time."""

    ticks: int
    events: list[Event]


def midi_events(data: bytes, name: str) -> MidiFileEvents:
    """What is in the MIDI file called `name`; a track that is damaged ends there.

    Raises `OptionError` when it is no MIDI file, larger than `LARGEST` or `MOST_EVENTS`, or counts time in frames.
    """
    if len(data) > LARGEST:
        raise OptionError(f"{name} is larger than {LARGEST >> 20} MB; choose a shorter piece.")
    start = data.find(b"MThd", 0, 256)  # some are wrapped in a RIFF file
    if start < 0 or len(data) < start + 14:
        raise OptionError(f"{name} is no MIDI file; export it anew.")
    ticks = int.from_bytes(data[start + 12 : start + 14], "big")
    if not 0 < ticks < 0x8000:
        raise OptionError(f"{name} counts time in frames of film; export it in beats.")
    events: list[Event] = []
    for begin, end in _tracks(data, start):
        for event in _track(data, begin, end, len(events)):
            events.append(event)
            if len(events) > MOST_EVENTS:
                raise OptionError(f"{name} has more than {MOST_EVENTS:,} events; choose a shorter piece.")
    events.sort()
    return MidiFileEvents(ticks, events)


def _tracks(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Where the events of each track begin and end."""
    place = start + 8 + int.from_bytes(data[start + 4 : start + 8], "big")
    while place + 8 <= len(data):
        length = int.from_bytes(data[place + 4 : place + 8], "big")
        end = min(place + 8 + length, len(data))
        if data[place : place + 4] == b"MTrk":
            yield place + 8, end
        place = end


def _track(data: bytes, place: int, end: int, order: int) -> Iterator[Event]:
    """The events of a track that matter, until it ends or cannot be understood."""
    tick = status = 0
    try:
        while place < end and tick < _LATEST:
            delta, place = _number(data, place)
            tick += delta
            if data[place] >= 0x80:
                status = data[place]
                place += 1
            if status in (_META, _SYSEX, _ESCAPE):
                kind = data[place] if status == _META else -1
                length, place = _number(data, place + (status == _META))
                if kind in (TEMPO, METRE, KEY) and place + length <= end:
                    yield Event(tick, False, order, kind, -1, data[place : place + length])
                place += length
            elif status >= 0x80:
                kind = status & 0xF0
                size = 1 if kind in (PROGRAM, 0xD0) else 2
                given = data[place : place + size]
                place += size
                if len(given) < size or max(given) > 0x7F:
                    return
                if kind in _WANTED:
                    yield Event(tick, kind == NOTE_ON and given[1] > 0, order, kind, status & 0x0F, given)
            else:
                return
            order += 1
    except IndexError:  # it is cut off
        return


def _number(data: bytes, place: int) -> tuple[int, int]:
    """The number of variable length at a place, of four bytes at most, and the place after it."""
    value = 0
    for _ in range(4):
        byte = data[place]
        place += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value, place
