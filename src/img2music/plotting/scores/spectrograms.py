"""The notes of scores over the spectrograms of their sound: where a note is written, partials must be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from img2music.audio.stft import HOP, RATE, WINDOW, magnitude
from img2music.composition.pitch import hertz
from img2music.composition.score import Score
from img2music.plotting.style import name_models, save_figure

_WIDTH, _HEIGHT = 4.0, 2.0
"""Inches of one spectrogram."""
_LOW, _HIGH = 55.0, 5000.0
"""Hz."""
_RANGE = 65.0
"""dB between the loudest and the darkest that is told apart."""


def draw_score_spectrograms(
    pieces: Sequence[tuple[Score, np.ndarray]], out: Path, models: str, columns: int = 3, force: bool = False
) -> Path:
    """A sheet with a spectrogram of each score's samples `(T,)` at 22,050 Hz, its pitched notes as lines at their
    fundamentals and its bars as dots. `models` is the version of the models that played them. Raises `OutputError`."""
    rows = -(-len(pieces) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(columns * _WIDTH, rows * _HEIGHT), squeeze=False)
    for axis in axes.flat[len(pieces) :]:
        axis.axis("off")
    for (score, samples), axis in zip(pieces, axes.flat, strict=False):
        _draw(score, samples, axis)
    for axis in axes[:, 0]:
        axis.set_ylabel("Hz", fontsize=6)
    for axis in axes[-1]:
        axis.set_xlabel("s", fontsize=6)
    figure.tight_layout()
    name_models(figure, models)
    save_figure(figure, out, force)
    plt.close(figure)
    return out


def _draw(score: Score, samples: np.ndarray, axis: Axes) -> None:
    levels = 20 * np.log10(np.maximum(magnitude(samples), 1e-6)).T
    seconds = np.arange(levels.shape[1] + 1) * HOP / RATE
    edges = (np.arange(len(levels) + 1) - 0.5).clip(0.25) * RATE / WINDOW
    loudest = float(levels.max())
    axis.pcolormesh(seconds, edges, levels, vmin=loudest - _RANGE, vmax=loudest, cmap="magma", rasterized=True)
    lines, strengths = [], []
    for part, note in score.notes():
        start, end = score.span(note)
        if not part.instrument.drums and start < len(samples) / RATE:
            lines.append([(start, hertz(note.pitch)), (end, hertz(note.pitch))])
            strengths.append(0.3 + 0.7 * note.velocity / 127)
    axis.add_collection(LineCollection(lines, colors="cyan", linewidths=0.9, alpha=np.array(strengths)))
    axis.plot(score.bar_times, [1.1 * _LOW] * score.bars, ".", color="white", markersize=3)
    axis.set(xlim=(0, len(samples) / RATE), ylim=(_LOW, _HIGH), yscale="log")
    axis.tick_params(labelsize=5)
    names = ", ".join(part.name for part in score.parts)
    axis.set_title(f"{score.title}, {score.tempo.initial:g} bpm, seed {score.seed}\n{names}", fontsize=6)
