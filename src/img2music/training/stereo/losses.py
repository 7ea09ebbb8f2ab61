"""What stereo decoders are trained by."""

from __future__ import annotations

from dataclasses import dataclass

import librosa
import torch
from torch import Tensor

from img2music.audio.stft import RATE, WINDOW
from img2music.training.spectrogram_vae.module import MEL_GAIN
from img2music.training.spectrogram_vae.network import FOLD, laplace_nll, slope_error
from img2music.training.stereo.batch import Batch
from img2music.training.stereo.cues import cues

DECIBEL = 8.685889638
_MELS = 96
_MEL, _SLOPE = 3.0, 0.25
"""How much errors of mel bands and of slopes count beside the likelihood of the spectrum."""
_TREBLE, _LEVEL, _CORRELATION, _IMAGE = 1.4, 1.0, 14.0, 0.1
"""How much errors of the side count: of each dB of treble and level, of 1 of the others. What is gained of one is lost
of another: see docs/decisions/stereo.md."""
_NATS = 1000.0
"""Nats of the middle that count as much as 1 of the side."""
_FARTHEST = 25.0
"""dB from which on a level difference is as good as any larger one."""
_AUDIBLE, _SILENT = -6.2, 0.3
"""Mean level of a treble band in a crop, natural logarithm, from which it counts fully, and how much others count."""
_HEARD_FROM, _HEARD_TO = 0.3, 0.5
"""Weights of a band of the image from which on it counts, and fully."""


@dataclass(frozen=True)
class SideMisfit:
    """How far a side is from what was heard: errors of the `treble` in dB, of the `level` difference in dB, of the
    `correlation` and of the numbers of the `image`."""

    treble: Tensor
    level: Tensor
    correlation: Tensor
    image: Tensor

    @property
    def total(self) -> Tensor:
        """The loss, `()`."""
        place_and_width = _LEVEL * self.level + _CORRELATION * self.correlation + _IMAGE * self.image
        return _TREBLE * self.treble + place_and_width


def mel_filters() -> Tensor:
    """The mel filters of the losses, `(96, 513)`."""
    return torch.from_numpy(librosa.filters.mel(sr=RATE, n_fft=WINDOW, n_mels=_MELS))


def middle_misfit(answer: Tensor, batch: Batch, mel_bank: Tensor) -> tuple[Tensor, Tensor]:
    """The loss of log magnitudes `(B, 2 S, 513)`, `()`, and their mean error in dB. `mel_bank` is `(M, 513)`."""
    error = answer - batch.log_magnitudes
    magnitudes = batch.magnitudes
    mel_error = (_mel(answer.exp(), mel_bank) - _mel(magnitudes, mel_bank)).abs().sum(-1).mean()
    total = FOLD * laplace_nll(error) + _MEL * mel_error + _SLOPE * slope_error(error, magnitudes)
    return total / _NATS, error.detach().abs().mean() * DECIBEL


def side_misfit(treble: Tensor, image: Tensor, batch: Batch) -> SideMisfit:
    """How far treble `(B, 2 S, 24)` and image `(B, S, 40)` are from those of a batch. Where they are
    known, bands count by whether they are heard."""
    audible = torch.where(batch.treble.mean(1, keepdim=True) > _AUDIBLE, 1.0, _SILENT) * batch.known
    heard = ((batch.weight - _HEARD_FROM) / (_HEARD_TO - _HEARD_FROM)).clamp(0, 1)
    (level, correlation), (true_level, true_correlation) = cues(image), cues(batch.image)
    level, true_level = (x.clamp(-_FARTHEST, _FARTHEST) for x in (level, true_level))
    return SideMisfit(
        _mean((treble - batch.treble).abs(), audible.expand_as(treble)) * DECIBEL,
        _mean((level - true_level).abs(), heard),
        _mean((correlation - true_correlation).abs(), heard),
        _mean((image - batch.image).abs(), heard.repeat(1, 1, 2)),
    )


def _mel(magnitudes: Tensor, bank: Tensor) -> Tensor:
    return torch.log1p(MEL_GAIN * magnitudes.square() @ bank.T)


def _mean(errors: Tensor, weights: Tensor) -> Tensor:
    return (errors * weights).sum() / weights.sum().clamp(min=1)
