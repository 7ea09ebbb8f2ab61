"""The same scores as sound in several ways: rendered, through the models' codec, and from the networks for scores."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from img2music.audio.resampling import resample
from img2music.audio.stft import RATE
from img2music.corpus.render import render
from img2music.evaluation.synthesis.subjects import Subject
from img2music.generation.codec import Encoder
from img2music.models.folder import Models
from img2music.stereo.codec import StereoDecoder, decoder_of
from img2music.synthesis.mix import mix_for
from img2music.synthesis.performance import perform
from img2music.synthesis.player import Player
from img2music.synthesis.synthesizer import Synthesizer

Variant = Callable[[Subject, float], tuple[np.ndarray, np.ndarray | None]]
"""A subject to its first seconds as samples `(T,)` at 22,050 Hz, and the latents that they were decoded from."""
RENDER, CODEC, MEAN, FLOW = "render", "codec", "mean", "flow"


def variants(models: Models, genre: str, strengths: tuple[float, ...]) -> dict[str, Variant]:
    """All ways by name: `flow 0.5` is the flow, where the models have one, at a strength of 0.5."""
    encoder, decoder = Encoder(models, genre), decoder_of(models, genre)
    synthesizer = Synthesizer(models, decoder.steps_per_second)
    player = Player(models, decoder)

    def sound(latents: np.ndarray, seconds: float) -> np.ndarray:
        middle = decoder.middle(latents) if isinstance(decoder, StereoDecoder) else decoder(latents)
        return resample(middle, decoder.rate, RATE)[: round(seconds * RATE)]

    def rendered(subject: Subject, seconds: float) -> tuple[np.ndarray, None]:
        return render(subject.score, seconds=seconds), None

    def decoded(subject: Subject, seconds: float) -> tuple[np.ndarray, None]:
        samples, _ = rendered(subject, seconds)
        return sound(encoder(samples), seconds), None

    def mean(subject: Subject, seconds: float) -> tuple[np.ndarray, np.ndarray]:
        played = perform(subject.score, mix_for(subject.score))
        latents = synthesizer(played, decoder.steps_for(seconds), flow=False)
        return sound(latents, seconds), latents

    def flow_at(strength: float) -> Variant:
        def flow(subject: Subject, seconds: float) -> tuple[np.ndarray, np.ndarray]:
            played = perform(subject.score, mix_for(subject.score))
            latents = player.latents(played, seconds, subject.features, strength, subject.score.seed)
            return sound(latents, seconds), latents

        return flow

    found: dict[str, Variant] = {RENDER: rendered, CODEC: decoded, MEAN: mean}
    return found | {f"{FLOW} {strength:g}": flow_at(strength) for strength in strengths}
