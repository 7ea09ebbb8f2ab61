"""The network from a score to latents: each part's piano roll is encoded as its instrument plays it, the sum of the
parts goes through ConvNeXt blocks, modulated by the mix and the style code."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from img2music.synthesis.conditions import PART_CONDITIONS, PIECE_CONDITIONS
from img2music.synthesis.performance import SOUND_NUMBERS
from img2music.synthesis.piano_roll import WIDTH
from img2music.training.common.depthwise import DepthwiseConv1d
from img2music.training.common.old_names import accept_old_names
from img2music.training.flow.network import FlowBlock

OLD_NAMES = {"tell.": "modulation."}
"""Names in weights of earlier versions."""
_EMBEDDING = 48


@dataclass(frozen=True)
class ScoreShape:
    """Sizes of a score network; `latent` is the number of channels that it gives."""

    width: int = 256
    expansion: int = 3
    blocks: int = 8
    kernel: int = 9
    part_width: int = 160
    latent: int = 64

    @property
    def style(self) -> int:
        """Numbers of a style code, and one that says whether there is one."""
        return 2 * self.latent + 1


class PartEncoder(nn.Module):
    """Piano rolls `(N, S, WIDTH)` of parts, instruments `(N,)` and conditions `(N, PART_CONDITIONS)` to `(N, S, C)`."""

    def __init__(self, shape: ScoreShape) -> None:
        super().__init__()
        width = shape.part_width
        self.embedding = nn.Embedding(SOUND_NUMBERS, _EMBEDDING)
        self.modulation = nn.Sequential(
            nn.Linear(_EMBEDDING + PART_CONDITIONS, 2 * width), nn.SiLU(), nn.Linear(2 * width, 3 * width)
        )
        self.enter = nn.Linear(WIDTH, width)
        self.depthwise = DepthwiseConv1d(width, shape.kernel)
        self.narrow = nn.Linear(width, width)
        self.leave = nn.Linear(width, shape.width)
        accept_old_names(self, OLD_NAMES)

    def forward(self, rolls: Tensor, instruments: Tensor, parts: Tensor) -> Tensor:
        modulation = self.modulation(torch.cat([self.embedding(instruments), parts], 1))[:, None]
        scale, shift, gate = modulation.chunk(3, -1)
        x = F.gelu(self.enter(rolls) * (1 + scale) + shift)
        x = x + F.gelu(self.narrow(self.depthwise(x.transpose(1, 2)).transpose(1, 2)))
        return self.leave(x * (1 + gate))


class ScoreNetwork(nn.Module):
    """The mean of the latents of a score.

    Parts of all scores of a batch come one after the other; `owner` `(N,)` says whose each is. `piece`
    `(B, PIECE_CONDITIONS)` and `style` `(B, 2 C + 1)`, the last of which is 1 where there is a style code.
    """

    def __init__(self, shape: ScoreShape = ScoreShape()) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.parts = PartEncoder(shape)
        self.modulation = nn.Sequential(
            nn.Linear(PIECE_CONDITIONS + shape.style, width), nn.SiLU(), nn.Linear(width, 3 * width)
        )
        self.blocks = nn.ModuleList(FlowBlock(width, shape.expansion, shape.kernel) for _ in range(shape.blocks))
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, shape.latent)
        accept_old_names(self, OLD_NAMES)

    def forward(
        self, rolls: Tensor, instruments: Tensor, parts: Tensor, owner: Tensor, piece: Tensor, style: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Means `(B, C, S)` and what the last block knows, `(B, S, width)`."""
        encoded = self.parts(rolls, instruments, parts)
        summed = encoded.new_zeros(len(piece), *encoded.shape[1:]).index_add(0, owner, encoded)
        return self.go_on(summed, piece, style)

    def go_on(self, summed: Tensor, piece: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
        """As `forward`, from the sum `(B, S, width)` of the encoded parts."""
        modulation = self.modulation(torch.cat([piece, style], 1))[:, None]
        x = summed
        for block in self.blocks:
            x = block(x, modulation)
        known = self.norm(x)
        return self.leave(known).transpose(1, 2), known
