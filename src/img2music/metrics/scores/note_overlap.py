"""How much of a score another one has: novelty among scores, by their notes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from img2music.composition.score import Score

TOLERANCE = 0.06
"""Seconds within which two notes begin together."""
_APART = 1e5
"""More seconds than any score lasts: pitch and time in one number, in this order."""
_TRANSPOSITIONS = np.arange(-11, 12)


def pitched_onsets(score: Score) -> np.ndarray:
    """When each pitched note begins, in seconds, and its pitch: `(N, 2)`."""
    found = [(score.span(note)[0], note.pitch) for part, note in score.notes() if not part.instrument.drums]
    return np.array(sorted(found), np.float64).reshape(-1, 2)


def overlap(notes: np.ndarray, others: np.ndarray) -> float:
    """The share of `notes` `(N, 2)` that `others` `(M, 2)` have within `TOLERANCE`, at the best transposition."""
    if not len(notes) or not len(others):
        return 0.0
    known = np.sort(others[:, 1] * _APART + others[:, 0])
    wanted = (notes[:, 1] + _TRANSPOSITIONS[:, None]) * _APART + notes[:, 0]
    first = np.searchsorted(known, wanted - TOLERANCE)
    last = np.searchsorted(known, wanted + TOLERANCE, side="right")
    return float((last > first).mean(1).max())


def highest_overlaps(scores: Sequence[Score]) -> np.ndarray:
    """For each score the highest overlap with any other, `(N,)`."""
    notes = [pitched_onsets(score) for score in scores]
    return np.array(
        [
            max((overlap(own, other) for j, other in enumerate(notes) if j != i), default=0.0)
            for i, own in enumerate(notes)
        ]
    )
