"""Random crops of the spectrograms of clips, for training the spectrogram VAE."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import torch
from rich.progress import track
from torch import Tensor
from torch.utils.data import Dataset

from img2music.audio.files.io import load_audio
from img2music.audio.level import normalise_level
from img2music.audio.stft import BINS, RATE, magnitude, sample_count
from img2music.data.clips.clip import Clip
from img2music.errors import AudioError
from img2music.training.common import distributed
from img2music.training.common.pitch_shift import stretched

SEMITONES = (-1.0, 4.0)
"""By how much a crop may be pitch-shifted, and with that be slower or faster; lower leaves the treble empty."""
AS_THEY_ARE = 0.5
"""Share of crops that are not: rendered music is in tune, recordings need not be."""
_MARGIN = 4
"""Frames on both sides of a crop that overlap its ends; an even number in all."""


class SpectrogramClips(Dataset[Tensor]):
    """`length` random crops of `(frames, 513)` magnitudes, float32.

    Half of the crops are shifted by a random number of `semitones`; all are shifted in level by up to ±6 dB and
    filtered by a random smooth curve of up to ±4 dB. So the model learns from more music, rooms and instruments than
    the clips have. Clips that cannot be read or are too short are left out. Raises `AudioError` when none is left.
    """

    def __init__(
        self, clips: Sequence[Clip], frames: int, length: int, semitones: tuple[float, float] = SEMITONES
    ) -> None:
        self.frames = frames
        self.length = length
        self.semitones = semitones
        longest = _source_length(frames, max(semitones))
        read = (_samples(clip) for clip in track(clips, "reading clips", transient=True))
        self.clips = [samples for samples in read if samples is not None and len(samples) >= longest]
        if not self.clips:
            raise AudioError("none of the clips could be read or is long enough")
        self.shares = np.cumsum([len(samples) for samples in self.clips]) / sum(map(len, self.clips))

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> Tensor:
        random = np.random.default_rng(distributed.seed())
        samples = self.clips[min(int(np.searchsorted(self.shares, random.random())), len(self.clips) - 1)]
        higher = 0.0 if random.random() < AS_THEY_ARE else random.uniform(*self.semitones)
        wanted = _source_length(self.frames, higher)
        start = random.integers(len(samples) - wanted + 1)
        crop = stretched(samples[start : start + wanted], sample_count(self.frames + 2 * _MARGIN))
        shifted = magnitude(crop)[_MARGIN : _MARGIN + self.frames]
        return torch.from_numpy(shifted * _random_filter(random))

    def statistics(self, floor: float) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation of the log magnitude of each bin, `(513,)`."""
        every = [np.log(magnitude(samples)[::7] + floor) for samples in self.clips]
        stacked = np.concatenate(every)
        return torch.from_numpy(stacked.mean(0)), torch.from_numpy(stacked.std(0))


def _samples(clip: Clip) -> np.ndarray | None:
    """A clip at the models' level, `(T,)` float32."""
    try:
        return normalise_level(load_audio(clip.path, RATE))
    except AudioError as error:
        warnings.warn(f"left out: {error}", stacklevel=2)
        return None


def _source_length(frames: int, semitones: float) -> int:
    """Samples of a clip that become a crop of `frames` when they are shifted by so much."""
    return round(sample_count(frames + 2 * _MARGIN) * 2 ** (semitones / 12))


def _random_filter(random: np.random.Generator) -> np.ndarray:
    level = random.uniform(-6, 6)
    knots = random.uniform(-4, 4, 6)
    curve = np.interp(np.linspace(0, 5, BINS), np.arange(6), knots)
    return (10 ** ((level + curve) / 20)).astype(np.float32)
