"""The style of a picture: how the activations of a fixed network are spread over it, layer by layer.

Means and standard deviations of channels tell textures and painting styles apart (Gatys, Ecker & Bethge, Image style
transfer using convolutional neural networks, CVPR 2016). A linear layer on them recognises genres better than the last
layers of the same network do, or a fine-tuned body in their place; see docs/models.md. What the last layers say of
objects (people, instruments, cars) can stand beside the style: it depends less on how a cover was scanned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from img2music.training.backbones.teacher import Stem

TAPS = {10: 88, 14: 120, 19: 208}
"""Blocks of EfficientNet-Lite2 after which the style is taken, each the last of its stage, and their channels."""


class Crop(NamedTuple):
    """The middle `share` of each side of a picture, seen at `size` times its own size."""

    share: float
    size: float


WHOLE = Crop(1.0, 1.0)
CROPS = (WHOLE, Crop(0.95, 0.8), Crop(0.9, 0.7), Crop(0.85, 0.8), Crop(0.8, 0.7))
"""What is averaged over crops depends less on how a picture was cut or compressed."""
OBJECT_CROPS = 2
"""Objects are recognised in the first, largest of these crops."""


class StyleStem(nn.Module):
    """Pictures `(B, 3, H, W)` in 0..1 to the style at each tap, `(B, 832, 1, 1)`, the mean over crops; with `last` also
    to what the last layers see, together `(B, 2112, 1, 1)`. Learns nothing."""

    def __init__(
        self, first: Stem, blocks: nn.Sequential, crops: Sequence[Crop] = CROPS, last: nn.Sequential | None = None
    ) -> None:
        """`first` and `blocks` are the first blocks of EfficientNet-Lite2, and those after them up to the last tap;
        `last` is all that comes after these."""
        super().__init__()
        self.first = first
        self.blocks = blocks
        self.crops = tuple(crops)
        self.last = last

    def extra_repr(self) -> str:
        """Stems of other crops give other views."""
        return f"crops={self.crops}"

    def forward(self, pictures: Tensor) -> Tensor:
        seen = [self._style(_cropped(pictures, crop)) for crop in self.crops]
        features = torch.stack([style for style, _ in seen]).mean(0)
        if self.last is not None:
            objects = [self.last(end).mean((2, 3)).float() for _, end in seen[:OBJECT_CROPS]]
            features = torch.cat([features, torch.stack(objects).mean(0)], 1)
        return features[:, :, None, None]

    def _style(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """The style of pictures, `(B, 832)`, and the activations at the last tap."""
        styles = []
        seen = self.first.begin(pictures)
        for number, block in enumerate([*self.first.blocks, *self.blocks]):
            seen = block(seen)
            if number in TAPS:
                styles.append(style(seen))
        return torch.cat(styles, 1), seen


class StyleBody(nn.Module):
    """What a `StyleStem` sees, `(B, D, 1, 1)`, to features `(B, D)`, standardised over the training covers."""

    steering = 2 * sum(TAPS.values())
    """How many of the features, the first ones, are the feature vector that moves embeddings: the style."""

    def __init__(self, dropout: float = 0.0, objects: int = 0) -> None:
        """`objects` is how many numbers beside the style say what is shown."""
        super().__init__()
        self.num_features = self.steering + objects
        self.norm = nn.BatchNorm1d(self.num_features, affine=False)
        self.dropout = nn.Dropout(dropout)

    def statistics(self) -> tuple[Tensor, Tensor]:
        """Mean and variance that the features are standardised with, `(D,)` each; changes to them stay."""
        mean, variance = self.norm.running_mean, self.norm.running_var
        assert mean is not None and variance is not None  # batch norm keeps them by default
        return mean, variance

    def forward(self, styles: Tensor) -> Tensor:
        return self.dropout(self.norm(styles.flatten(1)))


def style(activations: Tensor) -> Tensor:
    """Mean and standard deviation of each channel of `(B, C, H, W)`, `(B, 2 C)` float32."""
    activations = activations.float()
    mean = activations.mean((2, 3))
    std = (activations.square().mean((2, 3)) - mean.square()).clamp(min=1e-6).sqrt()
    return torch.cat([mean, std], 1)


def _cropped(pictures: Tensor, crop: Crop) -> Tensor:
    if crop == WHOLE:
        return pictures
    height, width = pictures.shape[2:]
    top, left = (round(side * (1 - crop.share) / 2) for side in (height, width))
    middle = pictures[:, :, top : height - top, left : width - left]
    size = [round(side * crop.size) for side in (height, width)]
    return F.interpolate(middle, size=size, mode="bilinear", align_corners=False)
