"""Training for a given number of minutes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import lightning
import torch
from lightning.pytorch.callbacks import Timer
from torch.optim.lr_scheduler import OneCycleLR

from img2music.training.common.runs import CHECKPOINT


class Budget(Timer):
    """Ends a training after `minutes` of it, those before an interruption included; None is no limit.

    A one-cycle schedule then follows the clock where that is ahead of the steps, so that a training cut short still
    ends with small learning rates. Reading clips does not count.
    """

    def __init__(self, minutes: float | None = None) -> None:
        super().__init__(None if minutes is None else timedelta(minutes=minutes), verbose=False)
        self._seconds = None if minutes is None else 60 * minutes

    def on_train_batch_end(self, trainer: lightning.Trainer, *args: Any, **kwargs: Any) -> None:
        super().on_train_batch_end(trainer, *args, **kwargs)
        # processes that train together go by the clock of the first
        share = 0.0 if self._seconds is None else trainer.strategy.broadcast(self._share())
        for config in trainer.lr_scheduler_configs:
            if isinstance(config.scheduler, OneCycleLR):
                last = config.scheduler.total_steps - 2  # what follows it must exist
                now = min(last, int(share * config.scheduler.total_steps))
                # its own count would stay where an earlier, smaller budget had brought it
                config.scheduler.last_epoch = max(trainer.global_step, now)

    def _share(self) -> float:
        """How much of the budget is used."""
        return min(1.0, self.time_elapsed() / self._seconds) if self._seconds else 1.0


def spent(run: Path) -> tuple[float, int]:
    """Minutes and steps of training that the run folder `run` has had, both 0 for a folder without a run."""
    if not (run / CHECKPOINT).is_file():
        return 0.0, 0
    checkpoint = torch.load(run / CHECKPOINT, map_location="cpu", weights_only=True)
    elapsed = checkpoint["callbacks"].get(Budget.__qualname__, {}).get("time_elapsed", {})
    return elapsed.get("train", 0.0) / 60, checkpoint["global_step"]
