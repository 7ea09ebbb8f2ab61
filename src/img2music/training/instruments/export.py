"""`export-instruments`: models learn what instruments look like in drawings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from img2music.errors import ModelError
from img2music.models.folder import Models
from img2music.training.export.models import write_manifest
from img2music.training.export.run import known_facts, renewed
from img2music.training.instruments.run import REPORT
from img2music.vision.objects import INSTRUMENTS


def add_instruments(run: Path, models: Path, version: str) -> Path:
    """Put the layer of a run of `train instruments` into a models folder; returns `models`.

    Raises `ModelError` when the run or the models are missing.
    """
    missing = [name for name in (INSTRUMENTS, REPORT) if not (run / name).is_file()]
    if missing:
        raise ModelError(f"{run} holds no {missing[0]}; run `img2music train instruments` first.")
    trained_on, figures = known_facts(models)
    report = json.loads((run / REPORT).read_text(encoding="utf-8"))
    learnt_from = {"hands": report["hands"], "pictures": sum(report["pictures"].values())}
    with renewed(models) as folder:
        shutil.copyfile(run / INSTRUMENTS, folder / INSTRUMENTS)
        write_manifest(
            folder,
            version,
            trained_on | {"instruments": learnt_from},
            figures | {"instruments": report["unseen_hands"]},
            Models(models).classes,
        )
    return models
