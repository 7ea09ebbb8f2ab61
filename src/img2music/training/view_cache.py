"""Random views of covers as a backbone's stem sees them, with the teacher's features, computed once.

A stem does not learn, so what it makes of a picture is stored: `inputs.npy` `(V, N, C, H, W)` float16 and
`features.npy` `(V, N, 1280)` float16, pass by pass; a pass that was complete before an interruption is not
computed again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from rich.progress import Progress
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from img2music.data.covers import Cover
from img2music.picture import load_picture
from img2music.training.teacher import FEATURES, Stem, load_teacher
from img2music.training.views import to_float, training_view

BATCH = 32


class _Views(Dataset):
    def __init__(self, covers: Sequence[Cover], size: int) -> None:
        self.covers = covers
        self.view = training_view(size)

    def __len__(self) -> int:
        return len(self.covers)

    def __getitem__(self, index: int) -> Tensor:
        return self.view(load_picture(self.covers[index].path))


def build_view_cache(stem: nn.Module, covers: Sequence[Cover], folder: Path, passes: int, size: int) -> None:
    """Store `passes` random views of every cover, `size` pixels square; continues where it stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    done = _passes(folder)
    if done >= passes:
        return
    shape = _output_shape(stem, size)
    inputs = _memmap(folder / "inputs.npy", (passes, len(covers), *shape))
    features = _memmap(folder / "features.npy", (passes, len(covers), FEATURES))
    teacher_stem, rest, _ = load_teacher()
    shared = isinstance(stem, Stem)
    teacher_stem.eval()
    rest.eval()
    with Progress() as progress:
        task = progress.add_task("reading covers", total=passes * len(covers), completed=done * len(covers))
        for number in range(done, passes):
            torch.manual_seed(number)
            start = 0
            for batch in DataLoader(_Views(covers, size), batch_size=BATCH):
                pictures, stop = to_float(batch), start + len(batch)
                with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
                    seen = stem(pictures)
                    answer = rest(seen if shared else teacher_stem(pictures))
                inputs[number, start:stop] = seen.float().numpy()
                features[number, start:stop] = answer.float().numpy()
                start = stop
                progress.advance(task, len(batch))
            inputs.flush()
            features.flush()
            (folder / "passes.json").write_text(json.dumps(number + 1))


def open_view_cache(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Stem outputs `(V, N, C, H, W)` and teacher features `(V, N, 1280)`, float16, of the complete passes."""
    done = _passes(folder)
    inputs = np.load(folder / "inputs.npy", mmap_mode="r")
    features = np.load(folder / "features.npy", mmap_mode="r")
    return inputs[:done], features[:done]


def _passes(folder: Path) -> int:
    file = folder / "passes.json"
    return json.loads(file.read_text()) if file.exists() else 0


@torch.inference_mode()
def _output_shape(stem: nn.Module, size: int) -> tuple[int, ...]:
    return tuple(stem(torch.zeros(1, 3, size, size)).shape[1:])


def _memmap(path: Path, shape: tuple[int, ...]) -> np.memmap:
    if path.exists():
        return np.lib.format.open_memmap(path, mode="r+")
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=shape)
