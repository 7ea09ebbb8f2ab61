"""MIDI files of anyone as scores: our own come back, damaged and enormous ones do no harm."""

from __future__ import annotations

import io
from random import Random

import mido
import numpy as np
import pytest

from img2music.composition.brief import LONGEST, Brief
from img2music.composition.compose import compose
from img2music.composition.instruments import MOST
from img2music.composition.reading import midi_events
from img2music.composition.reading.midi_events import LARGEST
from img2music.composition.reading.midi_reader import read_midi
from img2music.composition.score import Role, Score
from img2music.errors import OptionError
from img2music.genres import GENRES
from img2music.synthesis.conditions import Conditioner
from img2music.synthesis.desk import desk_for
from img2music.synthesis.performance import perform


def file_of(*tracks: list[mido.Message | mido.MetaMessage], ticks: int = 480) -> bytes:
    file = mido.MidiFile(type=1, ticks_per_beat=ticks)
    for messages in tracks:
        file.tracks.append(mido.MidiTrack(messages))
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def note(pitch: int, length: int = 480, channel: int = 0, wait: int = 0) -> list[mido.Message]:
    return [
        mido.Message("note_on", note=pitch, velocity=80, channel=channel, time=wait),
        mido.Message("note_off", note=pitch, channel=channel, time=length),
    ]


def missed(score: Score, other: Score) -> float:
    """The share of a score's notes of which another has none of their pitch within 15 ms."""
    notes = {(each.pitch, score.span(each)[0]) for _, each in score.notes()}
    known: dict[int, list[float]] = {}
    for _, each in other.notes():
        known.setdefault(each.pitch, []).append(other.span(each)[0])
    return float(
        np.mean([min((abs(at - time) for at in known.get(pitch, [])), default=9) > 0.015 for pitch, time in notes])
    )


def test_a_key_that_two_tracks_strike_at_once_is_one_note() -> None:
    doubled = read_midi(file_of(note(60), note(60)), "pop", "doubled.mid")
    assert [each.pitch for _, each in doubled.notes()] == [60]
    again = read_midi(file_of(note(60, length=12) + note(60, length=12)), "pop", "again.mid")  # 12.5 ms apart
    assert len(list(again.notes())) == 2
    trill = read_midi(file_of(note(60, length=1) * 1000), "pop", "trill.mid")  # a thousand times in a second
    assert len(list(trill.notes())) == pytest.approx(100, abs=6)


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("seed", range(3))
def test_a_score_that_was_exported_comes_back(genre: str, seed: int) -> None:
    score = compose(Brief(genre, seed=seed, seconds=15.0))
    found = read_midi(score.to_midi(), genre, "score.mid")
    assert missed(score, found) < 0.02 and missed(found, score) < 0.02
    assert found.metre == score.metre and found.key == score.key
    assert found.seconds == pytest.approx(score.seconds, abs=60 / score.tempo.initial * score.metre.beats)
    assert {part.instrument.program for part in found.parts} == {part.instrument.program for part in score.parts}


def test_parts_get_the_roles_that_they_seem_to_have() -> None:
    tracks = [
        [mido.Message("program_change", program=0, channel=0)]
        + [mido.Message("note_on", note=pitch, velocity=80, channel=0) for pitch in (60, 64, 67)]
        + [mido.Message("note_off", note=pitch, channel=0, time=960 * (pitch == 60)) for pitch in (60, 64, 67)],
        [mido.Message("program_change", program=33, channel=1), *note(36, channel=1), *note(40, channel=1)],
        [mido.Message("program_change", program=73, channel=2), *note(76, channel=2), *note(79, channel=2)],
        [*note(36, channel=9), *note(38, channel=9)],
        [mido.Message("program_change", program=53, channel=3), *note(65, channel=3)],
        [mido.Message("program_change", program=125, channel=4), *note(65, channel=4)],
    ]
    parts = read_midi(file_of(*tracks), "pop", "x.mid").parts
    roles = {part.instrument.program: part.role for part in parts if not part.instrument.drums}
    assert roles == {0: Role.HARMONY, 33: Role.BASS, 73: Role.MELODY, 53: Role.VOICE, 125: Role.MELODY}
    assert [part.role for part in parts if part.instrument.drums] == [Role.DRUMS]


def test_a_programme_change_in_the_middle_makes_another_part_and_a_tempo_change_another_pace() -> None:
    track = [
        mido.MetaMessage("set_tempo", tempo=500_000),
        *note(60),
        mido.Message("program_change", program=40),
        mido.MetaMessage("set_tempo", tempo=1_000_000),
        *note(62),
        *note(64),
    ]
    score = read_midi(file_of(track), "classical", "x.mid")
    assert [part.instrument.program for part in score.parts] == [0, 40]
    assert [score.span(each)[0] for _, each in score.notes()] == pytest.approx([0.0, 0.5, 1.5])


def test_only_so_much_is_read_as_is_asked_for() -> None:
    long = file_of([message for _ in range(2 * 3600) for message in note(60, 960)])  # two hours
    score = read_midi(long, "jazz", "x.mid", seconds=30.0)
    assert 28 <= score.seconds <= 34
    assert read_midi(long, "jazz", "x.mid").seconds <= LONGEST + 4


def test_more_notes_than_anyone_could_play_are_played() -> None:
    random = Random(0)
    track = [message for _ in range(10_000) for message in note(random.randrange(128), 3, random.randrange(16))]
    score = read_midi(file_of(track, ticks=960), "pop", "x.mid", seconds=15.0)
    conditions = Conditioner(perform(score, desk_for(score)), 43.0)(0, 645)
    assert len(list(score.notes())) > 9000 and len(score.parts) <= MOST and np.isfinite(conditions.rolls).all()


def test_a_file_of_endlessly_many_events_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(midi_events, "MOST_EVENTS", 1000)
    assert read_midi(file_of(note(60) * 500), "pop", "x.mid").parts
    with pytest.raises(OptionError, match=r"more than 1,000 events; choose a shorter piece"):
        read_midi(file_of(note(60) * 501), "pop", "x.mid")


def test_more_parts_than_can_play_leave_those_with_most_notes() -> None:
    tracks = [
        [
            mido.Message("program_change", program=program, channel=program % 8, time=2000 * program),
            *(note(60, channel=program % 8) * (2 if program > 5 else 1)),
        ]
        for program in range(20)
    ]
    programs = {part.instrument.program for part in read_midi(file_of(*tracks), "pop", "x.mid").parts}
    assert len(programs) == MOST and set(range(6, 20)) <= programs


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no MIDI file"),
        (b"RIFF....WAVE", "no MIDI file"),
        (b"MThd\0\0\0\6\0\1\0\1\xe7\x28", "frames of film"),
        (b"MThd\0\0\0\6\0\1\0\1\0\0", "frames of film"),
        (file_of([]), "no notes"),
        (b"MThd" + bytes(LARGEST), "MB"),
    ],
    ids=["empty", "sound", "film", "no ticks", "silent", "large"],
)
def test_what_cannot_be_played_is_refused_in_one_line(data: bytes, said: str) -> None:
    with pytest.raises(OptionError, match=said) as refused:
        read_midi(data, "pop", "x.mid")
    assert "\n" not in str(refused.value) and str(refused.value).startswith("x.mid")


def test_damaged_files_give_a_score_or_one_line() -> None:
    random = Random(1)
    whole = compose(Brief("pop", seed=1, seconds=8.0)).to_midi()
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(random.randrange(1, 12)):
            data[random.randrange(len(data))] = random.randrange(256)
        if random.random() < 0.3:
            del data[random.randrange(len(data)) :]
        try:
            score = read_midi(bytes(data), "pop", "x.mid")
        except OptionError as error:
            assert "\n" not in str(error)
            continue
        assert score.seconds <= LONGEST + 20 and 1 <= len(score.parts) <= MOST
        assert all(0 <= each.pitch < 128 and each.length > 0 for _, each in score.notes())
