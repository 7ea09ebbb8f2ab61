"""What the network of the synthesis is given of a score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from img2music.composition.brief import Brief, Feeling
from img2music.composition.compose import compose
from img2music.composition.instruments import INSTRUMENTS as ALL
from img2music.composition.score import Role, Score
from img2music.corpus.synth import VOICES
from img2music.genres import GENRES
from img2music.synthesis.conditions import PART_CONDITIONS, PIECE_CONDITIONS, Conditioner
from img2music.synthesis.desk import BALANCE, Desk, desk_for
from img2music.synthesis.performance import (
    INSTRUMENTS,
    MIX_FIELDS,
    PART_FIELDS,
    SYNTHS,
    Performance,
    instrument_number,
    perform,
)
from img2music.synthesis.piano_roll import (
    DECAY,
    KEYS,
    LOWEST,
    LOWEST_KEY,
    PITCHED,
    PITCHES,
    RELEASE,
    WIDTH,
    piano_roll,
)
from img2music.synthesis.style_code import style_code

PACE = 40.0  # latent steps a second: 25 ms each


def score(genre: str = "pop", seed: int = 0) -> Score:
    return compose(Brief(genre, seed=seed, seconds=8.0))


def performed(found: Score) -> Performance:
    return perform(found, desk_for(found))


def note(start: float, end: float, pitch: float = 60, velocity: float = 100) -> np.ndarray:
    return np.array([[0, start, end, pitch, velocity, 0]], np.float32)


def pitched(roll: np.ndarray) -> np.ndarray:
    """Its columns by feature and pitch."""
    return roll[:, : len(PITCHED) * PITCHES].reshape(len(roll), len(PITCHED), PITCHES)


@pytest.mark.parametrize("genre", GENRES)
def test_a_performance_has_every_note_at_its_own_time(genre: str) -> None:
    found = score(genre)
    played = performed(found)
    times = [found.span(note) for part in found.parts for note in part.notes]
    np.testing.assert_allclose(played.notes[:, 1:3], times, rtol=1e-5)
    assert len(played.parts) == len(found.parts)
    assert np.isfinite(played.notes).all() and np.isfinite(played.parts).all() and np.isfinite(played.mix).all()
    assert dict(zip(GENRES, played.genres, strict=True)) == {name: float(name == genre) for name in GENRES}


def test_every_instrument_and_every_synth_of_the_corpus_has_a_number_of_its_own() -> None:
    assert set(SYNTHS) == set(VOICES)
    numbers = [instrument_number(each) for each in ALL.values() if each.synth != "kit"]
    assert len(set(numbers)) == len(numbers)
    assert 0 <= min(numbers) <= max(numbers) < INSTRUMENTS


def test_what_a_desk_says_is_known_of_each_part_and_of_the_whole() -> None:
    found = score()
    desk = desk_for(found)
    strips = tuple(replace(strip, pan=-0.5, squeeze=3.0, echo=0.25) for strip in desk.strips)
    moved = perform(found, replace(desk, strips=strips, glue=2.5, balance=(-12.0, -3.0, -8.0, -17.0, -22.0)))
    known = dict(zip(PART_FIELDS, moved.parts[0], strict=True))
    assert (known["pan"], known["squeeze"], known["echo"]) == (-0.5, 3.0, 0.25)
    assert moved.mix.shape == (MIX_FIELDS,) and moved.mix[-1] == -22.0
    plain, other = (Conditioner(each, PACE)(0, 10) for each in (performed(found), moved))
    assert plain.parts.shape == other.parts.shape
    changed = np.flatnonzero((plain.parts != other.parts).any(0))
    assert len(changed) == 3, "pan, compressor and echo have a column each"
    assert np.count_nonzero(plain.piece != other.piece) == 1 + 5, "glue, and five bands"


def test_a_brief_asks_for_a_room() -> None:
    dry, usual, large = (desk_for(compose(Brief("pop", seed=4, seconds=8.0, room=room))) for room in (0.0, None, 1.0))
    assert (dry.room, large.room) == pytest.approx((0.4, 3.2))
    for less, strip, more in zip(dry.strips, usual.strips, large.strips, strict=True):
        assert (less.room, more.room) == pytest.approx((0.5 * strip.room, 2 * strip.room))
        assert replace(less, room=0.0) == replace(strip, room=0.0)


def test_an_onset_between_two_steps_is_shared_by_them() -> None:
    roll = pitched(piano_roll(note(1.0 + 0.25 / PACE, 1.5, velocity=80), False, 30, 60, PACE))
    onset = roll[:, 0, 60 - LOWEST]
    assert onset[10] == pytest.approx(0.8 * 0.75, abs=1e-4)
    assert onset[11] == pytest.approx(0.8 * 0.25, abs=1e-4)
    assert np.count_nonzero(onset) == 2 and np.count_nonzero(roll[:, 0]) == 2


def test_a_note_sounds_while_it_is_held_and_fades_afterwards() -> None:
    _, sustain, decay, release = pitched(piano_roll(note(0.5, 1.0), False, 0, 200, PACE))[:, :, 60 - LOWEST].T
    held = slice(20, 40)
    assert (sustain[held] == 1).all() and sustain.sum() == pytest.approx(20)
    np.testing.assert_allclose(decay[held], np.exp(-np.arange(20) / (DECAY * PACE)), rtol=1e-5)
    assert not decay[40:].any()
    np.testing.assert_allclose(release[40:60], np.exp(-np.arange(20) / (RELEASE * PACE)), rtol=1e-5)
    assert not release[:40].any() and not release[-60:].any()


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("first", [0, 37, 150])
def test_a_window_of_a_roll_is_a_part_of_the_whole(genre: str, first: int) -> None:
    """So that music of any length can go through by windows."""
    conditioner = Conditioner(performed(score(genre)), PACE)
    whole, window = conditioner(0, 320), conditioner(first, 100)
    np.testing.assert_allclose(window.rolls, whole.rolls[:, first : first + 100], atol=1e-5)
    np.testing.assert_array_equal(window.parts, whole.parts)


def test_drums_and_pitched_parts_have_columns_of_their_own() -> None:
    snare = note(0.1, 0.2, 38)
    drums, tune = (piano_roll(snare, drums, 0, 20, PACE) for drums in (True, False))
    split = len(PITCHED) * PITCHES
    assert drums.shape == tune.shape == (20, WIDTH)
    assert not drums[:, :split].any() and not tune[:, split:].any()
    onset = drums[:, split:].reshape(20, -1, KEYS)[:, 0]
    assert set(np.flatnonzero(onset.any(0))) == {38 - LOWEST_KEY}


@pytest.mark.parametrize("pitch", [0, 11, 20, 109, 127])
def test_pitches_beyond_a_piano_are_heard_in_the_nearest_octave(pitch: int) -> None:
    roll = pitched(piano_roll(note(0.1, 0.2, pitch), False, 0, 20, PACE))
    (row,) = np.flatnonzero(roll[:, 0].any(0))
    assert (row + LOWEST - pitch) % 12 == 0


@pytest.mark.parametrize("genre", GENRES)
def test_conditions_have_their_shapes_and_usual_sizes(genre: str) -> None:
    for seed in range(5):
        found = Conditioner(performed(score(genre, seed)), PACE)(0, 50)
        count = len(found.instruments)
        assert found.rolls.shape == (count, 50, WIDTH) and found.parts.shape == (count, PART_CONDITIONS)
        assert found.piece.shape == (PIECE_CONDITIONS,)
        assert found.rolls.dtype == found.parts.dtype == found.piece.dtype == np.float32
        assert max(np.abs(found.parts).max(), np.abs(found.piece).max()) < 8


def test_silent_parts_are_left_out_and_a_silent_piece_is_refused() -> None:
    found = score()
    silent = replace(found, parts=(replace(found.parts[0], notes=()), *found.parts[1:]))
    assert len(Conditioner(performed(silent), PACE)(0, 10).instruments) == len(found.parts) - 1
    nothing = replace(found, parts=tuple(replace(part, notes=()) for part in found.parts))
    with pytest.raises(ValueError, match="without notes"):
        Conditioner(performed(nothing), PACE)


def test_a_style_code_tells_level_and_spread_of_each_channel_and_not_their_order_in_time() -> None:
    latents = np.random.default_rng(0).standard_normal((8, 300)).astype(np.float32)
    code = style_code(latents)
    assert code.shape == (16,) and code.dtype == np.float32
    np.testing.assert_allclose(style_code(latents[:, ::-1]), code, atol=1e-5)
    moved = style_code(latents + np.float32(1.0))
    np.testing.assert_allclose(moved[:8] - code[:8], 2.0, atol=1e-4)
    np.testing.assert_allclose(moved[8:], code[8:], atol=1e-4)


def test_the_beat_is_louder_in_energetic_music() -> None:
    played = score("pop")
    quiet, usual, loud = (
        desk_for(replace(played, brief=Brief("pop", Feeling(energy=energy)))) for energy in (0.0, None, 1.0)
    )
    assert any(part.role is Role.DRUMS for part in played.parts)
    for part, low, middle, high in zip(played.parts, quiet.strips, usual.strips, loud.strips, strict=True):
        if part.role in (Role.DRUMS, Role.BASS):
            assert low.gain < middle.gain < high.gain == pytest.approx(low.gain + 7)
        else:
            assert low == middle == high


def test_the_mix_is_as_bright_and_the_record_as_loud_as_is_asked_for() -> None:
    played = score("jazz")

    def mixed(**feeling: float) -> Desk:
        return desk_for(replace(played, brief=Brief("jazz", Feeling(**feeling))))

    dark, free, bright = mixed(brightness=0.0), mixed(), mixed(brightness=1.0)
    spans = list(BALANCE["jazz"].values())
    assert [dark.balance[k] for k in (0, 1, 3, 4)] == [spans[0][1], spans[1][1], spans[3][0], spans[4][0]]
    assert [bright.balance[k] for k in (0, 1, 3, 4)] == [spans[0][0], spans[1][0], spans[3][1], spans[4][1]]
    assert dark.balance[2] == free.balance[2] == bright.balance[2]
    assert dark.bright < free.bright < bright.bright
    assert mixed(energy=0.0).loudness < free.loudness < mixed(energy=1.0).loudness
    assert mixed(energy=0.0).balance == free.balance
    assert replace(dark, balance=free.balance, bright=free.bright) == free
