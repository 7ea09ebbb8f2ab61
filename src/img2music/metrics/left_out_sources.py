"""Leave one source out: how a classifier does on covers of sources that it never saw.

Where a genre's covers come from few sources, splits within these reward a classifier that knows sources. Users' covers
are of none of them. Reference: Gulrajani & Lopez-Paz, In search of lost domain generalization, ICLR 2021.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from img2music.genres import GENRES
from img2music.metrics.classification import ClassificationReport, classification_report

POOLED = "smaller sources"
"""What the sources with too few covers to be judged by themselves are called together."""
FEWEST_COVERS = 40
FEWEST_OF_GENRE = 5
"""Covers of a genre from which its recall on a source counts; of fewer it would be chance."""


def tests_by_source(
    genres: Sequence[str], sources: Sequence[str], fewest: int = FEWEST_COVERS
) -> dict[str, np.ndarray]:
    """The tests of leave-one-source-out: by name the indices of the covers that are left out together.

    `genres` and `sources` say of each cover what it is and where it comes from. Each source with two genres or more is
    one test; those of fewer than `fewest` covers are one together, `POOLED`. Sources of a single genre always train:
    on these, a classifier that always says one genre would have full recall.
    """
    named = np.array(sources)
    genres_of = {
        name: {genres[place] for place in np.flatnonzero(named == name).tolist()} for name in sorted(set(sources))
    }
    sizes = Counter(sources)
    mixed = [name for name, found in genres_of.items() if len(found) > 1]
    tests = {name: np.flatnonzero(named == name) for name in mixed if sizes[name] >= fewest}
    small = [name for name in mixed if sizes[name] < fewest]
    pooled = np.flatnonzero(np.isin(named, small))
    return tests | {POOLED: pooled} if len(pooled) else tests


def balanced_recall(guesses: np.ndarray, targets: np.ndarray, fewest: int = FEWEST_OF_GENRE) -> float:
    """Mean of the recalls of the genres with `fewest` covers or more, or of all where no genre has as many.

    `guesses` and `targets` `(N,)` are genre indices.
    """
    sizes = Counter(targets.tolist())
    counted = [genre for genre, size in sizes.items() if size >= fewest] or list(sizes)
    return float(np.mean([(guesses[targets == genre] == genre).mean() for genre in counted]))


@dataclass(frozen=True)
class SourceRecall:
    """How many covers a left-out source has, and their recall, balanced over genres."""

    covers: int
    balanced: float


@dataclass(frozen=True)
class SourceNaming:
    """How far what a classifier sees of covers gives their source away: the share of test covers whose source, one of
    `sources`, a linear layer on it names, and the share of the largest source, which chance would reach."""

    sources: int
    covers: int
    right: float
    largest: float


@dataclass(frozen=True)
class LeftOutReport:
    """What leave-one-source-out says: `balanced`, the mean over sources of their balanced recalls; `worst`, the
    smallest of a source by itself; the share of covers for which each genre is `said`, and for which it is `true`; the
    report on all covers together; the figures of each source; and how far sources are given away, where that was
    measured."""

    balanced: float
    worst: float
    said: dict[str, float]
    true: dict[str, float]
    together: ClassificationReport
    sources: dict[str, SourceRecall]
    naming: SourceNaming | None = None

    def to_json(self) -> dict[str, Any]:
        """The report as numbers and text; `naming` is there only where it was measured."""
        values = asdict(self) | {"together": self.together.to_json()}
        if self.naming is None:
            del values["naming"]
        return values


def source_report(tests: Mapping[str, tuple[np.ndarray, np.ndarray]], genres: Sequence[str] = GENRES) -> LeftOutReport:
    """The report of leave-one-source-out.

    `tests` holds, by name, probabilities `(N, G)` and targets `(N,)` of the covers of each source, from a classifier
    that did not see it.
    """
    sources = {
        name: SourceRecall(len(targets), balanced_recall(likely.argmax(1), targets))
        for name, (likely, targets) in tests.items()
    }
    recalls = [found.balanced for found in sources.values()]
    alone = [found.balanced for name, found in sources.items() if name != POOLED]
    likely, targets = (np.concatenate(parts) for parts in zip(*tests.values(), strict=True))
    every = range(len(genres))
    return LeftOutReport(
        balanced=float(np.mean(recalls)),
        worst=min(alone or recalls),
        said=dict(zip(genres, _shares(likely.argmax(1), every), strict=True)),
        true=dict(zip(genres, _shares(targets, every), strict=True)),
        together=classification_report(likely, targets, genres=genres),
        sources=sources,
    )


def _shares(indices: np.ndarray, every: Sequence[int]) -> list[float]:
    return [float((indices == genre).mean()) for genre in every]
