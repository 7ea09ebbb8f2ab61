"""The moving average of the weights of a network in training: what a steady learning rate needs in place of a fall."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import lightning
import torch
from lightning.pytorch.callbacks import Callback
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from safetensors.torch import save
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from img2music.system.files import atomic_write
from img2music.training.common import distributed
from img2music.training.common.optimizer import steady

LASTING = 0.998
"""What is left of the average after a step, when the training is under way."""
_EARLY = 10
"""Steps in which the weights of the beginning are forgotten."""


def averaged(network: nn.Module) -> AveragedModel:
    """A moving average of the weights of `network`, to update after each step. It follows closely at first."""
    average = AveragedModel(network, multi_avg_fn=_step)
    return average.requires_grad_(False)


@torch.no_grad()
def _step(average: Sequence[Tensor], weights: Sequence[Tensor], count: Tensor | int) -> None:
    share = 1 - min(LASTING, (1 + float(count)) / (_EARLY + float(count)))
    for old, new in zip(average, weights, strict=True):
        if old.is_floating_point():
            old.lerp_(new, share)
        else:
            old.copy_(new)


class AveragedTrainer(lightning.LightningModule):
    """Trains a network at a steady learning rate. What counts is `average`, the moving average of its weights: a
    training can end or go on at any time."""

    def __init__(self, network: nn.Module, learning_rate: float, weight_decay: float) -> None:
        super().__init__()
        self.average = averaged(network)
        self._trained = (network,)  # out of the module's sight: each trainer has a name of its own for it
        self.learning_rate, self.weight_decay = learning_rate, weight_decay

    def on_train_batch_end(self, *_: object) -> None:
        self.average.update_parameters(self._trained[0])

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        return steady(self._trained[0], self.learning_rate, self.weight_decay)


class KeepAverage(Callback):
    """Writes the averaged weights after each epoch, so that they can be tried while the training goes on."""

    def __init__(self, average: AveragedModel, path: Path) -> None:
        self._average, self._path = average, path

    def on_train_epoch_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        if distributed.leads():
            with atomic_write(self._path, force=True) as temporary:
                temporary.write_bytes(save(self._average.module.state_dict()))
