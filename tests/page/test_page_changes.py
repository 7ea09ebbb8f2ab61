"""Sections made again, instruments taken off and put back, and moods that begin where the picture puts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("gradio")

from img2music.app.cards.card import draw_card
from img2music.app.kept import KeptSnippet
from img2music.app.page.changes import Change, read_change
from img2music.app.page.handlers import Handlers
from img2music.app.page.moods import MOODS, mood_in, places, read_moods
from img2music.app.page.settings import read_settings
from img2music.app.studio import PageOptions, Studio
from img2music.composition.score import Note, Score
from img2music.errors import OptionError

# tempo, mode, instruments, read, strength, seed, seconds, genre, loop, engine, bank, mono
_REST = (None, "", "", "", 0.5, 0, 5, "seen", False, "compose", "", False)


@pytest.fixture(scope="module")
def studio(score_models: Path) -> Iterator[Studio]:
    made = Studio(score_models)
    yield made
    made.shelf.close()


@pytest.fixture
def composed(studio: Studio, cover: Path) -> KeptSnippet:
    return studio.play(cover, PageOptions(seconds=12, seed=3, engine="compose"))


def _score(sound: KeptSnippet) -> Score:
    assert sound.snippet.score is not None
    return sound.snippet.score


def _notes(score: Score, section: int, inside: bool) -> list[tuple[str, Note]]:
    """What is played in a section, from 0, or elsewhere."""
    first, bars, beats = score.sections[section].first, score.sections[section].bars, score.metre.beats
    return [
        (part.name, replace(note, length=0.0))
        for part, note in score.notes()
        if (first * beats <= note.start < (first + bars) * beats) is inside
    ]


def test_a_section_is_made_again_in_ever_another_way(studio: Studio, composed: KeptSnippet) -> None:
    second = studio.make_again(composed.key, 1)
    third = studio.make_again(second.key, 1)
    scores = [_score(sound) for sound in (composed, second, third)]
    assert len({str(_notes(score, 0, inside=True)) for score in scores}) == 3
    assert len({str(_notes(score, 0, inside=False)) for score in scores}) == 1
    assert third.name == "cover-classical-3-section-1-take-3"
    assert "seed 3, section 1 take 3</h2>" in draw_card(third, "")


def test_an_instrument_is_taken_off_and_the_piece_stays(studio: Studio, composed: KeptSnippet) -> None:
    off = _score(composed).parts[-1].name
    without = studio.switch(composed.key, off)
    before, after = _score(composed), _score(without)
    assert {part.name for part in after.parts} == {part.name for part in before.parts} - {off}
    assert after.tempo.initial == before.tempo.initial
    for fact in ("style", "key", "mode", "chords", "sections"):
        assert getattr(after, fact) == getattr(before, fact)
    assert f"without {off}</h2>" in draw_card(without, "")
    assert _score(studio.switch(without.key, off)) == before


def test_what_was_made_again_stays_when_instruments_come_and_go(studio: Studio, composed: KeptSnippet) -> None:
    off = _score(composed).parts[-1].name
    first = studio.make_again(composed.key, 1)
    both = studio.switch(studio.switch(first.key, off).key, off)
    assert _score(both) == _score(first)
    other = studio.make_again(studio.switch(composed.key, off).key, 1)
    assert _score(studio.switch(other.key, off)) == _score(first)


def test_somebody_has_to_play(studio: Studio, composed: KeptSnippet) -> None:
    sound = composed
    assert composed.making.band is not None
    *others, last = composed.making.band.names
    for name in others:
        sound = studio.switch(sound.key, name)
    with pytest.raises(OptionError, match="The last instrument stays"):
        studio.switch(sound.key, last)
    with pytest.raises(OptionError, match="There is no kazoo in this piece; it has "):
        studio.switch(composed.key, "kazoo")


def test_what_cannot_be_changed_says_so(studio: Studio, composed: KeptSnippet, cover: Path) -> None:
    with pytest.raises(OptionError, match="There is no section 99"):
        studio.make_again(composed.key, 99)
    with pytest.raises(OptionError, match="no longer kept"):
        studio.make_again("nothing", 1)
    flow = studio.play(cover, PageOptions(seconds=5, engine="flow"))
    with pytest.raises(OptionError, match="choose the engine compose"):
        studio.make_again(flow.key, 1)
    assert "data-change" not in draw_card(flow, "")


def test_a_button_says_what_it_asks_for() -> None:
    assert read_change({"key": "k", "place": 1, "section": 2}) == Change("k", 1, section=2)
    assert read_change({"key": "k", "place": 0, "instrument": "bass"}) == Change("k", 0, instrument="bass")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (None, "no change"),
        ({"key": "k", "place": 4, "section": 1}, "place is 4"),
        ({"key": 7, "place": 0, "section": 1}, "key is a number; give a text"),
        ({"key": "k", "place": 0, "section": "1"}, "section is a text; give a whole number"),
        ({"key": "k", "place": 0}, "instrument is nothing; give a text"),
    ],
)
def test_other_things_are_no_changes(asked: Any, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        read_change(asked)


def test_a_change_is_shown_in_its_card_alone(studio: Studio, composed: KeptSnippet) -> None:
    cards = Handlers(studio).change({"key": composed.key, "place": 2, "section": 1})
    changed = [number for number, card in enumerate(cards) if "section 1 take 2" in str(getattr(card, "value", card))]
    assert changed == [2]


def test_moods_begin_where_the_picture_puts_them(studio: Studio, composed: KeptSnippet, cover: Path) -> None:
    mood = mood_in(studio.classify(cover))
    brief = composed.snippet.provenance.brief
    assert brief is not None
    for name, value in mood.items():
        assert value == pytest.approx(getattr(brief.feeling, name), abs=0.005)
    first = Handlers(studio).start(str(cover), 1, None, *[0.5] * MOODS, *_REST)
    assert first[-MOODS - 1 :] == (mood, *places(mood))
    again = Handlers(studio).start(str(cover), 1, mood, *places(mood), *_REST)
    assert all(isinstance(left, dict) and "value" not in left for left in again[-MOODS - 1 :])


def test_only_moods_that_were_moved_are_asked_for(studio: Studio, cover: Path) -> None:
    mood = mood_in(studio.classify(cover))
    where = places(mood)
    assert read_moods(where, mood) == {}
    moved = [where[0] / 2 + 0.3, *where[1:]]
    assert read_moods(moved, mood) == {"energy": moved[0]}
    assert read_moods(moved, None) == {}
    options = read_settings(mood, *moved, *_REST)
    assert options.wishes.as_dict() == {"mood": {"energy": moved[0]}}
    assert read_settings(mood, *where, *_REST).wishes.as_dict() == {}
    with pytest.raises(OptionError, match="major is a text"):
        read_moods([0.5, "x", *where[2:]], mood)
