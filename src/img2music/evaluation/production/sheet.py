"""A sheet of spectrograms to 20 kHz and goniometers: what a record looks like in both channels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from img2music.stereo.transform import RATE, WINDOW, stft

RANGE = 90.0
"""dB between the loudest and the darkest that is told apart."""
HIGHEST = 20_000
_POINTS = 20_000
_SECONDS = 8


def stereo_sheet(sounds: Sequence[tuple[str, np.ndarray]], columns: int = 2) -> Figure:
    """Spectrogram of the middle, beside it the goniometer, of the first 8 s of each sound, samples `(T, 2)` at 44.1 kHz
    under their names, row by row in `columns` columns."""
    rows = -(-len(sounds) // columns)
    figure = Figure(figsize=(6.4 * columns, 2.1 * rows), dpi=100, layout="constrained")
    grid = figure.subplots(rows, 2 * columns, squeeze=False, width_ratios=[3, 1] * columns)
    for axes in grid.flat:
        axes.set_visible(False)
    for number, (name, samples) in enumerate(sounds):
        row, column = divmod(number, columns)
        samples = samples[: _SECONDS * RATE]
        draw_spectrogram(grid[row, 2 * column], samples.mean(1), name)
        draw_goniometer(grid[row, 2 * column + 1], samples)
    return figure


def draw_spectrogram(axes: Axes, samples: np.ndarray, name: str) -> None:
    """Level of samples `(T,)` at 44.1 kHz in dB below the loudest, over s and kHz."""
    bins = HIGHEST * WINDOW // RATE
    level = 20 * np.log10(np.abs(stft(samples))[:, :bins].T + 1e-9)
    axes.imshow(
        level - level.max(), cmap="magma", vmin=-RANGE, vmax=0, aspect="auto", origin="lower",
        extent=(0, len(samples) / RATE, 0, HIGHEST / 1000), interpolation="nearest",
    )  # fmt: skip
    axes.set(visible=True, yticks=(0, 5, 11, 20), ylabel="kHz")
    axes.set_title(name, fontsize=8)


def draw_goniometer(axes: Axes, samples: np.ndarray) -> None:
    """Side against middle of samples `(T, 2)`: a vertical line is mono, left leans to the left."""
    points = samples[:: max(1, len(samples) // _POINTS)]
    size = np.percentile(np.abs(points), 99.5) + 1e-9
    axes.plot((points[:, 1] - points[:, 0]) / size, points.sum(1) / size, ",", color="tab:blue", alpha=0.3)
    axes.set(visible=True, xlim=(-2, 2), ylim=(-2, 2), xticks=(), yticks=(), aspect="equal")
