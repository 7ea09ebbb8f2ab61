"""Training of a spectrogram VAE, from scratch or from another one's weights."""

from __future__ import annotations

import librosa
import lightning
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor

from img2music.audio.stft import RATE, WINDOW
from img2music.training.common.optimizer import one_cycle
from img2music.training.spectrogram_vae.network import (
    FOLD,
    Shape,
    SpectrogramVAE,
    laplace_nll,
    log_magnitude,
    slope_error,
)

MEL_GAIN = 2500.0
"""Compression of mel bands, log(1 + gain · power), as for music taggers (theirs is 10,000 at half our
window, whose magnitudes are half as large)."""


class VAETrainer(lightning.LightningModule):
    """Loss: Laplace negative log-likelihood per latent step + `beta` · KL + `mel_weight` · mel error +
    `slope_weight` · error of the slopes that phases are found by."""

    mel: Tensor

    def __init__(
        self,
        shape: Shape,
        learning_rate: float = 1e-3,
        weight_decay: float = 0.01,
        beta: float = 1.0,
        warmup_steps: int = 300,
        mel_weight: float = 0.0,
        slope_weight: float = 0.0,
        mel_bands: int = 96,
    ) -> None:
        super().__init__()
        self.save_hyperparameters(ignore=["shape"])
        self.learning_rate, self.weight_decay = learning_rate, weight_decay
        self.beta, self.warmup_steps = beta, warmup_steps
        self.mel_weight, self.slope_weight = mel_weight, slope_weight
        self.vae = SpectrogramVAE(shape)
        bank = librosa.filters.mel(sr=RATE, n_fft=WINDOW, n_mels=mel_bands)
        self.register_buffer("mel", torch.from_numpy(bank), persistent=False)

    def training_step(self, magnitudes: Tensor, _: int) -> Tensor:
        likelihood, kl, mel_error, slope_error = self._losses(magnitudes)
        warm = min(1.0, (self.global_step + 1) / self.warmup_steps)
        self.log_dict({"kl": kl, "nll": likelihood, "mel_error": mel_error, "slope_error": slope_error})
        error = likelihood * FOLD + warm * self.beta * kl
        return (error + self.mel_weight * mel_error + self.slope_weight * slope_error) / 1000

    def validation_step(self, magnitudes: Tensor, _: int) -> None:
        answer, _kl = self.vae(magnitudes)
        error = (answer - log_magnitude(magnitudes)).abs().mean() * (20 / torch.log(torch.tensor(10.0)))
        self.log("validation_error_db", error, prog_bar=True, on_epoch=True, sync_dist=True)

    def _losses(self, magnitudes: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        answer, kl = self.vae(magnitudes)
        error = answer - log_magnitude(magnitudes)
        mel_error = (self._mel(answer.exp()) - self._mel(magnitudes)).abs().sum(-1).mean()
        return laplace_nll(error), kl, mel_error, slope_error(error, magnitudes)

    def _mel(self, magnitudes: Tensor) -> Tensor:
        with torch.autocast(magnitudes.device.type, enabled=False):
            return torch.log1p(MEL_GAIN * magnitudes.square() @ self.mel.T)

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        return one_cycle(self, self.learning_rate, self.weight_decay)
