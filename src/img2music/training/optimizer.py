"""The optimiser that VAEs and flow are trained with."""

from __future__ import annotations

import lightning
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR


def one_cycle(module: lightning.LightningModule, learning_rate: float, weight_decay: float) -> dict[str, object]:
    """AdamW with a one-cycle schedule over all steps of the module's training, a twentieth of them to warm up; what
    `configure_optimizers` returns."""
    optimizer = AdamW(module.parameters(), lr=learning_rate, weight_decay=weight_decay)
    steps = int(module.trainer.estimated_stepping_batches)
    schedule = OneCycleLR(optimizer, learning_rate, total_steps=steps, pct_start=0.05)
    return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
