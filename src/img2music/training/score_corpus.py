"""What the networks for scores and stems learn from: composed scores, played as records.

It needs packages that play; training on what was written before does without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from img2music.composition.score import Score
from img2music.corpus.studio.playing import Sounds
from img2music.corpus.studio.production import produce, record_of, roles
from img2music.genres import GENRES
from img2music.models.folder import Models
from img2music.stereo.codec import StereoEncoder
from img2music.stereo.features import middle_at_22_khz
from img2music.synthesis.desk import desk_for
from img2music.synthesis.performance import perform
from img2music.training.score.pairs import HELD_OUT, SECONDS, Pair, score_for
from img2music.training.stems.dataset import stem_example

_MIXES = 3
"""How many mixes scores to learn from come in, one each."""


def build_pairs(
    folder: Path, models: Models, sounds: Sounds, seeds: Sequence[int], use: str = "training"
) -> Iterator[Path]:
    """Write pairs of records in stereo to `folder/USE/GENRE-SEED.safetensors`, genre by genre within a seed, and give
    their paths.

    Those that are there stay. `use` is training, validation or test. Raises `ModelError` when the models have no
    encoder for stereo.
    """
    encoders = {genre: StereoEncoder(models, genre) for genre in GENRES}

    def write(score: Score, mix: int, path: Path) -> None:
        latents = encoders[score.genre](record_of(score, sounds, SECONDS, mix))
        Pair(perform(score, desk_for(score, mix)), latents.astype(np.float16)).save(path)

    return _build_each(folder, seeds, use, write)


def build_examples(folder: Path, models: Models, sounds: Sounds, seeds: Sequence[int], use: str) -> Iterator[Path]:
    """Write examples of stems as `build_pairs` writes pairs: `use` is training, validation or test. Raises `ModelError`
    when the models have no encoder for stereo."""
    encoders = {genre: StereoEncoder(models, genre) for genre in GENRES}

    def write(score: Score, mix: int, path: Path) -> None:
        production = produce(score, sounds, SECONDS, mix)
        found = {name: middle_at_22_khz(samples) for name, samples in roles(score, production).items()}
        played = perform(score, desk_for(score, mix))
        latents = encoders[score.genre](production.record)
        stem_example(played, latents, middle_at_22_khz(production.record), found).save(path)

    return _build_each(folder, seeds, use, write)


def _build_each(
    folder: Path, seeds: Sequence[int], use: str, write: Callable[[Score, int, Path], None]
) -> Iterator[Path]:
    """Let `write` make `folder/USE/GENRE-SEED.safetensors` of a score and the number of its mix, of all genres for each
    seed, and give the paths. Those that are there stay."""
    for seed in seeds:
        for genre in GENRES:
            path = folder / use / f"{genre}-{seed:06d}.safetensors"
            if not path.is_file():
                write(score_for(use, genre, seed), _mix_of(use, seed), path)
            yield path


def _mix_of(use: str, seed: int) -> int:
    """The number of the mix that the score of a seed is heard in: held-out scores have the one that listeners get."""
    return 0 if use in HELD_OUT else seed % _MIXES
