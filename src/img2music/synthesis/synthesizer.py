"""Performances to latents with the trained networks: the mean of what a score asks for, and the flow on top."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from img2music.models.folder import SCORE, SCORE_FLOW, TEXTURE, Models
from img2music.synthesis.conditions import Conditioner, Conditions
from img2music.synthesis.performance import Performance
from img2music.synthesis.texture import Texture
from img2music.synthesis.windows import crossfaded, windows

STEPS = 4
"""Of the flow, from noise to the remainder."""
TEMPERATURE = 0.7
"""Of the noise that the flow begins from: 1 has all the texture of the corpus and hides notes as it does, 0 none."""
_NOISE_BLOCK = 256
"""Latent steps whose noise is drawn at a time, so that it does not depend on the windows."""


class Synthesizer:
    """Performances to latents `(C, S)` of the models' decoders. `pace` is how many of them there are in a second.

    What the mean leaves out comes from the models' flow, or else from their texture. Raises `ModelError` when there is
    no network for scores.
    """

    def __init__(self, models: Models, pace: float) -> None:
        self._network = models.network(SCORE)
        self._flow = models.network(SCORE_FLOW) if models.has(SCORE_FLOW) else None
        self._texture = Texture.load(models) if self._flow is None and models.has(TEXTURE) else None
        self._pace = pace

    @property
    def style_size(self) -> int:
        """Numbers of a style code."""
        size = self._network.shapes.get("style", [None])[-1]
        if not isinstance(size, int) or size < 2:
            raise self._network.misfit()
        return size - 1

    def __call__(
        self, performance: Performance, steps: int, style: np.ndarray | None = None, seed: int = 0, bare: bool = False
    ) -> np.ndarray:
        """The first `steps` latent steps, in the sound of a `style` code `(2 C,)` or of the network's own choice.

        The same performance, style and seed give the same latents; a `bare` mean is the same for all seeds. Raises
        `ModelError` when the networks do not fit.
        """
        given = np.zeros((1, self.style_size + 1), np.float32)
        if style is not None:
            if style.shape != (self.style_size,):
                raise self._network.misfit()
            given[0] = [*style, 1]
        conditioner = Conditioner(performance, self._pace)
        latents = crossfaded(self._windows(conditioner, steps, given, seed, bare), steps)
        if bare or self._texture is None:
            return latents
        texture = self._texture(performance.genres, steps, seed)
        if texture.shape != latents.shape:
            raise self._network.misfit()
        return latents + texture

    def _windows(
        self, conditioner: Conditioner, steps: int, style: np.ndarray, seed: int, bare: bool
    ) -> Iterator[tuple[int, np.ndarray]]:
        for first, length in windows(steps):
            yield first, self._window(conditioner(first, length), style, first, seed, bare)

    def _window(self, given: Conditions, style: np.ndarray, first: int, seed: int, bare: bool) -> np.ndarray:
        conditions = {"piece": given.piece[None], "style": style}
        means, known = self._network(
            ["means", "known"], rolls=given.rolls, instruments=given.instruments, parts=given.parts, **conditions
        )
        if means.ndim != 3 or means.shape[::2] != (1, given.rolls.shape[1]):
            raise self._network.misfit()
        if self._flow is None or bare:
            return means[0]
        remainders: np.ndarray = np.float32(TEMPERATURE) * _noise(seed, first, *means.shape[1:])[None]
        *times, last = np.linspace(1, 0, STEPS, endpoint=False, dtype=np.float32)
        for now in times:
            velocity = self._flow_at(now, "velocity", remainders, means=means, known=known, **conditions)
            remainders = remainders - velocity / np.float32(STEPS)
        return self._flow_at(last, "latents", remainders, means=means, known=known, **conditions)[0]

    def _flow_at(self, time: np.float32, output: str, remainders: np.ndarray, **given: np.ndarray) -> np.ndarray:
        """The velocity at a time, or the latents that it leads to in a straight line."""
        assert self._flow is not None
        (answer,) = self._flow([output], remainders=remainders, time=np.full(1, time), **given)
        if answer.shape != remainders.shape:
            raise self._flow.misfit()
        return answer


def _noise(seed: int, first: int, channels: int, steps: int) -> np.ndarray:
    """Noise `(C, S)` for the latent steps from `first` on, the same for a step in whatever window it is."""
    blocks = range(first // _NOISE_BLOCK, (first + steps - 1) // _NOISE_BLOCK + 1)
    drawn = [
        np.random.default_rng((seed, block)).standard_normal((channels, _NOISE_BLOCK), np.float32) for block in blocks
    ]
    start = first - blocks[0] * _NOISE_BLOCK
    return np.concatenate(drawn, 1)[:, start : start + steps]
