"""Boxes around the lines of text on a picture, from what a text detector says of its pixels.

Reference: Liao et al., Real-time scene text detection with differentiable binarization, AAAI 2020.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as shares of a picture's width and height."""
MOST_BOXES = 8
_CELL = 2  # pixels to a cell in which lines are told apart
_INK = 0.3  # probability from which a cell is taken for text
_SURE = 0.5  # mean probability from which a line is taken for one
_SWELL = 1.6  # the detector marks the core of a line; its area is swollen back by this


def find_boxes(ink: np.ndarray) -> list[Box]:
    """Boxes around the largest lines of text, largest first, 8 at most.

    `ink` `(H, W)` says how likely each pixel is text; sides are even.
    """
    height, width = ink.shape[0] // _CELL, ink.shape[1] // _CELL
    cells = ink.reshape(height, _CELL, width, _CELL).max((1, 3))
    lines = [line for line in _connected(cells) if line.sure >= _SURE]
    lines.sort(key=lambda line: -line.area)
    return [_box(ink, line) for line in lines[:MOST_BOXES]]


@dataclass
class _Cells:
    """Cells of text that touch: the row, first and last column of each of their runs, and how likely they are text."""

    runs: list[tuple[int, int, int]]
    ink: float

    @property
    def sure(self) -> float:
        """How likely they are text in the mean."""
        return self.ink / sum(last - first + 1 for _, first, last in self.runs)

    @property
    def area(self) -> int:
        """Cells of the box around them."""
        rows, first, last = zip(*self.runs, strict=True)
        return (max(rows) - min(rows) + 1) * (max(last) - min(first) + 1)


def _connected(cells: np.ndarray) -> list[_Cells]:
    """The groups of cells `(H, W)` above the least ink that touch, at their corners if nowhere else."""
    padded = np.pad(cells, ((1, 1), (1, 1)))
    width = padded.shape[1]
    bounds = np.flatnonzero(np.diff(padded.ravel() > _INK)) + 1  # where runs begin and end, exclusively, row after row
    starts, stops = bounds[::2], bounds[1::2]
    if not len(starts):
        return []
    ink = np.add.reduceat(padded.ravel(), bounds)[::2]
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
        line.ink += float(ink[run])
    return list(found.values())


def _box(ink: np.ndarray, line: _Cells) -> Box:
    """The box around a line, as shares of width and height. Its edges are where the ink of the line and next to it
    fades, to a fraction of a pixel: what is read changes with less than a cell."""
    near = np.zeros_like(ink)
    for row, first, last in line.runs:
        part = np.s_[max(row - 1, 0) * _CELL : (row + 2) * _CELL, max(first - 1, 0) * _CELL : (last + 2) * _CELL]
        near[part] = ink[part]
    left, right = _edges(near.max(0))
    top, bottom = _edges(near.max(1))
    reach = (right - left) * (bottom - top) * _SWELL / (2 * (right - left + bottom - top))
    height, width = ink.shape
    shares = ((left - reach) / width, (top - reach) / height, (right + reach) / width, (bottom + reach) / height)
    return tuple(min(max(share, 0.0), 1.0) for share in shares)


def _edges(ink: np.ndarray) -> tuple[float, float]:
    """Where ink along a side `(L,)` rises above the least for the first time and falls below for the last."""
    padded = np.pad(ink, 1).astype(np.float64)
    on = np.flatnonzero(padded > _INK)
    first, last = on[0], on[-1]
    before, after = (
        (padded[edge] - _INK) / (padded[edge] - padded[edge + step]) for edge, step in ((first, -1), (last, 1))
    )
    return float(first - 0.5 - before), float(last - 0.5 + after)
