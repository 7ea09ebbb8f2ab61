"""Which genres are taken for which, and recall, precision and F1 (Figure 5 and Table 1 of the paper)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from img2music.genres import GENRES
from img2music.plotting.style import GREY, genre_colour, new_figure, styled

MEASURES = ("recall", "precision", "f1")
_HEADINGS = ("recall", "precision", "F1")


@styled
def confusion_matrices(counts: ArrayLike, genres: Sequence[str] = GENRES, name: str = "") -> Figure:
    """A confusion matrix `(K, K)` of counts, rows being the truth, beside its `log_normalised` values.

    `name` says in the title whose it is.
    """
    matrix = np.asarray(counts)
    shares = matrix / np.maximum(matrix.sum(1, keepdims=True), 1)
    figure = new_figure(4.3, f"Confusion matrix{f' of {name}' if name else ''}: {matrix.sum()} covers")
    raw, logarithmic = figure.subplots(1, 2)
    cells = [[f"{n}\n{share:.0%}" for n, share in zip(*row, strict=True)] for row in zip(matrix, shares, strict=True)]
    _draw_matrix(
        raw, matrix / max(matrix.max(), 1), cells=cells, genres=genres, title="covers, and share of the true genre's"
    )
    values = log_normalised(matrix)
    cells = [[f"{value:.2f}" for value in row] for row in values]
    _draw_matrix(logarithmic, values, cells=cells, genres=genres, title="log(1 + covers), normalised")
    return figure


def log_normalised(counts: ArrayLike) -> np.ndarray:
    """Counts `(K, K)` as log(1 + n) over the largest such, in 0..1: small counts show beside large ones."""
    logs = np.log1p(np.asarray(counts, float))
    return logs / max(logs.max(), 1e-12)


def _draw_matrix(axes: Axes, values: np.ndarray, cells: list[list[str]], genres: Sequence[str], title: str) -> None:
    """Cells of text on a ground as dark as `values` `(K, K)` in 0..1 are high."""
    axes.imshow(values, cmap="Blues", vmin=0, vmax=1.15)
    for row, column in np.ndindex(values.shape):
        colour = "white" if values[row, column] > 0.8 else "#101010"
        axes.text(column, row, cells[row][column], ha="center", va="center", color=colour)
    axes.set_xticks(range(len(genres)), genres, rotation=0 if len(genres) <= 5 else 90)
    axes.set_yticks(range(len(genres)), genres)
    axes.set(title=title, xlabel="recognised as", ylabel="true genre")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


@styled
def class_table(
    ours: Mapping[str, Mapping[str, float]], paper: Mapping[str, Mapping[str, float]] | None = None, name: str = ""
) -> Figure:
    """Recall, precision and F1 of each genre as a table, in percent, beside the paper's where it has any.

    Both map a genre to its `recall`, `precision` and `f1`, shares in 0..1; `name` says in the title whose
    are ours.
    """
    parts = {name or "ours": ours, **({"the paper's Table 1": paper} if paper else {})}
    figure = new_figure(0.32 * (len(ours) + 2) + 0.5, f"Recall, precision and F1 (%) of {' and '.join(parts)}")
    axes = figure.subplots()
    axes.set(xlim=(0, 1 + 3 * len(parts)), ylim=(len(ours) + 0.5, -1.5))
    axes.axis("off")
    axes.axhline(0.5, color=GREY, linewidth=0.7)
    for number, (part, scores) in enumerate(parts.items()):
        left = 1 + 3 * number
        axes.text(left + 1.5, -0.9, part, ha="center", va="center", weight="bold")
        axes.plot([left + 0.15, left + 2.85], [-0.5, -0.5], color=GREY, linewidth=0.7)
        for column, heading in enumerate(_HEADINGS):
            axes.text(left + column + 0.5, 0, heading, ha="center", va="center", color=GREY)
        for row, genre in enumerate(ours, start=1):
            for column, measure in enumerate(MEASURES):
                cell = f"{100 * scores[genre][measure]:.1f}" if genre in scores else "–"
                axes.text(left + column + 0.5, row, cell, ha="center", va="center")
    for row, genre in enumerate(ours, start=1):
        axes.text(0.05, row, genre, va="center", weight="bold", color=genre_colour(genre))
    return figure
