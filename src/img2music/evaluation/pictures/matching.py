"""Whether a judge who only hears a snippet could tell for which of many pictures it was made.

What the judge hears of all other snippets is related to the looks of their pictures by ridge regression. It says what
would be heard of a snippet for each picture, and what the judge hears of the snippet left out ranks the pictures by
their likelihood, with errors as they usually are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom
from sklearn.covariance import LedoitWolf
from sklearn.linear_model import Ridge
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.preprocessing import scale

_RIDGE = 10.0
"""Of the regression on standardised values, in snippets."""
FIRST = 0.1
"""The share of the pictures that count as first; chance has the right one among them as often."""


@dataclass(frozen=True)
class Matching:
    """How many snippets were judged, the share whose own picture was among the first tenth of those of its genre, and
    `p`, how likely chance does as well."""

    snippets: int
    share: float
    p: float


def matching(groups: Sequence[np.ndarray], looks: np.ndarray, heard: np.ndarray) -> Matching | None:
    """The figures for groups of snippets, each of indices into `looks` `(N, L)` and `heard` `(N, H)`; None when no
    group has as many as ten."""
    large = [group for group in groups if len(group) * FIRST >= 1]
    if not large:
        return None
    hits = [hit for group in large for hit in _hits(scale(looks[group]), scale(heard[group]))]
    chance = sum(int(len(group) * FIRST) for group in large) / len(hits)
    return Matching(len(hits), float(np.mean(hits)), float(binom.sf(sum(hits) - 1, len(hits), chance)))


def _hits(looks: np.ndarray, heard: np.ndarray) -> list[bool]:
    """Whether the right picture is among the first, for each snippet when all others are known."""
    errors = heard - cross_val_predict(_regression(), looks, heard, cv=LeaveOneOut())
    found = []
    for known, left_out in LeaveOneOut().split(looks):
        differences = heard[left_out] - _regression().fit(looks[known], heard[known]).predict(looks)
        distances = LedoitWolf(assume_centered=True).fit(errors[known]).mahalanobis(differences)
        rank = int((distances < distances[left_out]).sum())
        found.append(rank < int(len(looks) * FIRST))
    return found


def _regression() -> Ridge:
    return Ridge(_RIDGE, fit_intercept=False)
