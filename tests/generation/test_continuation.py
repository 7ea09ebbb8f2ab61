"""Embeddings of any number make music of any length, without a seam."""

from __future__ import annotations

from itertools import repeat

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2music.generation.continuation import OVERLAP, Segment, in_order, join


@settings(max_examples=50, deadline=None)
@given(steps=st.integers(1, 1500), length=st.integers(OVERLAP + 1, 700), bar=st.floats(5, 300))
def test_joined_pieces_have_the_length_asked_for(steps: int, length: int, bar: float) -> None:
    piece = Segment(np.ones((3, length), np.float16), tuple(np.arange(0, length, bar)))
    joined, count = join(repeat(piece), steps)
    assert joined.latents.shape == (3, steps)
    assert joined.latents.dtype == np.float32
    assert 1 <= count <= 1 + max(0, steps - length) // max(1, (length - OVERLAP) // 2) + 1
    np.testing.assert_allclose(joined.latents, 1, atol=1e-6)  # a fade between equals changes nothing
    assert all(0 <= bar <= steps for bar in joined.bars)
    assert list(joined.bars) == sorted(joined.bars)


@pytest.mark.parametrize("steps", [1, 40, 50])
def test_a_single_piece_is_only_cut(steps: int) -> None:
    latents = np.random.default_rng(0).standard_normal((2, 50)).astype(np.float16)
    joined, count = join(iter([Segment(latents, (3.0, 41.0))]), steps)
    np.testing.assert_array_equal(joined.latents, latents[:, :steps].astype(np.float32))
    assert count == 1
    assert joined.bars == tuple(bar for bar in (3.0, 41.0) if bar <= steps)


def test_a_piece_without_bars_is_faded_into_the_next_at_its_end() -> None:
    length = 60
    pieces = [Segment(np.zeros((2, length))), Segment(np.ones((2, length)))]
    joined, count = join(iter(pieces), 2 * length - OVERLAP)
    seam = joined.latents[0, length - OVERLAP : length]
    assert count == 2
    assert (joined.latents[:, : length - OVERLAP] == 0).all()
    assert (joined.latents[:, length:] == 1).all()
    np.testing.assert_allclose(
        np.diff(joined.latents[0, length - OVERLAP - 1 : length + 1]), 1 / (OVERLAP + 1), atol=1e-6
    )
    assert seam[0] > 0


def test_pieces_stay_in_their_order_and_as_they_were() -> None:
    pieces = [Segment(np.full((1, 100), number, np.float32), (0.0, 30.0, 60.0, 90.0)) for number in range(4)]
    joined, count = join(iter(pieces), 300)
    assert count == 4
    assert (np.diff(joined.latents[0]) >= 0).all()
    assert (joined.latents[0, 0], joined.latents[0, -1]) == (0, 3)
    assert all((piece.latents == number).all() for number, piece in enumerate(pieces))


def test_the_beat_goes_on_across_a_join() -> None:
    first = Segment(np.zeros((1, 400)), tuple(np.arange(7.3, 400, 50)))
    second = Segment(np.ones((1, 400)), tuple(np.arange(21.8, 400, 50)))
    joined, _ = join(iter([first, second]), 700)
    np.testing.assert_allclose(np.diff(joined.bars), 50, atol=0.51)  # joins are on whole steps
    halfway = int(np.argmax(joined.latents[0] >= 0.5))
    assert min(abs(bar - halfway) for bar in joined.bars) <= 1


def test_the_next_piece_is_as_fast_as_the_one_before() -> None:
    bars = [100.0, 140.0, None, 203.0, 137.0, 99.0]
    assert list(in_order(bars, [0, 1, 2, 3, 4, 5])) == [0, 5, 3, 4, 1, 2]
    assert list(in_order(bars, [2, 1])) == [2, 1]
    assert list(in_order([None], [0])) == [0]


def test_a_cross_fade_takes_22_steps_of_both() -> None:
    """About half a second; so two embeddings of 100 steps make 178."""
    for steps, count in ((178, 2), (179, 3)):
        segments = (Segment(np.zeros((2, 100), np.float32)) for _ in range(5))
        assert join(segments, steps)[1] == count


@pytest.mark.parametrize(("place", "taken"), [(8, True), (9, False)])
def test_one_of_the_right_tempo_is_sought_among_the_next_eight(place: int, taken: bool) -> None:
    bars = [100.0, *[130.0] * 12]
    bars[place] = 100.0
    _, second, *_ = in_order(bars, range(len(bars)))
    assert (second == place) == taken
