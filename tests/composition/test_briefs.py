"""What a brief may ask for, up to the limits, and what is said beyond them."""

from __future__ import annotations

import re

import pytest

from img2music.briefing import parse_blend, parse_mood, parse_tonality, picture_seed
from img2music.composition.brief import Brief, Feeling, parse_key, parse_metre
from img2music.composition.compose import compose
from img2music.composition.instruments import is_electronic
from img2music.composition.metre import Metre
from img2music.composition.planning.planner import checked, mood_for, plan_for
from img2music.composition.score import Score
from img2music.composition.style import find_style, styles_of
from img2music.errors import OptionError
from img2music.genres import GENRES
from img2music.vision.fingerprint import fingerprint_of

Wishes = dict[str, object]


@pytest.mark.parametrize(
    "wishes",
    [
        {"seed": 0},
        {"seed": 2**63 - 1},
        {"bpm": 30},
        {"bpm": 300},
        {"bars": 1},
        {"bars": 1000},
        {"seconds": 1},
        {"seconds": 600},
        {"key": 0},
        {"key": 11},
        {"share": 0.0},
        {"share": 1.0},
        {"metre": Metre(2, 8)},
        {"metre": Metre(12, 4)},
        {"metre": Metre(16, 16)},
        {"feeling": Feeling(0.0, 1.0)},
    ],
)
def test_what_is_at_a_limit_is_taken(wishes: Wishes) -> None:
    assert checked(Brief("pop", **wishes)).genre == "pop"


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"seed": -1}, "seed is -1; choose a whole number from 0 to 9223372036854775807"),
        ({"seed": 2**63}, "choose a whole number"),
        ({"seed": 10**5000}, "seed is too large"),
        ({"bpm": 29.9}, "bpm is 29.9; choose 30 to 300"),
        ({"bpm": 300.1}, "choose 30 to 300"),
        ({"bars": 0}, "bars is 0; choose 1 to 1000"),
        ({"bars": 1001}, "choose 1 to 1000"),
        ({"seconds": 0.99}, "seconds is 0.99; choose 1 to 600"),
        ({"seconds": 600.1}, "choose 1 to 600"),
        ({"key": -1}, "key is -1"),
        ({"key": 12}, "key is 12"),
        ({"mode": "locrian"}, "no mode 'locrian'"),
        ({"share": 1.01}, "share is 1.01; choose 0 to 1"),
        ({"share": -0.01}, "choose 0 to 1"),
        ({"metre": Metre(1, 8)}, "A bar of 1/8 is 0.5 quarter notes long"),
        ({"metre": Metre(13, 4)}, "A bar of 13/4 is 13 quarter notes long"),
        ({"metre": Metre(4, 32)}, "no metre 4/32"),
        ({"metre": Metre(0, 4)}, "no metre 0/4"),
        ({"feeling": Feeling(tension=1.01)}, "tension is 1.01; choose 0 to 1"),
        ({"feeling": Feeling(tempo=-0.01)}, "tempo is -0.01"),
        (
            {"seconds": 7.99, "bars": 4, "bpm": 120},
            "4 bars of 4/4 at 120 bpm last 8 s, more than 7.99 s; choose at least 8 s",
        ),
        ({"seconds": 1.9, "bpm": 120}, "1 bar of 4/4 at 120 bpm last 2 s, more than 1.9 s; choose at least 2 s"),
        ({"seconds": 4, "bars": 6}, "6 bars of 4/4 cannot be played in 4 s; at the fastest, 300 bpm, it takes 4.8 s"),
        ({"bars": 500, "bpm": 120}, "500 bars of 4/4 at 120 bpm last 1000 s, more than 600 s; choose at most 300 bars"),
    ],
)
def test_what_is_beyond_a_limit_is_said(wishes: Wishes, words: str) -> None:
    with pytest.raises(OptionError, match=re.escape(words)):
        compose(Brief("pop", **{"metre": Metre(4, 4)} | wishes))


@pytest.mark.parametrize(
    ("wishes", "bars", "seconds"),
    [
        ({"bpm": 120, "seconds": 8.0, "bars": 4}, 4, 8.0),
        ({"bpm": 120, "seconds": 8.0}, 3, 6.0),
        ({"bpm": 120, "seconds": 9.0}, 4, 8.0),
        ({"bpm": 120, "bars": 300}, 300, 600.0),
        ({"bpm": 90, "bars": 3}, 3, 8.0),
        ({"bars": 8, "seconds": 20.0}, 8, 19.2),
        ({"bars": 2, "seconds": 5.0}, 2, 4.8),
    ],
)
def test_music_fills_the_time_that_is_given(wishes: Wishes, bars: int, seconds: float) -> None:
    found = compose(Brief("pop", metre=Metre(4, 4), style="ballad", **wishes))
    assert found.bars == bars and found.seconds == pytest.approx(seconds, abs=0.011)


@pytest.mark.parametrize(
    ("text", "pitch"),
    [("C", 0), ("f#", 6), ("Bb", 10), ("e♭", 3), ("Cb", 11), ("B♯", 0), (" a ", 9), ("D", 2), ("G", 7)],
)
def test_keys_are_pitch_classes(text: str, pitch: int) -> None:
    assert parse_key(text) == pitch


def test_words_of_a_brief_are_understood() -> None:
    assert [parse_tonality(text) for text in ("F#", "Bbm", "D minor", "E dorian", "Alydian")] == [
        *((6, None), (10, "minor"), (2, "minor"), (4, "dorian"), (9, "lydian"))
    ]
    assert parse_metre(" 16/16 ") == Metre(16, 16) and parse_metre("1/2") == Metre(1, 2)
    for text in ("0/4", "17/4", "4/3", "4/32", "4", "123/4"):
        with pytest.raises(OptionError, match="no metre"):
            parse_metre(text)
    assert parse_mood("major=0.8, density=.3") == Feeling(major=0.8, density=0.3)
    assert parse_blend("jazz=0.4") == ("jazz", 0.4) and parse_blend("Hip-Hop") == ("hiphop", 0.5)


def test_density_is_heard_by_the_second() -> None:
    def per_beat(density: float, bpm: float) -> float:
        brief = Brief("pop", Feeling(density=density), bpm=bpm, metre=Metre(4, 4))
        return plan_for(checked(brief)).density_per_beat

    assert [per_beat(0.5, bpm) for bpm in (105, 210, 52.5, 300, 30)] == [0.5, 0, 1, 0, 1]
    assert per_beat(0.6, 105 * 2**0.2) == pytest.approx(0.5)
    mood = mood_for(Feeling(tempo=0.25), 3)
    assert mood.tempo == 0.25 and 0 < mood.tension < 1 and mood != mood_for(Feeling(tempo=0.25), 4)


def test_each_picture_has_a_seed_of_its_own() -> None:
    image = pytest.importorskip("PIL.Image")
    red, tall = (fingerprint_of(image.new("RGB", size, "red")) for size in ((2, 3), (3, 2)))
    seeds = {picture_seed(red, 0), picture_seed(red, 1), picture_seed(tall, 0)}
    assert len(seeds) == 3 and max(seeds) < 2**63 and picture_seed(red, 0) == 6100270731399777209


@pytest.mark.parametrize("name", ["genre", "seed", "share"])
def test_what_every_brief_has_cannot_be_null(name: str) -> None:
    with pytest.raises(OptionError, match=f"{name} cannot be None"):
        Brief.from_dict({"genre": "pop", "seed": 1, name: None})


def test_what_a_brief_leaves_open_can_be_null_or_left_out() -> None:
    assert Brief.from_dict({"genre": "pop", "bpm": None}) == Brief("pop")


def _composed(genre: str, **feeling: float) -> list[Score]:
    usual = dict.fromkeys(("tempo", "major", "brightness", "density", "dynamics", "tension"), 0.5)
    return [compose(Brief(genre, Feeling(**usual | feeling), seed, 20.0)) for seed in range(16)]


def _electronic(scores: list[Score]) -> float:
    played = [part.instrument for score in scores for part in score.parts]
    return sum(map(is_electronic, played)) / len(played)


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("attribute", ["energy", "warmth"])
def test_styles_suit_what_a_feeling_asks_for(genre: str, attribute: str) -> None:
    little, much = (_composed(genre, **{attribute: level}) for level in (0.1, 0.9))
    usual = [[getattr(find_style(score.style, genre).usual, attribute) for score in found] for found in (little, much)]
    assert sum(usual[1]) > sum(usual[0]) + 16 * 0.2
    assert len({score.style for score in much}) > 1, "one feeling may still lead to several styles"
    tempos = [sum(score.tempo.initial for score in found) for found in (little, much)]
    assert tempos[1] == pytest.approx(tempos[0], rel=0.15)


@pytest.mark.parametrize("genre", ["hiphop", "pop"])
def test_warm_music_is_played_by_acoustic_instruments(genre: str) -> None:
    cool, warm = (_composed(genre, warmth=level) for level in (0.1, 0.9))
    assert _electronic(warm) < 0.15 < 0.6 < _electronic(cool)


def test_every_style_says_how_it_usually_feels() -> None:
    for genre in GENRES:
        for style in styles_of(genre).values():
            assert 0 < (style.usual.energy or 0) < 1 and 0 < (style.usual.warmth or 0) < 1, style.name
