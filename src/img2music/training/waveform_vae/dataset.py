"""The beginnings of clips as samples, for training the waveform VAE."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from rich.progress import track
from torch import Tensor
from torch.utils.data import Dataset

from img2music.audio.files.io import load_audio
from img2music.audio.level import level, normalise_level
from img2music.audio.stft import RATE
from img2music.data.clips.clip import Clip
from img2music.data.common.notes import note
from img2music.errors import AudioError
from img2music.generation.representation import Waveform

SILENCE = -80.0
"""Level below which there is nothing to learn, dB relative to full scale."""


class WaveformClips(Dataset[Tensor]):
    """The first `length` samples of each clip in rows, `(S, W)` float32 at the models' level.

    Nothing is varied, as in the paper. Clips that cannot be read, are shorter or silent are left out with a line on
    standard error. Raises `AudioError` when none is left.
    """

    def __init__(self, clips: Sequence[Clip], length: int, representation: Waveform) -> None:
        read = (_beginning(clip, length) for clip in track(clips, "reading clips", transient=True))
        self.samples = [representation.rows(samples).astype(np.float16) for samples in read if samples is not None]
        if not self.samples:
            raise AudioError(f"none of the clips can be read and lasts {length / RATE:.2f} s")

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> Tensor:
        return torch.from_numpy(self.samples[index].astype(np.float32))


def _beginning(clip: Clip, length: int) -> np.ndarray | None:
    try:
        samples = load_audio(clip.path, RATE)[:length]
        if len(samples) < length:
            raise AudioError(f"{clip.path} lasts {len(samples) / RATE:.2f} s, less than {length / RATE:.2f} s.")
        if level(samples) < SILENCE:
            raise AudioError(f"{clip.path} is silent.")
    except AudioError as error:
        note(f"left out: {error}")
        return None
    return normalise_level(samples)
