"""Splits written down as files, so that a run can be repeated exactly."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from img2music.data.clips.clip import Clip
from img2music.data.common.tables import read_table, relative_name, true_place, write_table
from img2music.data.covers.cover import Cover
from img2music.errors import OptionError
from img2music.genres import GENRES

FOLDER = "splits"
CLIP_SPLIT = f"{FOLDER}/split.csv"
Item = TypeVar("Item", Clip, Cover)


def cover_split(fold: int) -> str:
    """Where an index of covers holds split `fold`."""
    return f"{FOLDER}/fold-{fold}.csv"


def write_split(
    index: Path, name: str, items: Sequence[Cover] | Sequence[Clip], parts: Mapping[str, np.ndarray]
) -> None:
    """Write the split `name` of the folder `index`: the file and the part of every item, in their order.

    `parts` holds the indices of each part's items. Raises `OutputError` when it cannot be written.
    """
    part_of = {int(item): part for part, members in parts.items() for item in members}
    rows = [(relative_name(items[item].path, index), part_of[item]) for item in sorted(part_of)]
    write_table(index / name, ("file", "part"), rows)


def read_split(index: Path, name: str, items: Sequence[Cover] | Sequence[Clip]) -> dict[str, np.ndarray]:
    """Indices of the `items` in each part of the split `name` of the folder `index`.

    The file may speak of more items, such as those of other genres. Raises `OptionError` when it cannot be
    read or does not know one of `items`.
    """
    rows = read_table(index / name, ("file", "part"), OptionError)
    part_of = {true_place(index / row["file"]): row["part"] for row in rows}
    known = [part_of.get(true_place(item.path)) for item in items]
    if None in known:
        stranger = items[known.index(None)].path
        raise OptionError(f"{index / name} does not know {stranger}; run `img2music data` again on {index}.")
    return {
        part: np.array([i for i, own in enumerate(known) if own == part], np.int64)
        for part in dict.fromkeys(part_of.values())
    }


def pick(items: Sequence[Item], per_genre: int, seed: int) -> list[Item]:
    """`per_genre` items of each genre at random, fewer where a genre has fewer."""
    chosen = []
    for genre in dict.fromkeys([*GENRES, *sorted({item.genre for item in items})]):
        members = sorted((item for item in items if item.genre == genre), key=lambda item: item.path)
        random.Random(f"{seed} {genre}").shuffle(members)
        chosen += members[:per_genre]
    return chosen
