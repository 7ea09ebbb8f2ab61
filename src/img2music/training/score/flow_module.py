"""Training of the flow on top of a score network, which stays as it is."""

from __future__ import annotations

import torch
from torch import Tensor

from img2music.training.common import distributed
from img2music.training.common.averaging import AveragedTrainer
from img2music.training.flow.module import noised
from img2music.training.score.dataset import ScoreBatch, ScorePairs
from img2music.training.score.flow_network import ScoreFlow
from img2music.training.score.network import ScoreNetwork


class ScoreFlowTrainer(AveragedTrainer):
    """Loss: mean squared error of the velocity at random times, as of `FlowTrainer`.

    A share `condition_dropout` of the crops has no style code.
    """

    def __init__(
        self,
        flow: ScoreFlow,
        network: ScoreNetwork,
        pairs: ScorePairs,
        learning_rate: float,
        weight_decay: float,
        condition_dropout: float,
    ) -> None:
        super().__init__(flow, learning_rate, weight_decay)
        self.flow, self.pairs, self.condition_dropout = flow, pairs, condition_dropout
        # out of the module's sight: a checkpoint shall not bring back what the network was
        self._network = (network.requires_grad_(False).eval(),)

    def on_fit_start(self) -> None:
        self._network[0].to(self.device)

    def on_train_epoch_start(self) -> None:
        self.log("pairs", float(self.pairs.look()))

    def training_step(self, batch: ScoreBatch, _: int) -> Tensor:
        count = len(batch.latents)
        dropped = distributed.drawn(torch.rand, count, device=self.device) < self.condition_dropout
        loss = self._error(self.flow, batch, dropped, distributed.drawn(torch.rand, count, device=self.device))
        self.log("error", loss)
        return loss

    def validation_step(self, batch: ScoreBatch, index: int) -> None:
        count = len(batch.latents)
        with torch.random.fork_rng():
            torch.manual_seed(index)
            times = torch.linspace(0.05, 0.95, count, device=self.device)
            error = self._error(self.average, batch, torch.arange(count, device=self.device) % 2 > 0, times)
        self.log("validation_error", error, prog_bar=True, on_epoch=True, batch_size=count, sync_dist=True)

    def _error(self, flow: torch.nn.Module, batch: ScoreBatch, dropped: Tensor, time: Tensor) -> Tensor:
        remainders, means, known, conditions = remainders_of(self._network[0], batch, dropped)
        remainders = remainders / self.flow.deviations[:, None]
        noisy, noise = noised(remainders, time)
        return (flow(noisy, time, means, known, *conditions) - (noise - remainders)).square().mean()


@torch.no_grad()
def remainders_of(
    network: ScoreNetwork, batch: ScoreBatch, dropped: Tensor
) -> tuple[Tensor, Tensor, Tensor, tuple[Tensor, Tensor]]:
    """What the latents of a batch differ from their means, `(B, C, S)`; these means; what the network knows; and
    the conditions of piece and style. The style codes are left out where `dropped` `(B,)` is true."""
    *_, piece, style = given = batch.without_style(dropped)
    means, known = network(*given)
    return batch.latents - means.float(), means, known, (piece, style)
