"""Views of covers as a backbone's stem sees them, computed once; for distillation with the teacher's features.

A stem does not learn, so what it makes of a picture is stored: `inputs.npy` `(V, N, C, H, W)` float16 (of a network
without a stem the pictures themselves, uint8), and for distillation `features.npy` `(V, N, 1280)` float16, pass by
pass; a pass that was complete before an interruption is not computed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.progress import Progress
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from img2music.data.covers.cover import Cover
from img2music.errors import OptionError
from img2music.system.files import atomic_write
from img2music.training.backbones.teacher import FEATURES as TEACHER_FEATURES
from img2music.training.backbones.teacher import Stem, load_teacher
from img2music.training.common.precision import has_bfloat16
from img2music.training.covers.views import EvaluationView, to_float, training_view
from img2music.vision.picture import load_picture

BATCH = 32
_READERS = min(8, os.cpu_count() or 1)
INPUTS, FEATURES, PASSES = "inputs.npy", "features.npy", "passes.json"


class _Views(Dataset[Tensor]):
    def __init__(self, covers: Sequence[Cover], view: nn.Module) -> None:
        self.covers = covers
        self.view = view

    def __len__(self) -> int:
        return len(self.covers)

    def __getitem__(self, index: int) -> Tensor:
        return self.view(load_picture(self.covers[index].path))


def build_view_cache(
    stem: nn.Module | None,
    covers: Sequence[Cover],
    folder: Path,
    passes: int,
    size: int,
    augmentation: str = "robust",
    taught: bool = False,
) -> None:
    """Store `passes` views of every cover, `size` pixels square, as `stem` sees them, or with None as they are;
    continues where it stopped.

    With `taught` they are random ones, and the teacher's features of each are stored too. Without, the first is the
    cover as it will be read, the others are random. Raises `OptionError` when the folder holds other views.
    """
    folder.mkdir(parents=True, exist_ok=True)
    noted, wanted = _noted(folder), {"covers": len(covers), "size": size, "augmentation": augmentation}
    wanted |= {"stem": _built_as(stem), "taught": taught}
    done = noted["passes"]
    if done and noted["views"] != wanted:
        raise OptionError(f"{folder} holds views of other covers or for another recipe; give another folder.")
    if done >= passes:
        return
    begun = done > 0
    kind = np.uint8 if stem is None else np.float16
    inputs = _memmap(folder / INPUTS, (passes, len(covers), *_output_shape(stem, size)), kind, begun)
    features = _memmap(folder / FEATURES, (passes, len(covers), TEACHER_FEATURES), kind, begun) if taught else None
    teach = _teacher(isinstance(stem, Stem)) if taught else None
    random_view = training_view(augmentation, size)
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("reading covers", total=passes * len(covers), completed=done * len(covers))
        for number in range(done, passes):
            torch.manual_seed(number)
            random.seed(number)
            view = random_view if taught or number else EvaluationView(size)
            start = 0
            # what a stem does takes longer than reading, and all processors
            for batch in DataLoader(_Views(covers, view), BATCH, num_workers=_READERS if stem is None else 0):
                stop = start + len(batch)
                if stem is None:
                    inputs[number, start:stop] = batch.numpy()
                else:
                    pictures = to_float(batch)
                    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16("cpu")):
                        seen = stem(pictures)
                        inputs[number, start:stop] = seen.float().numpy()
                        if teach is not None and features is not None:
                            features[number, start:stop] = teach(pictures, seen).float().numpy()
                start = stop
                progress.advance(task, len(batch))
            inputs.flush()
            if features is not None:
                features.flush()
            with atomic_write(folder / PASSES, force=True) as temporary:
                temporary.write_text(json.dumps({"passes": number + 1, "views": wanted}))


def open_stem_outputs(folder: Path) -> np.ndarray:
    """Stem outputs `(V, N, C, H, W)`, float16, or pictures, uint8, of the complete passes."""
    return np.load(folder / INPUTS, mmap_mode="r")[: _noted(folder)["passes"]]


def open_teacher_features(folder: Path) -> np.ndarray:
    """The teacher's features `(V, N, 1280)`, float16, of the complete passes."""
    return np.load(folder / FEATURES, mmap_mode="r")[: _noted(folder)["passes"]]


def _teacher(shared: bool) -> Callable[[Tensor, Tensor], Tensor]:
    """The teacher's features of pictures, and of stem outputs where the student shares the teacher's stem."""
    stem, rest, _ = load_teacher()
    stem.eval()
    rest.eval()
    return lambda pictures, seen: rest(seen if shared else stem(pictures))


def _built_as(stem: nn.Module | None) -> str | None:
    """A short name that a stem shares with those of the same layers and settings alone."""
    return None if stem is None else hashlib.sha256(repr(stem).encode()).hexdigest()[:16]


def _noted(folder: Path) -> dict[str, Any]:
    """How many passes are complete, and what views they are."""
    file = folder / PASSES
    noted = json.loads(file.read_text(encoding="utf-8")) if file.exists() else 0
    return noted if isinstance(noted, dict) else {"passes": noted, "views": {}}


@torch.inference_mode()
def _output_shape(stem: nn.Module | None, size: int) -> tuple[int, ...]:
    picture = torch.zeros(1, 3, size, size)
    return tuple((picture if stem is None else stem(picture)).shape[1:])


def _memmap(path: Path, shape: tuple[int, ...], kind: type, begun: bool) -> np.memmap:
    if begun:  # a file without a complete pass may have been interrupted before it had its size
        return np.lib.format.open_memmap(path, mode="r+")
    return np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=shape)
