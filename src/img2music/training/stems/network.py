"""The network from piano rolls and latents to masks."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from img2music.audio.stft import BINS
from img2music.synthesis.piano_roll import WIDTH
from img2music.synthesis.stems import FRAMES, NAMES
from img2music.training.spectrogram_vae.network import ConvNeXtBlock

_NEVER = -1e4
"""The logit of a stem that is not there."""


@dataclass(frozen=True)
class StemShape:
    """Sizes of a stem network, for latents of `latent` channels."""

    width: int = 128
    expansion: int = 2
    blocks: int = 4
    kernel: int = 9
    latent: int = 64


class StemNetwork(nn.Module):
    """Rolls `(B, 4, S, WIDTH)`, latents `(B, C, S)` and which stems are there, `(B, 4)`, to the logarithms of masks
    `(B, 4, 2 S, 513)`, which add up to one. One network sees every stem, and after each block the mean of all."""

    def __init__(self, shape: StemShape = StemShape()) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.roll = nn.Linear(WIDTH, width)
        self.latent = nn.Linear(shape.latent, width)
        self.name = nn.Parameter(0.1 * torch.randn(len(NAMES), 1, width))
        self.blocks = nn.ModuleList(ConvNeXtBlock(width, shape.expansion, shape.kernel) for _ in range(shape.blocks))
        self.others = nn.ModuleList(nn.Linear(width, width) for _ in range(shape.blocks))
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, FRAMES * BINS)

    def forward(self, rolls: Tensor, latents: Tensor, present: Tensor) -> Tensor:
        batch, stems, steps, _ = rolls.shape
        x = self.roll(rolls) + self.latent(latents.transpose(1, 2))[:, None] + self.name
        for block, others in zip(self.blocks, self.others, strict=True):
            x = x + others(x.mean(1, keepdim=True))
            x = block(x.reshape(batch * stems, steps, -1)).reshape(x.shape)
        logits = self.leave(self.norm(x)).reshape(batch, stems, FRAMES * steps, BINS)
        return (logits + (1 - present)[:, :, None, None] * _NEVER).log_softmax(1)
