"""A song to play, and how a command refuses."""

from __future__ import annotations

import io

import mido


def write_song(beats: int = 8, pitch: int = 60) -> bytes:
    """The bytes of a MIDI file with a note on every beat, at 120 bpm."""
    file = mido.MidiFile(ticks_per_beat=480)
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=500_000)])
    for beat in range(beats):
        track.append(mido.Message("note_on", note=pitch + beat % 12, velocity=90, time=0))
        track.append(mido.Message("note_off", note=pitch + beat % 12, time=480))
    file.tracks.append(track)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def check_refused(result: tuple[int, str, str], words: str) -> None:
    """A command ended with status 2 and one line that has these words."""
    status, out, err = result
    assert (status, out, err.count("\n")) == (2, "", 1), err
    assert words in err
