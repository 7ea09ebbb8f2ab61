"""The paper's variational autoencoder: samples through strided convolutions (section 2.2).

"Inspired by InstructME" (Han et al. 2023), of which the paper says no more: residual convolutions between strided
ones, a diagonal Gaussian at each latent step, and the mirror image of it all to decode. The strides divide the
paper's 330,000 samples, so that 15 s become 660 steps of 500 samples (44 a second) and nothing is padded.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import prod

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from img2music.audio.level import TRAINING_LEVEL
from img2music.generation.representation import Waveform
from img2music.training.common import distributed

STRIDES = (10, 10, 5)
DILATIONS = (1, 3)
KERNEL = 7
LEVEL = 10 ** (TRAINING_LEVEL / 20)
"""Root-mean-square value of the samples, which are scaled to 1 inside."""

FIRST_LOG_VARIANCE = -4.0


@dataclass(frozen=True)
class WaveformShape:
    """Sizes of a waveform VAE: channels at the latent rate, and of the latent."""

    width: int = 256
    latent: int = 64

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels after each stride: few where there is much to do."""
        return self.width // 8, self.width // 2, self.width


class ResidualUnit(nn.Module):
    """A dilated and a pointwise convolution around the identity; `(B, C, T)` to the same."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.wide = nn.Conv1d(width, width, KERNEL, padding=dilation * (KERNEL // 2), dilation=dilation)
        self.narrow = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.narrow(F.silu(self.wide(F.silu(x))))


class WaveformEncoder(nn.Module):
    """Samples `(B, S, 500)` to mean and log variance, each `(B, latent, S)`."""

    def __init__(self, shape: WaveformShape) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for stride, (before, after) in zip(STRIDES, pairwise((1, *shape.widths)), strict=True):
            layers += [_shorter(before, after, stride), *_residual_units(after)]
        self.layers = nn.Sequential(*layers, nn.SiLU(), nn.Conv1d(shape.widths[-1], 2 * shape.latent, 3, padding=1))

    def forward(self, samples: Tensor) -> tuple[Tensor, Tensor]:
        x = samples.reshape(samples.shape[0], 1, -1) / LEVEL
        mean, log_variance = self.layers(x).float().chunk(2, 1)
        return mean, log_variance.clamp(-12, 4)


class WaveformDecoder(nn.Module):
    """Latents `(B, latent, S)` to samples `(B, S, 500)`."""

    def __init__(self, shape: WaveformShape) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv1d(shape.latent, shape.widths[-1], 3, padding=1)]
        for stride, (before, after) in zip(reversed(STRIDES), pairwise((*reversed(shape.widths), 1)), strict=True):
            layers += [*_residual_units(before), nn.SiLU(), _longer(before, after, stride)]
        self.layers = nn.Sequential(*layers)

    def forward(self, latents: Tensor) -> Tensor:
        samples = LEVEL * self.layers(latents).float()
        return samples.reshape(latents.shape[0], -1, prod(STRIDES))


class WaveformVAE(nn.Module):
    """Encoder and decoder of one genre, or of all of them."""

    representation = Waveform(prod(STRIDES))

    def __init__(self, shape: WaveformShape = WaveformShape()) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = WaveformEncoder(shape)
        self.decoder = WaveformDecoder(shape)
        self._start()

    @torch.no_grad()
    def _start(self) -> None:
        """First weights that keep the power of what passes: with PyTorch's own, hardly a tenth of it leaves the
        decoder, and the error stays that of silence for the first hundred steps. Latents begin with little noise."""
        for layer in self.modules():
            if isinstance(layer, (nn.Conv1d, nn.ConvTranspose1d)):
                taps = layer.kernel_size[0] / (layer.stride[0] if isinstance(layer, nn.ConvTranspose1d) else 1)
                nn.init.normal_(layer.weight, std=(layer.in_channels * taps) ** -0.5)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)
        for unit in self.modules():
            if isinstance(unit, ResidualUnit):
                nn.init.zeros_(unit.narrow.weight)
        leave = self.encoder.layers[-1]
        assert isinstance(leave, nn.Conv1d) and leave.bias is not None
        leave.weight[self.shape.latent :] *= 0.1
        leave.bias[self.shape.latent :] = FIRST_LOG_VARIANCE

    def decoder_parts(self) -> tuple[nn.Module, ...]:
        """What takes latents to samples."""
        return (self.decoder,)

    def forward(self, samples: Tensor) -> tuple[Tensor, Tensor]:
        """Mean squared error relative to the trained level's power, 1 for silence, and KL divergence in nats per
        sample, each `()`, of samples `(B, S, 500)`."""
        mean, log_variance = self.encoder(samples)
        latents = mean + distributed.drawn(torch.randn, *mean.shape, device=mean.device) * (0.5 * log_variance).exp()
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)
        return relative_error(self.decoder(latents), samples), kl.sum() / samples.numel()


def relative_error(answer: Tensor, samples: Tensor) -> Tensor:
    """Mean squared error relative to the power of the trained level, `()`."""
    return F.mse_loss(answer, samples) / LEVEL**2


def gaussian_nll(relative_error: Tensor) -> Tensor:
    """Negative log-likelihood in nats per sample, less a constant, under a Gaussian whose variance is the mean
    squared error, its optimum (σ-VAE of Rybkin et al. 2020, the paper's reference [7])."""
    return 0.5 * distributed.joint(relative_error).clamp(min=1e-6).log()


def _residual_units(width: int) -> list[nn.Module]:
    return [ResidualUnit(width, dilation) for dilation in DILATIONS]


def _shorter(before: int, after: int, stride: int) -> nn.Module:
    """Exactly `stride` times as short; each output also sees the strides beside its own."""
    return nn.Conv1d(before, after, 3 * stride, stride, padding=stride)


def _longer(before: int, after: int, stride: int) -> nn.Module:
    return nn.ConvTranspose1d(before, after, 3 * stride, stride, padding=stride)
