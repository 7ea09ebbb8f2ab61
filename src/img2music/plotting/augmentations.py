"""A cover as training sees it (Figure 4 of the paper)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from PIL import Image

from img2music.plotting.style import WIDTH, new_figure, styled


@styled
def augmented_cover(original: Image.Image, views: Mapping[str, Image.Image | ArrayLike]) -> Figure:
    """A cover beside its augmented views, by name.

    A view is a picture or a tensor `(3, H, W)`, uint8 or float in 0..1.
    """
    figure = new_figure(WIDTH / (len(views) + 1) + 0.5, f"A cover and its augmentations: {', '.join(views)}")
    shown = {"original": original, **views}
    for axes, (name, view) in zip(figure.subplots(1, len(shown)), shown.items(), strict=True):
        axes.imshow(_pixels(view))
        axes.set_title(name, loc="center")
        axes.axis("off")
    return figure


def _pixels(view: Image.Image | ArrayLike) -> np.ndarray:
    """`(H, W, 3)` uint8."""
    if isinstance(view, Image.Image):
        return np.asarray(view.convert("RGB"))
    values = np.moveaxis(np.asarray(view), 0, -1)
    if values.dtype == np.uint8:
        return values
    return np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)
