"""l̂ = l + α · v̂: a picture moves an embedding by as much as asked, the same way every time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2music.errors import OptionError
from img2music.generation.perturbation import perturb, shift
from img2music.options import check_strength

CHANNELS, STEPS, FEATURES = 8, 20, 32


def _random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


EMBEDDING = _random(CHANNELS, STEPS, seed=1)
DIRECTIONS = _random(5, CHANNELS, seed=2)


def test_strength_0_gives_the_embedding_back() -> None:
    for seed in range(5):
        np.testing.assert_array_equal(perturb(EMBEDDING, _random(FEATURES, seed=seed), DIRECTIONS, 0), EMBEDDING)


def test_a_stronger_shift_moves_the_embedding_further_in_proportion() -> None:
    features = _random(FEATURES)
    strengths = np.array([0.1, 0.5, 1, 2, 10])
    distances = [np.linalg.norm(perturb(EMBEDDING, features, DIRECTIONS, a) - EMBEDDING) for a in strengths]
    assert distances[0] > 0
    np.testing.assert_allclose(distances / strengths, distances[2], rtol=1e-3)


def test_every_step_moves_the_same_way() -> None:
    features = _random(FEATURES)
    moved = perturb(EMBEDDING, features, DIRECTIONS, 2.0) - EMBEDDING
    np.testing.assert_allclose(moved, np.repeat(2 * shift(features, DIRECTIONS)[:, None], STEPS, 1), atol=1e-5)


def test_the_shift_stays_the_same_in_every_release() -> None:
    """Music made from a picture should be there again tomorrow: the projection is part of the format."""
    features = np.arange(4, dtype=np.float32) - 1
    np.testing.assert_allclose(shift(features, np.eye(3, dtype=np.float32)), [-1.65377, -0.47203, 0.20548], atol=1e-4)


@settings(deadline=None)
@given(seed=st.integers(0, 10**6), scale=st.floats(1e-3, 1e3))
def test_strength_1_moves_by_the_genres_own_spread(seed: int, scale: float) -> None:
    """Along orthogonal directions as long as deviations, the weights have length √K however bold the picture."""
    deviations = np.float32([3, 2, 1, 0.5])
    directions = np.zeros((4, CHANNELS), np.float32)
    directions[np.arange(4), np.arange(4)] = deviations
    moved = shift(np.float32(scale) * _random(FEATURES, seed=seed), directions)
    assert np.linalg.norm(moved[:4] / deviations) == pytest.approx(2, rel=1e-3)
    assert (moved[4:] == 0).all()


def test_other_features_move_another_way_and_opposite_ones_back() -> None:
    one, two = _random(FEATURES, seed=3), _random(FEATURES, seed=4)
    ways = [shift(features, DIRECTIONS) for features in (one, two, -one)]
    cosine = ways[0] @ ways[1] / np.linalg.norm(ways[0]) / np.linalg.norm(ways[1])
    assert abs(cosine) < 0.95
    np.testing.assert_allclose(ways[2], -ways[0], atol=1e-5)


def test_similar_features_move_a_similar_way() -> None:
    features = _random(FEATURES)
    near = shift(features + 0.01 * _random(FEATURES, seed=9), DIRECTIONS)
    np.testing.assert_allclose(near, shift(features, DIRECTIONS), atol=0.3)


def test_features_of_nothing_move_nothing() -> None:
    with np.errstate(all="raise"):
        moved = perturb(EMBEDDING, np.zeros(FEATURES, np.float32), DIRECTIONS, 10)
    np.testing.assert_array_equal(moved, EMBEDDING)


def test_the_embedding_keeps_its_type_and_is_left_as_it_was() -> None:
    before = EMBEDDING.copy()
    assert perturb(EMBEDDING, _random(FEATURES), DIRECTIONS, 1).dtype == np.float32
    np.testing.assert_array_equal(EMBEDDING, before)


@pytest.mark.parametrize("strength", [-1e-9, 10.001, float("nan"), float("inf"), -float("inf")])
def test_a_strength_out_of_range_is_refused(strength: float) -> None:
    with pytest.raises(OptionError, match="from 0 to 10"):
        perturb(EMBEDDING, _random(FEATURES), DIRECTIONS, strength)


@pytest.mark.parametrize("strength", [0, 0.5, 10])
def test_a_strength_in_range_is_given_back(strength: float) -> None:
    assert check_strength(strength) == strength
