"""Where the genre folders of an unpacked data set lie, and the files in them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from img2music.errors import OptionError
from img2music.genres import find_genre_folders, plain_name
from img2music.system.files import reason
from img2music.system.walk import listed_files

DEPTH = 3
"""How many levels down genre folders are looked for; the archives from Kaggle have them at one or two."""


@dataclass(frozen=True)
class GenreFiles:
    """Genre and path of files, and how many others of which suffix lie beside them."""

    files: list[tuple[str, Path]] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


def find_genre_level(root: Path, genres: Iterable[str], suffixes: frozenset[str]) -> Path:
    """The folder, `root` or one up to `DEPTH` levels below it, whose sub-folders hold files of the most `genres`.

    The nearest to `root` wins, so a set's `genres_original` with sound does before its `images_original`
    without. Raises `OptionError` when a folder cannot be listed or no genre is found.
    """
    wanted = tuple(genres)
    level, best, most = [root], root, 0
    for _ in range(DEPTH + 1):
        for folder in level:
            found = sum(_holds(place, suffixes) for place in find_genre_folders(folder, wanted).values())
            if found > most:
                best, most = folder, found
        if most == len(wanted):
            return best
        level = [below for folder in level for below in _folders(folder)]
    if not most:
        raise OptionError(
            f"{root} has no folder of {', '.join(wanted)} with such files in it, nor has any folder {DEPTH} levels "
            "down; give the folder whose sub-folders are named after the genres."
        )
    return best


def genre_files(root: Path, genres: Iterable[str] | None, suffixes: frozenset[str]) -> GenreFiles:
    """Every file of these `suffixes` in the genre folders of `root`; `None`: of all folders.

    As in every walk, hidden files are passed over: archives made on a Mac hold a `._` twin of each file. Raises
    `OptionError` when a folder cannot be listed.
    """
    if genres is None:
        places = [(plain_name(path.name), path) for path in _folders(root)]
    else:
        places = list(find_genre_folders(root, tuple(genres)).items())
    every = GenreFiles()
    for genre, place in places:
        found = listed_files(place, suffixes)
        every.files.extend((genre, path) for path in found.files)
        every.passed_over.update(found.passed_over)
    return every


def is_there(index: Path) -> bool:
    """Whether a folder has an index of that name. Reading one that is a pipe or a folder says what is wrong."""
    return os.path.lexists(index)


def _holds(place: Path, suffixes: frozenset[str]) -> bool:
    return bool(listed_files(place, suffixes).files)


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    except OSError as problem:
        raise OptionError(f"Cannot list the folder {folder}: {reason(problem)}.") from problem
