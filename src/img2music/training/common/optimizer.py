"""The optimiser of VAEs, latent flow and classifiers that are trained as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import lightning
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR, OneCycleLR


def one_cycle(
    module: lightning.LightningModule, learning_rate: float | Mapping[nn.Module, float], weight_decay: float
) -> OptimizerLRSchedulerConfig:
    """AdamW with a one-cycle schedule over all steps of the module's training, a twentieth of them to warm up; what
    `configure_optimizers` returns. `learning_rate` is the highest one, of all or of each part that learns."""
    groups = _groups(module, learning_rate)
    steps = int(module.trainer.estimated_stepping_batches)
    optimizer = AdamW(groups, weight_decay=weight_decay)
    schedule = OneCycleLR(optimizer, [group["lr"] for group in groups], total_steps=steps, pct_start=0.05)
    return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


WARMUP = 100
"""Steps in which a steady learning rate is reached."""


def steady(
    part: nn.Module, learning_rate: float | Mapping[nn.Module, float], weight_decay: float
) -> OptimizerLRSchedulerConfig:
    """AdamW with a learning rate, of all or of each part that learns, that stays once it is reached, for a training
    that can end or go on at any time; what `configure_optimizers` returns. What counts then is an average of the
    weights."""
    optimizer = AdamW(_groups(part, learning_rate), weight_decay=weight_decay)
    rise = LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / WARMUP))
    return {"optimizer": optimizer, "lr_scheduler": {"scheduler": rise, "interval": "step"}}


def _groups(part: nn.Module, learning_rate: float | Mapping[nn.Module, float]) -> list[dict[str, Any]]:
    rates = learning_rate if isinstance(learning_rate, Mapping) else {part: learning_rate}
    return [{"params": part.parameters(), "lr": rate} for part, rate in rates.items()]
