"""Random crops of the spectrograms of clips, for training the spectrogram VAE."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import torch
from rich.progress import track
from torch import Tensor
from torch.utils.data import Dataset

from img2music.audio import load_audio
from img2music.data.clips import Clip
from img2music.errors import AudioError
from img2music.level import normalise_level
from img2music.resampling import resample
from img2music.spectrogram import BINS, RATE, magnitude

SPEEDS = ((15, 16), (1, 1), (17, 16))
"""Playback speeds kept of every clip, as fractions: pitch moves by about a semitone, tempo with it."""


class SpectrogramClips(Dataset):
    """`length` random crops of `(frames, 513)` magnitudes, float32.

    A crop is shifted in level by up to ±6 dB and filtered by a random smooth curve of up to ±4 dB, so
    that the model hears more rooms and instruments than the clips have.
    """

    def __init__(
        self, clips: Sequence[Clip], frames: int, length: int, speeds: Sequence[tuple[int, int]] = SPEEDS
    ) -> None:
        self.frames = frames
        self.length = length
        self.spectrograms = [
            spectrogram
            for clip in track(clips, "reading clips", transient=True)
            for spectrogram in _spectrograms(clip, speeds, frames)
        ]
        if not self.spectrograms:
            raise AudioError("none of the clips could be read or is long enough")
        lengths = np.array([len(spectrogram) for spectrogram in self.spectrograms], np.float64)
        self.shares = np.cumsum(lengths / lengths.sum())

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> Tensor:
        random = np.random.default_rng(torch.randint(2**62, ()).item())
        spectrogram = self.spectrograms[min(np.searchsorted(self.shares, random.random()), len(self.shares) - 1)]
        start = random.integers(len(spectrogram) - self.frames + 1)
        crop = spectrogram[start : start + self.frames].astype(np.float32)
        return torch.from_numpy(crop * _random_filter(random))

    def statistics(self, floor: float) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation of the log magnitude of each bin, `(513,)`."""
        every = [np.log(s[::7].astype(np.float32) + floor) for s in self.spectrograms]
        stacked = np.concatenate(every)
        return torch.from_numpy(stacked.mean(0)), torch.from_numpy(stacked.std(0))


def _spectrograms(clip: Clip, speeds: Sequence[tuple[int, int]], frames: int) -> list[np.ndarray]:
    try:
        samples = normalise_level(load_audio(clip.path, RATE))
    except AudioError as error:
        warnings.warn(f"left out: {error}", stacklevel=2)
        return []
    versions = (resample(samples, *speed) for speed in speeds)
    kept = (magnitude(version).astype(np.float16) for version in versions)
    return [spectrogram for spectrogram in kept if len(spectrogram) >= frames]


def _random_filter(random: np.random.Generator) -> np.ndarray:
    level = random.uniform(-6, 6)
    knots = random.uniform(-4, 4, 6)
    curve = np.interp(np.linspace(0, 5, BINS), np.arange(6), knots)
    return (10 ** ((level + curve) / 20)).astype(np.float32)
