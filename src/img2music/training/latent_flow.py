"""The network of the latent flow: 1-D ConvNeXt blocks over patches of latents, told the time and what to play.

Time and condition move scale, shift and gate of every block, by one projection that all blocks share and an offset of
each one's own (as in PixArt-α, Chen et al., 2023). Convolutions alone: music of any length goes through.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from img2music.flow import CONDITIONS, PATCH
from img2music.training.depthwise import DepthwiseConv1d

_FREQUENCIES = 64


@dataclass(frozen=True)
class FlowShape:
    """Sizes of a latent flow."""

    width: int = 384
    expansion: int = 2
    blocks: int = 6
    latent: int = 64
    kernel: int = 15


class FlowBlock(nn.Module):
    """A ConvNeXt block whose scale, shift and gate `(B, 1, 3 C)` come from outside; `(B, N, C)` to the same."""

    def __init__(self, width: int, expansion: int, kernel: int) -> None:
        super().__init__()
        self.depthwise = DepthwiseConv1d(width, kernel)
        self.norm = nn.LayerNorm(width, eps=1e-5, elementwise_affine=False)
        self.wide = nn.Linear(width, expansion * width)
        self.narrow = nn.Linear(expansion * width, width)
        offset = torch.zeros(3, width)
        offset[2] = 0.1
        self.offset = nn.Parameter(offset.reshape(-1))

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        scale, shift, gate = (told + self.offset).chunk(3, -1)
        y = self.norm(self.depthwise(x.transpose(1, 2)).transpose(1, 2)) * (1 + scale) + shift
        return x + gate * self.narrow(F.gelu(self.wide(y)))


class LatentFlow(nn.Module):
    """Latents `(B, C, S)`, S a multiple of `PATCH`, at time `(B,)` under conditions `(B, CONDITIONS)` to the velocity
    towards noise, `(B, C, S)`."""

    def __init__(self, shape: FlowShape = FlowShape()) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.enter = nn.Linear(PATCH * shape.latent, width)
        self.tell = nn.Sequential(
            nn.Linear(2 * _FREQUENCIES + CONDITIONS, width), nn.SiLU(), nn.Linear(width, 3 * width)
        )
        blocks = [FlowBlock(width, shape.expansion, shape.kernel) for _ in range(shape.blocks)]
        self.blocks = nn.ModuleList(blocks)
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, PATCH * shape.latent)
        nn.init.zeros_(self.tell[-1].weight)
        nn.init.zeros_(self.leave.weight)
        waves = torch.exp(torch.linspace(0, math.log(1000), _FREQUENCIES))
        self.register_buffer("waves", waves, persistent=False)

    def forward(self, latents: Tensor, time: Tensor, condition: Tensor) -> Tensor:
        batch, channels, _ = latents.shape
        angles = time[:, None] * self.waves
        told = self.tell(torch.cat([angles.sin(), angles.cos(), condition], 1))[:, None]
        x = self.enter(latents.transpose(1, 2).reshape(batch, -1, PATCH * channels))
        for block in self.blocks:
            x = block(x, told)
        return self.leave(self.norm(x)).reshape(batch, -1, channels).transpose(1, 2)
