"""The network of the latent flow: 1-D ConvNeXt blocks over patches of latents, told the time and what to play.

Time and condition move scale, shift and gate of every block, by one projection that all blocks share and an offset of
each one's own (as in PixArt-α, Chen et al., 2023). Convolutions, and attention to what is near and comes again, as
loops and drums do: music of any length goes through.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from img2music.flow import CONDITIONS
from img2music.training.depthwise import DepthwiseConv1d

_FREQUENCIES = 64
_HEAD = 64
"""Channels of an attention head."""
_REACH = 320
"""Latent steps that a block of attention looks back and ahead, 7 s."""


@dataclass(frozen=True)
class FlowShape:
    """Sizes of a latent flow: `patch` latent steps enter as one, the last of every `attention` blocks attends. One
    that `strides` is told where its step shall end, too."""

    width: int = 384
    expansion: int = 2
    blocks: int = 6
    latent: int = 64
    kernel: int = 15
    patch: int = 4
    attention: int = 0
    strides: bool = False


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


class AttentionBlock(nn.Module):
    """Self-attention with rotary positions (Su et al., RoFormer, 2021) among patches at most `reach` apart, told as a
    `FlowBlock` is; `(B, N, C)` to the same."""

    def __init__(self, width: int, reach: int) -> None:
        super().__init__()
        self.reach, self.heads = reach, width // _HEAD
        self.norm = nn.LayerNorm(width, eps=1e-5, elementwise_affine=False)
        self.ask = nn.Linear(width, 3 * width)
        self.answer = nn.Linear(width, width)
        offset = torch.zeros(3, width)
        offset[2] = 0.1
        self.offset = nn.Parameter(offset.reshape(-1))

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        scale, shift, gate = (told + self.offset).chunk(3, -1)
        batch, count, width = x.shape
        y = self.norm(x) * (1 + scale) + shift
        query, key, value = self.ask(y).reshape(batch, count, 3, self.heads, _HEAD).permute(2, 0, 3, 1, 4)
        places = torch.arange(count, device=x.device)
        angles = places[:, None] * torch.exp(torch.linspace(0, -math.log(1000), _HEAD // 2, device=x.device))
        near = (places[:, None] - places).abs() <= self.reach
        heard = F.scaled_dot_product_attention(_turned(query, angles), _turned(key, angles), value, near)
        return x + gate * self.answer(heard.transpose(1, 2).reshape(batch, count, width))


def _turned(x: Tensor, angles: Tensor) -> Tensor:
    """Pairs of channels of `(..., N, D)` as points, each turned by its angle `(N, D / 2)`."""
    one, other = x.chunk(2, -1)
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    return torch.cat([one * cos - other * sin, one * sin + other * cos], -1)


class LatentFlow(nn.Module):
    """Latents `(B, C, S)`, S a multiple of the shape's patch, at time `(B,)` under conditions `(B, CONDITIONS)` to the
    velocity towards noise, `(B, C, S)`; of one that strides the mean velocity since the time `then` `(B,)`."""

    def __init__(self, shape: FlowShape = FlowShape()) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.enter = nn.Linear(shape.patch * shape.latent, width)
        told = (4 if shape.strides else 2) * _FREQUENCIES + CONDITIONS
        self.tell = nn.Sequential(nn.Linear(told, width), nn.SiLU(), nn.Linear(width, 3 * width))
        self.blocks = nn.ModuleList(self._block(number) for number in range(1, shape.blocks + 1))
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, shape.patch * shape.latent)
        nn.init.zeros_(self.tell[-1].weight)
        nn.init.zeros_(self.leave.weight)
        waves = torch.exp(torch.linspace(0, math.log(1000), _FREQUENCIES))
        self.register_buffer("waves", waves, persistent=False)

    def _waves_at(self, time: Tensor) -> tuple[Tensor, Tensor]:
        angles = time[:, None] * self.waves
        return angles.sin(), angles.cos()

    def _block(self, number: int) -> nn.Module:
        shape = self.shape
        if shape.attention and number % shape.attention == 0:
            return AttentionBlock(shape.width, _REACH // shape.patch)
        return FlowBlock(shape.width, shape.expansion, shape.kernel)

    def forward(self, latents: Tensor, time: Tensor, condition: Tensor, then: Tensor | None = None) -> Tensor:
        batch, channels, _ = latents.shape
        times = [time] if then is None else [time, then]
        waves = [part for at in times for part in self._waves_at(at)]
        told = self.tell(torch.cat([waves[0], waves[1], condition, *waves[2:]], 1))[:, None]
        x = self.enter(latents.transpose(1, 2).reshape(batch, -1, self.shape.patch * channels))
        for block in self.blocks:
            x = block(x, told)
        return self.leave(self.norm(x)).reshape(batch, -1, channels).transpose(1, 2)


def striding(flow: LatentFlow) -> LatentFlow:
    """A flow of the same weights that strides, and does not mind yet where its step shall end."""
    found = LatentFlow(replace(flow.shape, strides=True))
    weights = flow.state_dict()
    weights["tell.0.weight"] = F.pad(weights["tell.0.weight"], (0, 2 * _FREQUENCIES))
    found.load_state_dict(weights)
    return found
