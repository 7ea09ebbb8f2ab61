"""Digests of many scores of every style: `python -m tests.composition.score_digests` writes them down anew.

A change of a digest is a change of what users get for the same picture and seed, and needs a line in CHANGELOG.md.
Digests are the same on every platform: chance is `random.Random(text).random()` alone, hardly anything but sums,
products and quotients follows, and they are of whole numbers (MIDI bytes, ticks, thousandths), never of the text of a
float.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from mido import Message, MetaMessage, MidiFile, MidiTrack

from img2music.composition.brief import Brief, Feeling, parse_metre
from img2music.composition.compose import compose
from img2music.composition.form.sections import KINDS
from img2music.composition.formats.midi import TICKS
from img2music.composition.instruments import INSTRUMENTS, plays_chords
from img2music.composition.plan import Plan
from img2music.composition.planning.planner import checked, plan_for
from img2music.composition.quotation.works import WORKS
from img2music.composition.reading.midi_reader import read_midi
from img2music.composition.score import Score
from img2music.composition.style import Style, styles_of
from img2music.genres import GENRES
from img2music.system.files import atomic_write

FILE = Path(__file__).with_suffix(".json")
_FEELINGS = (
    Feeling(0.1, 0.1, 0.1, 0.1, 0.1, 0.1),
    Feeling(0.9, 0.9, 0.9, 0.9, 0.9, 0.9),
    Feeling(density=0.0, tension=1.0, major=1.0),
    Feeling(density=1.0, brightness=1.0, dynamics=1.0),
)
_METRES = ("3/4", "5/4", "6/8", "7/8", "12/8")
_BANDS = (
    ("flute", "cello"),
    ("clarinet", "violin", "bassoon", "vibraphone", "harp"),
    ("trumpet", "piano", "bass", "drums"),
    ("singer", "rapper", "scratches", "riser", "warm pad", "808 bass", "violin", "timpani"),
)


def subjects() -> list[str]:
    """What there are digests of: every style, genres without a style, quotations, and the table of instruments."""
    styles = [f"{genre} {style}" for genre in GENRES for style in styles_of(genre)]
    return [*styles, *GENRES, "quotations", "files", "instruments"]


def digest(subject: str) -> str:
    """The first digits of the SHA-256 of one of the `subjects`."""
    genre, _, style = subject.partition(" ")
    if subject == "instruments":
        return _of_bytes([json.dumps(_instruments()).encode()])
    if subject == "quotations":
        return _of_bytes(_scores(map(compose, _quoting())))
    if subject == "files":
        return _of_bytes(_scores(_read_again()))
    if style:
        asked, planned = briefs(genre, styles_of(genre)[style]), range(2000, 2060)
    else:
        asked, planned = (Brief(genre, seed=seed) for seed in range(100, 110)), range(2000, 2200)
    plans = (
        plan_for(checked(Brief(genre, seed=seed, style=style or None, bars=seed % 50 + 1 if seed % 2 else None)))
        for seed in planned
    )
    return _of_bytes(chain(_scores(map(compose, asked)), (json.dumps(_decided(plan)).encode() for plan in plans)))


def briefs(genre: str, style: Style) -> Iterator[Brief]:
    """What a style is asked for: seeds alone, then each of the things that a brief can say."""
    name = style.name
    seeds = iter(range(1000))
    for _ in range(4):
        yield Brief(genre, seed=next(seeds), style=name)
    for _ in range(16):  # what is chosen once for a piece shows in short ones as well
        yield Brief(genre, seed=next(seeds), style=name, bars=2)
    for feeling in _FEELINGS:
        yield Brief(genre, feeling, next(seeds), style=name)
    for seconds in (4.0, 40.0):
        yield Brief(genre, seed=next(seeds), style=name, seconds=seconds)
    for bars in (1, 7, 19):
        yield Brief(genre, seed=next(seeds), style=name, bars=bars)
    for metre in style.metres if style.only_metres else _METRES:
        yield Brief(genre, seed=next(seeds), style=name, metre=parse_metre(metre), seconds=20.0)
    for mode in ("dorian", "lydian", "phrygian"):
        seed = next(seeds)
        yield Brief(genre, seed=seed, style=name, mode=mode, key=seed % 12, bpm=90.0 + seed)
    for band in _BANDS:
        yield Brief(genre, seed=next(seeds), style=name, instruments=band)
    kinds = tuple(KINDS)
    yield Brief(genre, seed=next(seeds), style=name, sections=kinds[::2], bars=2 * len(kinds))
    yield Brief(genre, seed=next(seeds), style=name, sections=kinds[1::2], bars=2 * len(kinds))
    for number, other in enumerate(GENRES):
        if other != genre:
            yield Brief(genre, seed=next(seeds), style=name, blend=other, share=0.2 + 0.25 * number)


def _quoting() -> Iterator[Brief]:
    for number, work in enumerate(WORKS):
        for genre in (GENRES[number % 4], GENRES[(number + 1) % 4]):
            yield Brief(genre, seed=number, quote=work.title, seconds=20.0)


def _read_again() -> Iterator[Score]:
    """What is read from MIDI files: some of scores, and one with all that a file may say."""
    for seed, genre in enumerate(GENRES):
        yield read_midi(compose(Brief(genre, seed=seed)).to_midi(), genre, "score.mid", 9.0)
    channels = [0, 1, 2, 9, 3]
    told = [MetaMessage("set_tempo", tempo=tempo, time=700) for tempo in (500_000, 333_333, 9_000_000, 1)]
    told += [MetaMessage("key_signature", key="F#m"), MetaMessage("time_signature", numerator=7, denominator=8)]
    notes: list[Message | MetaMessage] = []
    for number in range(60):
        channel, pitch = channels[number % 5], 30 + 7 * number % 60
        if number % 6 == 0:
            notes.append(Message("program_change", channel=channel, program=9 * number % 128, time=31))
            notes.append(Message("control_change", channel=channel, control=7, value=2 * number, time=0))
            notes.append(Message("control_change", channel=channel, control=10, value=127 - 2 * number, time=0))
        notes.append(Message("note_on", channel=channel, note=pitch, velocity=number + 1, time=37 * (number % 3)))
        notes.append(Message("note_on", channel=channel, note=pitch, velocity=0, time=3 * number))
        notes.append(Message("note_on", channel=channel, note=pitch + 1, velocity=50, time=1))
    file, buffer = MidiFile(type=1, ticks_per_beat=96), io.BytesIO()
    file.tracks += [MidiTrack(told), MidiTrack(notes)]
    file.save(file=buffer)
    for seconds in (3.0, 60.0):
        yield read_midi(buffer.getvalue(), "pop", "file.mid", seconds)


def _scores(scores: Iterable[Score]) -> Iterator[bytes]:
    return (score.to_midi() + json.dumps(_unheard(score)).encode() for score in scores)


def _of_bytes(parts: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part)
    return whole.hexdigest()[:16]


def _decided(plan: Plan) -> list[object]:
    """What is drawn before a note is written: weights and chances show in many plans, and these take little time."""
    players = [
        [
            player.instrument.name,
            player.role,
            player.seat,
            *(round(1000 * x) for x in (player.level, player.pan, player.enters)),
        ]
        for player in plan.players
    ]
    chords = [[round(chord.start * TICKS), chord.root, chord.quality] for chord in plan.chords]
    sections = [[section.name, section.label, section.bars, round(1000 * section.energy)] for section in plan.sections]
    tempos = [[round(beat * TICKS), round(100 * bpm)] for beat, bpm in plan.tempo.changes]
    return [
        plan.style,
        plan.key,
        plan.mode,
        str(plan.metre),
        round(1000 * plan.swing.share),
        players,
        chords,
        sections,
        tempos,
    ]


def _unheard(score: Score) -> list[object]:
    """What MIDI does not say of a score: chords, sections, roles and articulations."""
    chords = [[round(chord.start * TICKS), chord.root, chord.quality] for chord in score.chords]
    sections = [[part.name, part.label, part.first, part.bars, round(1000 * part.energy)] for part in score.sections]
    parts = [[part.role, part.name, [note.articulation for note in part.notes]] for part in score.parts]
    return [chords, sections, parts]


def _instruments() -> list[object]:
    return [
        [
            *(instrument.name, instrument.program, instrument.low, instrument.high, instrument.drums),
            *(instrument.synth, instrument.roles, round(1000 * instrument.brightness), plays_chords(instrument)),
        ]
        for instrument in INSTRUMENTS.values()
    ]


def main() -> int:
    """Write the digests."""
    with atomic_write(FILE, force=True) as temporary:
        temporary.write_text(
            json.dumps({subject: digest(subject) for subject in subjects()}, indent=1) + "\n", encoding="utf-8"
        )
    print(f"{FILE}: say in CHANGELOG.md why")
    return 0


if __name__ == "__main__":
    sys.exit(main())
