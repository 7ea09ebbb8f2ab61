"""Random crops of what was heard of clips, in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from img2music.audio.stft import BINS
from img2music.stereo.bands import TREBLE_BANDS
from img2music.training.spectrogram_vae.network import FLOOR, FOLD
from img2music.training.stereo.cache import Heard


@dataclass(frozen=True)
class Batch:
    """Crops of S steps: `log_magnitudes` `(B, 2 S, 513)`, `treble` `(B, 2 S, 24)` and which bands are `known`
    `(B, 1, 24)`, `image` `(B, S, 40)` and its `weight` `(B, S, 20)`, `latents` and their `deviation` `(B, 64, S)`."""

    log_magnitudes: Tensor
    treble: Tensor
    known: Tensor
    image: Tensor
    weight: Tensor
    latents: Tensor
    deviation: Tensor

    @property
    def heard(self) -> Tensor:
        """What the second encoder is given, `(B, S, 1114)`."""
        batch, steps = self.image.shape[:2]
        parts = (self.log_magnitudes.reshape(batch, steps, -1), self.treble.reshape(batch, steps, -1), self.image)
        return torch.cat(parts, 2)

    @property
    def magnitudes(self) -> Tensor:
        """Magnitudes `(B, 2 S, 513)`."""
        return (self.log_magnitudes.exp() - FLOOR).clamp(min=0)


class Crops:
    """Crops from folders of heard clips, each folder as often as its share. New files are found by `look`."""

    def __init__(self, folders: dict[Path, float], steps: int) -> None:
        self.folders, self.steps = folders, steps
        self.files: dict[Path, list[np.ndarray]] = {}
        self._known: set[Path] = set()
        self.look()

    def look(self) -> int:
        """Find files that are new; how many there are in all. Raises `FileNotFoundError` when there are none."""
        for folder in self.folders:
            for file in sorted(folder.glob("*.npy")):
                if file not in self._known:
                    self._known.add(file)
                    rows = np.load(file, mmap_mode="r")
                    if len(rows) >= self.steps:
                        self.files.setdefault(folder, []).append(rows)
        if not self.files:
            raise FileNotFoundError(f"no heard clips below {', '.join(map(str, self.folders))}")
        return sum(map(len, self.files.values()))

    def batch(self, size: int, random: np.random.Generator) -> Batch:
        """Crops of `size` clips."""
        found = list(self.files)
        shares = np.array([self.folders[folder] for folder in found])
        chosen = random.choice(len(found), size, p=shares / shares.sum())
        return collated([self._crop(self.files[found[folder]], random) for folder in chosen])

    def _crop(self, clips: Sequence[np.ndarray], random: np.random.Generator) -> Heard:
        rows = clips[int(random.integers(len(clips)))]
        start = int(random.integers(len(rows) - self.steps + 1))
        return Heard.of(rows[start : start + self.steps])


def collated(crops: Sequence[Heard]) -> Batch:
    """Crops as a batch."""
    batch, steps = len(crops), len(crops[0].image)

    def stacked(name: str) -> Tensor:
        return torch.from_numpy(np.stack([getattr(crop, name) for crop in crops]))

    return Batch(
        stacked("magnitudes").reshape(batch, FOLD * steps, BINS),
        stacked("treble").reshape(batch, FOLD * steps, TREBLE_BANDS),
        stacked("known")[:, :1],
        stacked("image"),
        stacked("weight"),
        stacked("latents").transpose(1, 2),
        (0.5 * stacked("log_variance").transpose(1, 2)).exp(),
    )
