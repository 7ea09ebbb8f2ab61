"""Where things are in a picture: how lightness, detail and what stands out change as one reads it.

A picture is read in steps: columns from left to right, rows from the top down, or rings from the centre out. What
stands out differs in colour from the picture as a whole (Achanta, Hemami, Estrada & Süsstrunk, Frequency-tuned salient
region detection, CVPR 2009).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from img2music.vision.appearance import SIDE, oklab_of, shrunk
from img2music.wishes import CENTRE_OUT, LEFT_RIGHT, TOP_DOWN, WHOLE

STEPS = 16
"""In which a picture is read."""
_WIDTH = 0.06
"""Standard deviation of what is seen at once, as a share of the way: saving a picture again or cropping it a little
changes little."""
_FLAT = {"lightness": 0.05, "detail": 0.02, "height": 0.05}
"""Standard deviation below which a contour is drawn flatter than others, so that a plain picture has a plain one."""
_SPREAD = 0.25
"""Standard deviation of a contour that is not flat."""


@dataclass(frozen=True)
class PictureContour:
    """How a picture changes as it is read, in `STEPS` numbers each, from 0 to 1 and around 0.5.

    `height` is that of what stands out; read from the top down it is how far to the right that is.
    """

    lightness: tuple[float, ...]
    detail: tuple[float, ...]
    height: tuple[float, ...]


def contours_of(picture: Image.Image) -> dict[str, PictureContour | None]:
    """The contour of an RGB picture in each of `ORDERS`; None where it is the same throughout."""
    light, red, yellow = oklab_of(shrunk(picture))
    middle = [float(channel.mean()) for channel in (light, red, yellow)]
    away = np.sqrt(sum(np.square(c - m) for c, m in zip((light, red, yellow), middle, strict=True)))
    edges = np.hypot(*np.gradient(light))
    across = (np.arange(SIDE) + 0.5) / SIDE
    high, right = np.broadcast_to(1 - across[:, None], light.shape), np.broadcast_to(across, light.shape)
    out = np.hypot(high - 0.5, right - 0.5) * 2**0.5
    layers = {"lightness": light, "detail": edges}
    return {
        LEFT_RIGHT: _read(right, layers, away, high),
        CENTRE_OUT: _read(out, layers, away, high),
        TOP_DOWN: _read(1 - high, layers, away, right),
        WHOLE: None,
    }


def _read(
    way: np.ndarray, layers: dict[str, np.ndarray], away: np.ndarray, height: np.ndarray
) -> PictureContour | None:
    """The contour along a `way` from 0 to 1, all `(H, W)`; None when nothing changes on it."""
    places = (np.arange(STEPS) + 0.5) / STEPS
    near = np.exp(-0.5 * np.square((way.ravel() - places[:, None]) / _WIDTH))
    near /= near.sum(1, keepdims=True)
    found = {name: near @ layer.ravel() for name, layer in layers.items()}
    # what stands out twice as much counts four times; where nothing does, it is in the middle
    weights = np.square(away) + 1e-4
    found["height"] = (near @ (weights * height).ravel()) / (near @ weights.ravel())
    contour = {name: _around_half(values, _FLAT[name]) for name, values in found.items()}
    if all(value == 0.5 for values in contour.values() for value in values):
        return None
    return PictureContour(**contour)


def _around_half(values: np.ndarray, flat: float) -> tuple[float, ...]:
    """The values from 0 to 1 with a mean of about 0.5, in hundredths."""
    off = values - values.mean()
    spread = float(off.std())
    scaled = 0.5 + off * _SPREAD / max(spread, flat)
    return tuple(round(value, 2) for value in np.clip(scaled, 0, 1).tolist())
