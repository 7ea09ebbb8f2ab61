"""Chance by the seed: each question has a stream of its own, so that one answer never moves another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, *question: object) -> Random:
    """The random numbers for a question: the same for the same seed, unrelated to those of other questions."""
    return Random("/".join(map(str, (seed, *question))))


def pick(rng: Random, weights: Mapping[T, float]) -> T:
    """One of the keys, as often as its weight says."""
    return at_quantile(weights, rng.random())


def at_quantile(weights: Mapping[T, float], share: float) -> T:
    """The key at which the weights, added up in their order, pass `share` (0 to 1) of their sum."""
    left = share * sum(weights.values())
    chosen = None
    for key, weight in weights.items():
        if weight > 0:
            chosen = key
            if left < weight:
                break
            left -= weight
    if chosen is None:
        raise ValueError("all weights are zero")
    return chosen


def one(rng: Random, options: Sequence[T]) -> T:
    """One of the options, each as often."""
    return options[int(rng.random() * len(options))]


def around(rng: Random, width: float) -> float:
    """A small deviation, at most `width` either way, most often near 0."""
    return (rng.random() + rng.random() - 1) * width
