"""How far each strength takes the music from the known, and how far from real music: the curves behind the defaults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from img2music.audio.files.io import load_audio
from img2music.audio.files.sounds import Sounds
from img2music.audio.stft import RATE
from img2music.data.covers.cover import Cover
from img2music.evaluation.audio import SetScores, score_folder
from img2music.evaluation.clips import write_snippets
from img2music.evaluation.embedded_clips import folder_genre
from img2music.metrics.log_spectral import log_spectral_error
from img2music.options import COMPOSE, FLOW, PERTURB, Options
from img2music.pipeline import Img2Music


@dataclass(frozen=True)
class Distances:
    """How far snippets lie from the known music, `change` in dB, and from real clips: the `frechet` distance and its
    `floor`, what one half of the real clips scores against the other."""

    change: float
    frechet: float | None
    floor: float | None


@dataclass(frozen=True)
class StrengthFigures:
    """What an engine does at the strength `alpha`: distances over all genres and in each."""

    engine: str
    alpha: float
    change: float
    frechet: float | None
    floor: float | None
    genres: dict[str, Distances]


def quality(
    img2music: Img2Music,
    covers: Sequence[Cover],
    reference: Path,
    out: Path,
    strengths: Sequence[float],
    engines: Sequence[str] = (FLOW, PERTURB),
    seed: int = 0,
) -> list[StrengthFigures]:
    """Make a snippet for each cover with every engine at each strength, below `out`, and measure them.

    `change` is the mean log-spectral distance to the same snippets at strength 0, which are known music or what was
    composed, `frechet` the distance to the clips in the folder `reference`. Raises `OptionError` when a strength is out
    of range or the reference too small.
    """
    options = Options(seed=seed)
    beginnings: dict[str, tuple[Sounds, StrengthFigures]] = {}
    rows = []
    for engine in engines:
        begin = "composed" if engine == COMPOSE else "known"
        if begin not in beginnings:
            sounds = write_snippets(img2music, covers, out / begin, replace(options, alpha=0.0, engine=engine))
            beginnings[begin] = sounds, _row(sounds, sounds, reference=reference, engine=engine, alpha=0.0)
        known, unmoved = beginnings[begin]
        rows.append(replace(unmoved, engine=engine))
        for alpha in strengths:
            folder = out / f"{engine}-{alpha:g}"
            sounds = write_snippets(img2music, covers, folder, replace(options, alpha=alpha, engine=engine))
            rows.append(_row(sounds, known, reference=reference, engine=engine, alpha=alpha))
    return sorted(rows, key=lambda row: (engines.index(row.engine), row.alpha))


def _row(sounds: Sounds, known: Sounds, reference: Path, engine: str, alpha: float) -> StrengthFigures:
    scores = score_folder(sounds, reference, per_genre=True)
    genres = {genre: Distances(_change(sounds, known, genre), *_raw(found)) for genre, found in scores.by_genre.items()}
    change = float(np.mean([found.change for found in genres.values()]))
    return StrengthFigures(engine, alpha, change, *_raw(scores.overall), genres)


def _raw(scores: SetScores) -> tuple[float | None, float | None]:
    """The raw Fréchet distance and its floor."""
    raw = scores.distances["raw"]
    return raw["value"], raw["floor"]


def _change(sounds: Sounds, known: Sounds, genre: str) -> float:
    """Mean log-spectral distance of the snippets of a genre to those of the same covers in `known`, dB."""
    pairs = [pair for pair in zip(sounds.files, known.files, strict=True) if folder_genre(pair[0]) == genre]
    errors = [log_spectral_error(load_audio(one, RATE), load_audio(other, RATE)) for one, other in pairs]
    return float(np.mean(errors))
