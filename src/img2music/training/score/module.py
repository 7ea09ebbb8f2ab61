"""Training of the score network: the mean of the latents, by squared error."""

from __future__ import annotations

import torch
from torch import Tensor

from img2music.training.common import distributed
from img2music.training.common.averaging import AveragedTrainer
from img2music.training.score.dataset import ScoreBatch, ScorePairs
from img2music.training.score.network import ScoreNetwork


class ScoreTrainer(AveragedTrainer):
    """Loss: mean squared error of the latents.

    A share `condition_dropout` of the crops has no style code, so that the network can do without.
    """

    def __init__(
        self,
        network: ScoreNetwork,
        pairs: ScorePairs,
        learning_rate: float,
        weight_decay: float,
        condition_dropout: float,
    ) -> None:
        super().__init__(network, learning_rate, weight_decay)
        self.network, self.pairs, self.condition_dropout = network, pairs, condition_dropout

    def on_train_epoch_start(self) -> None:
        self.log("pairs", float(self.pairs.look()))

    def training_step(self, batch: ScoreBatch, _: int) -> Tensor:
        dropped = distributed.drawn(torch.rand, len(batch.latents), device=self.device) < self.condition_dropout
        means, _known = self.network(*batch.without_style(dropped))
        loss = (means - batch.latents).square().mean()
        self.log("error", loss)
        return loss

    def validation_step(self, batch: ScoreBatch, _: int) -> None:
        for name, forgotten in (("with_style", False), ("without_style", True)):
            dropped = torch.full((len(batch.latents),), forgotten, device=self.device)
            means, _known = self.average(*batch.without_style(dropped))
            error = (means - batch.latents).square().mean()
            self.log(
                f"validation_{name}", error, prog_bar=True, on_epoch=True, batch_size=len(batch.latents), sync_dist=True
            )
