"""Which items of a data set belong together, repeat each other, or contradict each other."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Pair = tuple[int, int]


def equal_pairs(keys: Sequence[Hashable]) -> list[Pair]:
    """Each item with the first one of the same key; empty keys equal none."""
    first: dict[Hashable, int] = {}
    pairs = []
    for item, key in enumerate(keys):
        if key and first.setdefault(key, item) != item:
            pairs.append((first[key], item))
    return pairs


def clusters(count: int, pairs: Iterable[Pair]) -> np.ndarray:
    """For each of `count` items the first item that it is connected with by pairs, `(count,)` int64."""
    links = np.array(list(pairs), np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(links), np.int8), (links[:, 0], links[:, 1])), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    _, first = np.unique(labels, return_index=True)
    return first[labels].astype(np.int64)


def contradictions(cluster: np.ndarray, genres: Sequence[str]) -> dict[int, int]:
    """Items that share a cluster with an item of another genre, each with the first such item."""
    members: dict[int, list[int]] = {}
    for item, first in enumerate(cluster.tolist()):
        members.setdefault(first, []).append(item)
    found = {}
    for together in members.values():
        for item in together:
            other = next((other for other in together if genres[other] != genres[item]), None)
            if other is not None:
                found[item] = other
    return found


def repetitions(cluster: np.ndarray, genres: Sequence[str]) -> dict[int, int]:
    """Items that share a cluster with an earlier item of the same genre, each with the first such item."""
    first: dict[tuple[int, str], int] = {}
    found = {}
    for item, key in enumerate(zip(cluster.tolist(), genres, strict=True)):
        if first.setdefault(key, item) != item:
            found[item] = first[key]
    return found
