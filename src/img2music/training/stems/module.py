"""Training of masks."""

from __future__ import annotations

import lightning
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor

from img2music.training.common.optimizer import steady
from img2music.training.score.averaging import averaged
from img2music.training.stems.dataset import StemBatch
from img2music.training.stems.network import StemNetwork


class StemModule(lightning.LightningModule):
    """Loss: cross-entropy of the masks, by the level of each bin. What counts is `average`, the moving average of the
    weights."""

    def __init__(self, network: StemNetwork, learning_rate: float, weight_decay: float) -> None:
        super().__init__()
        self.network, self.average = network, averaged(network)
        self.learning_rate, self.weight_decay = learning_rate, weight_decay

    def training_step(self, batch: StemBatch, _: int) -> Tensor:
        loss = self._error(self.network(batch.rolls, batch.latents, batch.present), batch)
        self.log("error", loss)
        return loss

    def on_train_batch_end(self, *_: object) -> None:
        self.average.update_parameters(self.network)

    def validation_step(self, batch: StemBatch, _: int) -> None:
        error = self._error(self.average(batch.rolls, batch.latents, batch.present), batch)
        self.log("validation_error", error, prog_bar=True, on_epoch=True, batch_size=len(batch.rolls))

    @staticmethod
    def _error(logarithms: Tensor, batch: StemBatch) -> Tensor:
        # where a stem is not there both are nothing, and nothing times infinity is to be nothing
        surprise = -(batch.masks * logarithms.float().clamp(min=-20)).sum(1)
        return (surprise * batch.weights).sum() / batch.weights.sum().clamp(min=1e-3)

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        return steady(self.network, self.learning_rate, self.weight_decay)
