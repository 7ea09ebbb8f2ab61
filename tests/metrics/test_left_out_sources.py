"""Leave-one-source-out: which covers are left out together, and what their figures mean."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from img2music.metrics.left_out_sources import POOLED, balanced_recall, source_report, tests_by_source

tests_by_source.__test__ = False  # pytest would take it for a test


def test_each_source_of_two_genres_is_left_out_once() -> None:
    genres = ["jazz", "pop", "jazz", "jazz", "pop", "jazz", "pop", "jazz"]
    sources = ["large", "large", "large", "jazz-only", "small", "small", "tiny", "tiny"]
    tests = tests_by_source(genres, sources, fewest=3)
    assert {name: places.tolist() for name, places in tests.items()} == {"large": [0, 1, 2], POOLED: [4, 5, 6, 7]}


def test_sources_of_one_genre_are_no_test() -> None:
    assert tests_by_source(["jazz", "jazz", "pop"], ["a", "a", "b"]) == {}


def test_recall_is_balanced_over_genres_with_enough_covers() -> None:
    targets = np.array([0] * 8 + [1] * 2 + [2])
    guesses = np.array([0] * 4 + [1] * 4 + [1] * 2 + [0])
    assert balanced_recall(guesses, targets, fewest=2) == pytest.approx((0.5 + 1.0) / 2)
    assert balanced_recall(guesses, targets, fewest=9) == pytest.approx((0.5 + 1.0 + 0.0) / 3)


def test_the_report_is_a_mean_over_sources_not_over_covers() -> None:
    large = (np.eye(4)[[0] * 90 + [1] * 10], np.array([0] * 90 + [1] * 10))
    small = (np.eye(4)[[0] * 10], np.array([0] * 5 + [1] * 5))
    report = source_report({"large": large, "small": small}).to_json()
    assert report["balanced"] == pytest.approx((1.0 + 0.5) / 2)
    assert report["worst"] == pytest.approx(0.5)
    assert report["together"]["accuracy"] == pytest.approx(105 / 110)
    assert report["said"] == pytest.approx({"classical": 100 / 110, "hiphop": 10 / 110, "pop": 0, "jazz": 0})
    assert report["true"] == pytest.approx({"classical": 95 / 110, "hiphop": 15 / 110, "pop": 0, "jazz": 0})
    assert report["sources"]["small"] == {"covers": 10, "balanced": pytest.approx(0.5)}


def test_pooled_sources_count_in_the_mean_but_are_no_worst_source() -> None:
    right, wrong = (np.eye(4)[[0, 1] * 5], np.array([0, 1] * 5)), (np.eye(4)[[2] * 10], np.array([0, 1] * 5))
    report = source_report({"large": right, POOLED: wrong}).to_json()
    assert report["balanced"] == pytest.approx(0.5) and report["worst"] == pytest.approx(1.0)
