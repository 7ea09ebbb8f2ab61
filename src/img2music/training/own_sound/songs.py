"""The user's songs as the decoder is to learn them, and which of them it is judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from img2music.audio.files.io import load_stereo
from img2music.errors import AudioError
from img2music.generation.codec import Encoder
from img2music.models.folder import SIDE_ENCODER, Models
from img2music.stereo.transform import HOP, RATE
from img2music.training.stereo.cache import LATENT, Heard, hear

MOST_SECONDS = 2400.0
"""Of all songs together; of more, each is heard for its share from the beginning."""
LEAST_SECONDS = 60.0
"""Of the songs that are learnt from."""
FEWEST = 6
"""Songs from which on some are held out."""


@dataclass(frozen=True, eq=False)
class Song:
    """A recording: `rows` `(S, W)` of what was heard of it, as `hear` gives them, and its `latents` `(C, S)`."""

    path: Path
    rows: np.ndarray
    latents: np.ndarray

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.rows) * 2 * HOP / RATE


class Listener:
    """Hears songs with the encoders of a genre. Raises `ModelError` when these are missing or damaged."""

    def __init__(self, models: Models, genre: str) -> None:
        self._middle = Encoder(models, genre)
        self._side = models.network_of(genre, SIDE_ENCODER)

    def __call__(self, path: Path, seconds: float) -> Song:
        """The first `seconds` of a recording. Raises `AudioError` when it cannot be read."""
        rows = hear(load_stereo(path, RATE, beginning=seconds), self._middle)
        heard = Heard.of(rows)
        (extra,) = self._side(["latents"], heard=heard.side[None])
        latents = np.concatenate([heard.latents.T, extra[0]])
        if heard.latents.shape[1] != LATENT or extra.shape[2] != len(rows):
            raise self._side.misfit()
        return Song(path, rows, latents)


def held_out(songs: Sequence[Path], every: int) -> tuple[list[Path], list[Path]]:
    """Songs to learn from and songs to judge by: of six or more, one in `every`; none when it is 0."""
    if every == 0 or len(songs) < FEWEST:
        return list(songs), []
    judged = list(songs[every - 1 :: every])
    return [song for song in songs if song not in judged], judged


def check_enough(seconds: float) -> None:
    """Raise `AudioError` when there is too little music to learn from."""
    if seconds < LEAST_SECONDS:
        raise AudioError(f"There are only {seconds:.0f} s of music to learn from; give {LEAST_SECONDS:g} s or more.")
