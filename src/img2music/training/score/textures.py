"""What latents have beyond the means that a score network gives, as noise that can be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from img2music.genres import GENRES
from img2music.models.folder import TEXTURE
from img2music.synthesis.texture import Texture
from img2music.system.files import atomic_write
from img2music.training.score.dataset import ScorePairs
from img2music.training.score.network import ScoreNetwork
from img2music.training.score.styles import mean_of

_LASTS_LONGEST = 0.99
"""Persistence from one step to the next, at most."""
_SHARE = {"classical": 0.6, "hiphop": 0.9, "pop": 0.85, "jazz": 0.7}
"""How much of its texture each genre gets: all of it would hide notes, by held-out records."""


def texture(network: ScoreNetwork, pairs: ScorePairs, most: int = 24) -> Texture:
    """The texture of the remainders of `most` pairs of each genre. What a remainder is on average over a clip is left
    out: style codes say that. Of a genre's own texture it has the share that lets its notes be heard.

    Raises ValueError when there are no pairs of a genre.
    """
    remainders: dict[int, list[np.ndarray]] = {number: [] for number in range(len(GENRES))}
    for conditioner, latents, _ in pairs.every():
        given = conditioner(0, latents.shape[1])
        found = remainders[int(np.argmax(given.piece[: len(GENRES)]))]
        if len(found) < most:
            remainder = latents.astype(np.float32) - mean_of(network, given)
            found.append(remainder - remainder.mean(1, keepdims=True))
    if not all(remainders.values()):
        raise ValueError("there are no pairs of one of the genres")
    components, persistence = zip(*(_processes(each) for each in remainders.values()), strict=True)
    levels = np.array([_SHARE[genre] for genre in GENRES])
    return Texture(levels[:, None, None] * np.stack(components), np.stack(persistence))


def _processes(remainders: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Components `(C, C)` and their persistence `(C,)` of remainders `(C, S)`."""
    whole = np.concatenate(remainders, 1)
    variances, directions = np.linalg.eigh(whole @ whole.T / whole.shape[1])
    rows = [directions.T @ remainder for remainder in remainders]
    together = sum((row[:, 1:] * row[:, :-1]).sum(1) for row in rows)
    alone = sum((row[:, 1:] ** 2 + row[:, :-1] ** 2).sum(1) / 2 for row in rows)
    persistence = np.clip(together / np.maximum(alone, 1e-9), 0, _LASTS_LONGEST)
    return (directions * np.sqrt(np.maximum(variances, 0))).T, persistence


def save_texture(found: Texture, folder: Path) -> None:
    """Write `texture.safetensors`."""
    tensors = {"components": found.components, "persistence": found.persistence}
    with atomic_write(folder / TEXTURE, force=True) as temporary:
        temporary.write_bytes(save({name: np.ascontiguousarray(one, np.float16) for name, one in tensors.items()}))
