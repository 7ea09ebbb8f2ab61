"""A score as MusicXML, written by music21, which the extra `score` brings."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from img2music.composition.brief import MINOR_MODES
from img2music.composition.formats.spelling import key_name, spelt
from img2music.system.extras import needs

if TYPE_CHECKING:
    from music21.note import GeneralNote
    from music21.stream import Part as WrittenPart

    from img2music.composition.score import Note, Part, Score

_GRID = 12
"""Parts of a quarter note that places are counted in."""
_SIXTEENTHS, _TRIPLETS = (0, 3, 6, 9, 12), (0, 4, 8, 12)
"""Where notes may begin within a quarter note."""
_FILLED = 0.55
"""The share of the time to the next note from which a note is written as lasting until there."""
_MODES = {"mixolydian": "major", "lydian": "major", "dorian": "minor", "phrygian": "minor"}
_DRUMS = {
    35: "F4",
    36: "F4",
    37: "C5",
    38: "C5",
    39: "C5",
    40: "C5",
    42: "G5",
    44: "D4",
    46: "G5",
    49: "A5",
    57: "A5",
    41: "G4",
    43: "A4",
    45: "A4",
    47: "D5",
    48: "D5",
    50: "E5",
    51: "F5",
    53: "F5",
    54: "E5",
    70: "B5",
    81: "B5",
}
"""Where drums of General MIDI are on a staff of five lines."""
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


def _part(score: Score, part: Part, first: bool) -> WrittenPart:
    """A part as music21's; the first one has the tempo and the names of the sections."""
    from music21 import chord, clef, instrument, key, meter, note, pitch, stream, tempo

    written = stream.Part(id=part.name)
    played = instrument.UnpitchedPercussion() if part.instrument.drums else instrument.Instrument()
    played.partName = part.name
    played.midiProgram = None if part.instrument.drums else part.instrument.program
    written.insert(0, played)
    written.insert(0, meter.TimeSignature(str(score.metre)))
    minor = score.mode in MINOR_MODES
    tonic = key_name(score.key, minor).replace("b", "-")
    if not part.instrument.drums:
        written.insert(0, key.Key(tonic, _MODES.get(score.mode, score.mode)))
    if part.instrument.drums:
        written.insert(0, clef.PercussionClef())
    elif sum(n.pitch for n in part.notes) < _BASS * len(part.notes):
        written.insert(0, clef.BassClef())
    if first:
        written.insert(0, tempo.MetronomeMark(number=round(score.tempo.initial)))
        for section in score.sections:
            written.insert(section.first * score.metre.beats, tempo.TempoText(section.name))
    for start, length, notes in _chords(part.notes, score.beats, part.instrument.drums):
        if part.instrument.drums:
            written.insert(start, _strokes({n.pitch for n in notes}, length))
            continue
        names = [spelt(place, score.key, minor) for place in sorted({n.pitch for n in notes})]
        pitches = [pitch.Pitch(f"{name.replace('b', '-')}{octave}") for name, octave in names]
        element = note.Note(pitches[0]) if len(pitches) == 1 else chord.Chord(pitches)
        element.quarterLength = length
        element.volume.velocity = max(n.velocity for n in notes)
        written.insert(start, element)
    written.makeRests(refStreamOrTimeRange=(0.0, score.beats), fillGaps=True, inPlace=True)
    return written.makeNotation()


def _strokes(drums: set[int], length: Fraction) -> GeneralNote:
    """Strokes at one moment, each on the line or space of its drum."""
    from music21 import note, percussion

    places = sorted({_DRUMS.get(drum, "C5") for drum in drums}, key=lambda name: (name[1], "CDEFGAB".index(name[0])))
    strokes = [note.Unpitched(name) for name in places]
    element = strokes[0] if len(strokes) == 1 else percussion.PercussionChord(strokes)
    element.quarterLength = length
    return element


def _chords(notes: Sequence[Note], beats: float, strokes: bool) -> list[tuple[Fraction, Fraction, list[Note]]]:
    """Notes that begin together, as they are written: start and length in quarter notes. Each ends where the next
    begins at the latest; what is nearly as long is written as long as that, and so are `strokes` within a beat."""
    together: dict[int, list[Note]] = {}
    for place, found in _quantised(notes).items():
        # of an ornament that is shorter than the grid the note that it leads to is written
        longest = max(found, key=lambda note: note.length)
        together[place] = [note for note in found if abs(note.start - longest.start) < 0.04]
    starts = sorted(together)
    written = []
    for start, after in zip(starts, [*starts[1:], round(beats * _GRID)], strict=True):
        room = max(after - start, 1)
        sounding = max(note.length for note in together[start]) * _GRID
        length = room if sounding >= _FILLED * min(room, 2 * _GRID) and sounding >= room - _GRID else sounding
        unit = 3 if start % 3 == 0 else 4
        length = min(max(round(length / unit) * unit, unit), room) if length != room else room
        if strokes:
            length = min(room, _GRID - start % _GRID)
        written.append((Fraction(start, _GRID), Fraction(length, _GRID), together[start]))
    return written


def _quantised(notes: Sequence[Note]) -> dict[int, list[Note]]:
    """Notes by the place where they are written: in each quarter note on sixteenths or triplets, what fits better."""
    quarters: dict[int, list[Note]] = {}
    for note in notes:
        quarters.setdefault(int(note.start + 1e-6), []).append(note)
    found: dict[int, list[Note]] = {}
    for quarter, here in quarters.items():
        offsets = [(note.start - quarter) * _GRID for note in here]
        grid = min((_SIXTEENTHS, _TRIPLETS), key=lambda grid: sum(min(abs(at - g) for g in grid) for at in offsets))
        for note, at in zip(here, offsets, strict=True):
            place = quarter * _GRID + min(grid, key=lambda g: abs(at - g))
            found.setdefault(place, []).append(note)
    return found
