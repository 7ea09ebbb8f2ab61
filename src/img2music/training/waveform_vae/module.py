"""Training of a waveform VAE."""

from __future__ import annotations

import lightning
import torch
from torch import Tensor

from img2music.errors import OptionError
from img2music.training.waveform_vae.network import WaveformShape, WaveformVAE, gaussian_nll, relative_error

LIKELIHOODS = ("mse", "sigma")


class WaveformTrainer(lightning.LightningModule):
    """Loss per sample: squared error (`mse`), or its likelihood with the best σ (`sigma`), + `kl_weight` · KL."""

    def __init__(
        self, shape: WaveformShape, learning_rate: float = 2e-4, likelihood: str = "mse", kl_weight: float = 1e-2
    ) -> None:
        super().__init__()
        if likelihood not in LIKELIHOODS:
            raise OptionError(f"likelihood {likelihood} is unknown; choose {' or '.join(LIKELIHOODS)}.")
        self.save_hyperparameters(ignore=["shape"])
        self.learning_rate, self.likelihood, self.kl_weight = learning_rate, likelihood, kl_weight
        self.vae = WaveformVAE(shape)

    def training_step(self, samples: Tensor, _: int) -> Tensor:
        error, kl = self.vae(samples)
        self.log_dict({"error_db": 10 * error.log10(), "kl": kl})
        distance = error if self.likelihood == "mse" else gaussian_nll(error)
        return distance + self.kl_weight * kl

    def validation_step(self, samples: Tensor, _: int) -> None:
        mean, _log_variance = self.vae.encoder(samples)
        error = relative_error(self.vae.decoder(mean), samples)
        self.log("validation_error_db", 10 * error.log10(), prog_bar=True, on_epoch=True, sync_dist=True)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=self.learning_rate)
