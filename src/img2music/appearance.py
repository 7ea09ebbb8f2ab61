"""What a picture looks like, in a few numbers that people have words for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from PIL import Image

SIDE = 96
"""Pictures are looked at this small: what is stored again, resized or cut a little looks the same."""

SHARES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
"""Of album covers, at which their attributes are known."""
# 2,500 covers of ten genres; `python benchmarks/appearance.py COVERS` prints this table.
_COVERS: dict[str, tuple[float, ...]] = {
    "lightness": (
        0.0639,
        0.2574,
        0.3096,
        0.3792,
        0.4307,
        0.4772,
        0.5223,
        0.5649,
        0.6115,
        0.6633,
        0.7508,
        0.8196,
        0.9971,
    ),
    "saturation": (
        0.0000,
        0.0058,
        0.0106,
        0.0183,
        0.0253,
        0.0318,
        0.0383,
        0.0462,
        0.0570,
        0.0690,
        0.0912,
        0.1122,
        0.2042,
    ),
    "warmth": (
        -0.1137,
        -0.0298,
        -0.0147,
        -0.0015,
        0.0036,
        0.0094,
        0.0161,
        0.0239,
        0.0326,
        0.0459,
        0.0681,
        0.0885,
        0.1727,
    ),
    "contrast": (
        0.0181,
        0.0966,
        0.1149,
        0.1432,
        0.1605,
        0.1778,
        0.1925,
        0.2075,
        0.2222,
        0.2422,
        0.2732,
        0.2961,
        0.4503,
    ),
    "variety": (0.0000, 0.0064, 0.0102, 0.0185, 0.0247, 0.0305, 0.0359, 0.0418, 0.0486, 0.0575, 0.0709, 0.0826, 0.1769),
    "detail": (0.0032, 0.0348, 0.0441, 0.0584, 0.0686, 0.0779, 0.0877, 0.0969, 0.1089, 0.1233, 0.1450, 0.1636, 0.2810),
}

_WORDS = {
    "lightness": ("dark", "light"),
    "saturation": ("muted", "colourful"),
    "warmth": ("cool", "warm"),
    "contrast": ("soft", "contrasty"),
    "variety": ("of few colours", "of many colours"),
    "detail": ("plain", "detailed"),
}
_LOW, _HIGH = 0.3, 0.7


@dataclass(frozen=True)
class Appearance:
    """Each from 0 to 1: the share of album covers that have less of it."""

    lightness: float
    saturation: float
    warmth: float
    """From blue to orange."""
    contrast: float
    variety: float
    """Of colours."""
    detail: float
    """Edges."""

    def words(self) -> list[str]:
        """What stands out, in words."""
        return standing_out(asdict(self), _WORDS)


def standing_out(shares: Mapping[str, float], words: Mapping[str, tuple[str, str]]) -> list[str]:
    """The word for little or for much of each of the named `shares` that are far from the middle."""
    return [words[name][share > _HIGH] for name, share in shares.items() if not _LOW <= share <= _HIGH]


def appearance_of(picture: Image.Image) -> Appearance:
    """The appearance of an RGB picture beside album covers."""
    measured = measure(picture)
    return Appearance(*(float(np.interp(measured[name], _COVERS[name], SHARES)) for name in _WORDS))


def measure(picture: Image.Image) -> dict[str, float]:
    """The same six attributes as they are, from colours in Oklab (Ottosson, 2020)."""
    small = picture.resize((SIDE, SIDE), Image.Resampling.BOX)
    light, red, yellow = _oklab(np.asarray(small, np.float32) / 255)
    return {
        "lightness": float(light.mean()),
        "saturation": float(np.hypot(red, yellow).mean()),
        "warmth": float((0.5 * red + 0.87 * yellow).mean()),  # towards orange, at 60 degrees of hue
        "contrast": float(light.std()),
        "variety": float(np.hypot(red.std(), yellow.std())),
        "detail": float(np.abs(np.diff(light, axis=0)).mean() + np.abs(np.diff(light, axis=1)).mean()),
    }


def _oklab(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """sRGB `(H, W, 3)` in 0..1 to lightness, green to red, and blue to yellow, each `(H, W)`."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    cones = linear @ np.float32(
        [[0.4122214708, 0.2119034982, 0.0883024619], [0.5363325363, 0.6806995451, 0.2817188376],
         [0.0514459929, 0.1073969566, 0.6299787005]]
    )  # fmt: skip
    lab = np.cbrt(cones) @ np.float32(
        [[0.2104542553, 1.9779984951, 0.0259040371], [0.7936177850, -2.4285922050, 0.7827717662],
         [-0.0040720468, 0.4505937099, -0.8086757660]]
    )  # fmt: skip
    return lab[..., 0], lab[..., 1], lab[..., 2]
