"""What is played to the judges: held-out scores, or what is composed for covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from img2music.arranging import composed
from img2music.composition.planning.planner import mood_for
from img2music.composition.score import Score
from img2music.errors import OptionError
from img2music.options import COMPOSE, Options
from img2music.system.names import fitting
from img2music.training.score.pairs import held_out_score

if TYPE_CHECKING:
    from img2music.data.covers.cover import Cover
    from img2music.pipeline import Img2Music

SECONDS = 15.0
_FEATURES = 64


@dataclass(frozen=True, eq=False)
class Subject:
    """A score with the features `(D,)` of the picture that moves its sound; `name` is that of a file."""

    name: str
    genre: str
    score: Score
    features: np.ndarray

    @property
    def major(self) -> float:
        """How much its mood asks for a major mode, from 0 to 1."""
        assert self.score.brief is not None
        return mood_for(self.score.brief.feeling, self.score.brief.seed).major

    @property
    def tempo(self) -> float:
        """Pulses per minute, on average before the last bar, which may be held."""
        score = self.score
        beats = max(score.bars - 1, 1) * score.metre.beats
        return beats / score.metre.pulse * 60 / score.tempo.seconds(beats)


def of_scores(genre: str, count: int) -> list[Subject]:
    """So many held-out scores, each for a picture of random features."""
    return [of_score(held_out_score(genre, seed, "test"), f"score-{seed}") for seed in range(count)]


def of_score(score: Score, name: str) -> Subject:
    """A score, for a picture of random features."""
    features = np.random.default_rng(score.seed).standard_normal(_FEATURES).astype(np.float32)
    return Subject(name, score.genre, score, features)


def of_covers(img2music: Img2Music, covers: Sequence[Cover], genre: str, seed: int = 0) -> list[Subject]:
    """What the engine compose plays for the covers of a genre, in that genre. Raises `OptionError` below two covers."""
    found = []
    for number, cover in enumerate(cover for cover in covers if cover.genre == genre):
        seen = img2music.classify(cover.path)
        options = Options(seed=seed + number, engine=COMPOSE, seconds=SECONDS)
        score = composed(seen, options, genre)[-1].score
        found.append(Subject(f"cover-{seed + number}-{fitting(cover.path.stem)}", genre, score, seen.features))
    if len(found) < 2:
        raise OptionError(f"There are {len(found)} covers of {genre}; give two at least.")
    return found
