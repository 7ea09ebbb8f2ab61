"""The network of the latent flow: 1-D ConvNeXt blocks over patches of latents, conditioned on time, genre and mood.

Time and condition modulate every block: one projection that all blocks share, and an offset of each block's own, give
its scale, shift and gate (as in PixArt-α, Chen et al., 2023). Convolutions, and attention within some seconds for what
repeats, as loops and drums do: music of any length goes through.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from img2music.generation.flow import CONDITIONS
from img2music.training.common.depthwise import DepthwiseConv1d
from img2music.training.common.old_names import accept_old_names

_FREQUENCIES = 64
_CONDITIONED = 2 * _FREQUENCIES + CONDITIONS
"""What every flow is conditioned on: the time, genre and mood."""
_INPUTS, _OLD_INPUTS = "modulation.0.weight", "tell.0.weight"
_HEAD = 64
"""Channels of an attention head."""
_REACH = 320
"""Latent steps that a block attends to on either side, 7 s."""


@dataclass(frozen=True)
class FlowShape:
    """Sizes of a latent flow: `patch` latent steps enter as one, the last of every `attention` blocks attends. A flow
    map, made for a `few_steps`, is conditioned on the time at which its step ends, too."""

    width: int = 384
    expansion: int = 2
    blocks: int = 6
    latent: int = 64
    kernel: int = 15
    patch: int = 4
    attention: int = 0
    few_steps: bool = False


class _ModulatedBlock(nn.Module):
    """A residual block whose scale, shift and gate `(B, 1, 3 C)` come from outside; `(B, N, C)` to the same."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width, eps=1e-5, elementwise_affine=False)
        offset = torch.zeros(3, width)
        offset[2] = 0.1
        self.offset = nn.Parameter(offset.reshape(-1))

    def forward(self, x: Tensor, modulation: Tensor) -> Tensor:
        scale, shift, gate = (modulation + self.offset).chunk(3, -1)
        return x + gate * self._change(self.norm(self._mixed(x)) * (1 + scale) + shift)

    def _mixed(self, x: Tensor) -> Tensor:
        return x

    def _change(self, y: Tensor) -> Tensor:
        raise NotImplementedError


class FlowBlock(_ModulatedBlock):
    """A ConvNeXt block."""

    def __init__(self, width: int, expansion: int, kernel: int) -> None:
        super().__init__(width)
        self.depthwise = DepthwiseConv1d(width, kernel)
        self.wide = nn.Linear(width, expansion * width)
        self.narrow = nn.Linear(expansion * width, width)

    def _mixed(self, x: Tensor) -> Tensor:
        return self.depthwise(x.transpose(1, 2)).transpose(1, 2)

    def _change(self, y: Tensor) -> Tensor:
        return self.narrow(F.gelu(self.wide(y)))


class AttentionBlock(_ModulatedBlock):
    """Self-attention with rotary positions (Su et al., RoFormer, 2021) among patches at most `reach` apart."""

    def __init__(self, width: int, reach: int) -> None:
        super().__init__(width)
        self.reach, self.heads = reach, width // _HEAD
        self.ask = nn.Linear(width, 3 * width)
        self.answer = nn.Linear(width, width)

    def _change(self, y: Tensor) -> Tensor:
        batch, count, width = y.shape
        query, key, value = self.ask(y).reshape(batch, count, 3, self.heads, _HEAD).permute(2, 0, 3, 1, 4)
        places = torch.arange(count, device=y.device)
        angles = places[:, None] * torch.exp(torch.linspace(0, -math.log(1000), _HEAD // 2, device=y.device))
        near = (places[:, None] - places).abs() <= self.reach
        attended = F.scaled_dot_product_attention(_turned(query, angles), _turned(key, angles), value, near)
        return self.answer(attended.transpose(1, 2).reshape(batch, count, width))


def _turned(x: Tensor, angles: Tensor) -> Tensor:
    """Pairs of channels of `(..., N, D)` as points, each turned by its angle `(N, D / 2)`."""
    one, other = x.chunk(2, -1)
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    return torch.cat([one * cos - other * sin, one * sin + other * cos], -1)


class LatentFlow(nn.Module):
    """Latents `(B, C, S)`, S a multiple of the shape's patch, at time `(B,)` under conditions `(B, CONDITIONS)` to the
    velocity towards noise, `(B, C, S)`; of a flow map the mean velocity from there to the time `end` `(B,)`."""

    waves: Tensor

    def __init__(self, shape: FlowShape = FlowShape()) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.enter = nn.Linear(shape.patch * shape.latent, width)
        inputs = _CONDITIONED + (2 * _FREQUENCIES if shape.few_steps else 0)
        first, last = nn.Linear(inputs, width), nn.Linear(width, 3 * width)
        self.modulation = nn.Sequential(first, nn.SiLU(), last)
        accept_old_names(self, {"tell.": "modulation."})
        self.blocks = nn.ModuleList(self._block(number) for number in range(1, shape.blocks + 1))
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, shape.patch * shape.latent)
        nn.init.zeros_(last.weight)
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

    def forward(self, latents: Tensor, time: Tensor, condition: Tensor, end: Tensor | None = None) -> Tensor:
        batch, channels, _ = latents.shape
        ends = () if end is None else self._waves_at(end)
        modulation = self.modulation(torch.cat([*self._waves_at(time), condition, *ends], 1))[:, None]
        x = self.enter(latents.transpose(1, 2).reshape(batch, -1, self.shape.patch * channels))
        for block in self.blocks:
            x = block(x, modulation)
        return self.leave(self.norm(x)).reshape(batch, -1, channels).transpose(1, 2)


def flow_map(flow: LatentFlow) -> LatentFlow:
    """A flow map with the weights of a flow, whose answer does not depend yet on where a step ends."""
    found = LatentFlow(replace(flow.shape, few_steps=True))
    weights = flow.state_dict()
    weights[_INPUTS] = F.pad(weights[_INPUTS], (0, 2 * _FREQUENCIES))
    found.load_state_dict(weights)
    return found


def is_flow_map(weights: Mapping[str, Tensor]) -> bool:
    """Whether weights are those of a flow map."""
    return _inputs(weights).shape[1] > _CONDITIONED


def instantaneous(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights of a flow from those of a flow map: its steps end where they begin."""
    time, condition, end = torch.split(_inputs(weights), [2 * _FREQUENCIES, CONDITIONS, 2 * _FREQUENCIES], 1)
    rest = {name: value for name, value in weights.items() if name not in (_INPUTS, _OLD_INPUTS)}
    return rest | {_INPUTS: torch.cat([time + end, condition], 1)}


def _inputs(weights: Mapping[str, Tensor]) -> Tensor:
    """The weights `(width, inputs)` of time, condition and, in a flow map, the end of a step."""
    return weights[_INPUTS if _INPUTS in weights else _OLD_INPUTS]
