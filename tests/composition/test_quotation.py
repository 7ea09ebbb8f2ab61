"""Known tunes are quoted note for note, in any key and style, and only where somebody asks for one."""

from __future__ import annotations

import pytest

import img2music
from conftest import Run
from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.composition.metre import Metre
from img2music.composition.quotation.works import WORKS, Work, find_work
from img2music.composition.score import Note, Role, Score
from img2music.composition.theory.harmony import tones
from img2music.errors import OptionError
from img2music.genres import GENRES


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.title)
def test_works_are_written_down_without_gaps(work: Work) -> None:
    bars = [bar.split() for bar in work.tune.split("|")]
    assert len(bars) == work.bars
    for bar in bars:
        assert sum(float(word.partition(":")[2] or 1) for word in bar) == pytest.approx(work.metre.beats)
    assert all(length > 0 and -12 <= pitch <= 24 for _, length, pitch in work.notes)


def heard(found: Score, work: Work) -> bool:
    """Whether one of the parts has the beginning of a work in some octave, at the place where any may begin."""
    wanted = [(start, pitch % 12) for start, _, pitch in work.notes if start < 3.9 * work.metre.beats]
    for part in found.parts:
        for first in range(found.bars):
            begin = first * found.metre.beats
            notes: list[Note] = [n for n in part.notes if begin - 1e-6 <= n.start < begin + 3.9 * found.metre.beats]
            if [(round(n.start - begin, 3), (n.pitch - found.key) % 12) for n in notes] == wanted:
                return True
    return False


@pytest.mark.parametrize("genre", GENRES)
def test_a_quotation_is_heard_in_every_genre(genre: str) -> None:
    for number, work in enumerate(WORKS):
        found = compose(Brief(genre, seed=number, bars=16, quote=work.title))
        assert heard(found, work), (genre, work.title)
        assert (found.metre, found.mode) == (work.metre, work.mode) and work.title in found.title
        assert found.chords[-1].root == found.key
        assert sum(chord.length for chord in found.chords) == pytest.approx(found.beats)
        assert not heard(compose(Brief(genre, seed=number, bars=16, metre=work.metre, mode=work.mode)), work)


def test_the_bass_goes_with_the_chords_of_the_work() -> None:
    work = find_work("canon")
    for seed in range(4):
        found = compose(Brief("pop", seed=seed, style="ballad", bars=8, quote="canon", sections=("chorus",)))
        bass = next(part for part in found.parts if part.role is Role.BASS)
        roots = [(chord.root - found.key) % 12 for chord in found.chords[:8]]
        assert roots == [0, 7, 9, 4, 5, 0, 5, 7], work.title
        low = [note for note in bass.notes if note.start < 16 and note.start % 2 == 0]
        fitting = sum(note.pitch % 12 in tones(found.chords[int(note.start / 2)]) for note in low)
        assert fitting >= 0.9 * len(low)


def test_short_pieces_quote_what_fits() -> None:
    for bars in (1, 2, 3, 5):
        found = compose(Brief("classical", seed=bars, bars=bars, quote="ode to joy"))
        assert found.bars == bars and found.chords[-1].root == found.key


def test_a_quotation_can_be_asked_for_on_the_command_line(run: Run) -> None:
    status, out, err = run("compose", "--genre", "jazz", "--quote", "greensleeves", "-o", "x.mid")
    assert (status, err) == (0, "") and "quoting Greensleeves (traditional)" in out
    assert "6/8" in out
    assert img2music.compose(genre="jazz", quote="greensleeves").metre == Metre(6, 8)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Brief("pop", quote="yesterday"), "There is no 'yesterday' to quote; choose one of Ode to Joy"),
        (Brief("pop", quote=""), "There is no '' to quote"),
        (Brief("pop", quote="greensleeves", metre=Metre(4, 4)), "Greensleeves is in 6/8, not in 4/4"),
        (Brief("pop", quote="ode", mode="minor"), "Ode to Joy is in major, not in minor"),
    ],
)
def test_what_cannot_be_quoted_is_said(asked: Brief, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        compose(asked)
