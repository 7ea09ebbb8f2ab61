"""The latent flow: a diffusion-like generator of embeddings (paper section 4.1, future work).

A network that learnt rectified flow (Liu, Gong & Liu, 2022) between music and noise: for a latent on the straight line
from an embedding (time 0) to noise of the prior (time 1), it tells which way the noise lies. From a known embedding
noised to a strength it finds its way back to music, but to other music: the more noise, the more of it is new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from itertools import pairwise

import numpy as np

from img2music.generation.mood import Mood
from img2music.genres import GENRES
from img2music.models.folder import FLOW, Models

MOODS = 5
CONDITIONS = len(GENRES) + MOODS + 1
"""What the network is told: the share of each genre, the mood from -1 to 1, and whether there is one."""
PATCH = 4
"""The network takes any multiple of so many latent steps."""
STEPS = 16
"""Of the integration, from noise alone; from less noise it takes fewer."""
STRIDES = 4
"""Instead of them, of a network that was taught to stride, and needs no guidance."""
THEN = "then"
"""What only such a network is told: the time at which its stride ends."""
GUIDANCE = 2.5
"""How much of what the conditions change is taken (classifier-free guidance, Ho & Salimans, 2022)."""
GUIDED = (0.2, 0.6)
"""Between which times: earlier and later it costs variety and time for nothing (Kynkäänniemi et al., Applying guidance
in a limited interval improves sample and distribution quality in diffusion models, 2024)."""


def condition(shares: Mapping[str, float], mood: Mood | None) -> np.ndarray:
    """What the network is told of music in a blend of genres and in a mood, `(CONDITIONS,)` float32."""
    told = np.zeros(CONDITIONS, np.float32)
    told[: len(GENRES)] = [shares.get(genre, 0.0) for genre in GENRES]
    if mood is not None:
        told[len(GENRES) :] = [*(2 * share - 1 for share in astuple(mood)), 1]
    return told


class Flow:
    """New embeddings `(C, S)` from known ones."""

    def __init__(self, models: Models) -> None:
        self._network = models.network(FLOW)
        self._strides = THEN in self._network.shapes
        if models.classes != GENRES:  # it is told of these alone
            raise self._network.misfit()

    def __call__(self, embedding: np.ndarray, told: np.ndarray, noise: float, seed: int) -> np.ndarray:
        """Noise an embedding `(C, S)` by a share of `noise`, 0 to 1, and go back to music as `told` `(CONDITIONS,)`.

        Noise 0 gives the embedding back, noise 1 does not hear it at all. The same seed gives the same music.
        """
        steps = embedding.shape[1]
        known = np.pad(embedding, ((0, 0), (0, -steps % PATCH)), mode="edge")
        random = np.random.default_rng(seed).standard_normal(known.shape[::-1], np.float32).T
        latents = ((1 - noise) * known + noise * random).astype(np.float32)[None]
        count = int(np.ceil((STRIDES if self._strides else STEPS) * noise))
        times = np.linspace(noise, 0, count + 1, dtype=np.float32)
        back = self._stride if self._strides else self._step
        return back(latents, told, times)[0, :, :steps]

    def _stride(self, latents: np.ndarray, told: np.ndarray, times: np.ndarray) -> np.ndarray:
        for now, then in pairwise(times):
            latents = latents + (then - now) * self._network_at(latents, told, now, **{THEN: np.full(1, then)})
        return latents

    def _step(self, latents: np.ndarray, told: np.ndarray, times: np.ndarray) -> np.ndarray:
        before = None
        for now, then in pairwise(times):
            velocity = self._velocity(latents, told, now)
            # two-step Adams-Bashforth: Euler's twelve steps would lose 5 % of the deviation of latents, this 1 %
            ahead = velocity if before is None else 1.5 * velocity - 0.5 * before
            latents = latents + (then - now) * ahead
            before = velocity
        return latents

    def _velocity(self, latents: np.ndarray, told: np.ndarray, time: np.float32) -> np.ndarray:
        velocity = self._network_at(latents, told, time)
        if not GUIDED[0] <= time <= GUIDED[1]:
            return velocity
        untold = self._network_at(latents, np.zeros_like(told), time)
        return untold + np.float32(GUIDANCE) * (velocity - untold)

    def _network_at(self, latents: np.ndarray, told: np.ndarray, time: np.float32, **more: np.ndarray) -> np.ndarray:
        (velocity,) = self._network(
            ["velocity"], latents=latents, time=np.full(1, time, np.float32), condition=told[None], **more
        )
        if velocity.shape != latents.shape:
            raise self._network.misfit()
        return velocity
