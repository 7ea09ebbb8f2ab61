"""Plays performances: Algorithm 1 with a composed embedding. The picture's features move its sound, not its notes."""

from __future__ import annotations

import numpy as np

from img2music.models.folder import Models
from img2music.stereo.codec import AnyDecoder
from img2music.synthesis.performance import Performance
from img2music.synthesis.style_space import StyleSpace
from img2music.synthesis.synthesizer import Synthesizer
from img2music.synthesis.windows import LENGTH


class Player:
    """Performances to latents, with the models' networks for scores, at the pace of a genre's `decoder`.

    Raises `ModelError` when the models lack one of them.
    """

    def __init__(self, models: Models, decoder: AnyDecoder) -> None:
        self._decoder = decoder
        self._space = StyleSpace.load(models)
        self._synthesizer = Synthesizer(models, decoder.steps_per_second)

    @property
    def channels(self) -> int:
        """Channels of the latents."""
        return self._synthesizer.style_size // 2

    def latents(
        self,
        performance: Performance,
        seconds: float,
        features: np.ndarray,
        strength: float,
        seed: int = 0,
        style: np.ndarray | None = None,
    ) -> np.ndarray:
        """The embedding `(C, S)` of the first `seconds` of a performance, moved by `strength` along a picture's
        `features` `(D,)` from the `style` code `(2 C,)` of a known clip, or from the sound that such a score usually
        has.

        The same arguments give the same embedding. Raises `OptionError` when the strength is not a number from 0 to
        10, and `ModelError` when the networks do not fit.
        """
        steps = self._decoder.steps_for(seconds)
        if style is None:
            style = self.usual_style(performance, seconds)
        moved = self._space.moved(style, features, strength)
        return self._synthesizer(performance, steps, moved, seed)

    def usual_style(self, performance: Performance, seconds: float) -> np.ndarray:
        """The style code `(2 C,)` of the sound that the first `seconds` of such a performance usually have.

        Raises `ModelError` when the networks do not fit.
        """
        steps = min(self._decoder.steps_for(seconds), LENGTH)
        return self._space.usual(self._synthesizer(performance, steps, bare=True))
