"""The flow on top of the score network: what the mean of the latents leaves out, drawn from noise.

It knows what the network knows of the score, and its mean: no notes are left to invent, only how they sound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from img2music.synthesis.conditions import PIECE_CONDITIONS
from img2music.training.common.old_names import accept_old_names
from img2music.training.flow.network import FlowBlock
from img2music.training.score.network import OLD_NAMES, ScoreShape

_FREQUENCIES = 32
_FASTEST = 1000.0


@dataclass(frozen=True)
class ScoreFlowShape:
    """Sizes of the flow; `patch` latent steps enter as one."""

    width: int = 320
    expansion: int = 2
    blocks: int = 6
    kernel: int = 15
    patch: int = 2


class ScoreFlow(nn.Module):
    """Remainders `(B, C, S)` at time `(B,)` to the velocity towards noise, `(B, C, S)`; S is a multiple of the patch.

    A remainder is what latents differ from their `means` `(B, C, S)`, in units of `deviations` `(C,)`. `known`
    `(B, S, W)` is what the score network knows, `piece` and `style` are its conditions.
    """

    deviations: Tensor
    waves: Tensor

    def __init__(self, shape: ScoreFlowShape, score: ScoreShape) -> None:
        super().__init__()
        self.shape, self.score = shape, score
        width, latent = shape.width, score.latent
        self.enter = nn.Linear(shape.patch * (2 * latent + score.width), width)
        last = nn.Linear(width, 3 * width)
        conditions = 2 * _FREQUENCIES + PIECE_CONDITIONS + score.style
        self.modulation = nn.Sequential(nn.Linear(conditions, width), nn.SiLU(), last)
        self.blocks = nn.ModuleList(FlowBlock(width, shape.expansion, shape.kernel) for _ in range(shape.blocks))
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, shape.patch * latent)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(self.leave.weight)
        self.register_buffer("deviations", torch.ones(latent))
        waves = torch.exp(torch.linspace(0, math.log(_FASTEST), _FREQUENCIES))
        self.register_buffer("waves", waves, persistent=False)
        accept_old_names(self, OLD_NAMES)

    def forward(
        self, remainders: Tensor, time: Tensor, means: Tensor, known: Tensor, piece: Tensor, style: Tensor
    ) -> Tensor:
        batch, latent, steps = remainders.shape
        angles = time[:, None] * self.waves
        modulation = self.modulation(torch.cat([angles.sin(), angles.cos(), piece, style], 1))[:, None]
        rows = torch.cat([remainders.transpose(1, 2), means.transpose(1, 2), known], 2)
        x = self.enter(rows.reshape(batch, steps // self.shape.patch, -1))
        for block in self.blocks:
            x = block(x, modulation)
        return self.leave(self.norm(x)).reshape(batch, steps, latent).transpose(1, 2)

    def sample(
        self, noise: Tensor, means: Tensor, known: Tensor, piece: Tensor, style: Tensor, count: int = 4
    ) -> Tensor:
        """Latents `(B, C, S)` of the noise `(B, C, S)`, in `count` steps of Euler's method."""
        remainders = noise
        for now in torch.linspace(1, 0, count + 1)[:-1]:
            time = now.expand(len(noise)).to(noise)
            remainders = remainders - self(remainders, time, means, known, piece, style) / count
        return means + self.deviations[:, None] * remainders
