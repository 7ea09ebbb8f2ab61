"""Of `img2music.synthesis`, with networks of a few lines."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np

from img2music.audio.stft import BINS, RATE
from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.composition.style import styles_of
from img2music.corpus.mix import mix_for
from img2music.genres import GENRES
from img2music.synthesis.conditions import Conditioner
from img2music.synthesis.desk import desk_for
from img2music.synthesis.performance import MIX_FIELDS, PART_FIELDS, Performance, perform
from img2music.synthesis.piano_roll import piano_roll
from img2music.synthesis.stems import StemSeparator, stem_rolls, stems_present
from img2music.synthesis.style_code import style_code
from img2music.synthesis.style_space import StyleSpace
from img2music.synthesis.synthesizer import SCORE, SCORE_FLOW, Synthesizer
from img2music.synthesis.windows import crossfaded, windows

from .inputs import tune

_PACE = 43.07
_CHANNELS = 3


class _Network:
    """Answers with sums of what it is given."""

    def __init__(self) -> None:
        self.shapes = {"style": [1, 2 * _CHANNELS + 1]}

    def __call__(self, outputs: list[str], **given: np.ndarray) -> list[np.ndarray]:
        if outputs == ["masks"]:
            steps = given["latents"].shape[2]
            loud = given["rolls"].sum(2).repeat(2, 1)[..., None] + 0.1 * np.arange(BINS) / BINS
            shares = (loud + 0.01) * given["present"][:, None, None]
            return [(shares / np.maximum(shares.sum(0), 1e-6))[:, : 2 * steps]]
        if outputs == ["means", "known"]:
            rows = given["rolls"].mean(0)
            means = np.stack([rows[:, channel::_CHANNELS].sum(1) for channel in range(_CHANNELS)])
            bias = (
                given["parts"].sum() / 50
                + given["piece"].sum() / 10
                + given["style"].sum()
                + given["instruments"].sum() / 999
            )
            return [(means + bias)[None].astype(np.float32), means[None]]
        remainders, means = given["remainders"], given["means"]
        if outputs == ["velocity"]:
            return [(remainders * given["time"] - 0.1 * means).astype(np.float32)]
        return [(remainders * given["time"] + means).astype(np.float32)]


class _Models:
    def __init__(self, flow: bool) -> None:
        self._flow = flow

    def network(self, name: str) -> _Network:
        return _Network()

    def has(self, name: str) -> bool:
        return name == SCORE or (name == SCORE_FLOW and self._flow)


def values() -> dict[str, object]:
    """Of mixes, conditions, windows, and what becomes of them."""
    return _mixes() | _conditions() | _latents()


def _mixes() -> dict[str, object]:
    found: dict[str, object] = {}
    for genre in GENRES:
        for style in styles_of(genre):
            if genre in ("hiphop", "pop") or style in ("chamber", "swing"):
                mix = mix_for(compose(Brief(genre, seed=3, seconds=8.0, style=style)))
                found[f"mix of {genre} {style}"] = [mix.room, mix.wet, mix.crackle, mix.drive, mix.tilt]
                found[f"channels of {genre} {style}"] = [
                    number for channel in mix.channels for number in astuple(channel)
                ]
    return found


def _conditions() -> dict[str, object]:
    found: dict[str, object] = {}
    for genre in GENRES:
        score = compose(Brief(genre, seed=5, seconds=9.0))
        performance = perform(score, desk_for(score))
        given = Conditioner(performance, _PACE)(20, 160)
        found[f"notes of {genre}"] = performance.notes
        found[f"parts of {genre}"] = performance.parts
        found[f"whole of {genre}"] = [*performance.mix, *performance.genres]
        for index, row in enumerate(given.parts):
            found[f"part {index} of {genre}"] = row
        found[f"piece of {genre}"] = given.piece
        found[f"instruments of {genre}"] = given.instruments
        found[f"rolls of {genre}"] = given.rolls
        found[f"rolls of stems of {genre}"] = [*stem_rolls(given).sum((1, 2)), *stems_present(performance)]
    found |= _any_mix()
    notes = np.array(
        [[0, 0.31, 1.2, 15, 90, 0], [0, 0.5, 0.9, 60, 127, 0], [0, 0.52, 3.0, 60, 127, 0], [0, 2.0, 2.1, 112, 30, 0]],
        np.float32,
    )
    for drums in (False, True):
        for first in (0, 37, 90):
            found[f"roll of {'drums' if drums else 'notes'} from {first}"] = piano_roll(notes, drums, first, 64, 40.0)
    return found


def _any_mix() -> dict[str, object]:
    """Of a performance in which every fader is moved, and which rests in between."""
    random = np.random.default_rng(9)
    parts = random.uniform(0.2, 1.8, (3, len(PART_FIELDS)))
    parts[:, :3] = [[4, 0, 0], [200, 1, 3], [60, 0, 2]]
    parts[:, 5:7] *= [[300, 4000], [0, 2000], [80, 0]]
    starts = np.array([0.1, 0.4, 0.5, 2.0, 2.2, 5.0, 0.0, 0.6, 1.2, 3.0])
    notes = np.stack(
        [np.arange(10) % 3, starts, starts + 0.3, 50 + np.arange(10), 60 + 5 * np.arange(10), np.zeros(10)], 1
    )
    performance = Performance(
        notes.astype(np.float32),
        parts.astype(np.float32),
        random.uniform(0.2, 1.8, MIX_FIELDS).astype(np.float32),
        np.array([0, 0.25, 0.75, 0], np.float32),
    )
    given = Conditioner(performance, _PACE)(0, 64)
    found: dict[str, object] = {f"part {index} of any mix": row for index, row in enumerate(given.parts)}
    return found | {"piece of any mix": given.piece, "rolls of any mix": given.rolls}


def _latents() -> dict[str, object]:
    random = np.random.default_rng(8)
    style = random.standard_normal(2 * _CHANNELS).astype(np.float32)
    latents = random.standard_normal((_CHANNELS, 50)).astype(np.float32) * np.array([[0.001], [0.5], [3.0]], np.float32)
    space = StyleSpace(style, random.standard_normal((4, 2 * _CHANNELS)).astype(np.float32))
    score = compose(Brief("pop", seed=5, seconds=30.0))
    performance = perform(score, desk_for(score))
    plain, flowing = Synthesizer(_Models(False), _PACE), Synthesizer(_Models(True), _PACE)  # type: ignore[arg-type]
    samples = np.tile(tune(), 7)[: round(26 * RATE)]
    known = np.zeros((_CHANNELS, 1130))
    separate = StemSeparator(_Models(True), 22050 / 512)  # type: ignore[arg-type]
    stems = separate(performance, known, samples)
    parts = [(first, random.standard_normal((2, length)).astype(np.float32)) for first, length in windows(2500)]
    return {
        "windows": [window for steps in (1, 900, 1024, 1025, 3000) for window in windows(steps)],
        "crossfaded": crossfaded(parts, 2500),
        "style code": style_code(latents),
        "usual style": space.usual(latents),
        "moved style": space.moved(style, random.standard_normal(20), 0.8),
        "size of styles": plain.style_size,
        "means": plain(performance, 1200),
        "means in a style": plain(performance, 1200, style),
        "latents of a flow": flowing(performance, 1200, style, 4),
        "latents without the flow": flowing(performance, 300, style, 4, bare=True),
        **{f"stem {name}": stem for name, stem in stems.items()},
    }
