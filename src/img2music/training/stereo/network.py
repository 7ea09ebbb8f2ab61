"""What makes the spectrogram VAE stereo at 44.1 kHz: a small second encoder, and a decoder with more to say.

The encoder of the VAE stays as it is, and so do its latents. A few further latents of the same steps carry what it does
not hear: the levels above 11 kHz and the image of both channels. The decoder of the VAE goes on from its weights, hears
the further latents as well, and says of each bin how sure it is: how much noise it left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from img2music.audio.stft import BINS
from img2music.stereo.bands import TREBLE_BANDS
from img2music.stereo.image import WIDTH as IMAGE
from img2music.training.common.old_names import accept_old_names
from img2music.training.spectrogram_vae.network import FLOOR, FOLD, ConvNeXtBlock, Decoder, Shape

TREBLE = FOLD * TREBLE_BANDS


VAE = Shape(width=320, expansion=3, encoder_blocks=4, decoder_blocks=8, latent=64, kernel=7)
"""Sizes of the bundled spectrogram VAE."""


@dataclass(frozen=True)
class StereoShape:
    """Sizes: `vae` of the spectrogram VAE, `extra` further latents of a step, `encoder` and `side` the widths of the
    second encoder and of the branch for treble and image, `blocks` of each."""

    vae: Shape = VAE
    extra: int = 16
    encoder: int = 160
    side: int = 128
    blocks: int = 2


class SideEncoder(nn.Module):
    """What is heard in each step, `(B, S, 1114)`: log magnitudes and treble of both its frames, and its image; to mean
    and log variance of the further latents, `(B, extra, S)` each."""

    mean: Tensor
    std: Tensor

    def __init__(self, shape: StereoShape) -> None:
        super().__init__()
        width = FOLD * BINS + TREBLE + IMAGE
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("std", torch.ones(width))
        accept_old_names(self, {"deviation": "std"})
        self.enter = nn.Linear(width, shape.encoder)
        self.blocks = nn.Sequential(*(ConvNeXtBlock(shape.encoder, 2, 5) for _ in range(shape.blocks)))
        self.norm = nn.LayerNorm(shape.encoder)
        self.leave = nn.Linear(shape.encoder, 2 * shape.extra)

    def forward(self, heard: Tensor) -> tuple[Tensor, Tensor]:
        x = (heard - self.mean) / self.std
        mean, log_variance = self.leave(self.norm(self.blocks(self.enter(x)))).float().transpose(1, 2).chunk(2, 1)
        return mean, log_variance.clamp(-12, 4)


class StereoDecoder(nn.Module):
    """Latents `(B, latent + extra, S)` to log magnitudes `(B, 2 S, 513)`, the logarithm of their likely error of the
    same shape, treble `(B, 2 S, 24)` and image `(B, S, 40)`."""

    side_mean: Tensor
    side_std: Tensor

    def __init__(self, shape: StereoShape) -> None:
        super().__init__()
        vae = shape.vae
        self.latent = vae.latent
        self.core = Decoder(vae)
        self.enter_extra = nn.Linear(shape.extra, vae.width, bias=False)
        nn.init.zeros_(self.enter_extra.weight)
        self.doubt = nn.Linear(vae.width, FOLD * BINS)
        nn.init.zeros_(self.doubt.weight)
        nn.init.constant_(self.doubt.bias, -1.0)
        self.register_buffer("side_mean", torch.zeros(TREBLE + IMAGE))
        self.register_buffer("side_std", torch.ones(TREBLE + IMAGE))
        accept_old_names(self, {"side_deviation": "side_std"})
        self.side_enter = nn.Linear(vae.width + vae.latent + shape.extra, shape.side)
        self.side_blocks = nn.Sequential(*(ConvNeXtBlock(shape.side, 2, 5) for _ in range(shape.blocks)))
        self.side_norm = nn.LayerNorm(shape.side)
        self.side_leave = nn.Linear(shape.side, TREBLE + IMAGE)

    def forward(self, latents: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        steps = latents.transpose(1, 2)
        x = self.core.blocks(self.core.enter(steps[..., : self.latent]) + self.enter_extra(steps[..., self.latent :]))
        return self.heads(x, steps)

    def heads(self, x: Tensor, steps: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """What leaves the last block, `(B, S, C)`, with latents `(B, S, latent + extra)`, to what `forward` gives."""
        normed = self.core.norm(x)
        log_magnitudes = self.core.leave(normed).float().reshape(x.shape[0], -1, BINS)
        log_magnitudes = log_magnitudes * self.core.std + self.core.mean
        doubt = self.doubt(normed.detach()).float().reshape(x.shape[0], -1, BINS)
        side = self.side_enter(torch.cat([normed.detach(), steps], 2))
        side = self.side_leave(self.side_norm(self.side_blocks(side))).float() * self.side_std + self.side_mean
        treble, image = side.split([TREBLE, IMAGE], 2)
        return log_magnitudes, doubt, treble.reshape(x.shape[0], -1, TREBLE_BANDS), image


class StereoOutputs(nn.Module):
    """A decoder as the runtime wants it: magnitudes `(B, 2 S, 513)`, treble and image, without doubt."""

    def __init__(self, decoder: StereoDecoder) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(self, latents: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        log_magnitudes, _doubt, treble, image = self.decoder(latents)
        return (log_magnitudes.exp() - FLOOR).clamp(min=0), treble, image


class StereoVAE(nn.Module):
    """The second encoder and the decoder."""

    def __init__(self, shape: StereoShape = StereoShape()) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = SideEncoder(shape)
        self.decoder = StereoDecoder(shape)
