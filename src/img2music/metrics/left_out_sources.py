"""Leave one source out: how a classifier does on covers of sources that it never saw.

Where a genre's covers come from few sources, splits within these reward a classifier that knows sources. Users' covers
are of none of them. Reference: Gulrajani & Lopez-Paz, In search of lost domain generalization, ICLR 2021.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from img2music.genres import GENRES
from img2music.metrics.classification import classification_report

POOLED = "smaller sources"
"""What the sources with too few covers to be judged by themselves are called together."""
FEWEST_COVERS = 40
FEWEST_OF_GENRE = 5
"""Covers of a genre from which its recall on a source counts; of fewer it would be luck."""


def tests_by_source(
    genres: Sequence[str], sources: Sequence[str], fewest: int = FEWEST_COVERS
) -> dict[str, np.ndarray]:
    """The tests of leave-one-source-out: by name the indices of the covers that are left out together.

    `genres` and `sources` say of each cover what it is and where it comes from. Each source with two genres or more is
    one test; those of fewer than `fewest` covers are one together, `POOLED`. Sources of a single genre always train:
    on these, recall cannot be told from a habit.
    """
    named = np.array(sources)
    genres_of = {name: {genres[place] for place in np.flatnonzero(named == name)} for name in sorted(set(sources))}
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


def source_report(
    tests: Mapping[str, tuple[np.ndarray, np.ndarray]], genres: Sequence[str] = GENRES
) -> dict[str, object]:
    """What leave-one-source-out says: `balanced`, the mean over sources of their balanced recalls; `worst`, the
    smallest of a source by itself; how often each genre is `said` and how often it is `true`; the report on all covers
    together; and by source its covers and balanced recall.

    `tests` holds, by name, probabilities `(N, G)` and targets `(N,)` of the covers of each source, from a classifier
    that did not see it.
    """
    sources = {
        name: {"covers": len(targets), "balanced": balanced_recall(likely.argmax(1), targets)}
        for name, (likely, targets) in tests.items()
    }
    alone = [facts["balanced"] for name, facts in sources.items() if name != POOLED]
    likely, targets = (np.concatenate(parts) for parts in zip(*tests.values(), strict=True))
    together = classification_report(likely, targets, genres=genres)
    every = range(len(genres))
    return {
        "balanced": float(np.mean([facts["balanced"] for facts in sources.values()])),
        "worst": min(alone or [facts["balanced"] for facts in sources.values()]),
        "said": dict(zip(genres, _shares(likely.argmax(1), every), strict=True)),
        "true": dict(zip(genres, _shares(targets, every), strict=True)),
        "together": together,
        "sources": sources,
    }


def _shares(indices: np.ndarray, every: Sequence[int]) -> list[float]:
    return [float((indices == genre).mean()) for genre in every]
