"""Running a training: progress, log, checkpoints, continuing after an interruption."""

from __future__ import annotations

import csv
import logging
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lightning
import torch
import yaml
from lightning.pytorch.callbacks import Callback, ModelCheckpoint, RichProgressBar
from lightning.pytorch.loggers import CSVLogger
from torch.utils.data import DataLoader

from img2music.training import ranks
from img2music.training.precision import has_bfloat16

CHECKPOINT = "last.ckpt"


class _OwnLength(Callback):
    """A one-cycle schedule goes on at the length of this run, which may be longer than the run it continues."""

    def on_load_checkpoint(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        for schedule in checkpoint["lr_schedulers"]:
            for length in ("total_steps", "_schedule_phases"):
                schedule.pop(length, None)


def fit(
    module: lightning.LightningModule,
    folder: Path,
    recipe: Any,
    loader: DataLoader,
    validation: DataLoader | None = None,
    callbacks: tuple[Callback, ...] = (),
    epochs: int = 1,
    clip: float = 1.0,
    precision: str | None = None,
) -> lightning.Trainer:
    """Train `module` in the run folder `folder`, from its last checkpoint if there is one.

    Leaves `recipe.yaml`, `log/metrics.csv` and `last.ckpt` there. Computes in bfloat16 where that is fast,
    unless told another `precision` of Lightning's. Gradients are clipped to a norm of `clip`; 0 leaves them as
    they are. Of several processes, each with its part of what the loaders give, the first writes the files.
    """
    ranks.wait()  # until nobody reads the recipe of an earlier run any more
    if ranks.leads():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "recipe.yaml").write_text(yaml.safe_dump(asdict(recipe), sort_keys=False), encoding="utf-8")
    _quiet_lightning()
    checkpoint = folder / CHECKPOINT
    resume = checkpoint if checkpoint.is_file() else None
    keep = ModelCheckpoint(folder, checkpoint.stem, save_on_train_epoch_end=True, enable_version_counter=False)
    trainer = lightning.Trainer(
        max_epochs=epochs,
        precision=precision or ("bf16-mixed" if has_bfloat16() else "32-true"),
        logger=_log(folder, resume is not None),
        callbacks=[*callbacks, _OwnLength(), keep, RichProgressBar(leave=False, console_kwargs={"stderr": True})],
        gradient_clip_val=clip or None,
        log_every_n_steps=50,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        **ranks.placement(),
    )
    trainer.fit(module, loader, validation, ckpt_path=resume, weights_only=True)
    return trainer


def _log(folder: Path, resume: bool) -> CSVLogger:
    """`log/metrics.csv`, which Lightning would begin anew, with what is in it already when a run goes on."""
    logger = CSVLogger(folder, name="", version="log")
    file = folder / "log" / "metrics.csv"
    if resume and ranks.leads() and file.is_file():
        with file.open(newline="", encoding="utf-8") as lines:
            earlier = list(csv.DictReader(lines))
        logger.experiment.metrics.extend(earlier)
        logger.save()
    return logger


def _quiet_lightning() -> None:
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="lightning.*")
    torch.set_float32_matmul_precision("high")
