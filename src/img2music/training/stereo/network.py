"""What makes the spectrogram VAE stereo at 44.1 kHz: a VAE of its own for what the middle below 11 kHz does not have.

The encoder of the spectrogram VAE stays as it is, and so do its latents; its decoder goes on from its weights. A few
side latents of the same steps carry the levels above 11 kHz and the image of both channels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from img2music.stereo.bands import IMAGE_BANDS, TREBLE_BANDS
from img2music.stereo.image import WIDTH as IMAGE
from img2music.training.spectrogram_vae.network import FLOOR, FOLD, ConvNeXtNetwork, Decoder, Shape
from img2music.training.stereo.cues import cues

TREBLE = FOLD * TREBLE_BANDS
HEARD = TREBLE + IMAGE + IMAGE_BANDS
"""Numbers of a step that the side encoder is given: treble of both frames, the image and its weight."""
_CUES = 2 * IMAGE_BANDS
_LEVEL = 0.2
"""Brings dB of level difference to the size of the other numbers."""


VAE = Shape(width=320, expansion=3, encoder_blocks=4, decoder_blocks=8, latent=64, kernel=7)
"""Sizes of the bundled spectrogram VAE."""


@dataclass(frozen=True)
class StereoShape:
    """Sizes: `vae` of the spectrogram VAE, `extra` side latents of a step, `side` the width of their encoder and of
    their decoder, `blocks` of each with kernels of `kernel` steps, and `past` steps from which the prior predicts."""

    vae: Shape = VAE
    extra: int = 32
    side: int = 160
    blocks: int = 3
    kernel: int = 7
    past: int = 3


class SideEncoder(ConvNeXtNetwork):
    """What is heard in each step, `(B, S, 108)`, to mean and log variance of the side latents, `(B, extra, S)` each."""

    mean: Tensor
    std: Tensor

    def __init__(self, shape: StereoShape) -> None:
        super().__init__(HEARD + _CUES, shape.side, 2 * shape.extra, shape.blocks, shape.kernel)
        self.register_buffer("mean", torch.zeros(HEARD + _CUES))
        self.register_buffer("std", torch.ones(HEARD + _CUES))

    def forward(self, heard: Tensor) -> tuple[Tensor, Tensor]:
        found = self.through((with_cues(heard) - self.mean) / self.std)
        mean, log_variance = found.transpose(1, 2).chunk(2, 1)
        return mean, log_variance.clamp(-12, 4)


def with_cues(heard: Tensor) -> Tensor:
    """What is heard `(B, S, 108)` and the level differences and correlations that follow from it, `(B, S, 148)`."""
    level, correlation = cues(heard[..., TREBLE : TREBLE + IMAGE])
    return torch.cat([heard, _LEVEL * level, correlation], 2)


class SidePrior(nn.Module):
    """What is likely of side latents by those before: a linear prediction, and how far they are from it."""

    def __init__(self, shape: StereoShape) -> None:
        super().__init__()
        self.past = shape.past
        self.predict = nn.Conv1d(shape.extra, shape.extra, shape.past)
        for parameter in self.predict.parameters():
            nn.init.zeros_(parameter)
        self.log_variance = nn.Parameter(torch.zeros(shape.extra, 1))

    def forward(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        """KL divergence from the prior of latents with such means and log variances `(B, extra, S)`, in nats of each
        step, `(B, S)`: that of each from its prediction, on average over the noise of those before."""
        variance = log_variance.exp()
        predicted = self.predict(self._before(mean))
        noise = F.conv1d(self._before(variance), self.predict.weight.square())
        square = (mean - predicted).square() + variance + noise
        nats = square * (-self.log_variance).exp() - 1 - log_variance + self.log_variance
        return 0.5 * nats.sum(1)

    def _before(self, x: Tensor) -> Tensor:
        return F.pad(x, (self.past, 0))[..., :-1]


class SideDecoder(ConvNeXtNetwork):
    """Side latents `(B, extra, S)` to treble `(B, 2 S, 24)` and image `(B, S, 40)`."""

    mean: Tensor
    std: Tensor

    def __init__(self, shape: StereoShape) -> None:
        super().__init__(shape.extra, shape.side, TREBLE + IMAGE, shape.blocks, shape.kernel)
        self.register_buffer("mean", torch.zeros(TREBLE + IMAGE))
        self.register_buffer("std", torch.ones(TREBLE + IMAGE))

    def forward(self, latents: Tensor) -> tuple[Tensor, Tensor]:
        found = self.through(latents.transpose(1, 2)) * self.std + self.mean
        treble, image = found.split([TREBLE, IMAGE], 2)
        return treble.reshape(len(treble), -1, TREBLE_BANDS), image


class StereoDecoder(nn.Module):
    """Latents `(B, latent + extra, S)` to log magnitudes `(B, 2 S, 513)` of the middle below 11 kHz, treble
    `(B, 2 S, 24)` and image `(B, S, 40)`."""

    def __init__(self, shape: StereoShape) -> None:
        super().__init__()
        self.latent = shape.vae.latent
        self.core = Decoder(shape.vae)
        self.side = SideDecoder(shape)

    def forward(self, latents: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        middle, side = latents[:, : self.latent], latents[:, self.latent :]
        return self.core.log_magnitude(middle), *self.side(side)


class StereoOutputs(nn.Module):
    """A decoder as the runtime wants it: magnitudes `(B, 2 S, 513)`, treble and image."""

    def __init__(self, decoder: StereoDecoder) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(self, latents: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        log_magnitudes, treble, image = self.decoder(latents)
        return (log_magnitudes.exp() - FLOOR).clamp(min=0), treble, image


class StereoVAE(nn.Module):
    """Encoder and prior of the side latents, and the decoder of all latents."""

    def __init__(self, shape: StereoShape = StereoShape()) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = SideEncoder(shape)
        self.prior = SidePrior(shape)
        self.decoder = StereoDecoder(shape)

    def set_statistics(self, heard: Tensor) -> None:
        """Take means and standard deviations of what the side has from what is heard, `(B, S, 108)`."""
        for part, seen in ((self.encoder, with_cues(heard)), (self.decoder.side, heard[..., : TREBLE + IMAGE])):
            std, mean = torch.std_mean(seen, (0, 1))
            part.mean.copy_(mean)
            part.std.copy_(std.clamp(min=1e-2))


class SideOutputs(nn.Module):
    """The side encoder as the runtime wants it: latents `(B, extra, S)` and the nats that each step carries,
    `(B, S)`."""

    def __init__(self, vae: StereoVAE) -> None:
        super().__init__()
        self.encoder, self.prior = vae.encoder, vae.prior

    def forward(self, heard: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_variance = self.encoder(heard)
        return mean, self.prior(mean, log_variance)
