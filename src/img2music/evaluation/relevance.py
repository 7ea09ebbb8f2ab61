"""Whether the music fits the picture: what pictures ask for against what is measured in their snippets.

Within a genre, so that the genre does not explain the match: the rank correlation of what a mood asks for with what is
measured in the snippet, and how often chance does as well when pictures and snippets are shuffled. Known music is
chosen by the same measures, so this says that choice and playing work, not that people hear the likeness.

Within a composed snippet it is measured how the sound follows the picture over time.

An independent judge, which nothing here steers, says more: what it hears is compared with the look of the pictures,
apart from the rest, and it is asked for which picture a snippet was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from scipy.stats import rankdata

from img2music.audio.descriptors import measure_character
from img2music.audio.stft import RATE
from img2music.errors import OptionError, PictureError
from img2music.evaluation.pictures.contours import Following, asked_over_time, following, heard_over_time
from img2music.evaluation.pictures.matching import Matching, matching
from img2music.evaluation.synthesis.tonality import tonality
from img2music.generation.mood import mood_of
from img2music.metrics.judge import HEARD, Judge
from img2music.options import Options
from img2music.pipeline import Img2Music

ATTRIBUTES = ("tempo", "brightness", "density", "major")
"""Of a mood and of the character of a piece. Whether the sound is in major is heard by `tonality`, which had no part in
any choice."""
LOOKS = ("lightness", "saturation", "warmth")
"""Of an appearance, compared with what a judge hears."""
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
    """How many pictures of each genre were compared, and the agreement in each of `ATTRIBUTES`, which are steered.

    `over_time` says how composed snippets follow the contours of pictures, which is steered, too. `judged` has the
    agreement of each look with each thing that an independent judge hears, and `matched` whether it tells for which
    picture a snippet was made; they are empty without a judge."""

    pictures: dict[str, int]
    attributes: dict[str, Agreement]
    over_time: dict[str, Following] = field(default_factory=dict)
    judged: dict[str, dict[str, Agreement]] = field(default_factory=dict)
    matched: Matching | None = None

    def to_json(self) -> dict[str, Any]:
        """The figures of what is steered on one level, those of the judge apart."""
        facts = asdict(self)
        more = {"over_time": facts["over_time"]} if self.over_time else {}
        if self.judged:
            more["independent_judge"] = facts["judged"]
        if self.matched:
            more["matched"] = facts["matched"]
        return {"pictures": self.pictures} | facts["attributes"] | more


def relevance(
    img2music: Img2Music, pictures: Sequence[Path], options: Options, judge: Judge | None = None
) -> Relevance:
    """Make a snippet for each picture and compare; `options` as for `Img2Music.play`.

    Pictures that cannot be read are left out. Raises `OptionError` when no genre has five pictures.
    """
    genres, asked, measured = [], [], []
    appearances, heard = [], []
    contours, followed = [], []
    for path in track(pictures, "generating", console=Console(stderr=True), transient=True):
        try:
            classification = img2music.classify(path)
            snippet = img2music.render(classification, options)
        except PictureError:
            continue
        mood = mood_of(classification.appearance)
        genres.append(snippet.genre)
        appearances.append(classification.appearance)
        if judge is not None:
            heard.append(judge(snippet.samples, snippet.rate))
        asked.append([getattr(mood, name) for name in ATTRIBUTES])
        mono = snippet.mono(RATE)
        found_in_sound = asdict(measure_character(mono)) | {"major": tonality(mono).majority}
        measured.append([float(found_in_sound[name]) for name in ATTRIBUTES])
        brief = snippet.provenance.brief
        if brief is not None and brief.contour is not None:
            contours.append(asked_over_time(brief.contour))
            followed.append(heard_over_time(mono))
    found = compare(genres, np.array(asked), np.array(measured))
    found = replace(found, over_time=following(contours, followed))
    if judge is None:
        return found
    looks = np.array([[getattr(each, name) for name in LOOKS] for each in appearances])
    whole = np.array([astuple(each) for each in appearances])
    return replace(
        found,
        judged=judgement(genres, looks, np.array(heard)),
        matched=matching(_groups(genres), whole, np.array(heard)),
    )


def judgement(genres: Sequence[str], looks: np.ndarray, heard: np.ndarray) -> dict[str, dict[str, Agreement]]:
    """The agreement of each of `LOOKS` `(N, 3)` with each thing that is `HEARD` `(N, 7)`."""
    groups = _groups(genres)
    return {
        look: {name: _compared(groups, looks[:, column], heard[:, row]) for row, name in enumerate(HEARD)}
        for column, look in enumerate(LOOKS)
    }


def compare(genres: Sequence[str], asked: np.ndarray, measured: np.ndarray) -> Relevance:
    """The figures of `relevance` from what is asked and measured, `(N, 4)` each in the order of `ATTRIBUTES`."""
    groups = _groups(genres)
    attributes = {
        name: _compared(groups, asked[:, column], measured[:, column]) for column, name in enumerate(ATTRIBUTES)
    }
    return Relevance({genre: list(genres).count(genre) for genre in sorted(set(genres))}, attributes)


def _groups(genres: Sequence[str]) -> list[np.ndarray]:
    """The pictures of each genre that has enough of them. Raises `OptionError` when none has."""
    members = {genre: [i for i, name in enumerate(genres) if name == genre] for genre in sorted(set(genres))}
    groups = [np.array(found) for found in members.values() if len(found) >= FEWEST]
    if not groups:
        raise OptionError(f"no genre has {FEWEST} pictures; give more of them.")
    return groups


def _compared(groups: Sequence[np.ndarray], asked: np.ndarray, measured: np.ndarray) -> Agreement:
    """The agreement of two values of each picture `(N,)`, within groups, beside shuffled ones."""
    rng = np.random.default_rng(0)
    pairs = [(_standard(asked[group]), _standard(measured[group])) for group in groups]
    shuffled = [_agreement([(rng.permutation(a), b) for a, b in pairs]) for _ in range(SHUFFLES)]
    found = _agreement(pairs)
    return Agreement(found, (1 + sum(value >= found for value in shuffled)) / (1 + SHUFFLES))


def _standard(values: np.ndarray) -> np.ndarray:
    """Ranks of mean 0 and length 1, zeros where all values are the same."""
    ranks = rankdata(values) - (len(values) + 1) / 2
    length = float(np.linalg.norm(ranks))
    return ranks / length if length else ranks


def _agreement(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    """Correlations of pairs of standard ranks, averaged by their lengths."""
    return float(sum(len(a) * float(a @ b) for a, b in pairs) / sum(len(a) for a, _ in pairs))
