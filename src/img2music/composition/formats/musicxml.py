"""A score as MusicXML, written by music21, which the extra `score` brings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from img2music.composition.brief import NAMES
from img2music.system.extras import needs

if TYPE_CHECKING:
    from music21 import stream

    from img2music.composition.score import Note, Part, Score

_GRID = 12
"""Notes are written to a twelfth of a quarter note: sixteenths and triplets."""
_MODES = {"mixolydian": "major", "lydian": "major", "dorian": "minor", "phrygian": "minor"}
_BASS = 52
"""Parts whose middle is below this pitch are in the bass clef."""


def musicxml_bytes(score: Score) -> bytes:
    """The score in written time, without swing and human timing. Raises `OptionError` without the extra `score`."""
    with needs("score"):
        from music21 import metadata, stream
        from music21.musicxml.m21ToXml import GeneralObjectExporter

    written = stream.Score()
    written.insert(0, metadata.Metadata(title=score.title, composer="Img2Music"))
    for number, part in enumerate(score.parts):
        written.insert(0, _part(score, part, first=number == 0))
    return GeneralObjectExporter(written).parse()


def _part(score: Score, part: Part, first: bool) -> stream.Part:
    """A part as music21's; the first one has the tempo and the names of the sections."""
    from music21 import chord, clef, instrument, key, meter, note, stream, tempo

    written = stream.Part(id=part.name)
    played = instrument.UnpitchedPercussion() if part.instrument.drums else instrument.Instrument()
    played.partName = part.name
    played.midiProgram = None if part.instrument.drums else part.instrument.program
    written.insert(0, played)
    written.insert(0, meter.TimeSignature(str(score.metre)))
    tonic = NAMES[score.key].replace("b", "-")
    written.insert(0, key.Key(tonic, _MODES.get(score.mode, score.mode)))
    if part.instrument.drums:
        written.insert(0, clef.PercussionClef())
    elif sum(n.pitch for n in part.notes) < _BASS * len(part.notes):
        written.insert(0, clef.BassClef())
    if first:
        written.insert(0, tempo.MetronomeMark(number=score.tempo.initial))
        for section in score.sections:
            written.insert(section.first * score.metre.beats, tempo.TempoText(section.name))
    for start, length, notes in _chords(part.notes):
        pitches = sorted({n.pitch for n in notes})
        element = note.Note(pitches[0]) if len(pitches) == 1 else chord.Chord(pitches)
        element.quarterLength = length
        element.volume.velocity = max(n.velocity for n in notes)
        written.insert(start, element)
    return written.makeNotation()


def _chords(notes: Sequence[Note]) -> list[tuple[float, float, list[Note]]]:
    """Notes that begin together, on the grid: start and length in quarter notes. Each ends where the next begins."""
    together: dict[int, list[Note]] = {}
    for note in notes:
        together.setdefault(round(note.start * _GRID), []).append(note)
    starts = sorted(together)
    found = []
    for index, start in enumerate(starts):
        length = max(max(round(note.length * _GRID) for note in together[start]), 1)
        if index + 1 < len(starts):
            length = min(length, starts[index + 1] - start)
        found.append((start / _GRID, length / _GRID, together[start]))
    return found
