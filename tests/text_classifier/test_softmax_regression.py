"""Logistic regression with weights and offsets, and what covers count in it."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from img2music.training.text_classifier.softmax_regression import even_weights, fit_softmax


def _examples(count: int = 90) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(0)
    inputs = chance.standard_normal((count, 5))
    return inputs, (inputs @ chance.standard_normal((5, 3)) + chance.gumbel(size=(count, 3))).argmax(1)


def test_it_finds_what_scikit_learn_finds() -> None:
    inputs, targets = _examples()
    matrix, bias = fit_softmax(inputs, targets, 3, decay=0.02)
    other = LogisticRegression(C=1 / (0.02 * len(targets)), tol=1e-8, max_iter=1000).fit(inputs, targets)
    np.testing.assert_allclose(matrix, other.coef_.T, atol=2e-3)
    np.testing.assert_allclose(bias - bias.mean(), other.intercept_ - other.intercept_.mean(), atol=2e-3)


def test_sparse_inputs_are_as_good() -> None:
    inputs, targets = _examples()
    dense, sparse = (fit_softmax(kind, targets, 3, 0.02)[0] for kind in (inputs, csr_matrix(inputs)))
    np.testing.assert_allclose(dense, sparse, atol=1e-6)


def test_an_example_of_weight_two_counts_as_two() -> None:
    inputs, targets = _examples()
    weights = 1.0 + (np.arange(90) < 30)
    weighted, _ = fit_softmax(inputs, targets, 3, 0.02, weights)
    twice, _ = fit_softmax(np.concatenate([inputs, inputs[:30]]), np.concatenate([targets, targets[:30]]), 3, 0.02)
    np.testing.assert_allclose(weighted, twice, atol=2e-3)


def test_what_is_known_already_is_not_learnt_again() -> None:
    inputs, targets = _examples()
    known, bias = fit_softmax(inputs, targets, 3, 0.0)
    more, _ = fit_softmax(inputs, targets, 3, 0.02, offset=inputs @ known + bias)
    assert np.abs(more).max() < 0.02 < np.abs(known).max()


def test_genres_count_the_same_and_sources_by_the_root_of_their_size() -> None:
    genres = ["jazz"] * 20 + ["pop"] * 4
    sources = ["large"] * 16 + ["small"] * 4 + ["large"] * 4
    weights = even_weights(genres, sources)
    assert weights.sum() == pytest.approx(1)
    assert weights[:20].sum() == pytest.approx(0.5)
    assert weights[:16].sum() == pytest.approx(2 * weights[16:20].sum())
    assert even_weights(genres, sources, 0.0)[:20] == pytest.approx(1 / 40)
