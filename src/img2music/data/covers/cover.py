"""Labelled album covers on disk: index, groups that never cross a split, and splits.

Two layouts are read: a folder with one sub-folder per genre (the Kaggle set "20k Album Covers within
20 Genres" unpacks so), and one with a `covers.csv`, such as `data covers` writes, whose columns `file`,
`genre`, `source`, `group` and `ambiguous` say where the covers are and which of them belong together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from img2music.data.common.layout import genre_files, is_there
from img2music.data.common.listing import Listing, listing_of
from img2music.data.common.notes import note
from img2music.data.common.tables import read_table
from img2music.errors import PictureError
from img2music.genres import GENRES, genre_meant
from img2music.vision.picture import SUFFIXES


@dataclass(frozen=True)
class Cover:
    """A labelled album cover. `group` is what must stay on one side of a split (artist, duplicates)."""

    path: Path
    genre: str
    source: str
    group: str
    ambiguous: bool = False


def read_covers(folder: Path, genres: Sequence[str] | None = GENRES) -> list[Cover]:
    """Covers of `genres` below `folder`, sorted by path; `None` takes every genre.

    Rows of an index with unknown genres are named in a line. Raises `PictureError` when the folder holds none, or a
    `covers.csv` that cannot be read.
    """
    listing = list_covers(folder, genres)
    for line in Listing([], listing.others).notes(folder):
        note(line)
    return listing.items


def list_covers(folder: Path, genres: Sequence[str] | None = GENRES) -> Listing[Cover]:
    """As `read_covers`, with what was not read instead of a line about it."""
    index = folder / "covers.csv"
    if is_there(index):
        listing = listing_of(_read_index(index, genres or GENRES), genres, Counter())
    else:
        found = genre_files(folder, genres, SUFFIXES)
        covers = (Cover(path, genre, folder.name, str(path.relative_to(folder))) for genre, path in found.files)
        listing = listing_of(covers, genres, found.passed_over)
    if not listing.items:
        others = ", ".join(f"{genre} {count}" for genre, count in listing.others.most_common(5))
        detail = f" (rows of other genres: {others})" if others else ""
        raise PictureError(f"{folder}: no covers found{detail}; put one sub-folder per genre there")
    return listing


def _read_index(index: Path, genres: Sequence[str]) -> list[Cover]:
    return [
        Cover(
            index.parent / row["file"],
            genre_meant(row["genre"], genres),
            source=row.get("source") or "unknown",
            group=row.get("group") or row["file"],
            ambiguous=row.get("ambiguous") == "1",
        )
        for row in read_table(index, ("file", "genre"), PictureError)
    ]


def labels(covers: Sequence[Cover], genres: Sequence[str] = GENRES) -> np.ndarray:
    """Genre index of every cover, `(N,)` int64, in the order of `genres`."""
    return np.array([genres.index(cover.genre) for cover in covers], np.int64)


def grouped_folds(covers: Sequence[Cover], count: int, seed: int = 0) -> np.ndarray:
    """Fold of every cover, `(N,)` in 0..count-1: stratified by genre and source, no group in two folds."""
    strata = np.array([f"{cover.genre}/{cover.source}" for cover in covers])
    groups = np.array([cover.group for cover in covers])
    folds = np.empty(len(covers), np.int64)
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    for fold, (_, members) in enumerate(splitter.split(strata, strata, groups)):
        folds[members] = fold
    return folds


def grouped_split(covers: Sequence[Cover], fold: int = 0, seed: int = 0) -> dict[str, np.ndarray]:
    """Indices of a 0.8/0.1/0.1 split (paper section 3.1): `train`, `validation`, `test`.

    Ten grouped folds; `fold` (0..4) picks which two of them are held out, so that the five splits' test
    and validation parts together cover every cover once.
    """
    return parts_of(grouped_folds(covers, 10, seed), fold)


def parts_of(folds: np.ndarray, fold: int) -> dict[str, np.ndarray]:
    """The parts of split `fold` (0..4) when ten `folds` (N,) are known; as `grouped_split`."""
    test, validation = 2 * fold, 2 * fold + 1
    return {
        "train": np.flatnonzero((folds != test) & (folds != validation)),
        "validation": np.flatnonzero(folds == validation),
        "test": np.flatnonzero(folds == test),
    }
