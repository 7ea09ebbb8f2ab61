"""Whether the music fits the picture: what pictures ask for against what is measured in their snippets.

Within a genre, so that the genre does not explain the match: the rank correlation of what a mood asks for with what is
measured in the snippet, and how often chance does as well when pictures and snippets are shuffled. Known music is
chosen by the same measures, so this says that choice and playing work, not that people hear the likeness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from scipy.stats import rankdata

from img2music.audio.descriptors import measure_character
from img2music.audio.stft import RATE
from img2music.errors import OptionError, PictureError
from img2music.generation.mood import mood_of
from img2music.options import Options
from img2music.pipeline import Img2Music

ATTRIBUTES = ("tempo", "brightness", "density", "major")
"""Of a mood and of the character of a piece."""
SHUFFLES = 9999
FEWEST = 5
"""Pictures of a genre below which it does not count."""


@dataclass(frozen=True)
class Agreement:
    """Spearman's correlation of what moods ask for with what is measured, averaged over genres by their pictures, and
    `p`, the share of shuffles that do as well."""

    correlation: float
    p: float


@dataclass(frozen=True)
class Relevance:
    """How many pictures of each genre were compared, and the agreement in each of `ATTRIBUTES`."""

    pictures: dict[str, int]
    attributes: dict[str, Agreement]

    def to_json(self) -> dict[str, Any]:
        """The figures on one level."""
        return {"pictures": self.pictures} | asdict(self)["attributes"]


def relevance(img2music: Img2Music, pictures: Sequence[Path], options: Options) -> Relevance:
    """Make a snippet for each picture and compare; `options` as for `Img2Music.play`.

    Pictures that cannot be read are left out. Raises `OptionError` when no genre has five pictures.
    """
    genres, asked, measured = [], [], []
    for path in track(pictures, "generating", console=Console(stderr=True), transient=True):
        try:
            mood = mood_of(img2music.classify(path).appearance)
            snippet = img2music.play(path, options)
        except PictureError:
            continue
        genres.append(snippet.genre)
        asked.append([getattr(mood, name) for name in ATTRIBUTES])
        character = measure_character(snippet.mono(RATE))
        measured.append([float(getattr(character, name)) for name in ATTRIBUTES])
    return compare(genres, np.array(asked), np.array(measured))


def compare(genres: Sequence[str], asked: np.ndarray, measured: np.ndarray) -> Relevance:
    """The figures of `relevance` from what is asked and measured, `(N, 4)` each in the order of `ATTRIBUTES`."""
    members = {genre: [i for i, name in enumerate(genres) if name == genre] for genre in sorted(set(genres))}
    groups = [np.array(found) for found in members.values() if len(found) >= FEWEST]
    if not groups:
        raise OptionError(f"no genre has {FEWEST} pictures; give more of them.")
    rng = np.random.default_rng(0)
    attributes = {}
    for column, name in enumerate(ATTRIBUTES):
        pairs = [(_standard(asked[group, column]), _standard(measured[group, column])) for group in groups]
        shuffled = [_agreement([(rng.permutation(a), b) for a, b in pairs]) for _ in range(SHUFFLES)]
        found = _agreement(pairs)
        attributes[name] = Agreement(found, (1 + sum(value >= found for value in shuffled)) / (1 + SHUFFLES))
    return Relevance({genre: len(found) for genre, found in members.items()}, attributes)


def _standard(values: np.ndarray) -> np.ndarray:
    """Ranks of mean 0 and length 1, zeros where all values are the same."""
    ranks = rankdata(values) - (len(values) + 1) / 2
    length = float(np.linalg.norm(ranks))
    return ranks / length if length else ranks


def _agreement(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    """Correlations of pairs of standard ranks, averaged by their lengths."""
    return float(sum(len(a) * float(a @ b) for a, b in pairs) / sum(len(a) for a, _ in pairs))
