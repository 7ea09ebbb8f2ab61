"""A genre's trained encoder and decoder: samples to latents and back (Algorithm 1, step 5)."""

from __future__ import annotations

import numpy as np

from img2music.audio.level import normalise_level
from img2music.audio.stft import RATE
from img2music.generation.representation import representation_of
from img2music.models.folder import DECODER, ENCODER, HIDDEN, TRUNK, Models


class Decoder:
    """Latents `(C, S)` to samples at 22,050 Hz."""

    rate = RATE
    """Of the samples, Hz."""

    def __init__(self, models: Models, genre: str) -> None:
        self._network = models.network_of(genre, DECODER)
        # genres may share the first layers, which are then a network of their own
        self._trunk = models.network_of(genre, TRUNK) if HIDDEN in self._network.shapes else None
        self._representation = representation_of(self._network)

    @property
    def steps_per_second(self) -> float:
        """Latent steps per second."""
        return RATE / self._representation.step_length

    def steps_for(self, seconds: float) -> int:
        """Latent steps that cover `seconds`."""
        return self._representation.steps(round(seconds * RATE))

    def __call__(self, latents: np.ndarray) -> np.ndarray:
        """Decode `(C, S)` to samples `(T,)` float32. Raises `ModelError` when the network does not fit."""
        given = {"latents": latents[None].astype(np.float32)}
        if self._trunk:
            given = {HIDDEN: self._trunk([HIDDEN], **given)[0]}
        (rows,) = self._network([self._representation.name], **given)
        if rows.shape != (1, latents.shape[1] * self._representation.rows_per_step, self._representation.width):
            raise self._network.misfit()
        return self._representation.samples(rows[0])


class Encoder:
    """Samples at 22,050 Hz to latents `(C, S)`, brought to the level that the models are trained at."""

    def __init__(self, models: Models, genre: str) -> None:
        self._network = models.network_of(genre, ENCODER)
        self._representation = representation_of(self._network)

    def steps_for(self, seconds: float) -> int:
        """Latent steps that cover `seconds`."""
        return self._representation.steps(round(seconds * RATE))

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Encode samples `(T,)` to latents `(C, S)` float32. Raises `ModelError` when the network does not fit."""
        return self._run(samples, "latents")[0]

    def with_noise(self, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The latents, and the standard deviation `(C, S)` of their posterior, which is the VAE's noise in training."""
        latents, log_variance = self._run(samples, "latents", "log_variance")
        return latents, np.exp(0.5 * log_variance)

    def _run(self, samples: np.ndarray, *outputs: str) -> list[np.ndarray]:
        rows = self._representation.rows(normalise_level(samples))
        answers = self._network(list(outputs), **{self._representation.name: rows[None]})
        if any(answer.ndim != 3 or len(answer) != 1 for answer in answers):
            raise self._network.misfit()
        return [answer[0] for answer in answers]
