"""The embeddings of clips and what is known of each, for training the latent flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from safetensors.numpy import load_file, save
from torch import Tensor

from img2music.audio.files.io import load_audio
from img2music.audio.stft import RATE
from img2music.data.clips.clip import Clip
from img2music.data.common.notes import note
from img2music.errors import AudioError
from img2music.generation.codec import Encoder
from img2music.generation.flow import CONDITIONS, condition_of
from img2music.generation.mood import Mood, moods_of
from img2music.models.folder import Models
from img2music.system.files import atomic_write
from img2music.training.common import distributed
from img2music.training.common.batches import Batches
from img2music.training.common.pitch_shift import pitch_shifted
from img2music.training.flow.characters import character_of

SEMITONES = (-1.0, 2.0)
"""By how much a clip may be shifted, and with that be slower or faster."""


@dataclass(frozen=True, eq=False)
class EncodedClips:
    """Embeddings end to end, `latents` `(C, sum of lengths)` float16, and per embedding `lengths` `(N,)` and
    `conditions` `(N, CONDITIONS)`."""

    latents: np.ndarray
    lengths: np.ndarray
    conditions: np.ndarray

    @classmethod
    def load(cls, path: Path) -> EncodedClips:
        """What `save` kept."""
        return cls(**load_file(path))

    def save(self, path: Path) -> None:
        """Keep them in one file."""
        tensors = {"latents": self.latents, "lengths": self.lengths, "conditions": self.conditions}
        with atomic_write(path, force=True) as temporary:
            temporary.write_bytes(save(tensors))


def encode_clips(models: Models, clips: Sequence[Clip], versions: int, seed: int) -> EncodedClips:
    """Each clip as it is and in `versions - 1` other pitches, through the models' encoder.

    Moods are percentiles among the clips of a genre. Clips that cannot be read are left out with a line each. Raises
    `AudioError` when none is left.
    """
    latents, genres, characters = [], [], []
    encoders = {genre: Encoder(models, genre) for genre in {clip.genre for clip in clips}}
    for number, clip in enumerate(track(clips, "encoding clips", console=Console(stderr=True), transient=True)):
        try:
            samples = load_audio(clip.path, RATE)
        except AudioError as error:
            note(f"left out: {error}")
            continue
        random = np.random.default_rng((seed, number))
        for version in range(versions):
            shifted = pitch_shifted(samples, random.uniform(*SEMITONES)) if version else samples
            latents.append(encoders[clip.genre](shifted).astype(np.float16))
            genres.append(clip.genre)
            characters.append(character_of(clip, shifted))
    if not latents:
        raise AudioError("none of the clips could be read")
    conditions = np.empty((len(latents), CONDITIONS), np.float32)
    for genre in set(genres):
        own = [index for index, name in enumerate(genres) if name == genre]
        for index, mood in zip(own, moods_of([characters[index] for index in own]), strict=True):
            conditions[index] = condition_of({genre: 1.0}, Mood(*map(float, mood)))
    lengths = np.array([each.shape[1] for each in latents])
    return EncodedClips(np.concatenate(latents, axis=1), lengths, conditions)


class LatentCrops(Batches):
    """`length` random crops of `steps` latent steps, fetched a batch at a time: `(B, C, steps)` and their conditions
    `(B, CONDITIONS)`, float32, on `device`, where all embeddings lie.

    Raises `AudioError` when no embedding is long enough.
    """

    def __init__(self, encoded: EncodedClips, steps: int, length: int, device: str = "cpu") -> None:
        ends = np.cumsum(encoded.lengths)
        usable = encoded.lengths >= steps
        if not usable.any():
            raise AudioError("none of the clips is long enough")
        self.starts = torch.from_numpy((ends - encoded.lengths)[usable])
        self.rooms = torch.from_numpy(encoded.lengths[usable] - steps + 1)
        self.conditions = torch.from_numpy(encoded.conditions[usable]).to(device)
        self.latents = torch.from_numpy(np.ascontiguousarray(encoded.latents.T)).to(device)
        self.steps, self.length = steps, length

    def __len__(self) -> int:
        return self.length

    def __getitems__(self, indices: Sequence[int]) -> tuple[Tensor, Tensor]:
        clip, place = distributed.drawn(torch.rand, len(indices), 2).double().T
        which = (clip * len(self.starts)).long()
        starts = self.starts[which] + (place * self.rooms[which]).long()
        device = self.latents.device
        rows = starts.to(device)[:, None] + torch.arange(self.steps, device=device)
        return self.latents[rows].mT.float(), self.conditions[which.to(device)]
