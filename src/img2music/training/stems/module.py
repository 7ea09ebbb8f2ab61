"""Training of masks."""

from __future__ import annotations

from torch import Tensor

from img2music.training.common.averaging import AveragedTrainer
from img2music.training.stems.dataset import StemBatch
from img2music.training.stems.network import StemNetwork


class StemModule(AveragedTrainer):
    """Loss: cross-entropy of the masks, by the level of each bin."""

    def __init__(self, network: StemNetwork, learning_rate: float, weight_decay: float) -> None:
        super().__init__(network, learning_rate, weight_decay)
        self.network = network

    def training_step(self, batch: StemBatch, _: int) -> Tensor:
        loss = self._error(self.network(batch.rolls, batch.latents, batch.present), batch)
        self.log("error", loss)
        return loss

    def validation_step(self, batch: StemBatch, _: int) -> None:
        error = self._error(self.average(batch.rolls, batch.latents, batch.present), batch)
        self.log("validation_error", error, prog_bar=True, on_epoch=True, batch_size=len(batch.rolls))

    @staticmethod
    def _error(logarithms: Tensor, batch: StemBatch) -> Tensor:
        # where a stem is not there both are nothing, and nothing times infinity is to be nothing
        surprise = -(batch.masks * logarithms.float().clamp(min=-20)).sum(1)
        return (surprise * batch.weights).sum() / batch.weights.sum().clamp(min=1e-3)
