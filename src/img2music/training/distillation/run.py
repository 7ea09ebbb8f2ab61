"""`train backbone`: the body of a backbone distilled on unlabelled covers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save
from torch.utils.data import DataLoader

from img2music.data.covers.cover import read_covers
from img2music.system.files import atomic_write
from img2music.training.backbones.backbones import backbone
from img2music.training.common import distributed
from img2music.training.common.recipe import DistillationRecipe
from img2music.training.common.runs import fit
from img2music.training.covers.split import readable
from img2music.training.covers.view_cache import build_view_cache, open_stem_outputs, open_teacher_features
from img2music.training.distillation.module import Distillation, StoredViews

WEIGHTS = "backbone.safetensors"


def distil(recipe: DistillationRecipe, covers: Path, out: Path) -> Path:
    """Distil on every cover below `covers`, of whatever genre; returns the weights file.

    Views and the teacher's answers are kept in `out/views`; an interrupted run continues.
    """
    distributed.alone("A backbone")
    torch.manual_seed(recipe.seed)
    student = backbone(recipe.network)
    views = out / "views"
    build_view_cache(
        student.stem,
        readable(read_covers(covers, None)),
        folder=views,
        passes=recipe.passes,
        size=recipe.size,
        taught=True,
    )
    inputs, features = open_stem_outputs(views), open_teacher_features(views)
    every = features.reshape(-1, features.shape[-1]).astype(np.float32)
    module = Distillation(
        student,
        torch.from_numpy(every.mean(0)),
        feature_std=torch.from_numpy(every.std(0)),
        learning_rate=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        class_weight=recipe.class_weight,
    )
    loader = DataLoader(StoredViews(inputs, features), batch_size=recipe.batch, shuffle=True, drop_last=True)
    fit(module, out, recipe, loader, epochs=recipe.epochs)
    with atomic_write(out / WEIGHTS, force=True) as temporary:
        temporary.write_bytes(save({key: value.contiguous() for key, value in module.body.state_dict().items()}))
    return out / WEIGHTS
