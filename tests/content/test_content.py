"""What is seen and read makes music of its own, as far as nothing else is asked for, and is told in a sentence."""

from __future__ import annotations

import json

import numpy as np
import pytest

from img2music.briefing import brief_of, with_picture
from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.composition.contour import Contour
from img2music.composition.instruments import find_instruments
from img2music.composition.score import Role, Score
from img2music.composition.style import styles_of
from img2music.content.content import content_of
from img2music.content.sentence import sentence_for, subject
from img2music.content.table import content_table
from img2music.errors import OptionError
from img2music.genres import GENRES
from img2music.models.folder import Models
from img2music.vision.appearance import Appearance
from img2music.vision.classifier import Classification
from img2music.vision.contours import PictureContour
from img2music.vision.objects import ObjectClassifier
from img2music.wishes import LEFT_RIGHT, Wishes

TRUMPET = {"cornet": 0.7, "sax": 0.1}
RISING = tuple(round(0.05 + 0.06 * step, 2) for step in range(16))


def _classification(
    objects: dict[str, float] | None = None, words: str = "", look: Appearance | None = None
) -> Classification:
    return Classification(
        {"jazz": 1.0},
        np.zeros(4, np.float32),
        look or Appearance(*[0.5] * 7),
        words=words,
        fingerprint="a picture",
        objects=objects or {},
        contours={LEFT_RIGHT: PictureContour(RISING, RISING, RISING)},
        colour="dark blue",
        sketch=7,
    )


def _score(genre: str, classification: Classification, wishes: Wishes | None = None, seed: int = 0) -> Score:
    return compose(with_picture(brief_of(wishes or Wishes(), genre, seed, 15.0), classification))


def test_every_row_names_what_there_is() -> None:
    table = content_table()
    known = set(ObjectClassifier.load(Models()).names)
    styles = {style for genre in GENRES for style in styles_of(genre)}
    for row in (*table.instruments, *table.objects, *table.words):
        assert not row.instruments or find_instruments(row.instruments)
        assert row.style is None or row.style in styles
        assert row.room is None or 0 <= row.room <= 1
        assert all(abs(move) <= 0.4 for move in row.moves.values())
    for row in (*table.instruments, *table.objects):
        assert set(row.signs) <= known, row.called


def test_nothing_is_said_where_nothing_is_sure() -> None:
    unsure = content_of({"cornet": 0.15, "sax": 0.1, "web site": 0.7}, "")
    assert not unsure.seen and not unsure.instruments and not unsure.moves
    assert subject(unsure, "orange") == "An orange picture"


@pytest.mark.parametrize(
    ("words", "instruments"),
    [
        ("VIOLIN CONCERTO", ("violin",)),
        ("Trio for Piano", ("piano",)),
        ("the hornet and the pianola", ()),
        ("Philadelphia BRASS String Quartet", ("trumpet", "trombone", "violin")),
    ],
)
def test_words_count_when_they_are_whole(words: str, instruments: tuple[str, ...]) -> None:
    assert content_of({}, words).instruments == instruments


def test_of_words_that_overlap_the_longer_counts() -> None:
    assert content_of({}, "Bossa Nova, alto sax").instruments == ("alto sax",)


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("seed", range(3))
def test_an_instrument_that_is_seen_has_the_tune(genre: str, seed: int) -> None:
    score = _score(genre, _classification(TRUMPET), seed=seed)
    tunes = [part for part in score.parts if part.role is Role.MELODY]
    assert tunes[0].name == "trumpet"
    assert "trumpet lead" in sentence_for(content_of(TRUMPET, ""), "dark blue", score, LEFT_RIGHT)


def test_instruments_that_are_asked_for_overrule_what_is_seen() -> None:
    score = _score("jazz", _classification(TRUMPET), Wishes(instruments="piano,double bass"))
    assert {part.name for part in score.parts} == {"piano", "double bass"}


def test_what_is_asked_for_overrules_the_picture_and_leaves_the_rest_to_it() -> None:
    classification = _classification(words="lullaby")
    own = with_picture(brief_of(Wishes(), "pop"), classification)
    asked = with_picture(brief_of(Wishes(mood="energy=1,density=0.9", bpm=90), "pop"), classification)
    assert own.feeling.tempo == pytest.approx(0.15)
    assert (asked.feeling.energy, asked.feeling.density, asked.bpm) == (1, 0.9, 90)
    assert asked.feeling.tempo == own.feeling.tempo


def test_a_style_that_is_read_is_played_unless_another_is_asked_for() -> None:
    waltz = _classification(words="The Blue Danube Waltz")
    assert _score("jazz", waltz).style == "waltz"
    assert _score("jazz", waltz, Wishes(style="bossa")).style == "bossa"
    assert _score("hiphop", waltz).style in styles_of("hiphop")


def test_a_brief_with_all_of_this_gives_the_same_score_again() -> None:
    brief = with_picture(brief_of(Wishes(), "classical", 3, 15.0), _classification(TRUMPET, "live"))
    again = Brief.from_dict(json.loads(json.dumps(brief.as_dict())))
    assert again == brief
    assert compose(again).to_midi() == compose(brief).to_midi()


@pytest.mark.parametrize("genre", GENRES)
def test_music_rises_where_the_picture_grows_lighter_and_higher(genre: str) -> None:
    def climb(points: tuple[float, ...]) -> float:
        """How much higher the second half is than the first, in semitones, over several pieces."""
        found = []
        for seed in range(4):
            score = compose(Brief(genre, seed=seed, seconds=15, contour=Contour(points, (0.5, 0.5), points)))
            halves: tuple[list[int], list[int]] = ([], [])
            for part, note in score.notes():
                if part.role in (Role.MELODY, Role.HARMONY):
                    halves[note.start >= score.beats / 2].append(note.pitch)
            found.append(np.mean(halves[1]) - np.mean(halves[0]))
        return float(np.mean(found))

    assert climb(RISING) > climb(RISING[::-1]) + 2


def test_there_are_more_notes_where_there_is_more_detail() -> None:
    def growth(detail: tuple[float, ...]) -> float:
        """How many notes the second halves of some pieces have for each of the first halves."""
        flat, halves = (0.5, 0.5), [0, 0]
        for seed in range(4):
            score = compose(Brief("pop", seed=seed, seconds=15, contour=Contour(flat, detail, flat)))
            for _, note in score.notes():
                halves[note.start >= score.beats / 2] += 1
        return halves[1] / halves[0]

    assert growth(RISING) > 1.15 * growth(RISING[::-1])


@pytest.mark.parametrize("points", [(0.5,), (0.5, 1.5), (0.5, float("nan")), (0.5,) * 999])
def test_contours_that_cannot_be_are_refused(points: tuple[float, ...]) -> None:
    with pytest.raises(OptionError, match="contour"):
        compose(Brief("pop", contour=Contour(points, (0.5, 0.5), (0.5, 0.5))))


def test_the_order_of_reading_is_checked() -> None:
    with pytest.raises(OptionError, match="left-right"):
        brief_of(Wishes(read="backwards"))
