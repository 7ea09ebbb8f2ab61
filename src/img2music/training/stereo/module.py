"""Training of the stereo VAE: the middle's decoder and the side's VAE, which share nothing, side by side."""

from __future__ import annotations

import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor

from img2music.training.common.averaging import AveragedTrainer
from img2music.training.common.optimizer import steady
from img2music.training.stereo.batch import Batch
from img2music.training.stereo.crops import Crops
from img2music.training.stereo.losses import mel_filters, middle_misfit, side_misfit
from img2music.training.stereo.network import StereoVAE


class StereoTrainer(AveragedTrainer):
    """Loss: that of `middle_misfit` from the means of latents, and that of `side_misfit` from side latents with noise
    and `beta` times the nats that these carry. The decoder of the middle learns at the share `core` of the learning
    rate."""

    mel_bank: Tensor

    def __init__(
        self, vae: StereoVAE, crops: Crops, learning_rate: float, core: float, weight_decay: float, beta: float
    ) -> None:
        super().__init__(vae, learning_rate, weight_decay)
        self.vae, self.crops, self.core, self.beta = vae, crops, core, beta
        self.register_buffer("mel_bank", mel_filters(), persistent=False)

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        side = dict.fromkeys((self.vae.encoder, self.vae.prior, self.vae.decoder.side), self.learning_rate)
        rates = side | {self.vae.decoder.core: self.core * self.learning_rate}
        return steady(self.vae, rates, self.weight_decay)

    def on_train_epoch_start(self) -> None:
        self.log("clips", float(self.crops.look()))

    def training_step(self, batch: Batch, _: int) -> Tensor:
        mean, log_variance = self.vae.encoder(batch.heard)
        side = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        answer, treble, image = self.vae.decoder(torch.cat([batch.latents, side], 1))
        middle, error = middle_misfit(answer, batch, self.mel_bank)
        found = side_misfit(treble, image, batch)
        nats = self.vae.prior(mean, log_variance).mean()
        shown = {"error": error, "treble": found.treble, "level": found.level, "correlation": found.correlation}
        self.log_dict({name: value.detach() for name, value in (shown | {"nats": nats}).items()})
        return middle + found.total + self.beta * nats
