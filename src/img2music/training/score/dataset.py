"""Crops of pairs, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from img2music.errors import AudioError
from img2music.synthesis.conditions import Conditioner, Conditions
from img2music.synthesis.style_code import style_code
from img2music.training.common import distributed
from img2music.training.common.batches import Batches
from img2music.training.score.pairs import Pair


class ScoreBatch(NamedTuple):
    """What `ScoreNetwork` takes, and the latents `(B, C, S)` that it is to give."""

    rolls: Tensor
    instruments: Tensor
    parts: Tensor
    owner: Tensor
    piece: Tensor
    style: Tensor
    latents: Tensor

    @property
    def given(self) -> tuple[Tensor, ...]:
        """All but the latents, with the style codes."""
        style = torch.cat([self.style, torch.ones_like(self.style[:, :1])], 1)
        return (self.rolls, self.instruments, self.parts, self.owner, self.piece, style)

    def without_style(self, dropped: Tensor) -> tuple[Tensor, ...]:
        """The same without the style codes where `dropped` `(B,)` is true."""
        *others, style = self.given
        return (*others, style * ~dropped[:, None])


class ScorePairs:
    """The pairs of a folder. More may be added to it while a training goes on. Raises `AudioError` when there are
    none."""

    def __init__(self, folder: Path, pace: float) -> None:
        self._folder, self._pace = folder, pace
        self._known: dict[Path, tuple[Conditioner, np.ndarray, np.ndarray]] = {}
        self.look()

    def look(self) -> int:
        """Read what has been added; how many there are now."""
        for path in sorted(self._folder.glob("*.safetensors")):
            if path not in self._known:
                pair = Pair.load(path)
                conditioner = Conditioner(pair.performance, self._pace)
                self._known[path] = (conditioner, pair.latents, style_code(pair.latents))
        if not self._known:
            raise AudioError(f"{self._folder} holds no pairs of scores and latents")
        self._order = list(self._known.values())
        return len(self._order)

    @property
    def channels(self) -> int:
        """Channels of the latents."""
        return len(self._order[0][1])

    def every(self) -> list[tuple[Conditioner, np.ndarray, np.ndarray]]:
        """All pairs: what gives the conditions, latents `(C, S)`, style code."""
        return list(self._order)

    def crop(self, which: float, place: float, steps: int) -> tuple[Conditions, np.ndarray, np.ndarray]:
        """The pair and the place in it that two numbers from 0 to 1 point to: conditions, style code, latents."""
        conditioner, latents, style = self._order[int(which * len(self._order))]
        first = int(place * (latents.shape[1] - steps + 1))
        return conditioner(first, steps), style, latents[:, first : first + steps]


class ScoreCrops(Batches):
    """`length` random crops of `steps` latent steps; the same ones every time if `fixed`."""

    def __init__(self, pairs: ScorePairs, steps: int, length: int, fixed: bool = False) -> None:
        self._pairs, self._steps, self._length = pairs, steps, length
        self._fixed = np.random.default_rng(0).random((length, 2)) if fixed else None
        if self._fixed is not None:
            self._fixed[:, 0] = np.arange(length) / length

    def __len__(self) -> int:
        return self._length

    def __getitems__(self, indices: Sequence[int]) -> ScoreBatch:
        if self._fixed is None:
            drawn = distributed.drawn(torch.rand, len(indices), 2).double().numpy()
        else:
            drawn = self._fixed[list(indices)]
        crops = [self._pairs.crop(which, place, self._steps) for which, place in drawn]
        counts = [len(conditions.instruments) for conditions, _, _ in crops]
        return ScoreBatch(
            torch.from_numpy(np.concatenate([conditions.rolls for conditions, _, _ in crops])),
            torch.from_numpy(np.concatenate([conditions.instruments for conditions, _, _ in crops])),
            torch.from_numpy(np.concatenate([conditions.parts for conditions, _, _ in crops])),
            torch.repeat_interleave(torch.arange(len(crops)), torch.tensor(counts)),
            torch.from_numpy(np.stack([conditions.piece for conditions, _, _ in crops])),
            torch.from_numpy(np.stack([style for _, style, _ in crops])),
            torch.from_numpy(np.stack([latents for _, _, latents in crops])).float(),
        )
