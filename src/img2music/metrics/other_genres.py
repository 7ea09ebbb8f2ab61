"""Whether covers of genres that are not played are told from covers of those that are.

A classifier of more genres than are played calls a cover another genre where one of these is likelier than all that are
played, by a margin. Covers of sources that it did not see say how large the margin must be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from img2music.metrics.left_out_sources import FEWEST_COVERS

FALSE_CALLS = 0.03
"""Share of a source's covers of genres that are played that may be called another genre."""
_LEAST = 1e-12  # a probability that rounds to 0 has a logarithm all the same
Tests = Mapping[str, tuple[np.ndarray, np.ndarray]]
"""By the name of each left-out source the probabilities `(N, K)` and genres `(N,)` of its covers."""


@dataclass(frozen=True)
class OtherGenresReport:
    """How other genres are told: by what `margin`; the share of covers of genres that are played that are called
    another, of each source and together; the share of covers of each other genre that are; and how many of these are
    called the right one.

    A source is judged by the margin that the others give.
    """

    margin: float
    false_calls: dict[str, float]
    false_together: float
    called: dict[str, float]
    called_right: float

    def to_json(self) -> dict[str, Any]:
        """The report as numbers and text."""
        return asdict(self)


def margins(likely: np.ndarray, played: int) -> np.ndarray:
    """By how many nats the likeliest other genre is above the likeliest of the first `played`, `(N,)`, given the
    probabilities of all, `(N, K)`."""
    surely = np.log(np.maximum(likely, _LEAST))
    return surely[:, played:].max(1) - surely[:, :played].max(1)


def least_margin(tests: Tests, played: int) -> float:
    """The margin above which no more than `FALSE_CALLS` of the covers of each source whose genre is played lie; sources
    of few such covers count together, where they are enough."""
    own = [margins(likely, played)[targets < played] for likely, targets in tests.values()]
    groups = [found for found in own if len(found) >= FEWEST_COVERS]
    few = [found for found in own if len(found) < FEWEST_COVERS]
    if few and (not groups or sum(map(len, few)) >= FEWEST_COVERS):
        groups.append(np.concatenate(few))
    highest = (float(np.quantile(found, 1 - FALSE_CALLS, method="higher")) for found in groups if len(found))
    return max(highest, default=0.0)


def other_genres_report(tests: Tests, genres: Sequence[str], played: int) -> OtherGenresReport:
    """The report on left-out sources, of classifiers of `genres`, the first of which are `played`."""
    called, right, truth, own_of = [], [], [], {}
    for name, (likely, targets) in tests.items():
        rest = {other: facts for other, facts in tests.items() if other != name} or tests
        above = margins(likely, played) > least_margin(rest, played)
        if (own := targets < played).any():
            own_of[name] = above[own]
        called.append(above)
        right.append(above & (likely[:, played:].argmax(1) + played == targets))
        truth.append(targets)
    every, true = np.concatenate(called), np.concatenate(truth)
    others = true >= played
    return OtherGenresReport(
        margin=least_margin(tests, played),
        false_calls={name: float(found.mean()) for name, found in own_of.items()},
        false_together=float(every[~others].mean()),
        called={genre: float(every[true == k].mean()) for k, genre in enumerate(genres) if (true[others] == k).any()},
        called_right=float(np.concatenate(right).sum() / max(1, every[others].sum())),
    )
