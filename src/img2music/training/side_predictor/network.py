"""The side latents, predicted from the latents of the middle: for music that was never sound.

The mean of what is likely lies nearer the middle than any record does. How far the records themselves lie from it is
nearly the same all through a piece, as their mix is; so a draw of that distance, one for a piece, is added.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from img2music.training.spectrogram_vae.network import ConvNeXtNetwork
from img2music.training.stereo.network import StereoShape

_KERNEL = 7


@dataclass(frozen=True)
class PredictorShape:
    """Sizes: `latent` channels are known, `extra` predicted, by `blocks` of a `width`."""

    latent: int = 64
    extra: int = 32
    width: int = 128
    blocks: int = 3

    @classmethod
    def for_vae(cls, shape: StereoShape) -> PredictorShape:
        """That which fits a stereo VAE."""
        return cls(latent=shape.vae.latent, extra=shape.extra)


class SidePredictor(ConvNeXtNetwork):
    """Latents `(B, latent, S)` to the side latents `(B, extra, S)` that are likeliest, and `draw` `(B, extra)`,
    standard normal numbers, to how far a piece lies from them."""

    spread: Tensor

    def __init__(self, shape: PredictorShape = PredictorShape()) -> None:
        super().__init__(shape.latent, shape.width, shape.extra, shape.blocks, _KERNEL)
        self.shape = shape
        self.register_buffer("spread", torch.zeros(shape.extra, shape.extra))

    def mean(self, latents: Tensor) -> Tensor:
        """The likeliest side latents `(B, extra, S)`."""
        return self.through(latents.transpose(1, 2)).transpose(1, 2)

    def forward(self, latents: Tensor, draw: Tensor) -> Tensor:
        return self.mean(latents) + (draw @ self.spread.T)[:, :, None]

    def set_spread(self, distances: Tensor) -> None:
        """Take the distances `(N, extra)` of pieces from what was predicted of them for what is usual."""
        covariance = distances.T @ distances / len(distances)
        self.spread.copy_(torch.linalg.cholesky(covariance + 1e-6 * torch.eye(len(covariance))))
