"""Running a training: progress, log, checkpoints, continuing after an interruption."""

from __future__ import annotations

import csv
import logging
import random
import warnings
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import lightning
import numpy as np
import torch
import yaml
from lightning.pytorch.callbacks import Callback, ModelCheckpoint, RichProgressBar
from lightning.pytorch.loggers import CSVLogger
from lightning.pytorch.plugins.io import TorchCheckpointIO
from torch.utils.data import DataLoader

from img2music.system.files import atomic_write
from img2music.training.common import distributed
from img2music.training.common.precision import has_bfloat16
from img2music.training.common.state import save_state

CHECKPOINT = "last.ckpt"
START = "start.json"
"""What a run was begun with, where that is written down."""
Precision = Literal["32-true", "bf16-mixed"]
"""Of Lightning's, those that recipes use."""


class AtomicCheckpoints(TorchCheckpointIO):
    """Checkpoints that are whole or not there, on the disk before the ones they replace are gone."""

    def save_checkpoint(self, checkpoint: dict[str, Any], path: Any, storage_options: Any | None = None) -> None:
        save_state(path, checkpoint)


class _SameEveryTime:
    """A loader whose epochs begin with randomness that depends on the seed and on the step alone, so that a run that
    was interrupted at whatever moment goes on as if it had not been."""

    def __init__(self, loader: DataLoader[Any], trainer: lightning.Trainer, seed: int, done: int) -> None:
        # Lightning, which knows no loader but its own kind, would give every process all of it
        self._loader, self._trainer, self._seed, self._done = distributed.part(loader), trainer, seed, done

    def __iter__(self) -> Iterator[Any]:
        # Lightning begins the first epoch before it has read from the checkpoint how many steps were done
        step = max(self._trainer.global_step, self._done)
        words = np.random.SeedSequence((self._seed, step)).generate_state(2)
        torch.manual_seed(int(words[0]))
        random.seed(int(words[1]))
        distributed.shuffle(self._loader, step)
        return iter(self._loader)

    def __len__(self) -> int:
        return len(self._loader)


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
    loader: DataLoader[Any],
    validation: DataLoader[Any] | None = None,
    callbacks: tuple[Callback, ...] = (),
    epochs: int = 1,
    clip: float = 1.0,
    precision: Precision | None = None,
) -> lightning.Trainer:
    """Train `module` in the run folder `folder`, from its last checkpoint if there is one.

    Leaves `recipe.yaml`, `log/metrics.csv` and `last.ckpt` there. Computes in bfloat16 where that is fast,
    unless another `precision` of Lightning's is given. Gradients are clipped to a norm of `clip`; 0 leaves them as
    they are. Of several processes, each with its part of what the loaders give, the first writes the files.
    """
    distributed.wait()  # until nobody reads the recipe of an earlier run any more
    if distributed.leads():
        write_recipe(recipe, folder)
    _quiet_lightning()
    checkpoint = folder / CHECKPOINT
    resume = checkpoint if checkpoint.is_file() else None
    done = torch.load(resume, map_location="cpu", weights_only=True)["global_step"] if resume else 0
    keep = ModelCheckpoint(folder, checkpoint.stem, save_on_train_epoch_end=True, enable_version_counter=False)
    trainer = lightning.Trainer(
        max_epochs=epochs,
        benchmark=True,  # shapes are the same in every step
        precision=precision or ("bf16-mixed" if has_bfloat16() else "32-true"),
        logger=_log(folder, done),
        plugins=[AtomicCheckpoints()],
        callbacks=[*callbacks, _OwnLength(), keep, RichProgressBar(leave=False, console_kwargs={"stderr": True})],
        gradient_clip_val=clip or None,
        log_every_n_steps=50,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        **distributed.placement(),
    )
    trainer.fit(
        module, _SameEveryTime(loader, trainer, recipe.seed, done), validation, ckpt_path=resume, weights_only=True
    )
    return trainer


def write_recipe(recipe: Any, folder: Path) -> None:
    """Keep in the folder of a run what it is trained by."""
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_write(folder / "recipe.yaml", force=True) as temporary:
        temporary.write_text(yaml.safe_dump(asdict(recipe), sort_keys=False), encoding="utf-8")


def _log(folder: Path, done: int) -> CSVLogger:
    """`log/metrics.csv`, which Lightning would begin anew, with what is in it of the `done` steps that a run goes on
    from."""
    logger = CSVLogger(folder, name="", version="log", flush_logs_every_n_steps=1)
    file = folder / "log" / "metrics.csv"
    if done and distributed.leads() and file.is_file():
        with file.open(newline="", encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        logger.experiment.metrics.extend(row for row in rows if _is_before(row, done))
        logger.save()
    return logger


def _is_before(row: dict[str, str | None], steps: int) -> bool:
    """Whether a row of the log is whole and of one of the first `steps` steps."""
    return None not in row.values() and str(row["step"]).isdecimal() and int(str(row["step"])) < steps


def _quiet_lightning() -> None:
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="lightning.*")
    torch.set_float32_matmul_precision("high")
