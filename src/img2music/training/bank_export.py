"""Banks of known embeddings: encoding clips and finding the directions in which they differ."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from safetensors.numpy import save

from img2music.audio import load_audio
from img2music.data.clips import Clip
from img2music.errors import AudioError
from img2music.level import normalise_level
from img2music.spectrogram import RATE
from img2music.training.bars import bar_lines
from img2music.training.notes import note
from img2music.training.trained_vae import VAE

SECONDS = 15.0
"""Length of a known embedding, as in the paper, s."""
DIRECTIONS = 16


def write_bank(vae: VAE, clips: Sequence[Clip], path: Path, most: int, seed: int = 0) -> None:
    """Encode clips and write those that are long enough, at most `most` of them, with their directions.

    Those that cannot be read are left out with a line each. Raises `AudioError` when no clip is long enough.
    """
    steps = vae.representation.steps(round(SECONDS * RATE))
    encoded = []
    for clip in track(clips, "encoding clips", console=Console(stderr=True), transient=True):
        try:
            encoded.append((clip, encode(vae, clip)))
        except AudioError as error:
            note(f"left out: {error}")
    usable = [(clip, latents[:, :steps]) for clip, latents in encoded if latents.shape[1] >= steps]
    if not usable:
        raise AudioError(f"no clip lasts {SECONDS:g} s; a bank needs at least one")
    kept = sorted(random.Random(seed).sample(range(len(usable)), min(most, len(usable))))
    entries = [
        {"title": clip.title, "origin": clip.origin, "licence": clip.licence, "bars": bar_lines(clip, SECONDS)}
        for clip, _ in (usable[index] for index in kept)
    ]
    tensors = {
        # safetensors writes an array's memory as it lies, whatever its strides
        "latents": np.ascontiguousarray(np.stack([usable[index][1] for index in kept]), np.float16),
        "directions": principal_directions(np.stack([latents.mean(1) for _, latents in usable])),
    }
    path.write_bytes(save(tensors, {"entries": json.dumps(entries)}))


@torch.inference_mode()
def encode(vae: VAE, clip: Clip) -> np.ndarray:
    """The embedding of a whole clip, `(C, S)` float32."""
    samples = normalise_level(load_audio(clip.path, RATE))
    mean, _ = vae.encoder(torch.from_numpy(vae.representation.rows(samples))[None])
    return mean[0].numpy()


def principal_directions(means: np.ndarray) -> np.ndarray:
    """Principal directions of clips' mean embeddings `(N, C)`, each as long as its standard deviation,
    `(DIRECTIONS, C)` float32, rows of zeros where there are fewer clips than directions."""
    centred = means - means.mean(0)
    _, lengths, rows = np.linalg.svd(centred, full_matrices=False)
    directions = np.zeros((DIRECTIONS, means.shape[1]), np.float32)
    count = min(DIRECTIONS, len(rows))
    directions[:count] = rows[:count] * (lengths[:count, None] / np.sqrt(max(len(means) - 1, 1)))
    return directions
