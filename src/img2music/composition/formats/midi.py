"""A score as a Standard MIDI File: swing and timing in ticks, levels and pans as controllers, bends by the wheel."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

from mido import Message, MetaMessage, MidiFile, MidiTrack, bpm2tempo

from img2music.composition.brief import MINOR_MODES, NAMES
from img2music.composition.formats.spelling import key_name

if TYPE_CHECKING:
    from img2music.composition.score import Note, Part, Score

TICKS = 960
"""To a quarter note."""
DRUMS = 9
"""The channel of General MIDI's drums, counted from 0."""
_BEND_RANGE = 12
"""Semitones either way."""
_GLIDE = 0.09
"""Seconds in which a bent note reaches its pitch."""
_GLIDE_STEPS = 9
_LEVEL = 100
"""The channel volume of 0 dB."""
_OFF, _CONTROL, _BEND, _ON = range(4)
"""In this order at one moment: notes end, then the wheel settles, then notes begin."""

Event = tuple[int, int, int, Message | MetaMessage]
"""Tick, order at that tick, number in the order of writing, and what is sent."""


def midi_bytes(score: Score) -> bytes:
    """The score as a file of type 1: the same bytes for the same score. Its brief is in a text event."""
    file = MidiFile(type=1, ticks_per_beat=TICKS, charset="utf-8")
    file.tracks.append(_conductor(score))
    channels = [channel for channel in range(16) if channel != DRUMS]
    pitched = 0
    for part in score.parts:
        if part.instrument.drums:
            channel = DRUMS
        else:
            channel = channels[pitched % len(channels)]
            pitched += 1
        file.tracks.append(_track(score, part, channel))
    buffer = BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def _conductor(score: Score) -> MidiTrack:
    """Title, tempo, metre, key, and where sections begin."""
    metre = score.metre
    minor = score.mode in MINOR_MODES
    clocks = round(24 * metre.pulse)
    events: list[MetaMessage] = [
        MetaMessage("track_name", name=score.title),
        MetaMessage(
            "time_signature",
            numerator=metre.numerator,
            denominator=metre.denominator,
            clocks_per_click=clocks,
            notated_32nd_notes_per_beat=8,
        ),
        MetaMessage("key_signature", key=key_name(score.key, minor) + ("m" if minor else "")),
        MetaMessage("text", text=f"{NAMES[score.key]} {score.mode}"),
    ]
    if score.brief is not None:
        text = json.dumps(score.brief.as_dict(), sort_keys=True, separators=(",", ":"))
        events.append(MetaMessage("text", text=f"img2music brief {text}"))
    found: list[Event] = [(0, 0, number, event) for number, event in enumerate(events)]
    for beat, bpm in score.tempo.changes:
        found.append((round(beat * TICKS), 1, len(found), MetaMessage("set_tempo", tempo=bpm2tempo(bpm))))
    for section in score.sections:
        tick = round(section.first * metre.beats * TICKS)
        found.append((tick, 2, len(found), MetaMessage("marker", text=section.name)))
    return _in_order(found, _end(score))


def _track(score: Score, part: Part, channel: int) -> MidiTrack:
    found: list[Event] = []

    def add(tick: int, order: int, message: Message | MetaMessage) -> None:
        found.append((tick, order, len(found), message))

    def control(number: int, value: int, tick: int = 0) -> None:
        add(tick, _CONTROL, Message("control_change", channel=channel, control=number, value=value))

    add(0, _OFF, MetaMessage("track_name", name=part.name))
    add(0, _CONTROL, Message("program_change", channel=channel, program=part.instrument.program))
    # Volume in General MIDI goes by the square: 40 log10 of it is the level in dB.
    control(7, min(max(round(_LEVEL * 10 ** (part.level / 40)), 1), 127))
    control(10, min(max(round(64 + 63 * part.pan), 0), 127))
    if any(note.bend for note in part.notes):
        for number, value in ((101, 0), (100, 0), (6, _BEND_RANGE), (38, 0)):
            control(number, value)
    for note in part.notes:
        on, off = _ticks(score, note)
        add(on, _ON, Message("note_on", channel=channel, note=note.pitch, velocity=note.velocity))
        add(off, _OFF, Message("note_off", channel=channel, note=note.pitch, velocity=64))
        if note.bend:
            second = score.tempo.bpm_at(note.start) / 60 * TICKS
            for index in range(_GLIDE_STEPS + 1):
                left = 1 - index / _GLIDE_STEPS
                wheel = round(8191 * max(min(note.bend * left * left / _BEND_RANGE, 1.0), -1.0))
                tick = on + round(index / _GLIDE_STEPS * _GLIDE * second)
                add(tick, _BEND, Message("pitchwheel", channel=channel, pitch=wheel))
    return _in_order(found, _end(score))


def _ticks(score: Score, note: Note) -> tuple[int, int]:
    """When a note begins and ends: swung, and late by its human timing."""
    late = note.late * score.tempo.bpm_at(note.start) / 60
    on = max(round((score.swing(note.start) + late) * TICKS), 0)
    off = round((score.swing(note.end) + late) * TICKS)
    return on, max(off, on + 1)


def _end(score: Score) -> int:
    return round(score.beats * TICKS)


def _in_order(events: list[Event], end: int) -> MidiTrack:
    """A track with times relative to each other, which ends with the piece."""
    track = MidiTrack()
    now = 0
    for tick, _, _, message in sorted(events, key=lambda event: event[:3]):
        message.time = tick - now
        track.append(message)
        now = tick
    track.append(MetaMessage("end_of_track", time=max(end - now, 0)))
    return track
