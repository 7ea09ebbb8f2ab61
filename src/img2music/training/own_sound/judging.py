"""How near songs come to themselves through a decoder: their reconstruction Fréchet distance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from img2music.audio.files.io import load_audio
from img2music.audio.level import normalise_level
from img2music.audio.resampling import resample
from img2music.audio.stft import RATE as HALF
from img2music.metrics.embedders.musicnn import Musicnn
from img2music.metrics.frechet import frechet_distance
from img2music.models.folder import Models, Network
from img2music.stereo.codec import StereoDecoder
from img2music.stereo.transform import HOP, RATE
from img2music.training.own_sound.songs import Song

MOST_SECONDS = 480.0
"""Of all songs together that are judged by; of more, each is heard for its share from the beginning."""


class Judge:
    """Compares songs with what a genre's decoder makes of their latents, in the middle of both channels, by musicnn."""

    def __init__(self, songs: Sequence[Song], models: Models, genre: str) -> None:
        self._models, self._genre, self._ear = models, genre, Musicnn()
        steps = round(MOST_SECONDS / len(songs) * RATE / (2 * HOP))
        self._latents = [song.latents[:, :steps] for song in songs]
        lengths = [latents.shape[1] * 2 * HOP / RATE for latents in self._latents]
        originals = [load_audio(song.path, HALF, beginning=s) for song, s in zip(songs, lengths, strict=True)]
        self._originals = np.concatenate([self._heard(samples) for samples in originals])

    def distance(self, told: Callable[[float], None], network: Network | None = None) -> float:
        """The distance by a decoder, by default that of the models; `told` hears the share that is done.

        Raises `ModelError` when the decoder does not fit.
        """
        decoder, heard = StereoDecoder(self._models, self._genre, network), []
        for number, latents in enumerate(self._latents, 1):
            heard.append(self._heard(resample(decoder.middle(latents), RATE, HALF)))
            told(number / len(self._latents))
        return frechet_distance(np.concatenate(heard), self._originals)

    def _heard(self, samples: np.ndarray) -> np.ndarray:
        return self._ear.embed(normalise_level(samples), HALF)
