"""What masks learn from: the latents of a mix, its performance, and how much of each bin is whose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors import safe_open
from torch import Tensor

from img2music.audio.stft import stft
from img2music.errors import AudioError
from img2music.synthesis.conditions import Conditioner
from img2music.synthesis.performance import Performance
from img2music.synthesis.stems import FRAMES, NAMES, stem_rolls, stems_present
from img2music.training.common.batches import Batches
from img2music.training.score.pairs import save_tensors

_FLOOR, _RANGE = -60.0, 80.0
"""dB of the softest level that is told from silence, and from there to the loudest."""


@dataclass(frozen=True, eq=False)
class StemExample:
    """A performance, the latents `(C, S)` float16 of its sound, and for each frame and bin the `masks`
    `(4, 2 S, 513)` and the `levels` `(2 S, 513)`, both in 255 steps."""

    performance: Performance
    latents: np.ndarray
    masks: np.ndarray
    levels: np.ndarray

    def save(self, path: Path) -> None:
        """Keep it in one file."""
        sound = {"latents": self.latents, "masks": self.masks, "levels": self.levels}
        save_tensors(path, self.performance.arrays | sound)


def stem_example(
    performance: Performance, latents: np.ndarray, mix: np.ndarray, parts: Mapping[str, np.ndarray]
) -> StemExample:
    """The best masks for `parts` `(T,)` at 22,050 Hz by the names of stems, which add up to the `mix` `(T,)` or nearly
    so: the real part of stem over mix, from 0 to 1 (Erdogan et al., Phase-sensitive and recognition-boosted speech
    separation, 2015)."""
    whole = stft(mix)[: FRAMES * latents.shape[1]]
    power = np.maximum(np.abs(whole) ** 2, 1e-12)
    masks = np.zeros((len(NAMES), *whole.shape), np.float32)
    for name, samples in parts.items():
        masks[NAMES.index(name)] = np.clip((stft(samples)[: len(whole)] * whole.conj()).real / power, 0, 1)
    masks /= np.maximum(masks.sum(0), 1e-3)
    levels = np.clip((10 * np.log10(power) - _FLOOR) / _RANGE, 0, 1)
    return StemExample(
        performance,
        latents.astype(np.float16),
        np.rint(255 * np.clip(masks, 0, 1)).astype(np.uint8),
        np.rint(255 * levels).astype(np.uint8),
    )


class StemBatch(NamedTuple):
    """What `StemNetwork` takes, the masks `(B, 4, 2 S, 513)` that it is to give, and how much each bin counts."""

    rolls: Tensor
    latents: Tensor
    present: Tensor
    masks: Tensor
    weights: Tensor


class StemCrops(Batches):
    """`length` random crops of `steps` latent steps of the examples in a folder. Raises `AudioError` when there are
    none."""

    def __init__(self, folder: Path, pace: float, steps: int, length: int) -> None:
        self._paths = sorted(folder.glob("*.safetensors"))
        if not self._paths:
            raise AudioError(f"{folder} holds no examples of stems")
        self._pace, self._steps, self._length = pace, steps, length
        with safe_open(self._paths[0], "numpy") as file:
            self.channels = file.get_slice("latents").get_shape()[0]

    def __len__(self) -> int:
        return self._length

    def __getitems__(self, indices: Sequence[int]) -> StemBatch:
        drawn = torch.rand(len(indices), 2).double().tolist()
        columns = zip(*(self._crop(which, place) for which, place in drawn), strict=True)
        return StemBatch(*(torch.from_numpy(np.stack(column)) for column in columns))

    def _crop(self, which: float, place: float) -> tuple[np.ndarray, ...]:
        with safe_open(self._paths[int(which * len(self._paths))], "numpy") as file:
            performance = Performance.of(file.get_tensor)
            latents = file.get_slice("latents")
            first = int(place * (latents.get_shape()[1] - self._steps + 1))
            steps, frames = (slice(unit * first, unit * (first + self._steps)) for unit in (1, FRAMES))
            given = stem_rolls(Conditioner(performance, self._pace)(first, self._steps))
            masks, levels = file.get_slice("masks")[:, frames], file.get_slice("levels")[frames]
            known = latents[:, steps].astype(np.float32)
        as_float = (np.float32(1 / 255) * values for values in (masks, levels))
        return given, known, stems_present(performance), *as_float
