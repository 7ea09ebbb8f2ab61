"""Music that fits its pictures is told from music that does not."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import numpy as np
import pytest

for _package in ("librosa", "scipy"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

from img2music.audio.descriptors import measure_character
from img2music.audio.stft import RATE
from img2music.composition.contour import Contour
from img2music.errors import OptionError
from img2music.evaluation.pictures.contours import WINDOWS, asked_over_time, following, heard_over_time
from img2music.evaluation.pictures.matching import matching
from img2music.evaluation.relevance import ATTRIBUTES, compare

GENRES = ["pop"] * 20 + ["jazz"] * 30


def test_what_follows_is_found_and_what_does_not_is_not() -> None:
    rng = np.random.default_rng(0)
    asked = rng.random((50, 4))
    heard = np.stack([asked[:, 0] ** 3, -asked[:, 1], rng.random(50), asked[:, 3] + rng.random(50)], 1)
    facts = compare(GENRES, asked, heard).to_json()
    assert facts["pictures"] == {"jazz": 30, "pop": 20}
    assert facts["tempo"] == {"correlation": pytest.approx(1), "p": 1e-4}
    assert facts["brightness"]["correlation"] == pytest.approx(-1)
    assert facts["brightness"]["p"] == 1
    assert facts["density"]["p"] > 0.01
    assert facts["major"]["p"] < 0.01


def test_what_the_genre_explains_does_not_count() -> None:
    rng = np.random.default_rng(1)
    level = np.array([0.0 if genre == "pop" else 10.0 for genre in GENRES])[:, None]
    facts = compare(GENRES, level + rng.random((50, 4)), level + rng.random((50, 4))).to_json()
    assert all(facts[name]["p"] > 0.005 for name in ATTRIBUTES)


def test_scipys_correlation_is_ours() -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(2)
    asked, heard = rng.random((12, 4)), rng.integers(0, 3, (12, 4)).astype(float)
    facts = compare(["pop"] * 12, asked, heard).to_json()
    for column, name in enumerate(ATTRIBUTES):
        expected = stats.spearmanr(asked[:, column], heard[:, column]).statistic
        assert facts[name]["correlation"] == pytest.approx(expected)


def test_too_few_pictures_are_refused() -> None:
    with pytest.raises(OptionError, match="no genre has 5"):
        compare(["pop"] * 3, np.zeros((3, 4)), np.zeros((3, 4)))


def _clicks(tempo: float, seconds: float = 12) -> np.ndarray:
    samples = np.zeros(round(seconds * RATE), np.float32)
    click = (np.random.default_rng(0).standard_normal(800) * np.exp(-np.arange(800) / 150)).astype(np.float32)
    for beat in np.arange(0.1, seconds - 0.1, 60 / tempo):
        start = round(beat * RATE)
        samples[start : start + len(click)] += click[: len(samples) - start]
    return 0.5 * samples


def _chord(*pitches: float) -> np.ndarray:
    time = np.arange(4 * RATE) / RATE
    tones = (np.sin(2 * np.pi * 440 * 2 ** ((p - 69) / 12) * time) for p in pitches)
    return (0.1 * sum(tones)).astype(np.float32)


def test_ears_hear_what_was_played() -> None:
    assert measure_character(_clicks(100)).tempo == pytest.approx(100, rel=0.05)
    assert measure_character(_clicks(120)).density == pytest.approx(2, rel=0.1)
    assert measure_character(_clicks(60)).density < measure_character(_clicks(150)).density
    assert measure_character(_chord(60, 64, 67, 72)).major and not measure_character(_chord(60, 63, 67, 72)).major
    assert measure_character(_chord(48, 52)).brightness < measure_character(_chord(84, 88)).brightness
    swell = _chord(60) * np.linspace(0.05, 1, 4 * RATE, dtype=np.float32)
    assert measure_character(_chord(60)).dynamics < 1 < measure_character(swell).dynamics


def test_sound_that_follows_a_contour_is_told_from_sound_that_does_not() -> None:
    rng = np.random.default_rng(0)
    contours = [Contour(*(tuple(rng.random(8)) for _ in range(3))) for _ in range(6)]
    asked = [asked_over_time(contour) for contour in contours]
    found = following(asked, [np.exp(values) for values in asked])
    assert found["brightness"].own == found["register"].own == pytest.approx(1)
    assert abs(found["brightness"].others) < 0.5 and abs(found["register"].others) < 0.5
    assert following(asked[:1], asked[:1]) == {}


def test_rising_tones_are_heard_to_rise() -> None:
    time = np.arange(6 * RATE) / RATE
    glide = np.sin(2 * np.pi * np.cumsum(110 * 2 ** (time / 3)) / RATE).astype(np.float32)
    brightness, register = heard_over_time(0.3 * glide)
    assert brightness.shape == register.shape == (WINDOWS,)
    assert (np.diff(brightness) > 0).all()
    np.testing.assert_allclose(np.diff(register[1:-1]), 24 / WINDOWS, atol=0.5)


def test_a_judge_that_hears_the_look_finds_the_picture_and_a_deaf_one_does_not() -> None:
    rng = np.random.default_rng(0)
    looks, groups = rng.random((60, 3)), [np.arange(20), np.arange(20, 60)]
    hearing = matching(groups, looks, looks @ rng.standard_normal((3, 7)) + 0.05 * rng.standard_normal((60, 7)))
    deaf = matching(groups, looks, rng.random((60, 7)))
    assert hearing is not None and hearing.share > 0.8 and hearing.p < 1e-6 and hearing.snippets == 60
    assert deaf is not None and deaf.share < 0.25 and deaf.p > 0.01
    assert matching([np.arange(9)], looks, looks) is None
