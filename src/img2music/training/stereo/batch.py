"""What was heard of some clips, for a step of training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from img2music.audio.stft import BINS
from img2music.stereo.bands import TREBLE_BANDS
from img2music.training.spectrogram_vae.network import FLOOR, FOLD
from img2music.training.stereo.cache import Heard


class Batch(NamedTuple):
    """Crops of S steps: `log_magnitudes` `(B, 2 S, 513)`, `treble` `(B, 2 S, 24)` and whether this and the image are
    `known` `(B, 1, 1)`, `image` `(B, S, 40)` and its `weight` `(B, S, 20)`, `latents` and their `deviation`
    `(B, 64, S)`."""

    log_magnitudes: Tensor
    treble: Tensor
    known: Tensor
    image: Tensor
    weight: Tensor
    latents: Tensor
    deviation: Tensor

    @property
    def heard(self) -> Tensor:
        """What the side encoder is given, `(B, S, 108)`."""
        batch, steps = self.image.shape[:2]
        return torch.cat([self.treble.reshape(batch, steps, -1), self.image, self.weight], 2)

    @property
    def magnitudes(self) -> Tensor:
        """Magnitudes `(B, 2 S, 513)`."""
        return (self.log_magnitudes.exp() - FLOOR).clamp(min=0)


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
