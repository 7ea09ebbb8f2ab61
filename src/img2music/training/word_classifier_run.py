"""What is written on covers joins what they look like."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from img2music.data.covers import labels
from img2music.training.cover_split import CoverSplit
from img2music.training.cover_words import read_words
from img2music.training.word_classifier import fit_join, fit_words, save_words


def join_words(split: CoverSplit, likely: Mapping[str, np.ndarray], kept: Path, target: Path) -> np.ndarray:
    """The probabilities of the test covers by picture and words, `(N, 4)`.

    `likely` are those by the picture of the parts `validation` and `test`, on the first of which the shares of both are
    fitted; the words are fitted on the part `train`. What is read stays in the folder `kept`; the word classifier is
    written to `target`.
    """
    texts = dict(zip((cover.path for cover in split.covers), read_words(split.covers, kept), strict=True))
    parts = {part: [texts[cover.path] for cover in split.part(part)] for part in ("train", "validation", "test")}
    words = fit_words(parts["train"], labels(split.part("train"), split.genres), len(split.genres))
    words = fit_join(words, likely["validation"], parts["validation"], labels(split.part("validation"), split.genres))
    save_words(words, target)
    return np.stack([words.join(row, lines) for row, lines in zip(likely["test"], parts["test"], strict=True)])
