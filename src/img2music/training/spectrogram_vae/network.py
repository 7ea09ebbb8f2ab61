"""The default variational autoencoder: magnitude spectrograms through 1-D ConvNeXt blocks.

Two neighbouring frames enter as one step (43 steps a second), each step has a latent of a few dozen
channels. The likelihood is a Laplace distribution over log magnitudes with one scale per frequency band
that is always at its optimum (the σ-VAE of Rybkin et al. 2020, the paper's reference [7]), so that
reconstruction and KL divergence weigh against each other without a constant to tune.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from img2music.audio.stft import BINS
from img2music.generation.representation import Magnitudes
from img2music.training.common import distributed
from img2music.training.common.depthwise import DepthwiseConv1d
from img2music.training.common.old_names import accept_old_names

FLOOR = 1e-3
"""Magnitude below which nothing is distinguished: about 88 dB below full-scale music."""
FOLD = 2
"""Frames per latent step."""


@dataclass(frozen=True)
class Shape:
    """Sizes of a spectrogram VAE."""

    width: int = 256
    expansion: int = 3
    encoder_blocks: int = 3
    decoder_blocks: int = 6
    latent: int = 64
    kernel: int = 7
    own_blocks: int | None = None
    """Decoder blocks that a genre has of its own; the encoder and the blocks before are those of all genres. None
    when nothing is shared."""


class ConvNeXtBlock(nn.Module):
    """Depthwise convolution in time, layer norm, two linear layers, residual; `(B, S, C)` to the same."""

    def __init__(self, width: int, expansion: int, kernel: int) -> None:
        super().__init__()
        self.depthwise = DepthwiseConv1d(width, kernel)
        self.norm = nn.LayerNorm(width, eps=1e-5)
        self.wide = nn.Linear(width, expansion * width)
        self.narrow = nn.Linear(expansion * width, width)
        self.scale = nn.Parameter(torch.full((width,), 0.1))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.depthwise(x.transpose(1, 2)).transpose(1, 2))
        return x + self.scale * self.narrow(F.gelu(self.wide(y)))


class ConvNeXtNetwork(nn.Module):
    """Numbers of each step `(B, S, inputs)` to others `(B, S, outputs)` by `blocks` of a `width`."""

    def __init__(self, inputs: int, width: int, outputs: int, blocks: int, kernel: int) -> None:
        super().__init__()
        self.enter = nn.Linear(inputs, width)
        self.blocks = nn.Sequential(*(ConvNeXtBlock(width, 2, kernel) for _ in range(blocks)))
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, outputs)

    def through(self, x: Tensor) -> Tensor:
        """What comes out of `x`, float32."""
        return self.leave(self.norm(self.blocks(self.enter(x)))).float()


class Encoder(nn.Module):
    """Magnitudes `(B, F, 513)`, F even, to mean and log variance, each `(B, latent, F / 2)`."""

    mean: Tensor
    std: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(BINS))
        self.register_buffer("std", torch.ones(BINS))
        accept_old_names(self, {"deviation": "std"})
        self.enter = nn.Linear(FOLD * BINS, shape.width)
        blocks = [ConvNeXtBlock(shape.width, shape.expansion, shape.kernel) for _ in range(shape.encoder_blocks)]
        self.blocks = nn.Sequential(*blocks)
        self.norm = nn.LayerNorm(shape.width)
        self.leave = nn.Linear(shape.width, 2 * shape.latent)

    def forward(self, magnitudes: Tensor) -> tuple[Tensor, Tensor]:
        x = (log_magnitude(magnitudes) - self.mean) / self.std
        x = self.enter(x.reshape(x.shape[0], -1, FOLD * BINS))
        mean, log_variance = self.leave(self.norm(self.blocks(x))).float().transpose(1, 2).chunk(2, 1)
        return mean, log_variance.clamp(-12, 4)


class Decoder(nn.Module):
    """Latents `(B, latent, S)` to magnitudes `(B, 2 S, 513)`."""

    mean: Tensor
    std: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(BINS))
        self.register_buffer("std", torch.ones(BINS))
        accept_old_names(self, {"deviation": "std"})
        self.enter = nn.Linear(shape.latent, shape.width)
        blocks = [ConvNeXtBlock(shape.width, shape.expansion, shape.kernel) for _ in range(shape.decoder_blocks)]
        self.blocks = nn.Sequential(*blocks)
        self.norm = nn.LayerNorm(shape.width)
        self.leave = nn.Linear(shape.width, FOLD * BINS)

    def log_magnitude(self, latents: Tensor) -> Tensor:
        """Latents `(B, latent, S)` to natural-log magnitudes `(B, 2 S, 513)`."""
        return self.finished(self.blocks(self.enter(latents.transpose(1, 2))))

    def magnitudes(self, hidden: Tensor) -> Tensor:
        """What leaves the last block, `(B, S, C)`, to magnitudes `(B, 2 S, 513)`."""
        return (self.finished(hidden).exp() - FLOOR).clamp(min=0)

    def forward(self, latents: Tensor) -> Tensor:
        return self.magnitudes(self.blocks(self.enter(latents.transpose(1, 2))))

    def finished(self, hidden: Tensor) -> Tensor:
        """What leaves the last block, `(B, S, C)`, to natural-log magnitudes `(B, 2 S, 513)`."""
        x = self.leave(self.norm(hidden)).float()
        return x.reshape(x.shape[0], -1, BINS) * self.std + self.mean


class Trunk(nn.Module):
    """The part of a decoder that genres share, all but its last blocks: latents `(B, latent, S)` to `(B, S, C)`."""

    def __init__(self, decoder: Decoder, own_blocks: int) -> None:
        super().__init__()
        self.enter = decoder.enter
        self.blocks = decoder.blocks[: len(decoder.blocks) - own_blocks]

    def forward(self, latents: Tensor) -> Tensor:
        return self.blocks(self.enter(latents.transpose(1, 2)))


class Head(nn.Module):
    """The part of a decoder that is a genre's own: `(B, S, C)` to magnitudes `(B, 2 S, 513)`."""

    def __init__(self, decoder: Decoder, own_blocks: int) -> None:
        super().__init__()
        self.decoder = decoder
        self.blocks = decoder.blocks[len(decoder.blocks) - own_blocks :]

    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder.magnitudes(self.blocks(hidden))


class SpectrogramVAE(nn.Module):
    """Encoder and decoder of one genre."""

    representation = Magnitudes()

    def __init__(self, shape: Shape = Shape()) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape)
        self.decoder = Decoder(shape)

    def set_statistics(self, mean: Tensor, std: Tensor) -> None:
        """Mean and standard deviation of the log magnitude of each bin, `(513,)`, from the training clips."""
        for part in (self.encoder, self.decoder):
            part.mean.copy_(mean)
            part.std.copy_(std)

    def freeze_shared(self) -> None:
        """Let only what is a genre's own learn."""
        if self.shape.own_blocks is not None:
            self.requires_grad_(False)
            trunk = self.decoder.blocks[: len(self.decoder.blocks) - self.shape.own_blocks]
            self.decoder.requires_grad_(True)
            for shared in (self.decoder.enter, trunk):
                shared.requires_grad_(False)

    def decoder_parts(self) -> tuple[nn.Module, ...]:
        """What takes latents to magnitudes, one after the other: the decoder, or trunk and head."""
        own = self.shape.own_blocks
        return (self.decoder,) if own is None else (Trunk(self.decoder, own), Head(self.decoder, own))

    def forward(self, magnitudes: Tensor) -> tuple[Tensor, Tensor]:
        """Reconstructed log magnitudes `(B, F, 513)` and KL divergence in nats per latent step `()`."""
        mean, log_variance = self.encoder(magnitudes)
        latents = mean + distributed.drawn(torch.randn, *mean.shape, device=mean.device) * (0.5 * log_variance).exp()
        return self.decoder.log_magnitude(latents), divergence(mean, log_variance)


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL divergence of posteriors `(B, C, S)` from the standard normal prior, in nats per latent step, `()`."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()


def log_magnitude(magnitudes: Tensor) -> Tensor:
    """Natural logarithm with a floor."""
    return torch.log(magnitudes + FLOOR)


def laplace_nll(error: Tensor) -> Tensor:
    """Negative log-likelihood in nats per frame of errors `(B, F, 513)` under a Laplace distribution
    whose scale in each band is the mean absolute error, its optimum (σ-VAE)."""
    scale = distributed.joint(error.abs().mean((0, 1))).clamp(min=1e-3)
    return (2 * scale).log().sum() + error.shape[-1]


def slope_error(error: Tensor, magnitudes: Tensor) -> Tensor:
    """Mean absolute error in nats per latent step of the slopes of log magnitudes in frequency and in time, by which
    phases are found; what is loud counts more. `error` of log magnitudes and `magnitudes` are `(B, F, 513)`."""
    weight = magnitudes.sqrt()
    weight = weight / weight.mean((1, 2), keepdim=True).clamp(min=1e-6)
    in_frequency = (error.diff(dim=2).abs() * weight[:, :, 1:]).sum(2).mean()
    in_time = (error.diff(dim=1).abs() * weight[:, 1:]).sum(2).mean()
    return FOLD * (in_frequency + in_time)
