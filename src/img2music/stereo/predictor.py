"""The side latents of music that was never sound: treble and image as they are likeliest for its other latents."""

from __future__ import annotations

import numpy as np

from img2music.models.folder import SIDE_PREDICTOR, Models

SPREAD = 1.25
"""How far the image of a piece is from what is likeliest; 1 is as far as records are on average over their length."""
WIDER = 0.1
"""What is added to the logarithm of a predicted width: the mean of logarithms lies below the logarithm of the mean."""
_STREAM = 16
"""Keeps the numbers that are drawn apart from those that other parts draw from the same seed."""


class SidePredictor:
    """Latents `(64, S)` to those of the stereo decoder, `(80, S)`."""

    def __init__(self, models: Models, genre: str) -> None:
        self._network = models.network_of(genre, SIDE_PREDICTOR)

    def __call__(self, latents: np.ndarray, seed: int) -> np.ndarray:
        """Latents with side latents; latents that have them are given back.

        The mean of what is likely is narrower than any record, so each `seed` draws how far a piece lies from it: that
        is the same all through the piece. Raises `ModelError` when the network does not fit.
        """
        known, side = self._network.channels("latents"), self._network.channels("draw")
        if len(latents) == known + side:
            return latents
        draw = np.random.default_rng([seed, _STREAM]).standard_normal((1, side), np.float32)
        (found,) = self._network(["side"], latents=latents[None].astype(np.float32), draw=np.float32(SPREAD) * draw)
        if found.shape != (1, side, latents.shape[1]):
            raise self._network.misfit()
        return np.concatenate([latents, found[0]]).astype(np.float32)
