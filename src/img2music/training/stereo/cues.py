"""What an image says of both channels, where networks learn from it."""

from __future__ import annotations

import torch
from torch import Tensor

from img2music.stereo.bands import IMAGE_BANDS
from img2music.stereo.image import LEAST

_NARROWEST, _WIDEST = LEAST - 0.5, 2.0
"""Logarithms of widths, a little beyond those of images."""


def cues(image: Tensor) -> tuple[Tensor, Tensor]:
    """Images `(..., 40)` as level differences in dB and correlations, `(..., 20)` each, as
    `img2music.stereo.image.cues`."""
    place, width = image[..., :IMAGE_BANDS], (2 * image[..., IMAGE_BANDS:].clamp(_NARROWEST, _WIDEST)).exp()
    left, right = (1 + place).square() + width, (1 - place).square() + width
    return 10 * torch.log10(left / right), (1 - place.square() - width) / (left * right).sqrt()
