"""By what margin another genre must be likelier, and how well other genres are told on left-out sources."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from img2music.metrics.left_out_sources import FEWEST_COVERS
from img2music.metrics.other_genres import FALSE_CALLS, least_margin, margins, other_genres_report

GENRES = ("pop", "jazz", "metal", "rock")


def covers(margin: np.ndarray, target: int, best: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Covers of genre `target` on which another genre, `best`, is above both that are played by a margin `(N,)`."""
    likely = np.full((len(margin), 4), 1e-6)
    likely[:, :2] = 0.1
    likely[:, best] = 0.1 * np.exp(margin)
    return likely / likely.sum(1, keepdims=True), np.full(len(margin), target)


def both(*parts: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    likely, targets = zip(*parts, strict=True)
    return np.concatenate(likely), np.concatenate(targets)


def test_the_margin_is_between_the_best_of_each_kind() -> None:
    likely = np.array([[0.1, 0.4, 0.2, 0.3], [0.1, 0.1, 0.8, 0.0], [0.0, 0.0, 0.0, 1.0]])
    assert margins(likely, 2)[:2] == pytest.approx(np.log([0.3 / 0.4, 0.8 / 0.1]))
    assert np.isfinite(margins(likely, 2)).all()


def test_no_source_has_more_false_calls_than_it_may() -> None:
    chance = np.random.default_rng(0)
    tests = {
        "shop": covers(chance.normal(0, 1, 200), 0),
        "library": covers(chance.normal(1, 1, 300), 1),
        "metal shop": covers(chance.normal(3, 1, 100), 2),
    }
    margin = least_margin(tests, 2)
    for name in ("shop", "library"):
        likely, _ = tests[name]
        assert (margins(likely, 2) > margin).mean() <= FALSE_CALLS
    assert (margins(tests["library"][0], 2) > margin - 0.1).mean() > FALSE_CALLS


def test_a_few_covers_of_a_source_do_not_count_alone() -> None:
    few = FEWEST_COVERS - 1
    tests = {"shop": covers(np.zeros(100), 0), "stall": covers(np.full(few, 5.0), 1)}
    assert least_margin(tests, 2) == pytest.approx(0, abs=1e-6)
    together = tests | {"attic": covers(np.full(few, 6.0), 1)}
    assert least_margin(together, 2) == pytest.approx(6, abs=1e-6)


def test_a_source_is_judged_by_the_margin_of_the_others() -> None:
    tests = {
        "shop": both(covers(np.zeros(100), 0), covers(np.full(50, 3.0), 2), covers(np.full(50, 3.0), 3)),
        "library": both(covers(np.full(50, 1.0), 1), covers(np.full(50, -9.0), 0), covers(np.full(10, 0.5), 3, best=3)),
    }
    report = other_genres_report(tests, GENRES, 2)
    assert report.margin == pytest.approx(1, abs=1e-6)
    assert report.false_calls == {"shop": 0.0, "library": 0.5}
    assert report.false_together == pytest.approx(50 / 200)
    assert report.called == pytest.approx({"metal": 1.0, "rock": 1.0})
    assert report.called_right == pytest.approx(60 / 110)


def test_one_source_alone_is_judged_by_its_own_margin() -> None:
    report = other_genres_report({"shop": both(covers(np.zeros(50), 0), covers(np.ones(5), 2))}, GENRES, 2)
    assert report.false_calls == {"shop": 0.0} and report.called == {"metal": 1.0}
