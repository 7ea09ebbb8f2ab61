"""A classifier of covers in two parts: a linear layer on image features and a word classifier on the text, each
fitted in seconds.

Every genre has the same weight and each of its sources the root of its size: covers of a genre come from few sources,
which the classifier would otherwise learn in its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from img2music.data.covers.cover import Cover, labels
from img2music.metrics.left_out_sources import FEWEST_COVERS, SourceNaming, tests_by_source
from img2music.training.text_classifier.joining import Join, fit_join
from img2music.training.text_classifier.network import fit_words
from img2music.training.text_classifier.softmax_regression import even_weights, fit_softmax
from img2music.vision.ocr.text_classifier import Lines, WordClassifier

_EPSILON = 1e-5  # as batch norm has it


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of covers: `seen` `(V, N, D)` what a stem makes of `V` views of each, the first as it will be read;
    the lines on each; and how well known names of each genre were read, `named` `(N, G)`."""

    covers: Sequence[Cover]
    seen: np.ndarray
    texts: Sequence[Lines]
    named: np.ndarray
    genres: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class CoverReader:
    """`matrix` `(D, G)` and `bias` `(G,)` are the linear layer on what is seen, less `mean` `(D,)` and in units of
    `std` `(D,)`."""

    matrix: np.ndarray
    bias: np.ndarray
    mean: np.ndarray
    std: np.ndarray
    words: WordClassifier

    def without_words(self, join: Join) -> CoverReader:
        """The same for pictures alone: what joining makes of their part is in the linear layer."""
        return replace(self, matrix=join.shares[0] * self.matrix, bias=join.shares[0] * self.bias + join.offset)

    def parts(self, evidence: Evidence, places: np.ndarray) -> np.ndarray:
        """The logarithms of what picture and words say of the covers at `places`, `(2, N, G)`."""
        logits = (evidence.seen[0, places] - self.mean) / self.std @ self.matrix + self.bias
        seen = logits - np.logaddexp.reduce(logits, 1)[:, None]
        return np.stack([seen, np.stack([self.words(evidence.texts[place]) for place in places])])


def fit_reader(evidence: Evidence, places: np.ndarray, decay: float, known: WordClassifier | None) -> CoverReader:
    """A reader from the covers at `places`; picture and words are not joined yet. `decay` is that of the linear
    layer; what is `known` of words is kept where covers do not tell otherwise."""
    covers = [evidence.covers[place] for place in places]
    targets, count = labels(covers, evidence.genres), len(evidence.genres)
    weights = even_weights([cover.genre for cover in covers], [cover.source for cover in covers])
    seen = evidence.seen[:, places].astype(np.float32)
    mean, std = seen[0].mean(0), np.sqrt(seen[0].var(0) + _EPSILON)
    views = ((seen - mean) / std).reshape(-1, seen.shape[2])
    every = len(seen)
    matrix, bias = fit_softmax(
        views, np.tile(targets, every), classes=count, decay=decay, weights=np.tile(weights, every)
    )
    words = fit_words([evidence.texts[place] for place in places], targets, genres=count, weights=weights, known=known)
    return CoverReader(matrix, bias, mean=mean, std=std, words=words)


def name_sources(evidence: Evidence, train: np.ndarray, test: np.ndarray, decay: float) -> SourceNaming | None:
    """How well a linear layer names the sources of the covers at `test` by what is seen, fitted on those at `train`;
    `decay` as above. None where fewer than two sources have covers enough."""
    named = np.array([cover.source for cover in evidence.covers])
    sizes = Counter(named[train].tolist())
    sources = sorted(source for source in set(named[test].tolist()) if sizes[source] >= FEWEST_COVERS)
    if len(sources) < 2:
        return None
    train, test = (places[np.isin(named[places], sources)] for places in (train, test))
    targets, truth = (np.searchsorted(sources, named[places]) for places in (train, test))
    seen = evidence.seen[0].astype(np.float32)
    mean, std = seen[train].mean(0), np.sqrt(seen[train].var(0) + _EPSILON)
    matrix, bias = fit_softmax((seen[train] - mean) / std, targets, classes=len(sources), decay=decay)
    said = ((seen[test] - mean) / std @ matrix + bias).argmax(1)
    largest = int(np.bincount(targets).argmax())
    return SourceNaming(
        len(sources), len(test), right=float((said == truth).mean()), largest=float((truth == largest).mean())
    )


def left_out_parts(
    evidence: Evidence, places: np.ndarray, decay: float, known: WordClassifier | None
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By the name of each source that is left out in turn: the places of its covers among `places`, and what a reader
    says of them, `(2, N, G)`, that was fitted on the other sources, without covers of the same group."""
    covers = [evidence.covers[place] for place in places]
    tests = tests_by_source([cover.genre for cover in covers], [cover.source for cover in covers])
    found = {}
    for name, members in tests.items():
        groups = {covers[member].group for member in members}
        others = np.array([place for place in places if evidence.covers[place].group not in groups], np.int64)
        if {evidence.covers[place].genre for place in others} != set(evidence.genres):
            continue  # what no other source has cannot be learnt without this one
        reader = fit_reader(evidence, others, decay, known)
        found[name] = (places[members], reader.parts(evidence, places[members]))
    return found


def joined_on_others(
    evidence: Evidence, found: dict[str, tuple[np.ndarray, np.ndarray]]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By the name of each left-out source: the joint probabilities `(N, G)` of its covers and their genres' indices
    `(N,)`, joined as is best on the other left-out sources."""
    joint = {}
    for name, (places, parts) in found.items():
        rest = {other: facts for other, facts in found.items() if other != name} or found
        targets = labels([evidence.covers[place] for place in places], evidence.genres)
        joint[name] = (join_on(evidence, rest)(parts, evidence.named[places]), targets)
    return joint


def join_on(evidence: Evidence, found: dict[str, tuple[np.ndarray, np.ndarray]]) -> Join:
    """The join that fits covers of left-out sources."""
    places = np.concatenate([places for places, _ in found.values()])
    covers = [evidence.covers[place] for place in places]
    parts = np.concatenate([parts for _, parts in found.values()], 1)
    weights = even_weights([cover.genre for cover in covers], [cover.source for cover in covers])
    return fit_join(parts, evidence.named[places], labels(covers, evidence.genres), weights)
