"""The covers of a training: those that can be read, and which of them train, validate and test."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from img2music.data.common.notes import note
from img2music.data.covers.cover import Cover, grouped_split, read_covers
from img2music.data.splits import cover_split, pick, read_split
from img2music.errors import PictureError
from img2music.genres import GENRES
from img2music.vision.picture import load_picture

PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class CoverSplit:
    """Covers of the folder `root`, the indices of those in each of the `PARTS`, and their genres in the order of the
    labels."""

    root: Path
    covers: Sequence[Cover]
    indices: dict[str, np.ndarray]
    fold: int
    genres: tuple[str, ...] = GENRES

    def part(self, name: str) -> list[Cover]:
        """The covers of one part."""
        return [self.covers[index] for index in self.indices[name]]


def read_cover_split(
    root: Path, fold: int = 0, limit: int | None = None, file: Path | None = None, genres: tuple[str, ...] = GENRES
) -> CoverSplit:
    """The covers of `genres` below `root`, at most `limit` of each, and their split 0.8/0.1/0.1 (paper section 3.1).

    The split is that of `file` (columns `file`, below `root`, and `part`), else the one that `data covers` wrote
    there, else drawn by groups. Covers that cannot be read are named and left out. Raises `PictureError` when a
    genre has none or there are too few to split, and `OptionError` when the file does not fit.
    """
    if not (root / "covers.csv").is_file():
        note(
            f"{root} has no covers.csv, so duplicates may be in training and test at once; "
            "`img2music data covers` looks for them."
        )
    covers = read_covers(root, genres)
    covers = readable(covers if limit is None else sorted(pick(covers, limit, 0), key=lambda cover: cover.path))
    counts = Counter(cover.genre for cover in covers)
    empty = [genre for genre in genres if not counts[genre]]
    if empty:
        raise PictureError(f"{root} holds no covers of {', '.join(empty)}; put some into a sub-folder of that name.")
    written = file or root / cover_split(fold)
    if file is not None or written.is_file():
        indices = read_split(root, str(written.resolve()), covers)
    else:
        indices = _draw_split(covers, fold, root)
    lacking = [part for part in PARTS if not len(indices.get(part, ()))]
    if lacking:
        raise PictureError(f"{root}: the split has no covers for {' and '.join(lacking)}; more covers are needed.")
    return CoverSplit(root, covers, indices={part: indices[part] for part in PARTS}, fold=fold, genres=genres)


def with_others(split: CoverSplit) -> CoverSplit:
    """The same, but that covers of all other genres below its folder train, too, none of a group that is held out.

    The covers and genres that were there keep their places; those that follow are the same for every split.
    """
    held_out = {cover.group for part in ("validation", "test") for cover in split.part(part)}
    others = readable([cover for cover in read_covers(split.root, None) if cover.genre not in split.genres])
    places = [place for place, cover in enumerate(others, len(split.covers)) if cover.group not in held_out]
    indices = split.indices | {"train": np.concatenate([split.indices["train"], np.array(places, np.int64)])}
    genres = (*split.genres, *sorted({cover.genre for cover in others}))
    return replace(split, covers=[*split.covers, *others], indices=indices, genres=genres)


def readable(covers: Sequence[Cover]) -> list[Cover]:
    """Those of `covers` that are pictures; each of the others is named in one line."""
    errors: dict[Path, PictureError] = {}
    for cover in track(covers, "checking covers", console=Console(stderr=True), transient=True):
        try:
            load_picture(cover.path)
        except PictureError as error:
            errors[cover.path] = error
    for fault in errors.values():
        note(f"left out: {fault}")
    return [cover for cover in covers if cover.path not in errors]


def _draw_split(covers: Sequence[Cover], fold: int, root: Path) -> dict[str, np.ndarray]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # sources with fewer covers than folds are no fault
            return grouped_split(covers, fold)
    except ValueError as error:
        raise PictureError(f"{root} holds too few covers to split; there must be ten or more of a genre.") from error
