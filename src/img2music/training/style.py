"""The style of a picture: how the activations of a fixed network are spread over it, layer by layer.

Means and standard deviations of channels tell textures and manners apart (Gatys, Ecker & Bethge, Image style transfer
using convolutional neural networks, CVPR 2016). A linear layer on them knows genres better than the last layers of the
same network do, or a fine-tuned body in their place; see docs/models.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from img2music.training.teacher import Stem

TAPS = {10: 88, 14: 120, 19: 208}
"""Blocks of EfficientNet-Lite2 after which the style is taken, each the last of its stage, and their channels."""
SCALES = (0.8, 1.0)
"""At which a picture is seen. What cutting it a little, or storing it again, changes at one of them is seldom what it
changes at the other."""


class StyleStem(nn.Module):
    """Pictures `(B, 3, H, W)` in 0..1 to the style at each tap, `(B, 832, 1, 1)`, mean over scales. Learns nothing."""

    def __init__(self, first: Stem, blocks: nn.Sequential, scales: Sequence[float] = SCALES) -> None:
        """`first` and `blocks` are the first blocks of EfficientNet-Lite2, and those after them up to the last tap."""
        super().__init__()
        self.first = first
        self.blocks = blocks
        self.scales = tuple(scales)

    def forward(self, pictures: Tensor) -> Tensor:
        styles = [self._style(pictures if scale == 1 else _scaled(pictures, scale)) for scale in self.scales]
        return torch.stack(styles).mean(0)[:, :, None, None]

    def _style(self, pictures: Tensor) -> Tensor:
        styles = []
        seen = self.first.begin(pictures)
        for number, block in enumerate([*self.first.blocks, *self.blocks]):
            seen = block(seen)
            if number in TAPS:
                styles.append(style(seen))
        return torch.cat(styles, 1)


class StyleBody(nn.Module):
    """Style `(B, 832, 1, 1)` to features `(B, 832)`, standardised over the training covers."""

    num_features = 2 * sum(TAPS.values())

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(self.num_features, affine=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, styles: Tensor) -> Tensor:
        return self.dropout(self.norm(styles.flatten(1)))


def style(activations: Tensor) -> Tensor:
    """Mean and standard deviation of each channel of `(B, C, H, W)`, `(B, 2 C)` float32."""
    activations = activations.float()
    mean = activations.mean((2, 3))
    deviation = (activations.square().mean((2, 3)) - mean.square()).clamp(min=1e-6).sqrt()
    return torch.cat([mean, deviation], 1)


def _scaled(pictures: Tensor, scale: float) -> Tensor:
    size = [round(side * scale) for side in pictures.shape[2:]]
    return F.interpolate(pictures, size=size, mode="bilinear", align_corners=False)
