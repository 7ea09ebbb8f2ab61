"""Training of the score network: the mean of the latents, by squared error."""

from __future__ import annotations

import lightning
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor

from img2music.training.common import distributed
from img2music.training.common.optimizer import steady
from img2music.training.score.averaging import averaged
from img2music.training.score.dataset import ScoreBatch, ScorePairs
from img2music.training.score.network import ScoreNetwork


class ScoreTrainer(lightning.LightningModule):
    """Loss: mean squared error of the latents.

    A share `condition_dropout` of the crops has no style code, so that the network can do without. The learning rate
    stays, and what counts is `average`, the moving average of the weights: a training can end or go on at any time.
    """

    def __init__(
        self,
        network: ScoreNetwork,
        pairs: ScorePairs,
        learning_rate: float,
        weight_decay: float,
        condition_dropout: float,
    ) -> None:
        super().__init__()
        self.network, self.pairs = network, pairs
        self.average = averaged(network)
        self.learning_rate, self.weight_decay, self.condition_dropout = learning_rate, weight_decay, condition_dropout

    def on_train_epoch_start(self) -> None:
        self.log("pairs", float(self.pairs.look()))

    def training_step(self, batch: ScoreBatch, _: int) -> Tensor:
        dropped = distributed.drawn(torch.rand, len(batch.latents), device=self.device) < self.condition_dropout
        means, _known = self.network(*batch.without_style(dropped))
        loss = (means - batch.latents).square().mean()
        self.log("error", loss)
        return loss

    def on_train_batch_end(self, *_: object) -> None:
        self.average.update_parameters(self.network)

    def validation_step(self, batch: ScoreBatch, _: int) -> None:
        for name, forgotten in (("told", False), ("untold", True)):
            dropped = torch.full((len(batch.latents),), forgotten, device=self.device)
            means, _known = self.average(*batch.without_style(dropped))
            error = (means - batch.latents).square().mean()
            self.log(
                f"validation_{name}", error, prog_bar=True, on_epoch=True, batch_size=len(batch.latents), sync_dist=True
            )

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        return steady(self.network, self.learning_rate, self.weight_decay)
