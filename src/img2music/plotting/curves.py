"""Training curves, from what Lightning logged."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from img2music.errors import ModelError
from img2music.plotting.style import GENRE_COLOURS, GREY, PALETTE, new_figure, styled

LOG = Path("log", "metrics.csv")
TRAIN, VALIDATION = "train_", "validation_"
_LABELS = {
    "error_db": "error (dB)",
    "nll": "negative log-likelihood",
    "kl": "divergence of the latent (nat)",
}
_HELD_OUT: dict[str, Any] = {"linestyle": "-", "markersize": 3.5}
_TRAINING: dict[str, Any] = {"linestyle": "--", "markersize": 3.5, "markerfacecolor": "white"}


@dataclass(frozen=True)
class Curves:
    """What a run logged: for each metric the epochs, from 1, and the mean of its values in each, `(E,)`."""

    name: str
    metrics: dict[str, tuple[np.ndarray, np.ndarray]]


def read_curves(run: Path) -> Curves:
    """The log of a run folder. Raises `ModelError` when it has none, or none that says anything."""
    file = run / LOG
    values: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    try:
        with file.open(newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                epoch = int(float(row.pop("epoch"))) + 1
                for metric, value in row.items():
                    if value and metric != "step":
                        values[metric][epoch].append(float(value))
    except FileNotFoundError as error:
        raise ModelError(f"{run} holds no {LOG}; give the folder of a training run.") from error
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise ModelError(f"{file} is not the log of a training; give the folder of a run.") from error
    if not values:
        raise ModelError(f"{file} says nothing yet; train for longer.")
    return Curves(run.resolve().name, {metric: _means(values[metric]) for metric in sorted(values)})


def _means(values: dict[int, list[float]]) -> tuple[np.ndarray, np.ndarray]:
    epochs = sorted(values)
    return np.array(epochs), np.array([np.mean(values[epoch]) for epoch in epochs])


@styled
def training_curves(runs: Sequence[Curves], title: str = "Training curves") -> Figure:
    """Every metric of the runs over epochs, one panel for each quantity and one colour for each run.

    What was measured on held-out data is a solid line, on training data a dashed one.
    """
    panels: dict[str, list[str]] = {}
    every = {metric for run in runs for metric in run.metrics}
    for metric in sorted(every, key=lambda metric: (not metric.startswith(VALIDATION), metric)):
        panels.setdefault(metric.removeprefix(TRAIN).removeprefix(VALIDATION), []).append(metric)
    columns = 2 if len(panels) in (2, 4) else min(len(panels), 3)
    rows = -(-len(panels) // columns)
    figure = new_figure(2.7 * rows + 0.4 + 0.2 * -(-len(runs) // 4), title)
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat[len(panels) :]:
        axes.remove()
    colours = _colours(runs)
    last = max(epochs[-1] for run in runs for epochs, _ in run.metrics.values())
    for axes, (quantity, metrics) in zip(grid.flat, panels.items(), strict=False):
        for run, colour in zip(runs, colours, strict=True):
            for metric in (metric for metric in metrics if metric in run.metrics):
                epochs, values = run.metrics[metric]
                line = _HELD_OUT if metric.startswith(VALIDATION) else _TRAINING
                axes.plot(epochs, values, color=colour, marker="o" if len(epochs) < 40 else None, **line)
        axes.set(title=_LABELS.get(quantity, quantity.replace("_", " ")), xlabel="epoch", xlim=(0.5, last + 0.5))
        axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
        axes.grid()
    keys = [Line2D([], [], color=colour, label=run.name) for run, colour in zip(runs, colours, strict=True)]
    keys += [Line2D([], [], color=GREY, label="held out", marker="o", **_HELD_OUT)]
    keys += [Line2D([], [], color=GREY, label="training", marker="o", **_TRAINING)]
    figure.legend(handles=keys, loc="outside lower center", ncols=4)
    return figure


def _colours(runs: Sequence[Curves]) -> list[str]:
    """A colour for each run, the genre's own for the one run whose name ends in a genre."""
    genres = [run.name.rpartition("-")[2] for run in runs]
    own = [GENRE_COLOURS.get(genre) if genres.count(genre) == 1 else None for genre in genres]
    others = cycle(colour for colour in PALETTE if colour not in own)
    return [colour or next(others) for colour in own]
