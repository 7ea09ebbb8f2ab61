"""Pictures are described as people would, and music is chosen in their mood."""

from __future__ import annotations

from dataclasses import asdict, astuple, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from img2music.audio.descriptors import Character
from img2music.generation.bank import VARIANTS, Bank, BankEntry
from img2music.generation.mood import Mood, distances, mood_of, moods_of, tension_of
from img2music.vision.appearance import Appearance, appearance_of

SHARE = st.floats(0, 1)


def _bank_of_tempos(count: int) -> Bank:
    """A bank whose pieces differ in tempo alone, the slowest first."""
    entries = tuple(
        BankEntry(f"Piece {n}", "", "", character=Character(60 + n, True, 1000, 4, 6)) for n in range(count)
    )
    return Bank(entries, np.zeros((count, 2, 30), np.float32), np.zeros((16, 2), np.float32), np.ones(2, np.float32))


def test_further_seeds_choose_what_fits_nearly_as_well() -> None:
    """Chance adds at most 0.12 to a distance in mood; by chance it also decides among what is that close."""
    bank = _bank_of_tempos(24)
    slow = Mood(tempo=0.0, major=0.5, brightness=0.5, density=0.5, dynamics=0.5)
    away = distances(slow, bank.moods)
    assert [bank.choose_by_mood(slow, seed)[0] for seed in range(VARIANTS)] == list(range(VARIANTS))
    chosen = [bank.choose_by_mood(slow, seed)[0] for seed in range(VARIANTS, 500 * VARIANTS, VARIANTS)]
    beyond = away[chosen] - away.min()
    assert beyond.max() < 0.12
    assert float(beyond.mean()) == pytest.approx(0.014, rel=0.15)  # 0.010 with three quarters of the chance


def _plain(colour: str) -> Image.Image:
    return Image.new("RGB", (200, 160), colour)


def _noise(seed: int = 0) -> Image.Image:
    small = np.random.default_rng(seed).integers(0, 2, (24, 24, 3), np.uint8)
    return Image.fromarray(255 * small).resize((240, 240), Image.Resampling.NEAREST)


@pytest.mark.parametrize(
    ("colour", "words"),
    [
        ("black", {"dark", "muted", "plain", "of few colours", "soft"}),
        ("white", {"light", "muted", "plain"}),
        ("orange", {"light", "colourful", "warm"}),
        ("midnightblue", {"dark", "cool"}),
    ],
)
def test_colours_are_called_what_people_call_them(colour: str, words: set[str]) -> None:
    assert words <= set(appearance_of(_plain(colour)).words())


def test_a_busy_picture_is_detailed_and_of_many_colours() -> None:
    assert {"detailed", "of many colours", "contrasty"} <= set(appearance_of(_noise()).words())


@pytest.mark.parametrize("size", [(120, 120), (400, 400)])
def test_another_size_looks_the_same(size: tuple[int, int]) -> None:
    before = astuple(appearance_of(_noise()))
    np.testing.assert_allclose(astuple(appearance_of(_noise().resize(size))), before, atol=0.06)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 255))
def test_every_picture_has_an_appearance_from_0_to_1(width: int, height: int, grey: int) -> None:
    shares = astuple(appearance_of(Image.new("RGB", (width, height), (grey, grey, 255 - grey))))
    assert all(0 <= share <= 1 for share in shares)


def test_light_colourful_warm_pictures_ask_for_fast_bright_music_in_major() -> None:
    bright, dark = (mood_of(Appearance(*[share] * 6)) for share in (0.9, 0.1))
    assert bright.words() == ["fast", "major", "bright in sound", "many notes", "changing in loudness"]
    assert dark.words() == ["slow", "minor", "low and dark in sound", "few notes", "even in loudness"]


MIDDLING = Appearance(*[0.5] * 7)


@pytest.mark.parametrize(
    ("look", "moved"),
    [
        ({"warmth": 0.7}, {"major"}),
        ({"saturation": 0.7}, {"tempo"}),
        ({"variety": 0.7}, {"density"}),
        ({"clash": 0.7}, {"tension"}),
        ({"lightness": 0.7, "warmth": 0.3}, {"brightness"}),
        ({"contrast": 0.7, "clash": 0.3}, {"dynamics"}),
    ],
)
def test_each_attribute_of_a_mood_can_move_alone(look: dict[str, float], moved: set[str]) -> None:
    before, after = (
        asdict(mood_of(seen)) | {"tension": tension_of(seen)} for seen in (MIDDLING, replace(MIDDLING, **look))
    )
    assert {name for name in before if after[name] > before[name] + 0.1} == moved
    assert all(after[name] == pytest.approx(before[name]) for name in set(before) - moved)


def test_opposite_hues_clash_and_similar_ones_do_not() -> None:
    def halves(left: str, right: str) -> Image.Image:
        picture = Image.new("RGB", (64, 64), left)
        picture.paste(right, (32, 0, 64, 64))
        return picture

    clashing, similar = (appearance_of(halves("#c03030", right)).clash for right in ("#209060", "#c05030"))
    assert clashing > 0.9 > 0.5 > similar
    assert "of clashing hues" in appearance_of(halves("#c03030", "#209060")).words()


@settings(max_examples=50, deadline=None)
@given(st.builds(Appearance, SHARE, SHARE, SHARE, SHARE, SHARE, SHARE))
def test_what_is_asked_for_lies_between_0_and_1(appearance: Appearance) -> None:
    assert all(0 <= share <= 1 for share in (*astuple(mood_of(appearance)), tension_of(appearance)))


def test_moods_of_pieces_are_their_ranks() -> None:
    pieces = [Character(tempo, tempo > 90, 1000, 2.0, 3.0) for tempo in (120.0, 60.0, 90.0, 100.0)]
    moods = moods_of(pieces)
    np.testing.assert_allclose(moods[:, 0], [0.875, 0.125, 0.375, 0.625])
    np.testing.assert_allclose(moods[:, 1], [0.75, 0.25, 0.25, 0.75])
    np.testing.assert_allclose(moods[:, 2], 0.5)


def test_a_mood_is_nearest_to_itself() -> None:
    moods = np.random.default_rng(0).random((20, 5)).astype(np.float32)
    for index in range(20):
        far = distances(Mood(*map(float, moods[index])), moods)
        assert far.argmin() == index
        assert far[index] == pytest.approx(0, abs=1e-6)
        assert far.max() <= 1


def _bank(tmp_path: Path) -> Bank:
    from img2music.models.folder import Models
    from tiny_models import write_tiny_models

    return Bank.load(Models(write_tiny_models(tmp_path / "models")), "pop")


def test_a_slow_mood_gets_the_slow_piece_and_a_fast_one_the_fast(tmp_path: Path) -> None:
    bank = _bank(tmp_path)  # tempo, brightness and density rise from entry to entry
    slow, fast = (bank.choose_by_mood(Mood(share, 0.5, share, share, 0.5), 0) for share in (0, 1))
    assert slow == [0, 1, 2]
    assert fast == [2, 1, 0]


@pytest.mark.parametrize("first", [0, 3, 30])
def test_the_next_seeds_play_other_pieces(tmp_path: Path, first: int) -> None:
    bank = _bank(tmp_path)
    mood = Mood(0.4, 0.5, 0.3, 0.3, 0.5)
    assert {bank.choose_by_mood(mood, seed)[0] for seed in range(first, first + 3)} == {0, 1, 2}


def test_every_piece_is_chosen_once(tmp_path: Path) -> None:
    bank = _bank(tmp_path)
    order = bank.choose_by_mood(Mood(0.2, 0.4, 0.6, 0.8, 1.0), 5)
    assert sorted(order) == [0, 1, 2]
    assert bank.words(2) == ["fast", "bright in sound", "many notes"]
