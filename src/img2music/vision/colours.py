"""The colour of a picture in a word or two."""

from __future__ import annotations

from collections import Counter

import numpy as np
from PIL import Image

from img2music.vision.appearance import oklab_of

_SIDE = 32
_GREY = 0.035
"""Chroma in Oklab below which there is no hue."""
_HUES = ((45, "red"), (85, "orange"), (115, "yellow"), (165, "green"), (215, "turquoise"), (280, "blue"))
_LAST_HUES = ((335, "purple"), (372, "pink"))
"""Hues in degrees of Oklab up to which a colour has a name; they begin at 12."""


def colour_of(picture: Image.Image) -> str:
    """The name of the colour that most of an RGB picture has, such as dark blue."""
    light, red, yellow = (channel.ravel() for channel in oklab_of(picture.resize((_SIDE, _SIDE), Image.Resampling.BOX)))
    chroma, hue = np.hypot(red, yellow), np.degrees(np.arctan2(yellow, red)) % 360
    names = Counter(_name(*values) for values in zip(light.tolist(), chroma.tolist(), hue.tolist(), strict=True))
    return names.most_common(1)[0][0]


def _name(light: float, chroma: float, hue: float) -> str:
    if chroma < _GREY:
        return "black" if light < 0.25 else "white" if light > 0.92 else _toned("grey", light)
    if light < 0.2:
        return "black"
    turned = hue + 360 if hue < 12 else hue
    name = next(name for limit, name in (*_HUES, *_LAST_HUES) if turned < limit)
    if name == "orange" and light < 0.6:
        return "brown"
    return _toned(name, light)


def _toned(name: str, light: float) -> str:
    return f"dark {name}" if light < 0.45 else f"light {name}" if light > 0.8 and name != "yellow" else name
