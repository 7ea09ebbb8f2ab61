"""The figures that are reported mean what their names say."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from img2music.genres import GENRES
from img2music.metrics.classification import (
    calibration_error,
    classification_report,
    fit_temperature,
    top_accuracy,
    wilson_interval,
)

# Eight covers: two of each genre; classical once taken for jazz, hiphop once for pop.
TARGETS = np.array([0, 0, 1, 1, 2, 2, 3, 3])
PROBABILITIES = np.array(
    [
        [0.70, 0.10, 0.10, 0.10],
        [0.30, 0.10, 0.20, 0.40],  # wrong, second guess right
        [0.05, 0.85, 0.05, 0.05],
        [0.20, 0.10, 0.60, 0.10],  # wrong, second guess wrong
        [0.10, 0.10, 0.70, 0.10],
        [0.02, 0.02, 0.94, 0.02],
        [0.10, 0.10, 0.20, 0.60],
        [0.00, 0.00, 0.00, 1.00],
    ]
)


def test_the_report_of_eight_covers() -> None:
    report = classification_report(PROBABILITIES, TARGETS).to_json()
    assert report["covers"] == 8
    assert report["accuracy"] == 0.75
    assert report["accuracy_95"] == pytest.approx((0.409275, 0.928521), abs=1e-5)
    assert report["top_2"] == 0.875
    assert report["confusion"] == [[1, 0, 0, 1], [0, 1, 1, 0], [0, 0, 2, 0], [0, 0, 0, 2]]
    genres = report["genres"]
    assert tuple(genres) == GENRES
    assert genres["classical"] == pytest.approx({"recall": 0.5, "precision": 1.0, "f1": 2 / 3})
    assert genres["hiphop"] == pytest.approx({"recall": 0.5, "precision": 1.0, "f1": 2 / 3})
    assert genres["pop"] == pytest.approx({"recall": 1.0, "precision": 2 / 3, "f1": 0.8})
    assert genres["jazz"] == pytest.approx({"recall": 1.0, "precision": 2 / 3, "f1": 0.8})
    assert report["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 0.8 + 0.8) / 4)
    assert "sources" not in report


def test_the_report_tells_sources_apart() -> None:
    sources = ["b", "b", "a", "a", "b", "b", "b", "b"]
    report = classification_report(PROBABILITIES, TARGETS, sources).to_json()
    assert report["sources"] == {
        "a": {"covers": 2, "accuracy": 0.5},
        "b": {"covers": 6, "accuracy": pytest.approx(5 / 6)},
    }


def test_the_report_can_be_kept_as_json() -> None:
    report = classification_report(PROBABILITIES.astype(np.float32), TARGETS, list("aabbaabb")).to_json()
    assert json.loads(json.dumps(report))["confusion"] == report["confusion"]


def test_a_genre_that_never_occurs_counts_as_missed() -> None:
    report = classification_report(PROBABILITIES[:2], TARGETS[:2]).to_json()
    assert report["genres"]["pop"] == {"recall": 0, "precision": 0, "f1": 0}
    assert np.shape(report["confusion"]) == (4, 4)


@pytest.mark.parametrize(
    ("hits", "count", "expected"),
    [
        # Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
        # by hand
        (8, 10, (0.490157, 0.943319)),
        (50, 100, (0.403830, 0.596170)),
    ],
)
def test_wilson_intervals(hits: int, count: int, expected: tuple[float, float]) -> None:
    assert wilson_interval(hits, count) == pytest.approx(expected, abs=6e-5)


@given(count=st.integers(1, 10_000), data=st.data())
def test_a_wilson_interval_holds_the_share_and_stays_within_0_and_1(count: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, count))
    low, high = wilson_interval(hits, count)
    assert -1e-12 <= low <= hits / count + 1e-12
    assert hits / count - 1e-12 <= high <= 1 + 1e-12
    assert high - low > 0


def test_a_wider_confidence_gives_a_wider_interval() -> None:
    low, high = wilson_interval(30, 40, confidence=0.68)
    wider_low, wider_high = wilson_interval(30, 40, confidence=0.99)
    assert wider_low < low < high < wider_high


@pytest.mark.parametrize(("count", "expected"), [(1, 0.75), (2, 0.875), (3, 0.875), (4, 1.0)])
def test_top_accuracy(count: int, expected: float) -> None:
    probabilities = PROBABILITIES.copy()
    probabilities[3, 1] = 0.05  # so that hiphop is last without a tie
    probabilities[3, 0] = 0.25
    assert top_accuracy(probabilities, TARGETS, count) == expected


def test_calibration_error_of_four_covers() -> None:
    probabilities = np.array([[0.92, 0.08, 0, 0], [0.88, 0.12, 0, 0], [0.1, 0.62, 0.28, 0], [0.1, 0.62, 0.28, 0]])
    targets = np.array([0, 1, 1, 1])
    # bins: {0.92}: right, gap 0.08; {0.88}: wrong, gap 0.88; {0.62, 0.62}: right, gap 0.38
    assert calibration_error(probabilities, targets) == pytest.approx((0.08 + 0.88 + 2 * 0.38) / 4)
    # five bins: {0.92, 0.88}: half right, gap 0.4
    assert calibration_error(probabilities, targets, bins=5) == pytest.approx((2 * 0.4 + 2 * 0.38) / 4)


def test_certainty_that_is_right_is_calibrated() -> None:
    assert calibration_error(np.eye(4), np.arange(4)) == 0
    assert calibration_error(np.eye(4), np.arange(4)[::-1]) == 1


def test_calibrated_probabilities_have_a_small_error() -> None:
    probabilities, targets = _drawn(20_000)
    assert calibration_error(probabilities, targets) < 0.015
    sharpened = probabilities**3 / (probabilities**3).sum(1, keepdims=True)
    assert calibration_error(sharpened, targets) > 0.1


def _drawn(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, and targets that were drawn by them."""
    random = np.random.default_rng(0)
    logits = 1.5 * random.standard_normal((count, 4))
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    targets = (random.random((count, 1)) > probabilities.cumsum(1)).sum(1)
    return probabilities, targets


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.6, 2.5])
def test_the_temperature_that_spoilt_probabilities_is_found(temperature: float) -> None:
    probabilities, targets = _drawn(20_000)
    spoilt = probabilities**temperature
    spoilt /= spoilt.sum(1, keepdims=True)
    assert fit_temperature(spoilt, targets) == pytest.approx(temperature, rel=0.06)


def test_probabilities_of_nought_do_not_break_the_fit() -> None:
    with np.errstate(all="raise"):
        assert 0.3 <= fit_temperature(np.eye(4)[[0, 1, 2, 3, 0]], np.array([0, 1, 2, 3, 1])) <= 3
