"""Distances between sets of embeddings: against textbook formulas, closed forms and small samples."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2music.metrics.frechet import Gaussian, floor, frechet_distance, frechet_infinity, halves
from img2music.metrics.kernels import kernel_audio_distance, kernel_distance

DISTANCES = (frechet_distance, kernel_distance, kernel_audio_distance)


def _set(count: int, size: int, seed: int, shift: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, size)) @ rng.normal(size=(size, size)) + shift


@settings(max_examples=25, deadline=None)
@given(st.integers(20, 200), st.integers(20, 200), st.integers(2, 12), st.integers(0, 2**32 - 1))
def test_frechet_follows_the_formula_with_the_root_of_a_matrix(n: int, m: int, size: int, seed: int) -> None:
    linalg = pytest.importorskip("scipy.linalg")
    a, b = _set(n, size, seed), _set(m, size, seed + 1, 0.5)
    cov_a, cov_b = np.cov(a.T), np.cov(b.T)
    root = linalg.sqrtm(cov_a @ cov_b).real
    expected = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(cov_a + cov_b - 2 * root)
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_frechet_of_one_dimension_is_that_of_two_bell_curves() -> None:
    a, b = _set(50, 1, 0), _set(60, 1, 1, 2.0)
    expected = (a.mean() - b.mean()) ** 2 + (a.std(ddof=1) - b.std(ddof=1)) ** 2
    assert frechet_distance(a, b) == pytest.approx(expected)


@pytest.mark.parametrize("count", [2, 5, 20, 21, 300])
def test_frechet_is_zero_for_the_same_set_and_the_shift_squared_for_a_shifted_one(count: int) -> None:
    a = _set(count, 20, 3)
    shift = np.linspace(-1, 2, 20)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(a, a[::-1] + shift) == pytest.approx((shift**2).sum(), rel=1e-9)


def test_frechet_of_a_scaled_set_is_known() -> None:
    a = _set(8, 30, 4)
    a -= a.mean(0)
    assert frechet_distance(a, 3 * a) == pytest.approx(4 * np.trace(np.cov(a.T)))


def test_frechet_stays_exact_when_there_are_fewer_embeddings_than_dimensions() -> None:
    # Spread along axes that the other set never uses: the roots do not overlap at all.
    a, b = np.zeros((3, 40)), np.zeros((4, 40))
    a[:, 0], b[:, 1] = [-1, 0, 1], [-3, -1, 1, 3]
    assert frechet_distance(a, b) == pytest.approx(1 + 20 / 3)


@pytest.mark.parametrize("count", [2, 30])
def test_frechet_and_the_cubic_kernel_are_symmetric(count: int) -> None:
    a, b = _set(count, 10, 5), _set(40, 10, 6, 1.0)
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a))
    assert kernel_distance(a, b) == pytest.approx(kernel_distance(b, a))


@pytest.mark.parametrize("distance", DISTANCES)
def test_every_distance_refuses_a_set_of_one(distance) -> None:
    with pytest.raises(ValueError, match="two embeddings"):
        distance(_set(1, 4, 0), _set(9, 4, 0))
    with pytest.raises(ValueError, match="two embeddings"):
        distance(_set(9, 4, 0), _set(1, 4, 0))


@pytest.mark.parametrize("distance", DISTANCES)
def test_every_distance_grows_with_the_shift(distance) -> None:
    a = np.random.default_rng(7).normal(size=(200, 8))
    b = np.random.default_rng(8).normal(size=(200, 8))
    near, middle, far = (distance(a, b + shift) for shift in (0, 0.3, 1))
    assert near < middle < far


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 12), st.integers(2, 12), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_kernel_distances_are_the_sums_they_claim_to_be(n: int, m: int, size: int, seed: int) -> None:
    a, b = _set(n, size, seed), _set(m, size, seed + 1, 0.5)
    both = np.concatenate([a, b])
    standard_a, standard_b = ((x - both.mean(0)) / both.std(0) for x in (a, b))
    cubic = _discrepancy(standard_a, standard_b, lambda x, y: (x @ y / size + 1) ** 3)
    # A dimension may be so narrow that it is left out.
    if (both.std(0) > 1e-2 * both.std(0).max()).all():
        assert kernel_distance(a, b) == pytest.approx(1000 * cubic, rel=1e-6, abs=1e-6)

    width = np.median([np.linalg.norm(x - y) for x, y in combinations(b, 2)])
    gaussian = _discrepancy(a, b, lambda x, y: np.exp(-((x - y) ** 2).sum() / (2 * width**2 + 1e-8)))
    assert kernel_audio_distance(a, b) == pytest.approx(100 * gaussian, rel=1e-6, abs=1e-6)


def _discrepancy(a: np.ndarray, b: np.ndarray, kernel) -> float:
    def within(rows: np.ndarray) -> float:
        return np.mean([kernel(x, y) for i, x in enumerate(rows) for j, y in enumerate(rows) if i != j])

    return within(a) + within(b) - 2 * np.mean([kernel(x, y) for x in a for y in b])


@pytest.mark.parametrize("distance", [kernel_distance, kernel_audio_distance])
def test_kernel_distances_are_unbiased(distance) -> None:
    rng = np.random.default_rng(11)
    draws = [distance(rng.normal(size=(6, 4)), rng.normal(size=(6, 4))) for _ in range(400)]
    assert abs(np.mean(draws)) < 4 * np.std(draws) / 20


def test_dimensions_that_never_move_do_not_count() -> None:
    a, b = _set(20, 5, 12), _set(20, 5, 13, 0.3)
    still = np.full((20, 3), 7.0)
    padded = kernel_distance(np.hstack([a, still]), np.hstack([b, still]))
    assert padded == pytest.approx(kernel_distance(a, b))


def test_sets_in_which_nothing_moves_have_a_distance_all_the_same() -> None:
    still = np.ones((4, 3))
    assert [distance(still, still) for distance in DISTANCES] == pytest.approx([0, 0, 0])


def test_the_floor_compares_halves_by_clip_and_depends_on_the_seed_alone() -> None:
    clips = {f"{i}.ogg": _set(3, 4, 20 + i, float(i)) for i in range(6)}
    assert floor(clips, 1) == floor(dict(clips), 1)
    assert len({floor(clips, seed) for seed in range(5)}) > 1
    halves = {
        frechet_distance(np.concatenate([clips[n] for n in clips if n in part]), _rest(clips, part))
        for part in _halves(list(clips))
    }
    assert any(floor(clips, 0) == pytest.approx(value) for value in halves)
    with pytest.raises(ValueError, match="four clips"):
        floor({name: clips[name] for name in list(clips)[:3]})


def _halves(names: list[str]) -> list[set[str]]:
    return [set(part) for part in combinations(names, len(names) // 2)]


def _rest(clips: dict[str, np.ndarray], part: set[str]) -> np.ndarray:
    return np.concatenate([clips[name] for name in clips if name not in part])


def test_a_gaussian_keeps_its_mean_and_covariance() -> None:
    for count in (3, 50):
        rows = _set(count, 8, 14)
        fitted = Gaussian.fit(rows)
        np.testing.assert_allclose(fitted.mean, rows.mean(0))
        np.testing.assert_allclose(fitted.root.T @ fitted.root, np.cov(rows.T), atol=1e-9)
        assert len(fitted.root) <= 8


@pytest.mark.parametrize("shift", [0.0, 0.25])
def test_the_extrapolation_finds_the_distance_behind_the_bias(shift: float) -> None:
    size, count = 32, 400
    truth = size * shift**2  # of normal distributions that differ by a shift alone
    reference = np.random.default_rng(15).normal(size=(8000, size))
    found = []
    for seed in range(5):
        generated = np.random.default_rng(16 + seed).normal(size=(count, size)) + shift
        extrapolated = frechet_infinity(generated, reference, seed)
        assert frechet_distance(generated, reference) > truth + 0.5
        assert extrapolated.fit > 0.8
        found.append(extrapolated.distance)
    assert np.mean(found) == pytest.approx(truth, abs=0.2)


def test_the_extrapolation_is_a_line_through_the_distances_of_subsets() -> None:
    generated, reference = _set(40, 3, 17), _set(60, 3, 18, 0.4)
    limit, fit = frechet_infinity(generated, reference, 3)
    assert (limit, fit) == frechet_infinity(generated.copy(), reference, 3)
    assert (limit, fit) != frechet_infinity(generated, reference, 4)
    sizes = np.unique(np.linspace(10, 40, 15).astype(int))
    rng = np.random.default_rng(3)
    distances = [frechet_distance(generated[rng.permutation(40)[:size]], reference) for size in sizes]
    stats = pytest.importorskip("scipy.stats")
    line = stats.linregress(1 / sizes, distances)
    assert (limit, fit) == pytest.approx((line.intercept, line.rvalue**2))


def test_the_extrapolation_of_equal_embeddings_is_their_distance() -> None:
    still = np.ones((30, 3))
    assert frechet_infinity(still, still) == pytest.approx((0, 1))


def test_the_extrapolation_refuses_what_is_too_little() -> None:
    with pytest.raises(ValueError, match="20 embeddings"):
        frechet_infinity(_set(19, 3, 0), _set(30, 3, 0))
    with pytest.raises(ValueError, match="two embeddings"):
        frechet_infinity(_set(30, 3, 0), _set(1, 3, 0))


def test_halves_share_no_clip_and_lose_none() -> None:
    clips = {str(i): _set(2, 3, i) for i in range(7)}
    first, second = halves(clips, 5)
    assert len(first) == 3 and sorted([*first, *second]) == sorted(clips)
    assert all(part[name] is clips[name] for part in (first, second) for name in part)
