"""The latent flow: a diffusion-like generator of embeddings (paper section 4.1, future work).

The network learnt rectified flow (Liu, Gong & Liu, 2022) between music and noise: for a point on the straight line from
an embedding (time 0) to Gaussian noise (time 1) it predicts the velocity towards the noise. Integrated backwards from a
known embedding with some noise added, it leads to new music: the more noise, the more of the music is new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from itertools import pairwise

import numpy as np

from img2music.generation.mood import Mood
from img2music.genres import GENRES
from img2music.models.folder import FLOW_NETWORK, Models

MOODS = 5
CONDITIONS = len(GENRES) + MOODS + 1
"""Length of the condition: the share of each genre, the mood from -1 to 1, and 1 if a mood is given."""
PATCH = 4
"""The number of latent steps must be a multiple of this."""
STEPS = 16
"""Integration steps from pure noise; proportionally fewer from less noise."""
FEW_STEPS = 4
"""The same for a network distilled to few steps (a flow map), which needs no guidance."""
END_TIME = "then"
"""Name of the input that only such a network has: the time at which its step ends."""
GUIDANCE = 2.5
"""Scale of classifier-free guidance (Ho & Salimans, 2022)."""
GUIDED = (0.2, 0.6)
"""Times between which guidance is applied: outside it costs variety and time for nothing (Kynkäänniemi et al., Applying
guidance in a limited interval improves sample and distribution quality in diffusion models, 2024)."""


def condition_of(shares: Mapping[str, float], mood: Mood | None) -> np.ndarray:
    """The condition `(CONDITIONS,)` float32 for a blend of genres, given as shares, and a mood."""
    condition = np.zeros(CONDITIONS, np.float32)
    condition[: len(GENRES)] = [shares.get(genre, 0.0) for genre in GENRES]
    if mood is not None:
        condition[len(GENRES) :] = [*(2 * share - 1 for share in astuple(mood)), 1]
    return condition


class Flow:
    """New embeddings `(C, S)` from known ones."""

    def __init__(self, models: Models) -> None:
        self._network = models.network(FLOW_NETWORK)
        self._is_few_step = END_TIME in self._network.shapes
        if models.classes != GENRES:  # its condition has no others
            raise self._network.misfit()

    @property
    def channels(self) -> int:
        """Channels of the embeddings that it knows."""
        return self._network.channels("latents")

    def __call__(self, embedding: np.ndarray, condition: np.ndarray, noise: float, seed: int) -> np.ndarray:
        """Mix an embedding `(C, S)` with a share `noise` of noise, 0 to 1, and return to music under a `condition`.

        The condition is `(CONDITIONS,)`. With noise 0 the embedding comes back unchanged, with noise 1 it has no
        influence. The same seed gives the same music.
        """
        steps = embedding.shape[1]
        known = np.pad(embedding, ((0, 0), (0, -steps % PATCH)), mode="edge")
        random = np.random.default_rng(seed).standard_normal(known.shape[::-1], np.float32).T
        latents = ((1 - noise) * known + noise * random).astype(np.float32)[None]
        count = int(np.ceil((FEW_STEPS if self._is_few_step else STEPS) * noise))
        times = np.linspace(noise, 0, count + 1, dtype=np.float32)
        integrate = self._few_steps if self._is_few_step else self._adams_bashforth
        return integrate(latents, condition, times)[0, :, :steps]

    def _few_steps(self, latents: np.ndarray, condition: np.ndarray, times: np.ndarray) -> np.ndarray:
        for now, then in pairwise(times):
            latents = latents + (then - now) * self._network_at(latents, condition, now, **{END_TIME: np.full(1, then)})
        return latents

    def _adams_bashforth(self, latents: np.ndarray, condition: np.ndarray, times: np.ndarray) -> np.ndarray:
        before = None
        for now, then in pairwise(times):
            velocity = self._velocity(latents, condition, now)
            # two-step Adams-Bashforth: Euler's twelve steps would lose 5 % of the latents' standard deviation, this 1 %
            ahead = velocity if before is None else 1.5 * velocity - 0.5 * before
            latents = latents + (then - now) * ahead
            before = velocity
        return latents

    def _velocity(self, latents: np.ndarray, condition: np.ndarray, time: np.float32) -> np.ndarray:
        velocity = self._network_at(latents, condition, time)
        if not GUIDED[0] <= time <= GUIDED[1]:
            return velocity
        unconditional = self._network_at(latents, np.zeros_like(condition), time)
        return unconditional + np.float32(GUIDANCE) * (velocity - unconditional)

    def _network_at(
        self, latents: np.ndarray, condition: np.ndarray, time: np.float32, **more: np.ndarray
    ) -> np.ndarray:
        (velocity,) = self._network(
            ["velocity"], latents=latents, time=np.full(1, time, np.float32), condition=condition[None], **more
        )
        if velocity.shape != latents.shape:
            raise self._network.misfit()
        return velocity
