"""Text detection: boxes around the lines of text on a picture, from the text probability of each pixel.

Reference: Liao et al., Real-time scene text detection with differentiable binarization, AAAI 2020.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as shares of a picture's width and height."""
MOST_BOXES = 8
_CELL = 2  # side of a cell, pixels; lines are separated on a grid of cells
_LEAST = 0.3  # text probability above which a cell counts as text
_SURE = 0.5  # mean text probability from which a group of cells counts as a line
_UNCLIP = 1.6  # the detector marks the core of a line; its box is grown by this ratio, as in the paper


def find_boxes(probability: np.ndarray) -> list[Box]:
    """Boxes around the largest lines of text, largest first, 8 at most.

    `probability` `(H, W)` is the text probability of each pixel; both sides are even.
    """
    height, width = probability.shape[0] // _CELL, probability.shape[1] // _CELL
    cells = probability.reshape(height, _CELL, width, _CELL).max((1, 3))
    lines = [line for line in _connected(cells) if line.sure >= _SURE]
    lines.sort(key=lambda line: -line.area)
    return [_box(probability, line) for line in lines[:MOST_BOXES]]


@dataclass
class _Cells:
    """Connected cells of text: row, first and last column of each run, and the sum of their text probabilities."""

    runs: list[tuple[int, int, int]]
    probability: float

    @property
    def sure(self) -> float:
        """The mean text probability."""
        return self.probability / sum(last - first + 1 for _, first, last in self.runs)

    @property
    def area(self) -> int:
        """Cells of the box around them."""
        rows, first, last = zip(*self.runs, strict=True)
        return (max(rows) - min(rows) + 1) * (max(last) - min(first) + 1)


def _connected(cells: np.ndarray) -> list[_Cells]:
    """The connected groups (8 neighbours) of cells `(H, W)` above the least text probability."""
    padded = np.pad(cells, ((1, 1), (1, 1)))
    width = padded.shape[1]
    # where runs begin and end, exclusively, row after row
    bounds = np.flatnonzero(np.diff(padded.ravel() > _LEAST)) + 1
    starts, stops = bounds[::2], bounds[1::2]
    if not len(starts):
        return []
    probability = np.add.reduceat(padded.ravel(), bounds)[::2]
    above = zip(np.searchsorted(stops, starts - width), np.searchsorted(starts, stops - width, "right"), strict=True)
    of = list(range(len(starts)))  # a run of the same group, or itself if it is the group's first

    def group(run: int) -> int:
        while of[run] != run:
            of[run] = of[of[run]]
            run = of[run]
        return run

    for run, (low, high) in enumerate(above):
        for other in range(low, high):
            first, second = sorted((group(run), group(other)))
            of[second] = first
    found: dict[int, _Cells] = {}
    for run, (start, stop) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):
        line = found.setdefault(group(run), _Cells([], 0.0))
        line.runs.append((start // width - 1, start % width - 1, (stop - 1) % width - 1))
        line.probability += float(probability[run])
    return list(found.values())


def _box(probability: np.ndarray, line: _Cells) -> Box:
    """The box around a line, as shares of width and height.

    Its edges are where the text probability falls below the least, interpolated to a fraction of a pixel: what the
    recogniser reads changes with less than a cell."""
    near = np.zeros_like(probability)
    for row, first, last in line.runs:
        part = np.s_[max(row - 1, 0) * _CELL : (row + 2) * _CELL, max(first - 1, 0) * _CELL : (last + 2) * _CELL]
        near[part] = probability[part]
    left, right = _edges(near.max(0))
    top, bottom = _edges(near.max(1))
    reach = (right - left) * (bottom - top) * _UNCLIP / (2 * (right - left + bottom - top))
    height, width = probability.shape
    shares = ((left - reach) / width, (top - reach) / height, (right + reach) / width, (bottom + reach) / height)
    return tuple(min(max(share, 0.0), 1.0) for share in shares)


def _edges(probability: np.ndarray) -> tuple[float, float]:
    """Where probabilities along a side `(L,)` first rise above the least, and where they last fall below it."""
    padded = np.pad(probability, 1).astype(np.float64)
    on = np.flatnonzero(padded > _LEAST)
    first, last = on[0], on[-1]
    before, after = (
        (padded[edge] - _LEAST) / (padded[edge] - padded[edge + step]) for edge, step in ((first, -1), (last, 1))
    )
    return float(first - 0.5 - before), float(last - 0.5 + after)
