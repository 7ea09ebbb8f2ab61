"""Continuation: embeddings joined to any length at their bar lines, each of about the tempo of the one before, with a
cross-fade in latent space."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np

OVERLAP = 22
"""Length of a cross-fade in latent steps, about half a second."""
_CANDIDATES = 8
"""How many of the best-fitting segments are considered when one of the right tempo is sought."""


@dataclass(frozen=True, eq=False)
class Segment:
    """An embedding `(C, S)` and the beginnings of its bars in latent steps, which need not be whole."""

    latents: np.ndarray
    bars: tuple[float, ...] = ()

    @property
    def steps(self) -> int:
        """Length in latent steps."""
        return self.latents.shape[1]


def bar_length(bars: Sequence[float]) -> float | None:
    """The median length of bars that begin at `bars`, None for fewer than two."""
    return median(after - before for before, after in pairwise(bars)) if len(bars) > 1 else None


def in_order(bars: Sequence[float | None], ranking: Sequence[int]) -> Iterator[int]:
    """The segments of a `ranking`, best first, reordered so that each is about as fast as the one before.

    `bars` has the length of each segment's bars. The first segment stays first. Each further one is the one among the
    next best few whose bar length is nearest to that before; a factor of two counts as equal.
    """
    last, left = ranking[0], list(ranking[1:])
    yield last
    while left:
        now = bars[last]
        last = min(left[:_CANDIDATES], key=lambda index: _difference(now, bars[index]))
        left.remove(last)
        yield last


def join(segments: Iterator[Segment], steps: int) -> tuple[Segment, int]:
    """A segment of `steps` latent steps, joined from as many `segments` as it takes, and how many these are.

    Each segment is left at its last bar line and the next entered at its first one; without bars, at their ends.
    """
    joined, count = next(segments), 1
    while joined.steps < steps:
        joined = _joined(joined, next(segments))
        count += 1
    return Segment(joined.latents[:, :steps].astype(np.float32), _within(joined.bars, 0, steps)), count


def _joined(first: Segment, second: Segment) -> Segment:
    half = OVERLAP // 2
    near = second.steps // 4  # bar lines count only this close to the ends, so that most of the segment is used
    leave = round(max(_within(first.bars, first.steps - near, first.steps - half), default=first.steps - half))
    enter = round(min(_within(second.bars, half, near), default=half))
    rise = np.linspace(0, 1, OVERLAP + 2, dtype=np.float32)[1:-1]
    fading = first.latents[:, leave - half : leave + half].astype(np.float32)
    coming = second.latents[:, enter - half : enter + half].astype(np.float32)
    latents = [
        first.latents[:, : leave - half],
        fading * (1 - rise) + coming * rise,
        second.latents[:, enter + half :],
    ]
    later = tuple(bar + leave - enter for bar in second.bars if bar >= enter - 0.5)
    return Segment(
        np.concatenate(latents, axis=1, dtype=np.float32), tuple(bar for bar in first.bars if bar < leave - 0.5) + later
    )


def _within(bars: Sequence[float], begin: float, end: float) -> tuple[float, ...]:
    return tuple(bar for bar in bars if begin <= bar <= end)


def _difference(first: float | None, second: float | None) -> float:
    """The distance of two bar lengths modulo octaves, 0 to 0.5; 1 when one is unknown."""
    if first is None or second is None:
        return 1.0
    octaves = float(np.log2(second / first))
    return abs(octaves - round(octaves))
