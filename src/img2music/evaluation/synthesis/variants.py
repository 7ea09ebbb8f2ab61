"""The same scores as sound in several ways: played by a soundfont, produced as a record, that record through the
models' codec, and from the networks for scores."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from img2music.audio.resampling import resample
from img2music.audio.stft import RATE
from img2music.composition.score import Score
from img2music.corpus.render import render
from img2music.corpus.studio.playing import Sounds
from img2music.corpus.studio.production import record_of
from img2music.evaluation.synthesis.subjects import Subject
from img2music.models.folder import Models
from img2music.stereo.codec import StereoDecoder, StereoEncoder
from img2music.stereo.features import middle_at_22_khz
from img2music.synthesis.desk import desk_for
from img2music.synthesis.performance import perform
from img2music.synthesis.player import Player
from img2music.synthesis.synthesizer import Synthesizer

Variant = Callable[[Subject, float], tuple[np.ndarray, np.ndarray | None]]
"""A subject to its first seconds as samples `(T,)` at 22,050 Hz, and the latents that they were decoded from."""
RENDER, RECORD, CODEC, MEAN, FLOW = "render", "record", "codec", "mean", "flow"


def variants(models: Models, sounds: Sounds, genre: str, strengths: tuple[float, ...]) -> dict[str, Variant]:
    """All ways by name: `flow 0.5` is what the engine compose plays, with the flow where the models have one, at a
    strength of 0.5. Records are played on `sounds`. Raises `ModelError` when a network is missing."""
    encoder, decoder = StereoEncoder(models, genre), StereoDecoder(models, genre)
    synthesizer = Synthesizer(models, decoder.steps_per_second)
    player = Player(models, decoder)

    def sound(latents: np.ndarray, seconds: float) -> np.ndarray:
        return resample(decoder.middle(latents), decoder.rate, RATE)[: round(seconds * RATE)]

    def rendered(subject: Subject, seconds: float) -> tuple[np.ndarray, None]:
        return render(subject.score, seconds=seconds), None

    def recorded(subject: Subject, seconds: float) -> tuple[np.ndarray, None]:
        return record_heard(subject.score, sounds, seconds), None

    def decoded(subject: Subject, seconds: float) -> tuple[np.ndarray, None]:
        return sound(encoder(record_of(subject.score, sounds, seconds)), seconds), None

    def mean(subject: Subject, seconds: float) -> tuple[np.ndarray, np.ndarray]:
        played = perform(subject.score, desk_for(subject.score))
        latents = synthesizer(played, decoder.steps_for(seconds), bare=True)
        return sound(latents, seconds), latents

    def flow_at(strength: float) -> Variant:
        def flow(subject: Subject, seconds: float) -> tuple[np.ndarray, np.ndarray]:
            played = perform(subject.score, desk_for(subject.score))
            latents = player.latents(played, seconds, subject.features, strength, subject.score.seed)
            return sound(latents, seconds), latents

        return flow

    found: dict[str, Variant] = {RENDER: rendered, RECORD: recorded, CODEC: decoded, MEAN: mean}
    return found | {f"{FLOW} {strength:g}": flow_at(strength) for strength in strengths}


def record_heard(score: Score, sounds: Sounds, seconds: float) -> np.ndarray:
    """The middle of the record of a score as judges hear it, `(T,)` at 22,050 Hz."""
    return middle_at_22_khz(record_of(score, sounds, seconds))
