"""Of `img2music.generation`."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import numpy as np

from img2music.audio.descriptors import Character
from img2music.generation.bank import Bank
from img2music.generation.bank_format import pack, principal_directions, unpack
from img2music.generation.codec import Encoder
from img2music.generation.continuation import Segment, bar_length, in_order, join
from img2music.generation.flow import Flow, condition_of
from img2music.generation.loop import close_loop, loop_ends
from img2music.generation.mood import Mood, distances, mood_of, moods_of
from img2music.generation.perturbation import perturb
from img2music.models.folder import Models
from img2music.output.snippet import fade
from img2music.vision.appearance import Appearance

from .inputs import tune

_SHARES = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)


def values(folder: Path) -> dict[str, object]:
    """Of a models `folder` and by themselves."""
    return _moods() | _embeddings(Models(folder)) | _loops()


def _moods() -> dict[str, object]:
    random = np.random.default_rng(4)
    looks = [Appearance(*random.permutation(_SHARES)[:6]) for _ in range(6)]
    characters = [Character(*random.choice([60.0, 90.0, 120.0], 1), i % 3 == 0, *random.random(3)) for i in range(7)]
    moods = moods_of(characters)
    return {
        "moods of pictures": [astuple(mood_of(look)) for look in looks],
        "moods of pieces": moods,
        "distances of moods": distances(Mood(0.3, 0.9, 0.1, 0.6, 0.8), moods),
        "condition": condition_of({"jazz": 0.75, "pop": 0.25}, Mood(0.3, 0.9, 0.1, 0.6, 0.8)),
        "condition without a mood": condition_of({"classical": 1.0}, None),
    }


def _embeddings(models: Models) -> dict[str, object]:
    random = np.random.default_rng(5)
    embedding = random.standard_normal((8, 90)).astype(np.float32)
    features, directions = random.standard_normal(48), random.standard_normal((4, 8))
    flow, condition = Flow(models), condition_of({"pop": 1.0}, Mood(0.3, 0.9, 0.1, 0.6, 0.8))
    banks = {genre: Bank.load(models, genre) for genre in models.genres}
    bank = banks["jazz"]
    mood = Mood(0.4, 0.2, 0.6, 0.5, 0.1)
    tensors, _ = unpack(pack(embedding[None], directions, {"entries": "[]"}))
    segments = [_segment(random, length, bar) for length, bar in ((120, 17.3), (100, 25.0), (90, 34.1), (110, 8.4))]
    lengths = [bar_length(segment.bars) for segment in segments]
    joined, count = join(iter([*segments, Segment(embedding)] * 3), 500)
    found: dict[str, object] = {
        "perturbed": perturb(embedding, features, directions, 0.7),
        "flow": [flow(embedding, condition, noise, 3) for noise in (0.1, 0.45, 0.7, 1.0)],
        "order by mood": [bank.choose_by_mood(mood, seed) for seed in range(12)],
        "order at random": [bank.choose(features, np.random.default_rng(seed)) for seed in range(12)],
        "entry": bank.segment(1, 43.0).latents,
        "bars of an entry": bank.segment(1, 43.0).bars,
        "lengths of bars": bank.bar_lengths(43.0),
        "packed": [tensors[name].astype(np.float64).sum() for name in sorted(tensors)],
        "principal directions": np.abs(principal_directions(random.standard_normal((30, 8)))),
        "order by bars": list(in_order([*lengths, None, 16.9, 60.0, 5.0, 17.0, 33.0, 12.0, 20.0], list(range(12)))),
        "joined": joined.latents,
        "bars where joined": [count, *joined.bars],
    }
    encoder = Encoder(models, "pop")
    found["encoded"] = encoder(tune(1.0))
    found["steps"] = [encoder.steps_for(seconds) for seconds in (0.5, 1.0, 15.0)]
    return found


def _segment(random: np.random.Generator, length: int, bar: float) -> Segment:
    bars = tuple(1.7 + bar * number for number in range(int((length - 1.7) / bar) + 1))
    return Segment(random.standard_normal((8, length)).astype(np.float32), bars)


def _loops() -> dict[str, object]:
    bars = [0.02, *(0.3 + 0.47 * number for number in range(40))]
    samples = 0.4 * tune(8.0)
    return {
        "ends of loops": [loop_ends(bars, seconds) for seconds in (1.0, 2.0, 4.3, 9.0, 18.0)],
        "ends without bars": [loop_ends([], 3.0), loop_ends([0.5], 3.0), loop_ends([1.0, 3.5], 3.0)],
        "loop": close_loop(samples, 22050, 0.5, 4.0),
        "loop from the beginning": close_loop(samples, 22050, 0.01, 0.6),
        "faded": fade(samples, 22050, 0.01, 0.25),
        "ends of a fade": [*fade(np.ones(50, np.float32), 1000, 0.01, 0.025)],
    }
