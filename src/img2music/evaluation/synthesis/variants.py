"""The same scores as sound in several ways: rendered, through the models' codec, and from the networks for scores."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from img2music.audio.resampling import resample
from img2music.audio.stft import RATE
from img2music.composition.score import Score
from img2music.corpus.render import render
from img2music.generation.codec import Encoder
from img2music.models.folder import Models
from img2music.stereo.codec import StereoDecoder, decoder_of
from img2music.synthesis.mix import mix_for
from img2music.synthesis.performance import perform
from img2music.synthesis.player import Player
from img2music.synthesis.synthesizer import Synthesizer

Variant = Callable[[Score, float], np.ndarray]
"""A score to its first seconds as samples `(T,)` at 22,050 Hz."""
RENDER, CODEC, MEAN, FLOW = "render", "codec", "mean", "flow"
_FEATURES = 64


def variants(models: Models, genre: str, strengths: tuple[float, ...]) -> dict[str, Variant]:
    """All ways by name: `flow 0.5` is the flow at a strength of 0.5, for a picture of random features."""
    encoder, decoder = Encoder(models, genre), decoder_of(models, genre)
    synthesizer = Synthesizer(models, decoder.steps_per_second)
    player = Player(models, decoder)

    def sound(latents: np.ndarray, seconds: float) -> np.ndarray:
        middle = decoder.middle(latents) if isinstance(decoder, StereoDecoder) else decoder(latents)
        return resample(middle, decoder.rate, RATE)[: round(seconds * RATE)]

    def rendered(score: Score, seconds: float) -> np.ndarray:
        return render(score, seconds=seconds)

    def decoded(score: Score, seconds: float) -> np.ndarray:
        return sound(encoder(rendered(score, seconds)), seconds)

    def mean(score: Score, seconds: float) -> np.ndarray:
        played = perform(score, mix_for(score))
        return sound(synthesizer(played, decoder.steps_for(seconds), flow=False), seconds)

    def flow_at(strength: float) -> Variant:
        def flow(score: Score, seconds: float) -> np.ndarray:
            features = np.random.default_rng(score.seed).standard_normal(_FEATURES).astype(np.float32)
            played = perform(score, mix_for(score))
            return sound(player.latents(played, seconds, features, strength, score.seed), seconds)

        return flow

    found: dict[str, Variant] = {RENDER: rendered, CODEC: decoded, MEAN: mean}
    return found | {f"{FLOW} {strength:g}": flow_at(strength) for strength in strengths}
