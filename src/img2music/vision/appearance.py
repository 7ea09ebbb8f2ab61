"""What a picture looks like: lightness, saturation, warmth, contrast, variety of colours, detail and clash of hues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from PIL import Image

SIDE = 64
"""Size at which pictures are measured, pixels, with weights that fall towards the edges: saving a picture again,
resizing or cropping it a little changes little."""

SHARES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
"""Quantiles of album covers at which the attributes are tabulated."""
# 2,500 covers of ten genres; `python benchmarks/appearance.py COVERS` prints this table.
_COVERS: dict[str, tuple[float, ...]] = {
    "lightness": (
        0.0383,
        0.2831,
        0.3332,
        0.4008,
        0.4479,
        0.4899,
        0.5255,
        0.5649,
        0.6035,
        0.6547,
        0.7280,
        0.7975,
        0.9892,
    ),
    "saturation": (
        0.0000,
        0.0060,
        0.0105,
        0.0193,
        0.0271,
        0.0335,
        0.0409,
        0.0502,
        0.0603,
        0.0724,
        0.0947,
        0.1149,
        0.2046,
    ),
    "warmth": (
        -0.1149,
        -0.0303,
        -0.0142,
        -0.0005,
        0.0048,
        0.0118,
        0.0200,
        0.0282,
        0.0385,
        0.0517,
        0.0728,
        0.0936,
        0.1693,
    ),
    "contrast": (
        0.0085,
        0.0869,
        0.1075,
        0.1340,
        0.1527,
        0.1672,
        0.1837,
        0.1980,
        0.2142,
        0.2336,
        0.2640,
        0.2895,
        0.4632,
    ),
    "variety": (0.0001, 0.0051, 0.0087, 0.0175, 0.0238, 0.0295, 0.0349, 0.0406, 0.0469, 0.0563, 0.0694, 0.0806, 0.1755),
    "detail": (0.0029, 0.0453, 0.0571, 0.0751, 0.0890, 0.1003, 0.1111, 0.1225, 0.1355, 0.1534, 0.1781, 0.1992, 0.3607),
    "clash": (0.0000, 0.0003, 0.0006, 0.0014, 0.0022, 0.0032, 0.0044, 0.0063, 0.0088, 0.0132, 0.0224, 0.0320, 0.1122),
}

_WORDS = {
    "lightness": ("dark", "light"),
    "saturation": ("muted", "colourful"),
    "warmth": ("cool", "warm"),
    "contrast": ("soft", "contrasty"),
    "variety": ("of few colours", "of many colours"),
    "detail": ("plain", "detailed"),
    "clash": ("of similar hues", "of clashing hues"),
}
_LOW, _HIGH = 0.3, 0.7


@dataclass(frozen=True)
class Appearance:
    """Each from 0 to 1: the share of album covers that have less of it (a percentile)."""

    lightness: float
    saturation: float
    warmth: float
    """From blue, 0, to orange, 1."""
    contrast: float
    variety: float
    """Of colours."""
    detail: float
    """How many edges there are."""
    clash: float = 0.5
    """How much colours oppose each other, such as red and green."""

    def words(self) -> list[str]:
        """The attributes that stand out, in words."""
        return standing_out(asdict(self), _WORDS)


def standing_out(shares: Mapping[str, float], words: Mapping[str, tuple[str, str]]) -> list[str]:
    """A word for each of the named `shares` that is low or high, from `words`, which has one for either."""
    return [words[name][share > _HIGH] for name, share in shares.items() if not _LOW <= share <= _HIGH]


def shrunk(picture: Image.Image) -> Image.Image:
    """An RGB picture in `SIDE` × `SIDE` pixels, on which it is described; one of that size stays as it is."""
    # bicubic resampling gives nearly the same from every size; block means depend on where the blocks begin
    return picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def appearance_of(picture: Image.Image) -> Appearance:
    """The appearance of an RGB picture relative to album covers."""
    measured = measure(picture)
    return Appearance(*(float(np.interp(measured[name], _COVERS[name], SHARES)) for name in _WORDS))


def measure(picture: Image.Image) -> dict[str, float]:
    """The attributes themselves, from colours in Oklab (Ottosson, 2020)."""
    light, red, yellow = oklab_of(shrunk(picture))
    saturation = _mean(np.hypot(red, yellow))
    return {
        "lightness": _mean(light),
        "saturation": saturation,
        "warmth": _mean(0.5 * red + 0.87 * yellow),  # towards orange, at 60 degrees of hue
        "contrast": _std(light),
        "variety": float(np.hypot(_std(red), _std(yellow))),
        "detail": _mean(np.abs(np.diff(light, axis=0))) + _mean(np.abs(np.diff(light, axis=1))),
        "clash": saturation - float(np.hypot(_mean(red), _mean(yellow))),  # of opposite hues each takes from the mean
    }


def _mean(values: np.ndarray) -> float:
    """The mean of `(H, W)`, weighted with a Hann window in both directions."""
    return float(np.average(values, weights=np.outer(*(np.hanning(side + 2)[1:-1] for side in values.shape))))


def _std(values: np.ndarray) -> float:
    return _mean(np.square(values - _mean(values))) ** 0.5


def oklab_of(picture: Image.Image) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pixels of an RGB picture in Oklab: lightness, green to red, and blue to yellow, each `(H, W)`."""
    rgb = np.asarray(picture, np.float32) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    cones = linear @ np.array(
        [[0.4122214708, 0.2119034982, 0.0883024619], [0.5363325363, 0.6806995451, 0.2817188376],
         [0.0514459929, 0.1073969566, 0.6299787005]],
        np.float32,
    )  # fmt: skip
    lab = np.cbrt(cones) @ np.array(
        [[0.2104542553, 1.9779984951, 0.0259040371], [0.7936177850, -2.4285922050, 0.7827717662],
         [-0.0040720468, 0.4505937099, -0.8086757660]],
        np.float32,
    )  # fmt: skip
    return lab[..., 0], lab[..., 1], lab[..., 2]
