"""Training of a latent flow: rectified flow matching."""

from __future__ import annotations

import lightning
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor

from img2music.genres import GENRES
from img2music.training.common import distributed
from img2music.training.common.optimizer import one_cycle
from img2music.training.flow.network import LatentFlow


class FlowTrainer(lightning.LightningModule):
    """Loss: mean squared error of the velocity at random times, of half of the power of noise and music at best.

    Of a share `condition_dropout` of the crops the mood is left out, and of as many the genre, so that the flow works
    without either and can be guided (classifier-free guidance, Ho & Salimans, 2022).
    """

    def __init__(self, flow: LatentFlow, learning_rate: float, weight_decay: float, condition_dropout: float) -> None:
        super().__init__()
        self.save_hyperparameters(ignore=["flow"])
        self.learning_rate, self.weight_decay, self.condition_dropout = learning_rate, weight_decay, condition_dropout
        self.flow = flow

    def training_step(self, crop: tuple[Tensor, Tensor], _: int) -> Tensor:
        latents, condition = crop
        genre, mood = torch.split(condition, [len(GENRES), condition.shape[1] - len(GENRES)], 1)
        kept = distributed.drawn(torch.rand, len(latents), 2, device=latents.device) >= self.condition_dropout
        condition = torch.cat([genre * kept[:, :1], mood * kept[:, 1:]], 1)
        loss = self._error(latents, condition, distributed.drawn(torch.rand, len(latents), device=latents.device))
        self.log("error", loss)
        return loss

    def validation_step(self, crop: tuple[Tensor, Tensor], _: int) -> None:
        times = torch.linspace(0.05, 0.95, len(crop[0]), device=crop[0].device)
        self.log("validation_error", self._error(*crop, times), prog_bar=True, on_epoch=True, sync_dist=True)

    def _error(self, latents: Tensor, condition: Tensor, time: Tensor) -> Tensor:
        noisy, noise = noised(latents, time)
        return (self.flow(noisy, time, condition) - (noise - latents)).square().mean()

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        return one_cycle(self, self.learning_rate, self.weight_decay)


def noised(latents: Tensor, time: Tensor) -> tuple[Tensor, Tensor]:
    """Latents `(B, C, S)` on the way to noise at times `(B,)`, and that noise."""
    noise = distributed.drawn(torch.randn, *latents.shape, device=latents.device)
    along = time[:, None, None]
    return (1 - along) * latents + along * noise, noise
