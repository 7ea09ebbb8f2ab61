"""Samples in two channels to latents and back, by trained networks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeAlias

import numpy as np

from img2music.generation.codec import Decoder, Encoder
from img2music.models.folder import SIDE_ENCODER, STEREO_DECODER, Models, Network
from img2music.stereo.features import features, middle_at_22_khz, side_rows
from img2music.stereo.image import wider
from img2music.stereo.predictor import WIDER, SidePredictor
from img2music.stereo.synthesis import middle_of, synthesise
from img2music.stereo.transform import HOP, RATE
from img2music.stereo.treble import evened

_FRAMES_PER_STEP = 2
"""Frames of the spectrum that a latent step is decoded to."""


class StereoEncoder:
    """Samples at 44.1 kHz to latents: those of the encoder for 22.05 kHz, and side latents for treble and image."""

    def __init__(self, models: Models, genre: str) -> None:
        self._middle = Encoder(models, genre)
        self._side = models.network_of(genre, SIDE_ENCODER)

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Samples `(T, 2)` to latents `(80, S)` float32. Raises `ModelError` when the networks do not fit."""
        return self.with_nats(samples)[0]

    def with_nats(self, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same, and how many nats the side latents of each step carry beyond what those before let expect, `(S,)`:
        their KL divergence from the prior that was trained with them."""
        latents = self._middle(middle_at_22_khz(samples))
        heard = features(samples)
        steps = min(len(heard.image), latents.shape[1])
        rows = side_rows(heard.treble[: _FRAMES_PER_STEP * steps], heard.image[:steps], heard.weight[:steps])
        side, nats = self._side(["latents", "nats"], heard=rows[None])
        if side.ndim != 3 or side.shape[::2] != (1, steps):
            raise self._side.misfit()
        return np.concatenate([latents[:, :steps], side[0]]), nats[0]


class StereoDecoder:
    """Latents to samples in two channels at 44.1 kHz.

    Of latents `(64, S)` treble and image are those that are likely, drawn by a `seed`; those `(80, S)` of a
    `StereoEncoder` have their own. `network` decodes in place of that of the models.
    """

    rate = RATE
    """Of the samples, Hz."""

    def __init__(self, models: Models, genre: str, network: Network | None = None) -> None:
        self._network = network or models.network_of(genre, STEREO_DECODER)
        self._models, self._genre = models, genre

    @cached_property
    def _predictor(self) -> SidePredictor:
        return SidePredictor(self._models, self._genre)

    @property
    def steps_per_second(self) -> float:
        """Latent steps per second."""
        return RATE / (_FRAMES_PER_STEP * HOP)

    def steps_for(self, seconds: float) -> int:
        """Latent steps that cover `seconds`."""
        return -(-round(seconds * RATE) // (_FRAMES_PER_STEP * HOP)) + 1

    def __call__(self, latents: np.ndarray, seed: int = 0, excitation: np.ndarray | None = None) -> np.ndarray:
        """Decode to samples `((2 S - 1) · 512, 2)` float32, with the phases of the frames `(2 S, 513)` of an
        `excitation` where notes are known. Raises `ModelError` when the networks do not fit."""
        magnitudes, treble, shape = self._heard(latents, seed)
        return synthesise(magnitudes, treble, shape, excitation)

    def middle(self, latents: np.ndarray, seed: int = 0, excitation: np.ndarray | None = None) -> np.ndarray:
        """The same, but the middle of both channels alone, `((2 S - 1) · 512,)`."""
        magnitudes, treble, _ = self._heard(latents, seed)
        return middle_of(magnitudes, treble, excitation)

    def _heard(self, latents: np.ndarray, seed: int) -> list[np.ndarray]:
        """Magnitudes, treble and image of both channels."""
        own = len(latents) == self._network.channels("latents")
        whole = latents if own else self._predictor(latents, seed)
        outputs = ["magnitudes", "treble", "image"]
        answers = self._network(outputs, latents=whole[None].astype(np.float32))
        rows = [_FRAMES_PER_STEP * latents.shape[1]] * 2 + [latents.shape[1]]
        if [answer.shape[:2] for answer in answers] != [(1, count) for count in rows]:
            raise self._network.misfit()
        magnitudes, treble, shape = (answer[0] for answer in answers)
        return [magnitudes, treble, shape] if own else [*evened(magnitudes, treble), wider(shape, WIDER)]


AnyDecoder: TypeAlias = Decoder | StereoDecoder


def decoder_of(models: Models, genre: str, network: Network | None = None) -> AnyDecoder:
    """The decoder of a genre: in stereo where the models have it, or with a `network` in place of theirs."""
    if network is not None or models.is_stereo(genre):
        return StereoDecoder(models, genre, network)
    return Decoder(models, genre)


def decode(
    latents: np.ndarray,
    decoder: AnyDecoder,
    seed: int = 0,
    mono: bool = False,
    excitation: Callable[[int], np.ndarray] | None = None,
) -> np.ndarray:
    """Latents `(C, S)` as sound: `(T, 2)` from a decoder in stereo unless one channel is asked for, else `(T,)`.
    `excitation` gives so many frames of one; decoders of one channel find phases without."""
    if not isinstance(decoder, StereoDecoder):
        return decoder(latents)
    tones = None if excitation is None else excitation(_FRAMES_PER_STEP * latents.shape[1])
    return (decoder.middle if mono else decoder)(latents, seed, tones)
