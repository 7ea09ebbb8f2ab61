"""Sides that no clip has, but another might: a few dozen recordings do not show all that there are."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from img2music.stereo.bands import IMAGE_BANDS
from img2music.stereo.image import FARTHEST, LEAST, MOST
from img2music.training.spectrogram_vae.network import FLOOR
from img2music.training.stereo.batch import Batch

_PLACES = (0.5, 1.5)
"""By what places are multiplied."""
_WIDTHS = 0.4
"""Standard deviation of what is added to logarithms of widths."""
_TILTED, _TILT = 0.6, 0.5
_SHAPED, _SHAPE = 0.5, 1.3
_JUMPING = 0.2
_CUT = 0.25
"""Of the crops whose side is changed, the shares whose treble has another level and slope, another shape, other shapes
in turn, and none above a frequency; and the standard deviations of the first, and at most of the other levels, in
natural logarithms."""
_KNOTS = (3, 25)
_PIECES = (4, 33)
"""How finely shapes vary over bands, and how often those that change do so in a crop: from, and below."""
_LOWEST_CUT = 2.0
"""The lowest band in which treble ends."""
_GONE = -99.0
"""Natural logarithm of a gain that leaves nothing."""


def varied(batch: Batch, share: float) -> Batch:
    """A batch in which this share of the crops has the image of another crop, turned round or not, moved further out or
    in and made wider or narrower band by band, and other treble."""
    changed = _chance(len(batch.image), share)
    image, weight = _other_image(batch)
    return batch._replace(
        image=torch.where(changed, image, batch.image),
        weight=torch.where(changed, weight, batch.weight),
        treble=torch.where(changed, _other_treble(batch.treble), batch.treble),
    )


def _other_image(batch: Batch) -> tuple[Tensor, Tensor]:
    """Images of other crops, changed, and their weights."""
    count = len(batch.image)
    other = torch.argsort(torch.rand(count))
    place, width = batch.image[other].split([IMAGE_BANDS, IMAGE_BANDS], 2)
    low, high = _PLACES
    factor = torch.where(_chance(count, 0.5), low + (high - low) * torch.rand(count, 1, 1), 1.0)
    place = (place * factor * torch.where(_chance(count, 0.5), -1.0, 1.0)).clamp(-FARTHEST, FARTHEST)
    moved = torch.where(_chance(count, 0.5), _WIDTHS * _curves(count, 5, IMAGE_BANDS), 0.0)
    return torch.cat([place, (width + moved).clamp(LEAST, MOST)], 2), batch.weight[other]


def _other_treble(treble: Tensor) -> Tensor:
    """Treble `(B, F, 24)` of another level, slope and shape, all through or by turns, or cut off above some band, as
    codecs do it."""
    count, frames, bands = treble.shape
    level_and_slope = _curves(count, 3, bands) + torch.randn(count, 1, 1)
    shape = _SHAPE * torch.rand(count, 1, 1) * _curves(count, _drawn(_KNOTS), bands)
    pieces = _drawn(_PIECES)
    turns = _curves(count * pieces, _drawn(_KNOTS), bands).reshape(count, pieces, bands)
    turns = F.interpolate(turns.transpose(1, 2), frames, mode="nearest").transpose(1, 2)
    end = _LOWEST_CUT + (bands - _LOWEST_CUT) * torch.rand(count, 1, 1)
    above = torch.where(torch.arange(bands) > end, _GONE, 0.0)
    gain = torch.where(_chance(count, _TILTED), _TILT * level_and_slope, 0.0)
    gain = gain + torch.where(_chance(count, _SHAPED), shape, 0.0)
    gain = gain + torch.where(_chance(count, _JUMPING), _SHAPE * torch.rand(count, 1, 1) * turns, 0.0)
    gain = gain + torch.where(_chance(count, _CUT), above, 0.0)
    return torch.log((treble.exp() - FLOOR).clamp(min=0) * gain.exp() + FLOOR)


def _curves(count: int, knots: int, bands: int) -> Tensor:
    """Curves over bands, smooth between `knots` normal numbers, `(count, 1, bands)`."""
    return F.interpolate(torch.randn(count, 1, knots), bands, mode="linear", align_corners=True)


def _drawn(span: tuple[int, int]) -> int:
    return int(torch.randint(*span, ()))


def _chance(count: int, share: float) -> Tensor:
    return torch.rand(count, 1, 1) < share
