"""Samples in two channels to latents and back, by trained networks."""

from __future__ import annotations

import numpy as np

from img2music.audio.files.downmix import to_mono
from img2music.audio.resampling import resample
from img2music.generation.codec import Encoder
from img2music.models.folder import Models, Network
from img2music.stereo.features import features
from img2music.stereo.synthesis import synthesise
from img2music.stereo.transform import HOP, RATE
from img2music.stereo.treble import FLOOR

ENCODER, DECODER = "stereo-encoder.onnx", "stereo-decoder.onnx"
"""Names of the networks in a models folder."""


class StereoEncoder:
    """Samples at 44.1 kHz to latents: those of the encoder for 22.05 kHz, and further ones for treble and image."""

    def __init__(self, models: Models, genre: str) -> None:
        self._middle = Encoder(models, genre)
        self._side = models.network_of(genre, ENCODER)

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Samples `(T, 2)` to latents `(80, S)` float32. Raises `ModelError` when the networks do not fit."""
        return self.with_log_variance(samples)[0]

    def with_log_variance(self, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same, and the logarithm of the variance that the further latents `(16, S)` have in training."""
        latents = self._middle(resample(np.ascontiguousarray(to_mono(samples)), RATE, RATE // 2))
        heard = features(samples)
        steps = min(len(heard.image), latents.shape[1])
        rows = np.concatenate(
            [
                np.log(heard.magnitudes[: 2 * steps] + np.float32(FLOOR)).reshape(steps, -1),
                heard.treble[: 2 * steps].reshape(steps, -1),
                heard.image[:steps],
            ],
            axis=1,
        )
        extra, log_variance = self._side(["latents", "log_variance"], heard=rows[None])
        return np.concatenate([latents[:, :steps], extra[0]]), log_variance[0]


class StereoDecoder:
    """Latents `(80, S)` to samples in two channels at 44.1 kHz."""

    def __init__(self, models: Models, genre: str) -> None:
        self._network: Network = models.network_of(genre, DECODER)

    def steps_for(self, seconds: float) -> int:
        """Latent steps that cover `seconds`."""
        return -(-round(seconds * RATE) // (2 * HOP)) + 1

    def __call__(self, latents: np.ndarray) -> np.ndarray:
        """Latents `(80, S)` to samples `((2 S - 1) · 512, 2)` float32."""
        outputs = ("magnitudes", "treble", "image")
        answers = self._network(list(outputs), latents=latents[None].astype(np.float32))
        return synthesise(*(answer[0] for answer in answers))
