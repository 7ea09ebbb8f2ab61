"""What the stereo decoder is trained by."""

from __future__ import annotations

from dataclasses import dataclass

import librosa
import torch
from torch import Tensor

from img2music.audio.stft import RATE, WINDOW
from img2music.stereo.bands import IMAGE_BANDS
from img2music.training.spectrogram_vae.module import MEL_GAIN
from img2music.training.spectrogram_vae.network import FOLD, divergence, laplace_nll, slope_error
from img2music.training.stereo.crops import Batch
from img2music.training.stereo.network import StereoVAE


@dataclass(frozen=True)
class Weights:
    """Of the terms beside the likelihood of the spectrum below 11 kHz."""

    mel: float = 3.0
    slope: float = 0.25
    treble: float = 2.0
    image: float = 2.0
    doubt: float = 0.5
    beta: float = 1.0


@dataclass(frozen=True)
class Losses:
    """Terms in nats per latent step, the `error` below 11 kHz and that of the `treble` in dB, `level` the error of the
    level difference in dB and `correlation` that of the correlation."""

    total: Tensor
    kl: Tensor
    error: Tensor
    treble: Tensor
    level: Tensor
    correlation: Tensor


@dataclass(frozen=True)
class Misfit:
    """How far what is decoded is from what was heard: the terms of `Losses` without those of the latents, `total` in
    nats per latent step."""

    total: Tensor
    error: Tensor
    treble: Tensor
    level: Tensor
    correlation: Tensor


DECIBEL = 8.685889638
_MELS = 96


def mel_filters() -> Tensor:
    """The mel filters of the losses, `(96, 513)`."""
    return torch.from_numpy(librosa.filters.mel(sr=RATE, n_fft=WINDOW, n_mels=_MELS))


def losses(vae: StereoVAE, batch: Batch, mel_bank: Tensor, weights: Weights, sampled: bool = True) -> Losses:
    """The losses of a batch. `mel_bank` is `(M, 513)`; with `sampled` latents are drawn, else they are their means."""
    mean, log_variance = vae.encoder(batch.heard)
    latents, extra = batch.latents, mean
    if sampled:
        latents = latents + torch.randn_like(latents) * batch.deviation
        extra = extra + torch.randn_like(extra) * (0.5 * log_variance).exp()
    answer, doubt, treble, image = vae.decoder(torch.cat([latents, extra], 1))
    found = misfit(answer, treble, image, batch, mel_bank, weights)
    kl = divergence(mean, log_variance)
    error = (answer - batch.log_magnitudes).detach().abs()
    doubt_nll = (doubt + error * (-doubt).exp()).sum(-1).mean()
    total = found.total + weights.doubt * FOLD * doubt_nll + weights.beta * kl
    return Losses(total / 1000, kl.detach(), found.error, found.treble, found.level, found.correlation)


def misfit(answer: Tensor, treble: Tensor, image: Tensor, batch: Batch, mel_bank: Tensor, weights: Weights) -> Misfit:
    """How far log magnitudes `answer` `(B, 2 S, 513)`, `treble` and `image` are from those of a batch."""
    error = answer - batch.log_magnitudes
    magnitudes = batch.magnitudes
    mel_error = (_mel(answer.exp(), mel_bank) - _mel(magnitudes, mel_bank)).abs().sum(-1).mean()
    treble_error = (treble - batch.treble).abs() * batch.known
    image_error = (image - batch.image).abs() * batch.weight.repeat(1, 1, 2)
    level, correlation = _cue_errors(image, batch.image, batch.weight)
    total = (
        FOLD * laplace_nll(error)
        + weights.mel * mel_error
        + weights.slope * slope_error(error, magnitudes)
        + weights.treble * FOLD * _nll(treble_error, batch.known.expand_as(treble))
        + weights.image * _nll(image_error, batch.weight.repeat(1, 1, 2))
        + weights.image * IMAGE_BANDS * (level / 4 + 3 * correlation)
    )
    shown = (error.abs().mean() * DECIBEL, _mean(treble_error, batch.known) * DECIBEL, level, correlation)
    return Misfit(total, *(value.detach() for value in shown))


def _mel(magnitudes: Tensor, bank: Tensor) -> Tensor:
    return torch.log1p(MEL_GAIN * magnitudes.square() @ bank.T)


def _nll(error: Tensor, weight: Tensor) -> Tensor:
    """Negative log-likelihood in nats per row of absolute errors `(B, N, W)`, weighted from 0 to 1, under a Laplace
    distribution whose scale in each column is at its optimum."""
    count = weight.sum((0, 1))
    scale = (error.sum((0, 1)) / count.clamp(min=1)).clamp(min=1e-3)
    share = count / (weight.shape[0] * weight.shape[1])
    return ((2 * scale).log() * share).sum()


def _mean(error: Tensor, known: Tensor) -> Tensor:
    return (error.sum() / (known.sum() * error.shape[1]).clamp(min=1)).detach()


def _cue_errors(image: Tensor, wanted: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Mean errors of level difference in dB and of correlation."""
    (level, correlation), (true_level, true_correlation) = _cues(image), _cues(wanted)
    total = weight.sum().clamp(min=1)
    level_error = (level.clamp(-25, 25) - true_level.clamp(-25, 25)).abs()
    return (level_error * weight).sum() / total, ((correlation - true_correlation).abs() * weight).sum() / total


def _cues(image: Tensor) -> tuple[Tensor, Tensor]:
    """As `img2music.stereo.image.cues`."""
    place, width = image[..., :IMAGE_BANDS], (2 * image[..., IMAGE_BANDS:].clamp(-4, 2)).exp()
    left, right = (1 + place).square() + width, (1 - place).square() + width
    return 10 * torch.log10(left / right), (1 - place.square() - width) / (left * right).sqrt()
