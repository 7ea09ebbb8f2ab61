"""Random crops of what was heard of clips, in batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from img2music.training.common.batches import Batches
from img2music.training.stereo.augmentation import varied
from img2music.training.stereo.batch import Batch, collated
from img2music.training.stereo.cache import Heard


class Crops(Batches):
    """`length` random crops of `steps` steps from folders of heard clips, each folder as often as its share. New files
    are found by `look`. A share of the crops is `varied`. Raises `FileNotFoundError` when there are no clips."""

    def __init__(self, folders: Mapping[Path, float], steps: int, length: int = 1, augmented: float = 0.0) -> None:
        self._shares, self._steps, self._length, self._augmented = dict(folders), steps, length, augmented
        self.files: dict[Path, list[np.ndarray]] = {}
        """What was heard of the clips of each folder, rows `(S, W)`."""
        self._known: set[Path] = set()
        self.look()

    def look(self) -> int:
        """Find files that are new; how many there are in all."""
        for folder in self._shares:
            for file in sorted(folder.glob("*.npy")):
                if file not in self._known:
                    self._known.add(file)
                    rows = np.load(file, mmap_mode="r")
                    if len(rows) >= self._steps:
                        self.files.setdefault(folder, []).append(rows)
        if not self.files:
            raise FileNotFoundError(f"no heard clips below {', '.join(map(str, self._shares))}")
        return sum(map(len, self.files.values()))

    def __len__(self) -> int:
        return self._length

    def __getitems__(self, indices: Sequence[int]) -> Batch:
        return self.batch(len(indices))

    def batch(self, count: int) -> Batch:
        """So many crops."""
        drawn = torch.rand(count, 3).double().numpy()
        found = list(self.files)
        ends = np.cumsum([self._shares[folder] for folder in found])
        folders = np.searchsorted(ends, drawn[:, 0] * ends[-1], side="right")
        crops = [self._crop(self.files[found[k]], *where) for k, where in zip(folders, drawn[:, 1:], strict=True)]
        return varied(collated(crops), self._augmented)

    def _crop(self, clips: Sequence[np.ndarray], which: float, place: float) -> Heard:
        """The clip and the place in it that two numbers from 0 to 1 point to."""
        rows = clips[int(which * len(clips))]
        start = int(place * (len(rows) - self._steps + 1))
        return Heard.of(rows[start : start + self._steps])
