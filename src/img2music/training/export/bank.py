"""Banks of known embeddings: encoding clips and finding the directions in which they differ."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from rich.console import Console
from rich.progress import track

from img2music.audio.descriptors import Character, bar_lines
from img2music.audio.files.io import load_audio
from img2music.audio.level import normalise_level
from img2music.audio.stft import RATE
from img2music.data.clips.clip import Clip
from img2music.data.common.notes import note
from img2music.errors import AudioError
from img2music.generation.bank_format import pack, principal_directions
from img2music.generation.mood import moods_of
from img2music.options import CLIP_SECONDS
from img2music.training.export.trained_vae import VAE
from img2music.training.flow.characters import character_of


class Coder(Protocol):
    """What makes embeddings: an exported encoder or one in training."""

    def steps_for(self, seconds: float) -> int:
        """Latent steps that cover `seconds`."""
        ...

    def with_noise(self, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Samples `(T,)` at 22,050 Hz to an embedding `(C, S)` and the standard deviation of its noise, `(C, S)`."""
        ...


def write_bank(coder: Coder, clips: Sequence[Clip], path: Path, most: int, seed: int = 0) -> None:
    """Encode clips and write those that are long enough, at most `most` of them, with their directions.

    Of more clips those are kept whose moods lie farthest apart, so that there is one for every picture. They are stored
    in steps as wide as the noise that the VAE itself adds to each channel, which adds a twelfth of its power. Clips
    that cannot be read are left out with a line each. Raises `AudioError` when no clip is long enough.
    """
    usable = _usable(coder, clips, coder.steps_for(CLIP_SECONDS))
    if not usable:
        raise AudioError(f"no clip lasts {CLIP_SECONDS:g} s; a bank needs at least one")
    kept = sorted(far_apart(moods_of([one.character for one in usable]), most, seed))
    encoded = [usable[index] for index in kept]
    entries = [
        {
            "title": one.clip.title,
            "origin": one.clip.origin,
            "licence": one.clip.licence,
            "bars": _bar_starts(one.clip, CLIP_SECONDS),
            "character": asdict(one.character),
        }
        for one in encoded
    ]
    latents = np.stack([one.latents for one in encoded])
    directions = principal_directions(np.stack([one.latents.mean(1) for one in usable]))
    noise = np.mean([one.noise for one in encoded], axis=0)
    path.write_bytes(pack(latents, directions, {"entries": json.dumps(entries)}, noise))


@dataclass(frozen=True, eq=False)
class _Encoded:
    clip: Clip
    latents: np.ndarray
    noise: np.ndarray
    character: Character


def _usable(coder: Coder, clips: Sequence[Clip], steps: int) -> list[_Encoded]:
    """Clips of `steps` latent steps at least, encoded, and what they are like."""
    usable = []
    for clip in track(clips, "encoding clips", console=Console(stderr=True), transient=True):
        try:
            samples = load_audio(clip.path, RATE)
        except AudioError as error:
            note(f"left out: {error}")
            continue
        latents, noise = coder.with_noise(samples)
        if latents.shape[1] >= steps:
            character = character_of(clip, samples[: round(CLIP_SECONDS * RATE)])
            usable.append(_Encoded(clip, latents[:, :steps], noise.mean(1), character))
    return usable


def far_apart(points: np.ndarray, most: int, seed: int = 0) -> list[int]:
    """Indices of at most `most` of the points `(N, D)`: one at random, then again and again that which is farthest
    from all before."""
    chosen = [int(np.random.default_rng(seed).integers(len(points)))]
    nearest = np.full(len(points), np.inf)
    while len(chosen) < min(most, len(points)):
        nearest = np.minimum(nearest, np.square(points - points[chosen[-1]]).sum(1))
        nearest[chosen] = -1
        chosen.append(int(nearest.argmax()))
    return chosen


class TrainedEncoder:
    """The encoder of a trained VAE."""

    def __init__(self, vae: VAE) -> None:
        self._vae = vae

    def steps_for(self, seconds: float) -> int:
        """As `Coder`."""
        return self._vae.representation.steps(round(seconds * RATE))

    @torch.inference_mode()
    def with_noise(self, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As `Coder`."""
        rows = self._vae.representation.rows(normalise_level(samples))
        mean, log_variance = self._vae.encoder(torch.from_numpy(rows)[None])
        return mean[0].numpy(), (0.5 * log_variance[0]).exp().numpy()


def _bar_starts(clip: Clip, seconds: float) -> list[float]:
    """Beginnings of bars in the first `seconds` of a clip, in s, as its composer says or by its beat; none where it has
    no steady one."""
    bars = clip.bars or bar_lines(load_audio(clip.path, RATE)[: round(seconds * RATE)])
    return [round(float(bar), 3) for bar in bars if bar < seconds]
