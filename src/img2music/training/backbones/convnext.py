"""A small ConvNeXt that starts from the activations of a stem instead of from pixels.

Reference: Liu et al., A ConvNet for the 2020s, CVPR 2022 (the paper's reference [1]).
"""

from __future__ import annotations

import torch
from timm.layers.norm import LayerNorm2d
from timm.models.convnext import ConvNeXtBlock
from torch import Tensor, nn

from img2music.training.backbones.style import style

WIDTHS = (128, 256)
DEPTHS = (2, 4)


class ConvNeXtBody(nn.Module):
    """`(B, C, H, W)` to features `(B, 256 + 2 C)`: what two stages of ConvNeXt blocks see, and how the
    stem's activations are spread over the picture, their means and standard deviations: its style.

    On covers that style alone tells genres apart almost as well as the teacher's last features do.
    """

    def __init__(self, channels: int, drop_path: float = 0.0) -> None:
        super().__init__()
        rates = iter(_rates(drop_path, sum(DEPTHS)))
        stages: list[nn.Module] = [nn.Conv2d(channels, WIDTHS[0], 1), LayerNorm2d(WIDTHS[0])]
        stages += [_block(WIDTHS[0], next(rates)) for _ in range(DEPTHS[0])]
        stages += [LayerNorm2d(WIDTHS[0]), nn.Conv2d(WIDTHS[0], WIDTHS[1], 2, stride=2)]
        stages += [_block(WIDTHS[1], next(rates)) for _ in range(DEPTHS[1])]
        self.stages = nn.Sequential(*stages)
        self.norm = nn.LayerNorm(WIDTHS[1])
        self.style_norm = nn.BatchNorm1d(2 * channels, affine=False)
        self.num_features = WIDTHS[1] + 2 * channels

    def forward(self, activations: Tensor) -> Tensor:
        seen = self.norm(self.stages(activations).mean((2, 3)))
        return torch.cat([seen, self.style_norm(style(activations))], 1)


def _rates(last: float, count: int) -> list[float]:
    """Stochastic depth grows linearly from 0 to `last`."""
    return [last * index / max(1, count - 1) for index in range(count)]


def _block(width: int, drop_path: float) -> nn.Module:
    return ConvNeXtBlock(width, kernel_size=7, drop_path=drop_path, ls_init_value=0.1, conv_mlp=True)
