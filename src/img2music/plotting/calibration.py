"""The reliability diagram: the accuracy of a classifier over its confidence."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from img2music.metrics.classification import calibration_error
from img2music.plotting.style import GREY, PALE, PALETTE, new_figure, styled


@styled
def reliability_diagram(probabilities: np.ndarray, targets: np.ndarray, bins: int = 10, name: str = "") -> Figure:
    """Accuracy over confidence in `bins` equal bins, and how many covers fall into each.

    `probabilities` is `(N, K)`, `targets` `(N,)`; `name` says in the title whose they are. On the diagonal
    a classifier is right as often as it says; the mean distance from it is the calibration error (Guo et
    al., On calibration of modern neural networks, ICML 2017).
    """
    confidence, hits = probabilities.max(1), probabilities.argmax(1) == targets
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    counts = np.bincount(bin_of, minlength=bins)
    filled = np.maximum(counts, 1)
    said = (np.bincount(bin_of, confidence, bins) / filled)[counts > 0]
    right = (np.bincount(bin_of, hits, bins) / filled)[counts > 0]
    error = calibration_error(probabilities, targets, bins)
    figure = new_figure(4.6, f"Reliability{f' of {name}' if name else ''}: calibration error {error:.3f}", width=4.6)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    upper.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label="as often right as it says")
    upper.vlines(said, said, right, color=PALE, linewidth=3)
    upper.plot(said, right, "o-", color=PALETTE[0], markersize=5, label="this classifier")
    upper.set(xlim=(0, 1), ylim=(0, 1), ylabel="accuracy")
    upper.grid()
    upper.legend(loc="upper left")
    lower.bar(np.arange(bins) / bins, counts, width=1 / bins, align="edge", color=PALETTE[0], edgecolor="white")
    lower.set(xlabel="confidence", ylabel="covers")
    return figure
