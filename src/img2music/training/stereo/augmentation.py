"""Sides that no clip has, but another might: a few dozen recordings do not show all that there are."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from img2music.stereo.bands import IMAGE_BANDS, TREBLE_BANDS
from img2music.stereo.image import FARTHEST, LEAST, MOST
from img2music.training.spectrogram_vae.network import FLOOR
from img2music.training.stereo.batch import Batch

_PLACES = (0.5, 1.5)
"""By what places are multiplied."""
_WIDTHS, _TREBLES = 0.4, 0.5
"""Standard deviations of what is added to logarithms of widths and of treble levels."""


def varied(batch: Batch, share: float) -> Batch:
    """A batch in which this share of the crops has the image of another crop, turned round or not, moved further out or
    in and made wider or narrower band by band, and treble of another level and slope."""
    count = len(batch.image)
    changed = _chance(count, share)
    other = torch.argsort(torch.rand(count))
    place, width = batch.image[other].split([IMAGE_BANDS, IMAGE_BANDS], 2)
    low, high = _PLACES
    factor = torch.where(_chance(count, 0.5), low + (high - low) * torch.rand(count, 1, 1), 1.0)
    place = (place * factor * torch.where(_chance(count, 0.5), -1.0, 1.0)).clamp(-FARTHEST, FARTHEST)
    moved = torch.where(_chance(count, 0.5), _curves(count, 5, IMAGE_BANDS, _WIDTHS), 0.0)
    image = torch.cat([place, (width + moved).clamp(LEAST, MOST)], 2)
    gain = _curves(count, 3, TREBLE_BANDS, _TREBLES) + _TREBLES * torch.randn(count, 1, 1)
    treble = torch.log((batch.treble.exp() - FLOOR).clamp(min=0) * gain.exp() + FLOOR)
    return batch._replace(
        image=torch.where(changed, image, batch.image),
        weight=torch.where(changed, batch.weight[other], batch.weight),
        treble=torch.where(changed & _chance(count, 0.6), treble, batch.treble),
    )


def _curves(count: int, knots: int, bands: int, deviation: float) -> Tensor:
    """Smooth curves over bands, `(count, 1, bands)`."""
    return F.interpolate(deviation * torch.randn(count, 1, knots), bands, mode="linear", align_corners=True)


def _chance(count: int, share: float) -> Tensor:
    return torch.rand(count, 1, 1) < share
