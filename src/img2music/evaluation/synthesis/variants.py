"""The same scores as sound in several ways: played by a soundfont, produced as a record, that record through the
models' codec, and from the networks for scores."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from img2music.audio.resampling import resample
from img2music.audio.stft import RATE
from img2music.composition.score import Score
from img2music.corpus.render import render
from img2music.corpus.studio.playing import Sounds
from img2music.corpus.studio.production import record_of
from img2music.evaluation.synthesis.subjects import Subject
from img2music.models.folder import Models
from img2music.stereo.codec import AnyDecoder, StereoDecoder, StereoEncoder, decode, decoder_of
from img2music.stereo.features import middle_at_22_khz
from img2music.synthesis.excitation import excitation
from img2music.synthesis.performance import Performance, perform
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

    @cache
    def record(subject: Subject, seconds: float) -> np.ndarray:
        return record_of(subject.score, sounds, seconds)

    def rendered(subject: Subject, seconds: float) -> tuple[np.ndarray, None]:
        return render(subject.score, seconds=seconds), None

    def recorded(subject: Subject, seconds: float) -> tuple[np.ndarray, None]:
        return middle_at_22_khz(record(subject, seconds)), None

    def decoded(subject: Subject, seconds: float) -> tuple[np.ndarray, None]:
        return _heard(decoder, encoder(record(subject, seconds)), seconds), None

    def mean(subject: Subject, seconds: float) -> tuple[np.ndarray, np.ndarray]:
        played = perform(subject.score)
        latents = synthesizer(played, decoder.steps_for(seconds), bare=True)
        return _heard(decoder, latents, seconds, played), latents

    found: dict[str, Variant] = {RENDER: rendered, RECORD: recorded, CODEC: decoded, MEAN: mean}
    return found | {f"{FLOW} {strength:g}": composed(models, genre, strength) for strength in strengths}


def composed(models: Models, genre: str, strength: float) -> Variant:
    """What the engine compose plays at a strength. Raises `ModelError` when a network is missing."""
    decoder = decoder_of(models, genre)
    player = Player(models, decoder)

    def play(subject: Subject, seconds: float) -> tuple[np.ndarray, np.ndarray]:
        played = perform(subject.score)
        latents = player.latents(played, seconds, subject.features, strength, subject.score.seed)
        return _heard(decoder, latents, seconds, played), latents

    return play


def record_heard(score: Score, sounds: Sounds, seconds: float) -> np.ndarray:
    """The middle of the record of a score as judges hear it, `(T,)` at 22,050 Hz."""
    return middle_at_22_khz(record_of(score, sounds, seconds))


def _heard(decoder: AnyDecoder, latents: np.ndarray, seconds: float, played: Performance | None = None) -> np.ndarray:
    """The first seconds of latents `(C, S)` as judges hear them, `(T,)` at 22,050 Hz, with the phases of the notes of
    what was played."""
    tones = None if played is None else partial(excitation, played)
    middle = decode(latents, decoder, mono=True, excitation=tones)
    return resample(middle, decoder.rate, RATE)[: round(seconds * RATE)]
