"""Combining a fine-tuned image classifier with the text on covers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from img2music.data.covers.cover import labels
from img2music.training.covers.split import CoverSplit
from img2music.training.text_classifier.cover_lines import weighted_lines
from img2music.training.text_classifier.joining import fit_join
from img2music.training.text_classifier.network import fit_words, save_words
from img2music.vision.ocr.text_classifier import Lines, WordClassifier


def join_words(split: CoverSplit, likely: Mapping[str, np.ndarray], kept: Path, target: Path) -> np.ndarray:
    """The probabilities of the test covers by picture and words, `(N, 4)`.

    `likely` are those by the picture of the parts `validation` and `test`, on the first of which the shares of both are
    fitted; the words are fitted on the part `train`. What is read stays in the folder `kept`; the word classifier is
    written to `target`.
    """
    texts = dict(zip((cover.path for cover in split.covers), weighted_lines(split.covers, kept), strict=True))
    parts = {part: [texts[cover.path] for cover in split.part(part)] for part in ("train", "validation", "test")}
    words = fit_words(parts["train"], labels(split.part("train"), split.genres), len(split.genres))
    both = {part: _parts(words, likely[part], parts[part]) for part in ("validation", "test")}
    no_names = {part: np.zeros(one.shape[1:]) for part, one in both.items()}
    targets = labels(split.part("validation"), split.genres)
    join = fit_join(both["validation"], no_names["validation"], targets)
    save_words(join.of(words), target)
    return join(both["test"], no_names["test"])


def _parts(words: WordClassifier, likely: np.ndarray, texts: list[Lines]) -> np.ndarray:
    """The logarithms of what picture and words say, `(2, N, G)`."""
    return np.stack([np.log(np.maximum(likely, 1e-6)), np.stack([words(lines) for lines in texts])])
